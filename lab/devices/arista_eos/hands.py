"""What people do at a switch besides whoever dials in over the wire: type, sit in configuration mode, take back.

In: who, and what they type. Out: a changed configuration, a place in use, the lock. The device is made on top of this;
called by the lab's world and by the modes of the device.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence

from lab.devices.arista_eos.config import Config
from lab.devices.arista_eos.editor import Applied, Editor, feed_all
from lab.devices.arista_eos.lines import Lines
from lab.devices.arista_eos.sessions import MINUTE, Sessions
from lab.devices.arista_eos.wording import worded
from lab.model import DeviceView

ADDRESS = "192.0.2.77"
PLACE = f"vty9 ({ADDRESS})"


class Hands(ABC):
    """A switch within somebody's reach."""

    view: DeviceView
    running: Config
    hardware: frozenset[str]
    lines: Lines
    sessions: Sessions
    on_reload: list[Callable[[], None]]
    locked_by: tuple[str, str] | None
    seats: dict[str, Callable[[], None]]

    @abstractmethod
    def open_lines(self) -> tuple[int, ...]:
        """The places that take a session from the controller."""

    @abstractmethod
    def written(self, applied: Iterable[Applied], user: str) -> None:
        """Record accepted lines, and tell the world when they changed what the configuration means."""

    @abstractmethod
    def save(self, user: str) -> None:
        """Make the running configuration the startup configuration."""

    def apply(self, lines: Sequence[str], user: str) -> list[Applied]:
        """Apply lines as a person typing them would; they stand in the log under ``user``."""
        applied = self._type(lines, user)
        self.view.say("SYS-5-CONFIG_I", f"Configured from console by {user} on {PLACE}")
        return applied

    def try_out(self, lines: Sequence[str], user: str, minutes: int) -> list[Applied]:
        """Apply lines as a person typing them would, under a timer that takes them back. Needs a running event loop."""
        self.sessions.arm("maintenance", user, minutes * MINUTE)
        return self.apply(lines, user)

    def take_back(self, user: str) -> bool:
        """Take back what is under a timer; False when nothing is."""
        return self.sessions.revert(user)

    def sit_down(self, user: str, lines: Sequence[str], *, exclusive: bool = False) -> None:
        """A person logs in, types lines and stays in configuration mode; ``exclusive``: nobody else gets in."""
        now = self.view.now()
        line = self.lines.take(self.open_lines(), ADDRESS, now) or self.lines.seat(0, "console", now)
        line.user = user
        if exclusive:
            self.locked_by = (user, f"{line.tty} ({line.address})")

        def leave() -> None:
            self.lines.free(line)
            self.seats.pop(user, None)
            self.on_reload.remove(leave)
            self.locked_by = None

        line.hang_up = leave
        self.on_reload.append(leave)
        self.seats[user] = leave
        self._type(lines, user)

    def stand_up(self, user: str, lines: Sequence[str]) -> None:
        """A person types some last lines and logs out."""
        self._type(lines, user)
        if user in self.seats:
            self.view.say("SYS-5-CONFIG_I", f"Configured from console by {user} on {PLACE}")
            self.seats[user]()

    def busy(self, user: str) -> bool:
        """Whether a person sits there, or a timer is to take back what they typed."""
        timed = self.sessions.timed
        return user in self.seats or (timed is not None and timed.user == user)

    def write_memory(self) -> None:
        """A person saves the running configuration."""
        self.save("jdoe")

    def _type(self, lines: Sequence[str], user: str) -> list[Applied]:
        said = worded(lines, self.running)
        applied = [effect for _, effect in feed_all(Editor(self.running, self.hardware), said)]
        self.written(applied, user)
        return applied
