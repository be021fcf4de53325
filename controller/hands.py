"""The write chokepoint: a change goes out only through here, under a journalled intent and a live token.

In: a planned change and the key of its step. Out: ``ran``, ``not_run`` or ``unknown`` - as read back from the
device, never as a library reported it. Called by ``controller.heal``. After a crash the intent that was left
open is read back first, so that no effect is made twice.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import structlog

from controller.events import Intended, WriteEnded
from controller.journal import Journal
from controller.ports import Clock, Intent
from inventory.errors import (
    AuthRefusedError,
    BusyError,
    DeviceError,
    DoubtfulError,
    HostKeyChangedError,
    StaleTokenError,
)
from inventory.session import Sessions
from inventory.writes import Permit, Write
from playbooks.codec import change_record, load_change, with_token
from playbooks.model import CONFIG, Action, Change, config_lines

Ending = Literal["ran", "not_run", "unknown", "undone"]
Outcome = Ending | Literal["stale"]
NOTHING_SENT = (AuthRefusedError, BusyError, HostKeyChangedError)
NEXT_TRY = 5.0
HARMLESS = ("!", "Building configuration", "Current configuration", "ntp clock-period")
log = structlog.get_logger(__name__)


class Work(Protocol):
    """What a change is made for: an incident, or one store's part of a rollout."""

    @property
    def id(self) -> str:
        """Id of the incident or rollout."""

    @property
    def store(self) -> str:
        """The store that is written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a read-back found: the outcome, the witness's words, the configuration difference."""

    outcome: Ending
    words: str
    diff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Makes and takes back changes. ``patience_seconds`` bounds how long a read-back waits for a device."""

    sessions: Sessions
    journal: Journal
    clock: Clock
    actions: Mapping[str, Action]
    patience_seconds: float

    def make(self, work: Work, rung: int, key: str, change: Change, *, begun: bool = False) -> Outcome:
        """Make a change once per ``key``; resumes what a crash left open. Raises ``StaleTokenError``.

        ``stale``: a crash left it unmade, and as nothing was ``begun`` before it, the evidence must be taken anew.
        """
        earlier = self._earlier(work, key)
        last = earlier[-1].outcome if earlier else "not_run"
        if last == "open":
            told = self._read_back(load_change(earlier[-1].change))
            self._end(work, earlier[-1].id, told)
            if told.outcome != "not_run":
                return told.outcome
            if change.write.kind == "commit_confirm":  # the crash may have left the timer armed and nothing to revert
                self._stop_timer(work, rung, f"{key}-disarm", change, "its revert timer was stopped")
            if not begun:
                return "stale"
        elif last != "not_run":
            return last
        intent = f"{key}-{len(earlier) + 1}"
        return self._write(work, rung, intent, with_token(change, intent))

    def take_back(self, work: Work, rung: int, key: str, change: Change) -> Outcome:
        """Undo a change: by the device's own pending revert where there is one, else by its undo lines."""
        if change.write.kind == "commit_confirm":
            self._stop_timer(work, rung, f"{key}-revert", change, "the device took it back")
            if self._read_back(change).outcome == "not_run":
                return "undone"
        if change.undo is None:
            return "undone"
        back = _reverse(change, change.undo)
        made = self.make(work, rung, f"{key}-undo", back, begun=True)
        if made == "ran" and back.write.kind == "commit_confirm":
            self.keep(work, rung, f"{key}-undo", back)
        return made

    def keep(self, work: Work, rung: int, key: str, change: Change) -> bool:
        """Confirm a change that the device would take back by itself; True when it is in effect and final."""
        session, stem = self.sessions[change.device], f"{key}-keep"
        if session.pending():
            session.confirm(self._begin(work, rung, stem, change))
        told = self._read_back(change)
        self._end_left(work, stem, told)
        return told.outcome == "ran" and not session.pending()

    def outlast(self, work: Work, rung: int, key: str, change: Change, seconds: float) -> Outcome:
        """Wait, at most ``seconds``, for a device that was lost under its own revert timer; ``undone`` once it is."""
        deadline = self.clock.now().timestamp() + seconds
        while True:
            told = self._witnessed(change)
            if told.outcome == "not_run":
                words = "the device took it back by its own timer"
                for lost in self._earlier(work, key):
                    if lost.outcome in ("open", "unknown"):
                        self._end(work, lost.id, Told(outcome="undone", words=words))
                return "undone"
            if told.outcome == "ran" and (made := self._try_take_back(work, rung, key, change)) != "unknown":
                return made
            if self.clock.now().timestamp() >= deadline:
                return "unknown"
            self.clock.sleep(1.0 if told.outcome == "unknown" else NEXT_TRY)

    def _try_take_back(self, work: Work, rung: int, key: str, change: Change) -> Outcome:
        """Take back; ``unknown`` when the device does not do it now: its own timer still will."""
        try:
            return self.take_back(work, rung, key, change)
        except DeviceError as error:
            log.warning("write.not_taken_back", device=change.device, reason=error.reason)
            return "unknown"

    def _stop_timer(self, work: Work, rung: int, stem: str, change: Change, words: str) -> None:
        """Have the device go back now instead of at the end of its timer; also after a crash in the middle of this."""
        session = self.sessions[change.device]
        if session.pending():
            permit = self._begin(work, rung, stem, change)
            try:
                session.undo(permit)
            except DoubtfulError:  # sent, and no answer: what the device says on a new session decides
                if session.pending():
                    raise
        self._end_left(work, stem, Told(outcome="undone", words=words))

    def _end_left(self, work: Work, stem: str, told: Told) -> None:
        """End whatever intent under a stem is still open."""
        for left in self._earlier(work, stem):
            if left.outcome == "open":
                self._end(work, left.id, told)

    def _earlier(self, work: Work, stem: str) -> list[Intent]:
        """The intents journalled under this very stem, oldest first."""
        numbered = ((i, i.id.rpartition("-")) for i in self.journal.intents(work.id, work.store))
        return [i for i, (known, _, number) in numbered if known == stem and number.isdigit()]

    def _begin(self, work: Work, rung: int, stem: str, change: Change) -> Permit:
        """A new intent under a stem; one that a crash left open is read back and ended first."""
        earlier = self._earlier(work, stem)
        if any(left.outcome == "open" for left in earlier):
            self._end_left(work, stem, self._read_back(change))
        return self._intend(work, rung, f"{stem}-{len(earlier) + 1}", change)

    def _intend(self, work: Work, rung: int, intent: str, change: Change) -> Permit:
        """Journal the intent and its event; the permit it gives is the only key to a session's writes."""
        now = self.clock.now()
        token = self.journal.token(work.store)
        event = Intended(
            incident=work.id,
            store=work.store,
            at=now,
            intent=intent,
            rung=rung,
            action=change.action,
            device=change.device,
            port=change.port,
            summary=change.summary,
            lines=change.write.lines,
            undo=change.undo.lines if change.undo else (),
            token=token,
        )
        record = Intent(
            id=intent,
            incident=work.id,
            store=work.store,
            device=change.device,
            token=token,
            change=change_record(change),
            created_at=now,
        )
        return self.journal.intend(record, event)

    def _write(self, work: Work, rung: int, intent: str, change: Change) -> Outcome:
        before = self._config(change)
        permit = self._intend(work, rung, intent, change)
        refusal, unsent = "", False
        try:
            self.sessions[change.device].apply(change.write, permit)
        except DeviceError as error:
            refusal, unsent = error.reason, isinstance(error, NOTHING_SENT)
            log.warning("write.not_clean", intent=intent, device=change.device, reason=error.reason)
        except StaleTokenError:
            self._end(work, intent, Told(outcome="not_run", words="another controller owns the store"))
            raise
        told = self._read_back(change, refusal)
        if unsent and told.outcome == "unknown":
            told = Told(outcome="not_run", words=f"nothing was sent: {refusal}")
        return self._end(work, intent, self._only_ours(change, told, before))

    def _only_ours(self, change: Change, told: Told, before: tuple[str, ...]) -> Told:
        """Add the configuration difference; a line that is not ours is told, not hidden."""
        if not before:
            return told
        diff = _difference(before, self._config(change))
        foreign = [line for line in diff if not line[1:].strip().startswith(change.touches or ("\0",))]
        words = told.words + (f"; also changed meanwhile, not by us: {' | '.join(foreign)}" if foreign else "")
        return Told(outcome=told.outcome, words=words, diff="\n".join(diff))

    def _read_back(self, change: Change, refusal: str = "") -> Told:
        """Ask the change's witness until it answers or patience ends; silence is ``unknown``."""
        deadline = self.clock.now().timestamp() + self.patience_seconds
        while True:
            told = self._witnessed(change, refusal)
            if told.outcome != "unknown" or self.clock.now().timestamp() >= deadline:
                return told
            self.clock.sleep(1.0)

    def _witnessed(self, change: Change, refusal: str = "") -> Told:
        """Ask the change's witness once."""
        try:
            ran = self.actions[change.action].ran(change, self.sessions[change.device].read(change.witness))
        except DeviceError as error:
            return Told(outcome="unknown", words=f"could not be read back: {error.reason}")
        if ran is None:
            return Told(outcome="unknown", words="could not be read back: its witness could not tell")
        words = "read back: in effect" if ran else "read back: not in effect"
        return Told(outcome="ran" if ran else "not_run", words=f"{words}; {refusal}".rstrip("; "))

    def _end(self, work: Work, intent: str, told: Told) -> Outcome:
        event = WriteEnded(
            incident=work.id,
            store=work.store,
            at=self.clock.now(),
            intent=intent,
            outcome=told.outcome,
            read_back=told.words,
            diff=told.diff,
        )
        self.journal.end(intent, told.outcome, event)
        return told.outcome

    def _config(self, change: Change) -> tuple[str, ...]:
        """The running configuration's lines for a difference; empty for exec writes or when it cannot be read."""
        if change.write.kind == "exec":
            return ()
        try:
            return config_lines(self.sessions[change.device].read(CONFIG))
        except DeviceError:
            return ()


def _reverse(change: Change, undo: Write) -> Change:
    """The change that takes ``change`` back."""
    return replace(change, write=undo, undo=None, summary=f"undo: {change.summary}", pause_seconds=0.0)


def _difference(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """Added and removed lines, comments and banners left out."""
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    kept = (line for line in lines if not line.startswith(("---", "+++", "@@")))
    return tuple(line for line in kept if line[1:].strip() and not line[1:].startswith(HARMLESS))
