"""A change of a Junos device in its candidate configuration, committed under its own timer.

In: a lent connection of the write account in operational mode. Out: a ``Candidate``. Called by
``inventory.napalm_door``. The candidate is one for all: ``configure exclusive`` keeps others out and is refused while
somebody has it open or has left something in it, so nothing but our lines is ever committed.
"""

import contextlib
import re
from collections.abc import Iterator

from inventory.event_driven import ChannelLostError, EventDriven, NoAnswerError
from inventory.platforms import Candidate, CandidateRefusedError, ParseDoubt
from inventory.platforms.juniper_junos.commits import COMMITS, Commit, commits
from inventory.platforms.juniper_junos.words import DIALECT, refusal, why

LINE_SECONDS, CHANGE_SECONDS = 10.0, 120.0
COMMITTED = "commit complete"
_QUESTION = re.compile(r"\[yes,no\][^\n]*\Z")
_CONFIGURATION = re.compile(r"\s*[^\s#>]+#")
_NOT_IN_A_COMMENT = re.compile(r"[^A-Za-z0-9_.-]")


class JunosCandidate:
    """One change."""

    def __init__(self, connection: EventDriven, username: str) -> None:
        self._connection = connection
        self._username = username

    def load_merge_candidate(self, *, config: str) -> None:
        """Set the lines one by one; the first that is refused ends it.

        That nothing waits for its confirmation is asked once the configuration is ours: a commit would confirm it.
        """
        due = [line.strip() for line in config.splitlines() if line.strip()]
        self._enter()
        with self._dropped_when_refused():
            newest = self._commits("run ")[0]
            if newest.pending:
                raise CandidateRefusedError(f"a change of {newest.user} waits for its confirmation")
            for number, line in enumerate(due, 1):
                if refused := refusal(self._said(line, LINE_SECONDS)):
                    raise CandidateRefusedError(f"line {number} of {len(due)} ({line!r}): {refused}")

    def compare_config(self) -> str:
        """Return the device's own patch."""
        with self._dropped_when_refused():
            return self._ask("show | compare", CHANGE_SECONDS).strip("\n")

    def commit_config(self, *, revert_in: int) -> None:
        """Make it so under the timer; a commit without a timer that the device tells of is a doubt."""
        with self._dropped_when_refused():
            self._commit(f"commit confirmed {-(-revert_in // 60)} comment {_comment(self._connection.intent)}")
            self._leave()
            if not self.has_pending_commit():
                raise ValueError("no timer of ours runs after the commit")

    def has_pending_commit(self) -> bool:
        """Whether a change of ours waits for its confirmation. Raises ``ValueError`` without a clear answer."""
        newest = self._commits()[0]
        return newest.pending and newest.user == self._username

    def confirm_commit(self) -> None:
        """Keep the change that waits; that the device did not take it back meanwhile is read from its list."""
        waiting = self._waiting()
        self._enter()
        with self._dropped_when_refused():
            self._commit(f"commit comment {_comment('confirmed')}")
            self._leave()
        if not self._commits()[1].same(waiting):
            raise CandidateRefusedError("the device had taken the change back before its confirmation")

    def rollback(self) -> None:
        """Take back what waits."""
        self._waiting()
        self._enter()
        with self._dropped_when_refused():
            self._ask("rollback 1", LINE_SECONDS)
            self._commit("commit")
            self._leave()

    def discard_config(self) -> None:
        """Empty the candidate and leave it; the running configuration is not touched."""
        if self._in_configuration():
            self._ask("rollback 0", LINE_SECONDS)
            self._leave()

    # what stands on the device -----------------------------------------------------------------------------------

    def _enter(self) -> None:
        said = self._said(DIALECT.enter_config, LINE_SECONDS)
        if not self._in_configuration() or refusal(said):
            raise CandidateRefusedError(f"the configuration was not opened: {why(said)}")

    def _in_configuration(self) -> bool:
        return _CONFIGURATION.match(self._connection.answered_with) is not None

    def _leave(self) -> None:
        """Go back to operational mode. A question tells that something is left in the candidate: it is dropped."""
        self._said("exit configuration-mode", LINE_SECONDS, until=_QUESTION)
        if _QUESTION.search(self._connection.answered_with):
            self._said("yes", LINE_SECONDS)

    def _commit(self, command: str) -> None:
        said = self._said(command, CHANGE_SECONDS)
        if refusal(said):
            raise CandidateRefusedError(why(said))
        if COMMITTED not in said:
            raise ValueError("does not say that it committed")

    def _commits(self, before: str = "") -> list[Commit]:
        try:
            return commits(self._said(f"{before}{COMMITS}", LINE_SECONDS))
        except ParseDoubt as doubt:
            raise ValueError(str(doubt)) from None

    def _waiting(self) -> Commit:
        newest = self._commits()[0]
        if not newest.pending or newest.user != self._username:
            raise CandidateRefusedError("nothing is pending any more")
        return newest

    @contextlib.contextmanager
    def _dropped_when_refused(self) -> Iterator[None]:
        """A refusal leaves nothing in the candidate."""
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

    def _said(self, command: str, seconds: float, until: re.Pattern[str] | None = None) -> str:
        return self._connection.ask(command, min(seconds, self._connection.most_seconds), until=until)


def _comment(words: str) -> str:
    """Who did it and for what, as it will stand in the list of commits."""
    return f'"storenet {_NOT_IN_A_COMMENT.sub("_", words)[:60]}"'


@contextlib.contextmanager
def lend(connection: EventDriven, username: str) -> Iterator[Candidate]:
    """Lend a connection to a change."""
    yield JunosCandidate(connection, username)
