"""Who is logged in: the SSH sessions of a switch.

In: sessions opening and closing. Out: rows of ``show users``. A switch without a free place refuses the session.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

FIRST_VTY = 2


@dataclass(slots=True)
class Line:
    """A place in use."""

    number: int
    address: str
    since: datetime
    user: str = ""
    last_input: datetime | None = None
    hang_up: Callable[[], object] | None = None
    cut: Callable[[], object] | None = None

    @property
    def tty(self) -> str:
        """What EOS calls it."""
        return f"vty{self.number + FIRST_VTY}"


@dataclass(slots=True)
class Lines:
    """The places in use, by number."""

    used: dict[int, Line] = field(default_factory=dict)

    def take(self, numbers: Iterable[int], address: str, now: datetime) -> Line | None:
        """Return the first free place of ``numbers``, or None when all are taken."""
        for number in numbers:
            if number not in self.used:
                line = Line(number, address, now, last_input=now)
                self.used[number] = line
                return line
        return None

    def free(self, line: Line) -> None:
        """Give a place back; harmless when it was given back before."""
        if self.used.get(line.number) is line:
            del self.used[line.number]

    def close(self, open_: Collection[int]) -> None:
        """End the sessions on all places but the open ones."""
        for line in list(self.used.values()):
            if line.number not in open_ and line.hang_up is not None:
                line.hang_up()
