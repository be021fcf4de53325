"""A change of a switch in a configuration session of our own, committed under EOS's timer.

In: a lent connection of the write account at its ``#`` prompt. Out: a ``Candidate``. Called by
``inventory.napalm_door``. Why not NAPALM's driver: it keeps the session's name to itself, so that another connection
could neither confirm nor take back. Ours begins with ``storenet-`` and the intent's journalled id, and is looked up on
the switch. A session holds a copy of the running configuration: whoever commits later overwrites who committed before.
So nothing is typed while somebody else is in a session or a change waits for its confirmation.
"""

import contextlib
import re
import secrets
from collections.abc import Iterator

from inventory.event_driven import ChannelLostError, EventDriven, NoAnswerError
from inventory.platforms import Candidate, CandidateRefusedError, ParseDoubt
from inventory.platforms.arista_eos.dialect import refusal
from inventory.platforms.arista_eos.pending import (
    PREFIX,
    SESSIONS,
    VERSION,
    Sessions,
    Timed,
    clock,
    seconds_left,
    sessions,
)

LINE_SECONDS, CHANGE_SECONDS = 10.0, 60.0
SPARE_SECONDS = 30.0
"""Nearer to its end a timer is left to run out: a confirmation could come too late and look as if it had not."""
SAVED = "Copy completed successfully"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]")
_IN_SESSION = "(config-s-"
_IN_A_DIFF = ("+", "-", "@", " ")


def session_name(intent: str) -> str:
    """Return a new session's name; EOS takes no name a second time."""
    return f"{PREFIX}{_NOT_IN_A_NAME.sub('_', intent)[:80]}-{secrets.token_hex(3)}"


class EosCandidate:
    """One change."""

    def __init__(self, connection: EventDriven, username: str) -> None:
        self._connection = connection
        self._username = username
        self._name = ""

    def load_merge_candidate(self, *, config: str) -> None:
        """Type the lines into a session of their own; the first that is refused ends it."""
        self._load(config.splitlines())

    def load_replace_candidate(self, *, config: str) -> None:
        """As ``load_merge_candidate``, for a whole configuration: what it does not say goes."""
        self._load(["rollback clean-config", *config.splitlines()])

    def _load(self, lines: list[str]) -> None:
        self._make_room()
        self._name = session_name(self._connection.intent)
        said = self._ask(f"configure session {self._name}", LINE_SECONDS)
        if _IN_SESSION not in self._connection.answered_with:
            self._name = ""
            raise CandidateRefusedError(f"no configuration session was opened: {_first(said)}")
        due = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("!")]
        with self._aborted_when_refused():
            for number, line in enumerate(due, 1):
                self._type(line, f"line {number} of {len(due)}")
            self._ask("end", LINE_SECONDS)

    def _type(self, line: str, place: str) -> None:
        try:
            self._ask(line, CHANGE_SECONDS if line == "rollback clean-config" else LINE_SECONDS)
        except CandidateRefusedError as refused:
            raise CandidateRefusedError(f"{place} ({line!r}): {refused}") from None

    def compare_config(self) -> str:
        """Return what would differ, without the two lines that name the sides."""
        command = f"show session-config named {self._name} diffs"
        with self._aborted_when_refused():
            said = self._said(command, CHANGE_SECONDS).splitlines()
            if refused := refusal("\n".join(line for line in said if not line.startswith(_IN_A_DIFF))):
                raise CandidateRefusedError(refused)
        return "\n".join(line for line in said if not line.startswith(("--- ", "+++ "))).strip("\n")

    def commit_config(self, *, revert_in: int) -> None:
        """Make it so under the timer; only a timer that the switch tells of counts as a commit."""
        with self._aborted_when_refused():
            self._ask(f"configure session {self._name} commit timer {clock(revert_in)}", CHANGE_SECONDS)
            if not self.has_pending_commit():
                raise CandidateRefusedError("no timer runs after the commit")
        self._name = ""

    def has_pending_commit(self) -> bool:
        """Whether a change of ours waits for its confirmation. Raises ``ValueError`` without a clear answer."""
        return self._ours() is not None

    def confirm_commit(self) -> None:
        """Keep the change that waits, and save it. A timer that is nearly over is left alone."""
        timed = self._waiting()
        left = self._seconds_left(timed)
        if left is not None and left < SPARE_SECONDS:
            raise CandidateRefusedError(f"only {left:.0f} s are left before the switch takes the change back")
        self._ask(f"configure session {timed.name} commit", CHANGE_SECONDS)
        if self.has_pending_commit():
            raise CandidateRefusedError("the change is still pending after its confirmation")
        self._save()

    def rollback(self) -> None:
        """Take back what waits; what the switch has saved with the commit is saved anew."""
        timed, saves = self._waiting(), self._sessions().saves
        self._ask(f"configure session {timed.name} abort", CHANGE_SECONDS)
        if self.has_pending_commit():
            raise CandidateRefusedError("the change is still pending after it was taken back")
        if saves:
            self._save()

    def discard_config(self) -> None:
        """Drop the session unless it was committed; the running configuration is not touched."""
        name, self._name = self._name, ""
        if _IN_SESSION in self._connection.answered_with:
            self._ask("end", LINE_SECONDS)
        if name:
            self._ask(f"configure session {name} abort", LINE_SECONDS)

    # what stands on the switch -----------------------------------------------------------------------------------

    def _make_room(self) -> None:
        """Refuse while somebody else is at it; drop sessions of ours that a crash left open."""
        found = self._sessions()
        if found.timed is not None:
            whose = "of ours " if found.timed.is_of(self._username) else f"of {found.timed.user or 'somebody else'} "
            raise CandidateRefusedError(f"a change {whose}waits for its confirmation (session {found.timed.name})")
        busy = next((one for one in found.opened if not one.name.startswith(PREFIX) and one.users), None)
        if busy is not None:
            raise CandidateRefusedError(f"{' and '.join(busy.users)} is in configuration session {busy.name}")
        for left in found.opened:
            if left.name.startswith(PREFIX):
                self._ask(f"configure session {left.name} abort", LINE_SECONDS)

    def _ours(self) -> Timed | None:
        timed = self._sessions().timed
        return timed if timed is not None and timed.is_of(self._username) else None

    def _waiting(self) -> Timed:
        timed = self._ours()
        if timed is None:
            raise CandidateRefusedError("nothing is pending any more")
        return timed

    def _sessions(self) -> Sessions:
        try:
            return sessions(self._ask(SESSIONS, LINE_SECONDS))
        except ParseDoubt as doubt:
            raise ValueError(str(doubt)) from None

    def _seconds_left(self, timed: Timed) -> float | None:
        try:
            return seconds_left(timed, self._ask(VERSION, LINE_SECONDS))
        except ParseDoubt as doubt:
            raise CandidateRefusedError(f"it cannot be told how long the timer still runs: {doubt}") from None

    def _save(self) -> None:
        said = self._ask("write memory", CHANGE_SECONDS)
        if SAVED not in said:
            raise CandidateRefusedError(f"the configuration was not saved: {_first(said)}")

    @contextlib.contextmanager
    def _aborted_when_refused(self) -> Iterator[None]:
        """A refusal leaves nothing: the session is dropped, and a change that it made with it."""
        try:
            yield
        except (CandidateRefusedError, ValueError):
            with contextlib.suppress(CandidateRefusedError, ChannelLostError, NoAnswerError):
                self.discard_config()
            raise

    def _ask(self, command: str, seconds: float) -> str:
        said = self._said(command, seconds)
        if refused := refusal(said):
            raise CandidateRefusedError(refused)
        return said

    def _said(self, command: str, seconds: float) -> str:
        return self._connection.ask(command, min(seconds, self._connection.most_seconds))


def _first(said: str) -> str:
    return next((line.strip() for line in said.splitlines() if line.strip()), "it gave no reason")


@contextlib.contextmanager
def lend(connection: EventDriven, username: str) -> Iterator[Candidate]:
    """Lend a connection to a change."""
    yield EosCandidate(connection, username)
