"""The vty lines of a device: who is logged in where.

In: sessions opening and closing. Out: the rows of ``show users``. A device without a free line refuses the session.
"""

from dataclasses import dataclass
from datetime import datetime

from lab.devices.cisco_ios.config import Config
from lab.devices.seats import Seat, Seats

DEFAULT_LINES = 5


@dataclass(slots=True, eq=False)
class VtyLine(Seat):
    """A line in use. ``configuring``: since when it is in configuration mode; ``exclusive``: for itself alone."""

    configuring: datetime | None = None
    exclusive: bool = False


class Lines(Seats[VtyLine]):
    """The lines in use, by number."""

    __slots__ = ()

    def seat(self, number: int, address: str, now: datetime) -> VtyLine:
        """Return the line of somebody who has just come."""
        return VtyLine(number=number, address=address, since=now, last_input=now)


def line_count(running: Config) -> int:
    """Return how many sessions a device takes at once: one more than the highest configured vty line."""
    ends = [int(words[-1]) for words, _ in running.sections("line", "vty")]
    return max(ends) + 1 if ends else DEFAULT_LINES
