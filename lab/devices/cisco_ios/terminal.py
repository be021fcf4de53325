"""The terminal of one session: input editing, prompts, questions, paging, modes.

In: characters from one SSH channel. Out: the characters a real device would send back.
The base of ``shell.Shell``, which knows the exec commands; the command families are written against this.
"""

import re
from collections.abc import Callable

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.editor import Applied, Editor
from lab.devices.cisco_ios.grammar import Refusal
from lab.devices.cisco_ios.lines import VtyLine
from lab.devices.cisco_ios.rules import masked
from lab.devices.cisco_ios.tcl import TclShell
from lab.devices.terminal import Answer, LineTerminal

__all__ = ["ENABLED", "Answer", "Terminal", "complaint", "refused"]

ENABLED = 15
BANNER = (
    """
*********************************************************
#  AUTHORIZED ACCESS ONLY  -- all use is recorded       #
# old-router# show users                                #
old-router>
Username: nobody
Password:
[confirm]
"""
    + "-=#=- " * 400
)
_DO = re.compile(r"\s*do\s+", re.IGNORECASE)
Execute = Callable[["Terminal", str, int], Answer]


class Terminal(LineTerminal):
    """One session on one vty line."""

    def __init__(
        self,
        device: IosDevice,
        line: VtyLine,
        privilege: int,
        *,
        execute: Execute,
        send: Callable[[str], None],
        hang_up: Callable[[], None],
        enable_secret: str | None,
    ) -> None:
        super().__init__(send=send, hang_up=hang_up)
        self.device: IosDevice = device
        self.line: VtyLine = line
        self.privilege = privilege
        self.enable_secret = enable_secret
        self.editor: Editor | None = None
        self.tcl: TclShell | None = None
        self._execute = execute

    @property
    def source(self) -> str:
        """Where the session comes from, as the log names it."""
        return f"vty{self.line.number} ({self.line.address})"

    @property
    def prompt(self) -> str:
        """The prompt of the mode the session is in."""
        name = self.device.running.hostname()
        if self.editor is not None:
            return f"{name}{self.editor.prompt}#"
        if self.tcl is not None:
            return self.tcl.prompt(name)
        return f"{name}{'#' if self.privilege == ENABLED else '>'}"

    def rename(self) -> None:
        """Give the device another host name, as somebody else's change would."""
        self.device.apply([f"hostname {self.device.running.hostname()[:8]}-new"], "jdoe")

    def log_message(self) -> str:
        """Return a message as ``terminal monitor`` prints it."""
        return "*Nov 20 12:00:01.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan30, changed state to up"

    def enter_tcl(self) -> None:
        """Go to the Tcl shell."""
        self.tcl = TclShell(self.device, self.user, self._leave_tcl)

    def _leave_tcl(self) -> None:
        self.tcl = None

    def enter_config(self) -> None:
        """Go to configuration mode."""
        self.line.configuring = self.device.view.now()
        self.editor = Editor(self.device.running, self.device.hardware)

    def greeting(self) -> str:
        """Return what is printed first, with the first prompt."""
        noise = BANNER if self.device.modes.on("banner") else ""
        return f"{noise}\n{self.prompt}"

    def leave(self) -> bool:
        """Leave configuration mode; False when the session is not in it."""
        if self.editor is None:
            return False
        self._leave_config()
        return True

    def masked(self, line: str) -> str:
        """Return a line with its secrets replaced."""
        return masked(line)

    def answer(self, line: str) -> Answer:
        """Do a line; return what it prints, or what waits and returns it."""
        if self.editor is None and self.tcl is not None:
            return self.tcl.feed(line, lambda text: self._execute(self, text, 0))
        if self.editor is None:
            return self._execute(self, line, 0) if line.strip() else ""
        done = _DO.match(line)
        if done is not None:
            return self._execute(self, line, done.end())
        return self._configure(line)

    def _configure(self, line: str) -> str:
        editor = self.editor
        if editor is None:
            return ""
        shown = len(self.prompt)
        applied = editor.feed(line)
        self.device.written([applied], self.user)
        if applied.left:
            self._leave_config()
        return complaint(applied, line, shown)

    def _leave_config(self) -> None:
        self.editor = None
        self.line.configuring, self.line.exclusive = None, False
        self.device.view.say("SYS-5-CONFIG_I", f"Configured from console by {self.user} on {self.source}")


def complaint(applied: Applied, line: str, shown: int) -> str:
    """Return what IOS prints after a refused line; ``shown`` is the width of the prompt before it."""
    if applied.message:
        return applied.message + "\n"
    if applied.refusal is None:
        return ""
    return refused(applied.refusal, line, shown)


def refused(refusal: Refusal, line: str, shown: int) -> str:
    """Return IOS's words for a line that was not understood."""
    if refusal.kind == "incomplete":
        return "% Incomplete command.\n\n"
    if refusal.kind == "ambiguous":
        return f'% Ambiguous command:  "{line.strip()}"\n'
    return " " * (shown + refusal.column) + "^\n% Invalid input detected at '^' marker.\n\n"
