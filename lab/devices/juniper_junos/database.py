"""The configuration database of a device: what is committed, the candidate, the lock, and a commit that expires.

In: sessions that lock, change, commit and roll back. Out: a new committed configuration, told to the device; refusals
in Junos's words. Called by NETCONF and by the configuration mode. The timer runs on the device, so it outlives the
session that started it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lab.devices.juniper_junos.checks import Complaint, complaints
from lab.devices.juniper_junos.differences import Change, changes
from lab.devices.juniper_junos.sessions import Session
from lab.devices.juniper_junos.tree import Section

KEPT = 50
DEFAULT_MINUTES = 10


class LockedError(Exception):
    """The database is in somebody else's hands. ``holder`` is None when the reason is another."""

    def __init__(self, message: str, holder: Session | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.holder = holder


class CommitRefusedError(Exception):
    """A candidate that cannot be committed."""

    def __init__(self, found: list[Complaint]) -> None:
        super().__init__(found[0].message)
        self.complaints = found


@dataclass(frozen=True, slots=True)
class Commit:
    """One committed configuration: what it says, who made it so, and how. ``minutes``: it was to be confirmed."""

    config: Section
    user: str
    client: str
    when: datetime
    number: int
    comment: str = ""
    minutes: int | None = None

    @property
    def confirmed(self) -> str:
        """What stays in the list of commits about the confirmation, empty when none was due."""
        return "" if self.minutes is None else f"commit confirmed, rollback in {self.minutes}mins"

    @property
    def revision(self) -> str:
        """The name of this commit."""
        return f"re0-{int(self.when.timestamp())}-{self.number}"


@dataclass(slots=True)
class Pending:
    """A commit that is taken back unless it is confirmed."""

    user: str
    minutes: int
    until: float
    backup: Section
    timer: asyncio.TimerHandle


Committed = Callable[[list[Change], Commit], None]


class Draft:
    """What is committed, the candidate beside it, and whose hands it is in.

    ``foreign`` returns the session of somebody outside the lab's clients who has locked it, if one has.
    """

    def __init__(self, config: Section, now: Callable[[], datetime]) -> None:
        self.holder: Session | None = None
        self.foreign: Callable[[], Session | None] = lambda: None
        self._now = now
        self._candidate: Section | None = None
        self.history = [Commit(config, "root", "other", now(), 1)]

    @property
    def committed(self) -> Section:
        """The configuration the device runs."""
        return self.history[0].config

    @property
    def candidate(self) -> Section:
        """The candidate as it is read; ``edit`` gives it for writing."""
        return self.committed if self._candidate is None else self._candidate

    def modified(self) -> bool:
        """Whether the candidate says something else than what is committed."""
        if self._candidate is None:
            return False
        return next(changes(self.committed, self._candidate), None) is not None

    def lock(self, session: Session) -> None:
        """Take the database for one session alone. Raises ``LockedError``."""
        self.hinder(session)
        if self.holder is None and self.modified():
            raise LockedError("configuration database modified")
        self.holder = session

    def unlock(self, session: Session) -> None:
        """Give the database back; what was not committed is dropped. Raises ``LockedError``."""
        if self.holder is not session:
            raise LockedError("Configuration database is not open")
        self.holder, self._candidate = None, None

    def hinder(self, session: Session) -> None:
        """Refuse a session while another has the database. Raises ``LockedError``."""
        holder = self.foreign() or self.holder
        if holder is not None and holder is not session:
            told = f"{holder.told(self._now())}\n      exclusive {holder.stands()}"
            raise LockedError(f"configuration database locked by:\n{told}", holder)

    def leave(self, session: Session) -> None:
        """A session is over: its lock goes, and with it what it did not commit."""
        if self.holder is session:
            self.unlock(session)

    def edit(self, session: Session) -> Section:
        """Return the candidate for changing. Raises ``LockedError``."""
        self.hinder(session)
        if self._candidate is None:
            self._candidate = self.committed.copy()
        return self._candidate


class Database(Draft):
    """The configurations of one device. ``committed`` is told what changed; ``now`` is the lab's clock."""

    def __init__(
        self, config: Section, now: Callable[[], datetime], committed: Committed, minute_seconds: float
    ) -> None:
        super().__init__(config, now)
        self.minute_seconds = minute_seconds
        self.pending: Pending | None = None
        self.log: Callable[[str, str], None] = lambda _mnemonic, _text: None
        self._tell = committed

    def roll_back(self, session: Session, number: int) -> None:
        """Make the candidate an earlier configuration. Raises ``LockedError``, ``IndexError``."""
        self.hinder(session)
        wanted = self.history[number].config
        self._candidate = None if number == 0 else wanted.copy()

    def check(self, session: Session) -> None:
        """Check the candidate; that also confirms what is pending. Raises ``LockedError``, ``CommitRefusedError``."""
        self.hinder(session)
        found = complaints(self.candidate)
        if found:
            raise CommitRefusedError(found)
        self._confirm()

    def commit(self, session: Session, *, minutes: int | None = None, comment: str = "") -> None:
        """Make the candidate the configuration, for good or for some minutes. Raises as ``check`` does.

        A commit confirms an earlier one that was pending. Needs a running event loop when ``minutes`` are given.
        """
        self.hinder(session)
        found = complaints(self.candidate)
        if found:
            raise CommitRefusedError(found)
        backup = self.pending.backup if self.pending is not None else self.committed
        self._confirm()
        if minutes is not None:
            self._arm(session.user, minutes, backup)
        self._put(self.candidate, session.user, session.client, comment, minutes)

    def put(self, config: Section, user: str, minutes: int | None = None) -> None:
        """Commit a configuration past candidate and lock, as somebody at the prompt did; for good, or for some minutes.

        A commit confirms an earlier one that was pending, whoever made it. Minutes need a running event loop.
        """
        before = self.committed
        self._confirm()
        if minutes is not None:
            self._arm(user, minutes, before)
        self._put(config, user, "cli", "", minutes)

    def take_back(self) -> bool:
        """Take back what is pending; False when nothing is."""
        pending = self.disarm()
        if pending is None:
            return False
        self._put(pending.backup, "root", "other")
        self._candidate = None
        self.log("UI_COMMIT_NOT_CONFIRMED", "Commit was not confirmed; automatic rollback complete")
        return True

    def disarm(self) -> Pending | None:
        """Stop the timer; return what was pending."""
        pending, self.pending = self.pending, None
        if pending is not None:
            pending.timer.cancel()
        return pending

    def restart(self) -> None:
        """What a reboot leaves: no candidate, no lock, and nothing pending - it was taken back before."""
        self.take_back()
        self.holder, self._candidate = None, None

    def extend(self, minutes: int) -> None:
        """Start the timer anew."""
        if self.pending is not None:
            self._arm(self.pending.user, minutes, self.pending.backup)

    def _confirm(self) -> None:
        if self.disarm() is not None:
            self.log("UI_COMMIT_CONFIRMED", "Commit confirmed")

    def _arm(self, user: str, minutes: int, backup: Section) -> None:
        self.disarm()
        loop = asyncio.get_running_loop()
        seconds = minutes * self.minute_seconds
        timer = loop.call_later(seconds, self.take_back)
        self.pending = Pending(user, minutes, loop.time() + seconds, backup, timer)

    def _put(self, config: Section, user: str, client: str, comment: str = "", minutes: int | None = None) -> None:
        changed = list(changes(self.committed, config))
        entry = Commit(config.copy(), user, client, self._now(), self.history[0].number + 1, comment, minutes)
        self.history.insert(0, entry)
        del self.history[KEPT:]
        self._candidate = None
        self._tell(changed, entry)
