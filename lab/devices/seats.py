"""Who is logged in to a device: its seats, and who sits on which.

In: sessions opening and closing. Out: the seats in use, by number. A device without a free seat refuses the session.
The base of the dialects' lines and sessions, which say what they know besides.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar


@dataclass(slots=True, eq=False)
class Seat:
    """A seat in use."""

    number: int
    address: str
    since: datetime
    user: str = ""
    last_input: datetime | None = None
    hang_up: Callable[[], object] | None = None
    cut: Callable[[], object] | None = None


Taken = TypeVar("Taken", bound=Seat)


@dataclass(slots=True)
class Seats(ABC, Generic[Taken]):
    """The seats in use, by number."""

    used: dict[int, Taken] = field(default_factory=dict)

    @abstractmethod
    def seat(self, number: int, address: str, now: datetime) -> Taken:
        """Make the seat of somebody who has just come."""

    def take(self, numbers: Iterable[int], address: str, now: datetime) -> Taken | None:
        """Return the first free seat of ``numbers``, None when all are taken."""
        number = next((one for one in numbers if one not in self.used), None)
        if number is None:
            return None
        self.used[number] = self.seat(number, address, now)
        return self.used[number]

    def free(self, seat: Taken) -> None:
        """Give a seat back; harmless when it was given back before."""
        if self.used.get(seat.number) is seat:
            del self.used[seat.number]

    def close(self, open_: Collection[int]) -> None:
        """End the sessions on all seats but the open ones."""
        for seat in list(self.used.values()):
            if seat.number not in open_ and seat.hang_up is not None:
                seat.hang_up()
