"""The prompt of a switch: operational mode, and the way into configuration mode.

In: lines of one session. Out: what a switch prints. Called by ``serving``.
"""

import asyncio
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address

from lab.devices.dialect import Asked
from lab.devices.juniper_junos.configuring import Configuring
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.shows import SyntaxRefusal, show
from lab.devices.juniper_junos.terminal import MEMBER, Answer, Terminal

_SETTINGS: Mapping[str, str] = {
    "screen-length": "Screen length set to {}\n",
    "screen-width": "Screen width set to {}\n",
    "complete-on-space": "Disabling complete-on-space\n",
    "timestamp": "",
    "idle-timeout": "Idle timeout set to {} minutes\n",
}
_SETTING_WORDS = 4
MAX_ECHOES = 100


class Shell(Terminal):
    """One session: operational mode, and configuration mode once it was entered."""

    def __init__(self, device: JunosDevice, asked: Asked) -> None:
        super().__init__(device, asked)
        self.config: Configuring | None = None
        self._commands: Mapping[str, Callable[[str], Answer]] = {
            "show": self._show_command,
            "set": self._set,
            "configure": self._configure,
            "edit": self._configure,
            "ping": self._ping,
            "request": self._request,
            "clear": self._clear,
            "exit": self._leave,
            "quit": self._leave,
            "start": self._denied,
        }

    @property
    def prompt(self) -> str:
        """The prompt, with the member, the level and what is pending above it."""
        pending = self.device.database.pending
        told = f"# commit confirmed will be rolled back in {pending.minutes} minutes\n" if pending is not None else ""
        name = f"{self.session.user}@{self.device.hostname}"
        if self.config is not None:
            return f"\n{told}{MEMBER}{self.session.stands()}\n{name}# "
        return f"\n{told}{MEMBER}\n{name}> "

    @property
    def width(self) -> int:
        """How far right of the margin a typed line begins."""
        return len(self.session.user) + len(self.device.hostname) + 3

    def answer(self, line: str) -> Answer:
        """Do one line; return what it prints."""
        if self.config is not None:
            return self.config.answer(line)
        return self.operate(line)

    def operate(self, line: str, shift: int = 0) -> Answer:
        """Do one line of operational mode; ``shift`` is where it begins on the screen line."""
        try:
            return self._operate(line)
        except SyntaxRefusal as refusal:
            return f"{' ' * (self.width + shift + refusal.column)}^\n{refusal.message}\n"

    def leave_config(self) -> str:
        """Go back to operational mode."""
        self.config = None
        self.session.editing, self.session.level = False, ()
        return "Exiting configuration mode\n"

    def _operate(self, line: str) -> Answer:
        first = line.split(maxsplit=1)[0]
        exact = [name for name in self._commands if name == first]
        begun = exact or [name for name in self._commands if name.startswith(first)]
        if not begun:
            raise SyntaxRefusal("unknown command.", line.find(first), first)
        if len(begun) > 1:
            raise SyntaxRefusal(f"'{first}' is ambiguous.", line.find(first), first)
        return self._commands[begun[0]](line)

    def _show_command(self, line: str) -> str:
        return show(self.device, self.session, line)

    def _set(self, line: str) -> str:
        words = line.split()
        if len(words) != _SETTING_WORDS or words[1] != "cli" or words[2] not in _SETTINGS:
            raise SyntaxRefusal("syntax error, expecting <command>.", len(line), words[-1])
        if words[2] == "screen-length":
            self.length = int(words[3]) if words[3].isdigit() else self.length
        return _SETTINGS[words[2]].format(words[3])

    def _configure(self, line: str) -> str:
        words = line.split()
        if "configure" not in self.device.rights(self.session.user):
            raise SyntaxRefusal("unknown command.", 0, words[0])
        how = words[1] if len(words) > 1 else ""
        if how not in ("", "exclusive"):
            raise SyntaxRefusal("syntax error, expecting <command>.", line.find(how), how)
        config = Configuring(self)
        said = config.enter(exclusive=how == "exclusive")
        if self.session.editing:
            self.config = config
        return said

    def _ping(self, line: str) -> Answer:
        words = line.split()
        if "network" not in self.device.rights(self.session.user):
            raise SyntaxRefusal("unknown command.", 0, words[0])
        return self._echoes(words)

    async def _echoes(self, words: list[str]) -> str:
        options = dict(zip(words[2::2], words[3::2], strict=False))
        try:
            address = IPv4Address(words[1])
        except (IndexError, ValueError):
            return f"ping: cannot resolve {words[-1]}: Host name lookup failure\n"
        count = min(int(options.get("count", "5")), MAX_ECHOES)
        self.write(f"PING {address} ({address}): 56 data bytes\n")
        found: list[float] = []
        for number in range(count):
            rtt = self.device.view.ping(address, options.get("source"))
            if rtt is None:
                await asyncio.sleep(self.device.ping_second)
                continue
            found.append(rtt)
            self.write(f"64 bytes from {address}: icmp_seq={number} ttl=63 time={rtt:.3f} ms\n")
        return f"\n--- {address} ping statistics ---\n" + _statistics(count, found)

    def _request(self, line: str) -> Answer:
        words = line.split()
        if "maintenance" not in self.device.rights(self.session.user):
            raise SyntaxRefusal("unknown command.", 0, words[0])
        if words != ["request", "system", "reboot"]:
            raise SyntaxRefusal("syntax error, expecting <command>.", len(line), words[-1])
        return self._reboot()

    async def _reboot(self) -> str:
        if not (await self.ask("Reboot the system ? [yes,no] (no) ")).startswith("y"):
            return "\n"
        self.device.reload(self.session.user)
        return "Shutdown NOW!\n"

    def _clear(self, line: str) -> str:
        words = line.split()
        if "clear" not in self.device.rights(self.session.user):
            raise SyntaxRefusal("unknown command.", 0, words[0])
        if words[:3] != ["clear", "interfaces", "statistics"]:
            raise SyntaxRefusal("syntax error, expecting <command>.", len(line), words[-1])
        port = words[3] if len(words) > 3 else "all"  # noqa: PLR2004 - the port comes fourth
        self.device.view.clear_counters(None if port == "all" else port)
        return ""

    def _leave(self, line: str) -> str:
        del line
        self.closed = True
        self.log_out()
        return ""

    def _denied(self, line: str) -> str:
        raise SyntaxRefusal("unknown command.", 0, line.split(maxsplit=1)[0])


def _statistics(count: int, found: list[float]) -> str:
    lost = round(100 * (count - len(found)) / count) if count else 0
    told = f"{count} packets transmitted, {len(found)} packets received, {lost}% packet loss\n"
    if not found:
        return told
    mean = sum(found) / len(found)
    spread = (sum((rtt - mean) ** 2 for rtt in found) / len(found)) ** 0.5
    return f"{told}round-trip min/avg/max/stddev = {min(found):.3f}/{mean:.3f}/{max(found):.3f}/{spread:.3f} ms\n"
