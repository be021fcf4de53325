"""A change to an FRR router under the router's own timer, over a connection that is lent.

In: the write account's connection, lines. Out: the router's diff; a change that waits for its confirmation. Called by
``inventory.napalm_door``. The agent on the router does the work; nothing is left there between the calls.
"""

import contextlib
from collections.abc import Iterator

from inventory.event_driven import EventDriven
from inventory.platforms.frr import shell
from inventory.platforms.frr.agent_words import ask_agent
from inventory.platforms.frr.shell import Said


class FrrCandidate:
    """A ``Candidate`` whose words are the agent's."""

    def __init__(self, connection: EventDriven) -> None:
        self._connection = connection
        self._lines = ""

    def load_merge_candidate(self, *, config: str) -> None:
        """Have the router read the lines; it keeps nothing."""
        self._ask("check", config)
        self._lines = config

    def compare_config(self) -> str:
        """Return what FRR would change."""
        return self._ask("diff", self._lines)

    def commit_config(self, *, revert_in: int) -> None:
        """Change under the timer. A refusal has already been taken back."""
        self._ask(f"apply --seconds {revert_in:d}", self._lines)

    def has_pending_commit(self) -> bool:
        """Ask the agent. Raises ``ValueError`` when the answer is neither yes nor no."""
        word = self._ask("pending").split(" ")[0].strip()
        if word not in ("none", "pending"):
            raise ValueError("does not tell whether a change is pending")
        return word == "pending"

    def confirm_commit(self) -> None:
        """Keep the change, and save it."""
        self._ask("confirm")

    def rollback(self) -> None:
        """Take the change back now."""
        self._ask("rollback")

    def discard_config(self) -> None:
        """Forget the lines: nothing stands on the router."""
        self._lines = ""

    def _ask(self, words: str, text: str = "") -> str:
        said = ask_agent(self._run, words, text=text)
        self._connection.transcript.append(f"storenet-frr {words}\n{text}{said}".strip())
        return said

    def _run(self, command: str, seconds: float, text: str) -> Said:
        return shell.run(self._connection, command, seconds, text=text)


@contextlib.contextmanager
def lend(connection: EventDriven, _username: str) -> Iterator[FrrCandidate]:
    """Lend a connection to who changes this router."""
    yield FrrCandidate(connection)
