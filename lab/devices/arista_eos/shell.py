"""The command line of one SSH session.

In: characters from the channel. Out: the characters a real switch would send back. Called by ``serving``.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from lab.devices.arista_eos import tables as _tables  # noqa: F401 - tells the command line of its commands
from lab.devices.arista_eos.access import ADMIN
from lab.devices.arista_eos.answers import CommandError, Told
from lab.devices.arista_eos.cli import Cli
from lab.devices.arista_eos.device import EosDevice
from lab.devices.arista_eos.lines import Line
from lab.devices.arista_eos.rules import masked
from lab.devices.terminal import Answer, LineTerminal

_NOISE = """
*********************************************************
#  AUTHORIZED ACCESS ONLY  -- all use is recorded       #
# old-switch# show users                                #
old-switch>
Username: nobody
Password:
[confirm]
"""


class EosShell(LineTerminal):
    """One session. ``enable_secret``: the answer to ``enable`` where a password is configured."""

    def __init__(
        self,
        device: EosDevice,
        line: Line,
        level: int,
        *,
        send: Callable[[str], None],
        hang_up: Callable[[], None],
        enable_secret: str | None,
    ) -> None:
        super().__init__(send=send, hang_up=hang_up)
        self.device: EosDevice = device
        self.line: Line = line
        self.cli = Cli(
            device, user=line.user, level=level, tty=line.tty, address=line.address, enable_secret=enable_secret
        )
        authorized = device.running.root.find("aaa", "authorization", "exec default local") is not None
        self.cli.enabled = level == ADMIN and authorized
        self.cli.ask = self._asked
        self.cli.log_out = self.log_out
        self.cli.write = self.write

    @property
    def prompt(self) -> str:
        """The prompt of the mode the session is in; none while a banner is typed."""
        if self.cli.editor is not None and self.cli.editor.collecting:
            return ""
        mark = "#" if self.cli.enabled else ">"
        return f"{self.device.running.hostname()}{self.cli.mode}{mark}"

    def greeting(self) -> str:
        """Return what is printed first, with the first prompt."""
        noise = _NOISE + "-=#=- " * 400 if self.device.modes.on("banner") else ""
        return f"{noise}\n{self.prompt}"

    def answer(self, line: str) -> Answer:
        """Do a line; return what it prints, or what waits and returns it."""
        self.length = self.cli.length
        try:
            given = self.cli.do(line)
        except CommandError as error:
            return error.printed()
        if not isinstance(given, Told):
            return self._waited(given)
        self.length = self.cli.length
        return given.text

    def end(self) -> None:
        """The channel is gone: a lock goes with it."""
        super().end()
        if self.device.locked_by == (self.cli.user, self.cli.place):
            self.device.locked_by = None

    def leave(self) -> bool:
        """Leave configuration mode; False when the session is not in it."""
        return self.cli.leave()

    def rename(self) -> None:
        """Give the device another host name, as somebody else's change would."""
        self.device.apply([f"hostname {self.device.running.hostname()[:8]}-new"], "jdoe")

    def log_message(self) -> str:
        """Return a message as ``terminal monitor`` prints it."""
        name = self.device.running.hostname()
        return (
            f"Nov 20 12:00:01 {name} Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan30, changed state to up"
        )

    def masked(self, line: str) -> str:
        """Return a line with its secrets replaced."""
        return masked(line)

    async def _waited(self, given: Coroutine[Any, Any, Told]) -> str:
        try:
            return (await given).text
        except CommandError as error:
            return error.printed()

    async def _asked(self, question: str, secret: bool) -> str:  # noqa: FBT001 - what ``Ask`` says
        return await self.ask(question, secret=secret)
