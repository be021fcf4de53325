"""People at a device besides whoever dials in over the wire: logged in, in configuration mode, at work.

In: who sits down and what they type. Out: a vty line in use, configuration lines applied as they are typed, the lock of
an exclusive session. Called by ``device`` for the lab's world, and by the commands that want the configuration.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lab.devices.cisco_ios.archive import Archive
from lab.devices.cisco_ios.config import Config
from lab.devices.cisco_ios.editor import Applied, Editor, feed_all
from lab.devices.cisco_ios.lines import Lines, VtyLine
from lab.model import DeviceView

ADDRESS = "192.0.2.77"
_PROCESS = 90


@dataclass(slots=True)
class People:
    """Who sits at one device, by name."""

    view: DeviceView
    lines: Lines
    on_reload: list[Callable[[], None]]
    seats: dict[str, tuple[VtyLine, Callable[[], None]]] = field(default_factory=dict)

    def sit_down(self, user: str, numbers: Sequence[int], *, exclusive: bool) -> None:
        """Log in and go to configuration mode: on the first free line, else at the console."""
        now = self.view.now()
        line = self.lines.take(numbers, ADDRESS, now) or self.lines.seat(0, "console", now)
        line.user, line.configuring, line.exclusive = user, now, exclusive

        def leave() -> None:
            self.lines.free(line)
            self.seats.pop(user, None)
            self.on_reload.remove(leave)

        line.hang_up = leave
        self.on_reload.append(leave)
        self.seats[user] = (line, leave)

    def stand_up(self, user: str) -> None:
        """Leave configuration mode and log out; harmless for who is not there."""
        if user in self.seats:
            line, leave = self.seats[user]
            self.view.say("SYS-5-CONFIG_I", f"Configured from console by {user} on vty{line.number} ({ADDRESS})")
            leave()


class Attended(ABC):
    """A device that people configure by hand, at its prompt."""

    people: People
    archive: Archive
    running: Config
    hardware: frozenset[str]

    @abstractmethod
    def open_lines(self) -> tuple[int, ...]:
        """The vty lines that take a session from the controller."""

    @abstractmethod
    def apply(self, lines: Sequence[str], user: str) -> list[Applied]:
        """Apply configuration lines as a person typing them would."""

    @abstractmethod
    def written(self, applied: Iterable[Applied], user: str) -> None:
        """Record accepted lines, and tell the world what they changed."""

    def sit_down(self, user: str, lines: Sequence[str], *, exclusive: bool = False) -> None:
        """A person logs in, types lines and stays in configuration mode; ``exclusive``: nobody else gets in."""
        self.people.sit_down(user, self.open_lines(), exclusive=exclusive)
        self.written([effect for _, effect in feed_all(Editor(self.running, self.hardware), lines)], user)

    def stand_up(self, user: str, lines: Sequence[str]) -> None:
        """A person types some last lines and logs out."""
        self.written([effect for _, effect in feed_all(Editor(self.running, self.hardware), lines)], user)
        self.people.stand_up(user)

    def busy(self, user: str) -> bool:
        """Whether a person sits there, or a timer is to take back what they typed."""
        pending = self.archive.pending
        return user in self.people.seats or (pending is not None and pending.user == user)

    def try_out(self, lines: Sequence[str], user: str, minutes: int) -> list[Applied]:
        """Apply lines as a person typing them would, under a timer that takes them back. Needs a running event loop."""
        self.archive.arm(user, minutes)
        return self.apply(lines, user)

    def take_back(self, user: str) -> bool:
        """Take back what is under a timer; False when nothing is."""
        return self.archive.revert(user)


def locker(lines: Lines) -> VtyLine | None:
    """Return the line that holds the configuration alone, None when nobody does."""
    return next((line for line in lines.used.values() if line.exclusive and line.configuring is not None), None)


def locked_out(lines: Lines, line: VtyLine) -> str | None:
    """Return what a line is told that wants the configuration while somebody else holds it, None while nobody does."""
    holder = locker(lines)
    if holder is None or holder is line:
        return None
    return (
        f"Configuration mode locked exclusively by user '{holder.user}' process '{process(holder)}' "
        f"from terminal '{holder.number + 1}'. Please try later.\n"
    )


def process(line: VtyLine) -> int:
    """Return the number of the process that serves a line."""
    return _PROCESS + line.number
