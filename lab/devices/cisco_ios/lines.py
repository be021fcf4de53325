"""The vty lines of a device: who is logged in where.

In: sessions opening and closing. Out: the rows of ``show users``. A device without a free line refuses the session.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from lab.devices.cisco_ios.config import Config

DEFAULT_LINES = 5


@dataclass(slots=True)
class VtyLine:
    """A line in use. ``configuring``: since when it is in configuration mode; ``exclusive``: for itself alone."""

    number: int
    address: str
    since: datetime
    user: str = ""
    last_input: datetime | None = None
    configuring: datetime | None = None
    exclusive: bool = False
    hang_up: Callable[[], object] | None = None
    cut: Callable[[], object] | None = None


@dataclass(slots=True)
class Lines:
    """The lines in use, by number."""

    used: dict[int, VtyLine] = field(default_factory=dict)

    def take(self, numbers: Iterable[int], address: str, now: datetime) -> VtyLine | None:
        """Return the first free line of ``numbers``, or None when all are taken."""
        for number in numbers:
            if number not in self.used:
                line = VtyLine(number, address, now, last_input=now)
                self.used[number] = line
                return line
        return None

    def free(self, line: VtyLine) -> None:
        """Give a line back; harmless when it was given back before."""
        if self.used.get(line.number) is line:
            del self.used[line.number]

    def close(self, open_: Collection[int]) -> None:
        """End the sessions on all lines but the open ones."""
        for line in list(self.used.values()):
            if line.number not in open_ and line.hang_up is not None:
                line.hang_up()


def line_count(running: Config) -> int:
    """Return how many sessions a device takes at once: one more than the highest configured vty line."""
    ends = [int(words[-1]) for words, _ in running.sections("line", "vty")]
    return max(ends) + 1 if ends else DEFAULT_LINES
