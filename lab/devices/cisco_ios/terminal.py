"""The terminal of one session: input editing, prompts, questions, paging, modes.

In: characters from one SSH channel. Out: the characters a real device would send back.
The base of ``shell.Shell``, which knows the exec commands; the command families are written against this.
"""

import asyncio
import inspect
import re
import traceback
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.editor import Applied, Editor
from lab.devices.cisco_ios.grammar import Refusal
from lab.devices.cisco_ios.lines import VtyLine
from lab.devices.cisco_ios.rules import masked
from lab.devices.cisco_ios.tcl import TclShell
from lab.devices.spoiling import spoil

ENABLED = 15
PAGE = 24
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
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DO = re.compile(r"\s*do\s+", re.IGNORECASE)
_MORE = " --More-- "
_ERASE = "\b" * len(_MORE) + " " * len(_MORE) + "\b" * len(_MORE)


Answer = str | Coroutine[Any, Any, str]
Execute = Callable[["Terminal", str, int], Answer]


class Terminal:
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
        self.device = device
        self.line = line
        self.privilege = privilege
        self.enable_secret = enable_secret
        self.length = 24
        self.editor: Editor | None = None
        self.tcl: TclShell | None = None
        self.closed = False
        self._execute = execute
        self._send = send
        self._hang_up = hang_up
        self._input = ""
        self._typed = ""
        self._after_return = False
        self._silent = False
        self._asking: asyncio.Future[str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._pages: list[str] | None = None
        self._out: list[str] = []

    @property
    def user(self) -> str:
        """Who is logged in."""
        return self.line.user

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

    def start(self) -> None:
        """Greet with the first prompt."""
        noise = BANNER if self.device.modes.on("banner") else ""
        self._print(f"{noise}\n{self.prompt}")
        self._flush()

    def received(self, text: str) -> None:
        """Take characters from the client."""
        if self._task is not None and self._asking is None and ("\x03" in text or "\x1e" in text):
            self._task.cancel()
        self._input += text
        self._pump()

    def end(self) -> None:
        """The channel is gone: stop what runs, leave configuration mode."""
        self.closed = True
        if self._task is not None:
            self._task.cancel()
        if self.editor is not None:
            self._leave_config()

    async def ask(self, question: str, *, secret: bool = False) -> str:
        """Print a question and wait for the answering line."""
        self._print(question)
        self._silent = secret
        self._asking = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(self._pump)
        try:
            return await self._asking
        finally:
            self._asking, self._silent = None, False

    def write(self, text: str) -> None:
        """Send output at once, while a command is still running."""
        self._print(text)
        self._flush()

    def cut(self) -> None:
        """Reset the connection."""
        self._flush()
        if self.line.cut is not None:
            self.line.cut()

    def restart(self) -> None:
        """Restart the device."""
        self.device.reload()

    def rename(self) -> None:
        """Give the device another host name, as somebody else's change would."""
        self.device.apply([f"hostname {self.device.running.hostname()[:8]}-new"], "jdoe")

    def log_message(self) -> str:
        """Return a message as ``terminal monitor`` prints it."""
        return "*Nov 20 12:00:01.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan30, changed state to up"

    def log_out(self) -> None:
        """End the session from this side."""
        self._flush()
        self._hang_up()

    def enter_tcl(self) -> None:
        """Go to the Tcl shell."""
        self.tcl = TclShell(self.device, self.user, self._leave_tcl)

    def _leave_tcl(self) -> None:
        self.tcl = None

    def enter_config(self) -> None:
        """Go to configuration mode."""
        self.editor = Editor(self.device.running, self.device.hardware)

    def _pump(self) -> None:
        while self._input and not self.closed and (self._task is None or self._waiting()):
            if self._pages is not None:
                key, self._input = self._input[0], self._input[1:]
                self._page(key)
                continue
            found = _CONTROL.search(self._input)
            text = self._input if found is None else self._input[: found.start()]
            if text:
                self._type(text)
            self._input = "" if found is None else self._input[found.end() :]
            if found is not None:
                self._control(found[0])
        self._flush()

    def _waiting(self) -> bool:
        return self._asking is not None and not self._asking.done()

    def _type(self, text: str) -> None:
        self._after_return = False
        self._typed += text
        if not self._silent:
            self._out.append(text)

    def _control(self, key: str) -> None:
        swallowed = key == "\n" and self._after_return
        self._after_return = key == "\r"
        if key in "\r\n" and not swallowed:
            self._line_done()
        elif key in "\x08\x7f" and self._typed:
            self._typed = self._typed[:-1]
            self._out.append("" if self._silent else "\b \b")
        elif key in "\x15\x03":
            self._out.append("" if self._silent else "\b \b" * len(self._typed))
            self._typed = ""
        elif key == "\x1a" and self.editor is not None:
            self._typed = ""
            self._leave_config()
            self._print("^Z\n" + self.prompt)

    def _line_done(self) -> None:
        line, self._typed = self._typed, ""
        self._print("\n")
        self.line.last_input = self.device.view.now()
        if line.strip() and not self._silent:
            self.device.view.record("line", user=self.user, line=masked(line.strip()))
        if self._asking is not None:
            self._asking.set_result(line)
        else:
            self._run(line)

    def _run(self, line: str) -> None:
        mode = self.device.modes.for_line(line)
        if mode is not None:
            work = spoil(self, mode, partial(self._done, line))
            self._task = asyncio.get_running_loop().create_task(self._finish(work, line))
            return
        try:
            result = self._slowly(line) if self.device.answer_seconds else self._answer(line)
        except Exception:  # noqa: BLE001 - the session boundary: a fault of the emulator must not take a device down
            result = self._broken(line)
        if inspect.iscoroutine(result):
            self._task = asyncio.get_running_loop().create_task(self._finish(result, line))
        elif isinstance(result, str) and not self.closed:
            self._answered(result)

    async def _slowly(self, line: str) -> str:
        await asyncio.sleep(self.device.answer_seconds)
        return await self._done(line)

    async def _done(self, line: str) -> str:
        result = self._answer(line)
        return result if isinstance(result, str) else await result

    def _broken(self, line: str) -> str:
        self.device.view.record("lab_error", user=self.user, line=masked(line), error=traceback.format_exc(limit=-4))
        return "% Internal error\n"

    async def _finish(self, work: Coroutine[Any, Any, str], line: str) -> None:
        try:
            text = await work
        except asyncio.CancelledError:
            if self.closed:
                raise
            text = "\n"
        except Exception:  # noqa: BLE001 - as above
            text = self._broken(line)
        self._task = None
        if not self.closed:
            self._answered(text)
            self._pump()

    def _answer(self, line: str) -> Answer:
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
        self.device.view.say("SYS-5-CONFIG_I", f"Configured from console by {self.user} on {self.source}")

    def _answered(self, text: str) -> None:
        if self._paged() and text.count("\n") >= self._paged():
            self._pages = text.splitlines(keepends=True)
            self._show(self._paged() - 1)
            return
        self._print(text + self.prompt)

    def _paged(self) -> int:
        return PAGE if self.device.modes.on("paging_stuck") else self.length

    def _page(self, key: str) -> None:
        self._print(_ERASE)
        if key == " ":
            self._show(self._paged() - 1)
        elif key in "\r\n":
            self._show(1)
        else:
            self._pages = None
            self._print(self.prompt)

    def _show(self, count: int) -> None:
        pages = self._pages or []
        self._print("".join(pages[:count]))
        rest = pages[count:]
        self._pages = rest or None
        self._print(_MORE if rest else self.prompt)

    def _print(self, text: str) -> None:
        self._out.append(text.replace("\n", "\r\n"))

    def _flush(self) -> None:
        if self._out:
            text = "".join(self._out)
            self._out.clear()
            self._send(text)


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
