"""Who is logged in: the SSH sessions of a switch.

In: sessions opening and closing. Out: rows of ``show users``. A switch without a free place refuses the session.
"""

from dataclasses import dataclass
from datetime import datetime

from lab.devices.seats import Seat, Seats

FIRST_VTY = 2


@dataclass(slots=True, eq=False)
class Line(Seat):
    """A place in use."""

    @property
    def tty(self) -> str:
        """What EOS calls it."""
        return f"vty{self.number + FIRST_VTY}"


class Lines(Seats[Line]):
    """The places in use, by number."""

    __slots__ = ()

    def seat(self, number: int, address: str, now: datetime) -> Line:
        """Return the place of somebody who has just come."""
        return Line(number=number, address=address, since=now, last_input=now)
