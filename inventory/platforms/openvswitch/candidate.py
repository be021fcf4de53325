"""A change of a switch under the switch's own timer, by the agent's words.

In: a lent connection at the agent's ``#`` prompt. Out: a ``Candidate``. Called by ``inventory.napalm_door``. The lines
are judged one by one as they arrive, all take effect together, and the switch keeps the timer.
"""

import contextlib
from collections.abc import Iterator

from inventory.event_driven import EventDriven
from inventory.platforms import Candidate, CandidateRefusedError, ParseDoubt
from inventory.platforms.openvswitch import readers

LINE_SECONDS, CHANGE_SECONDS = 5.0, 15.0
NEGATIVE = "% "


class SwitchCandidate:
    """One change."""

    def __init__(self, connection: EventDriven) -> None:
        self._connection = connection

    def load_merge_candidate(self, *, config: str) -> None:
        """Type the lines; the first that is refused ends it."""
        self._ask("configure", LINE_SECONDS)
        lines = [line for line in config.splitlines() if line.strip()]
        for number, line in enumerate(lines, 1):
            try:
                self._ask(line, LINE_SECONDS)
            except CandidateRefusedError as refused:
                self.discard_config()
                raise CandidateRefusedError(f"line {number} of {len(lines)} ({line.strip()!r}): {refused}") from None

    def compare_config(self) -> str:
        """Return what would differ."""
        return str(self._told("compare")["text"])

    def commit_config(self, *, revert_in: int) -> None:
        """Make the change; the switch looks itself that it is as it should be, and has taken it back if not."""
        self._ask(f"commit confirmed {revert_in}", CHANGE_SECONDS)

    def has_pending_commit(self) -> bool:
        """Ask the switch."""
        try:
            return readers.is_pending(self._ask("pending", LINE_SECONDS))
        except ParseDoubt as doubt:
            raise ValueError(str(doubt)) from None

    def confirm_commit(self) -> None:
        """Keep and save."""
        self._ask("confirm", CHANGE_SECONDS)

    def rollback(self) -> None:
        """Take back now."""
        self._ask("rollback", CHANGE_SECONDS)

    def discard_config(self) -> None:
        """Leave the configuration unless the commit has; what was typed is forgotten."""
        if "(config)" in self._connection.answered_with:
            self._ask("abort", LINE_SECONDS)

    def _told(self, command: str) -> readers.Fields:
        try:
            return readers.said(self._ask(command, LINE_SECONDS))
        except ParseDoubt as doubt:
            raise CandidateRefusedError(str(doubt)) from None

    def _ask(self, command: str, seconds: float) -> str:
        said = self._connection.ask(command, seconds)
        refused = next((line for line in said.splitlines() if line.startswith(NEGATIVE)), None)
        if refused is not None:
            raise CandidateRefusedError(refused.removeprefix(NEGATIVE))
        return said


@contextlib.contextmanager
def lend(connection: EventDriven, _username: str) -> Iterator[Candidate]:
    """Lend a connection to a change."""
    yield SwitchCandidate(connection)
