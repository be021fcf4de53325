"""People at a device's prompt: they type, sit down, look, and log out.

In: devices plugged in by name. Out: their prompts used as a person uses them. ``lab.world`` is one of these; faults and
``lab.life`` call it. Why: what a person does to a device goes the way a person's lines go, and stands in its log.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, runtime_checkable

from lab.clock import HandClock, LabClock
from lab.numbering import HEADQUARTERS

PERSON = "jdoe"
DESK = HEADQUARTERS[77]


class Line(Protocol):
    """A place for a session: who is there."""

    user: str


class Lines(Protocol):
    """The places for sessions of one device."""

    def take(self, numbers: Iterable[int], address: str, now: datetime) -> Any:
        """Return the first free ``Line`` of these, None when all are taken."""

    def free(self, line: Any) -> None:
        """Give a line back."""


class Console(Protocol):
    """A device's own prompt, as a person on site uses it."""

    @property
    def lines(self) -> Lines:
        """Its places for sessions."""

    def open_lines(self) -> tuple[int, ...]:
        """The places that take a session from headquarters."""

    def apply(self, lines: Sequence[str], user: str) -> object:
        """Type configuration lines as ``user``."""

    def try_out(self, lines: Sequence[str], user: str, minutes: int) -> object:
        """Type configuration lines as ``user``, under a timer that takes them back."""

    def take_back(self, user: str) -> object:
        """Take back now what is under a timer."""

    def reload(self, user: str = "") -> object:
        """Start anew with what was saved; every session ends."""


@runtime_checkable
class Workplace(Protocol):
    """A device at which people sit for a while."""

    def sit_down(self, user: str, lines: Sequence[str], *, exclusive: bool = False) -> None:
        """Log in, type lines, stay in configuration mode."""

    def stand_up(self, user: str, lines: Sequence[str]) -> None:
        """Type some last lines and log out."""

    def write_memory(self) -> None:
        """Save the configuration."""

    def busy(self, user: str) -> bool:
        """Whether ``user`` sits there, or a timer is to take back what they typed."""


class People:
    """Whoever has a prompt in front of them."""

    def __init__(self, clock: LabClock | HandClock) -> None:
        self.clock = clock
        self._consoles: dict[str, Console] = {}

    def plug(self, device: str, console: Console) -> None:
        """Give people access to the device's prompt."""
        self._consoles[device] = console

    def type_in(self, device: str, *lines: str) -> None:
        """A person types configuration lines into a device."""
        self._consoles[device].apply(lines, PERSON)

    def try_out(self, device: str, minutes: int, *lines: str) -> None:
        """A person types configuration lines into a device, under a timer that takes them back."""
        self._consoles[device].try_out(lines, PERSON, minutes)

    def sit_down(self, device: str, *lines: str, exclusive: bool = False) -> None:
        """A person logs in to a device, types configuration lines and stays in configuration mode."""
        self._workplace(device).sit_down(PERSON, lines, exclusive=exclusive)

    def stand_up(self, device: str, *lines: str) -> None:
        """A person who sits at a device types some last lines and logs out."""
        self._workplace(device).stand_up(PERSON, lines)

    def save(self, device: str) -> None:
        """A person saves what a device is configured with."""
        self._workplace(device).write_memory()

    def works_at(self, device: str) -> bool:
        """Whether somebody sits at a device, or a timer is to take back what somebody typed."""
        return self._workplace(device).busy(PERSON)

    def _workplace(self, device: str) -> Workplace:
        console = self._consoles[device]
        if not isinstance(console, Workplace):
            raise TypeError(f"nobody can sit down at {device}: its emulator does not know how")
        return console

    def visit(self, device: str, user: str = PERSON) -> Callable[[], None]:
        """A person logs in from headquarters and looks, if there is a free place; call what comes back to log out."""
        console = self._consoles[device]
        line: Line | None = console.lines.take(console.open_lines(), str(DESK), self.clock.now())
        if line is None:
            return lambda: None
        line.user = user
        return partial(console.lines.free, line)

    def take_back(self, device: str) -> None:
        """A person takes back what is under a timer."""
        self._consoles[device].take_back(PERSON)
