"""A device that people configure by hand, at its prompt.

In: lines a person types. Out: commits, and seats taken. ``device`` is one of these; faults of the lab and its world
call it.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from lab.devices.juniper_junos.database import Database
from lab.devices.juniper_junos.loading import load_set
from lab.devices.juniper_junos.people import People
from lab.devices.juniper_junos.translated import as_set
from lab.devices.juniper_junos.tree import RefusalError, Section


class Attended(ABC):
    """See the module."""

    database: Database
    people: People

    @property
    @abstractmethod
    def config(self) -> Section:
        """The committed configuration."""

    @abstractmethod
    def open_lines(self) -> tuple[int, ...]:
        """The places that take a session."""

    def apply(self, lines: Sequence[str], user: str) -> list[RefusalError]:
        """Set and commit lines as a person at the prompt would; they stand in the log under ``user``.

        The lab's common words (``interface``, ``shutdown``) are taken for what they mean here.
        """
        return self._type(lines, user, None)

    def try_out(self, lines: Sequence[str], user: str, minutes: int) -> list[RefusalError]:
        """Commit lines as a person would, under a timer that takes them back. Needs a running event loop."""
        return self._type(lines, user, minutes)

    def _type(self, lines: Sequence[str], user: str, minutes: int | None) -> list[RefusalError]:
        config = self.config.copy()
        refused = load_set(config, "\n".join(as_set(lines)))
        self.database.put(config, user, minutes)
        return refused

    def sit_down(self, user: str, lines: Sequence[str], *, exclusive: bool = False) -> None:
        """A person logs in, types lines and stays in configuration mode; ``exclusive``: nobody else may change it."""
        self.people.sit_down(user, self.open_lines(), exclusive=exclusive)
        if lines:
            self._type(lines, user, None)

    def stand_up(self, user: str, lines: Sequence[str]) -> None:
        """A person types some last lines and logs out."""
        if lines:
            self._type(lines, user, None)
        self.people.stand_up(user)

    def busy(self, user: str) -> bool:
        """Whether somebody sits there, or a timer is to take back what they typed."""
        pending = self.database.pending
        return user in self.people.seats or (pending is not None and pending.user == user)

    def take_back(self, user: str) -> bool:
        """Take back what is under a timer; False when nothing is."""
        del user
        return self.database.take_back()
