"""The list of commits, as ``show system commit`` prints it.

In: text. Out: ``Commit`` records, newest first. Called by ``candidate``. While a timer runs, the newest commit is
followed by ``rollback pending``; that it was to be confirmed stays in the list for good and says nothing.
"""

import re
from dataclasses import dataclass

from inventory.platforms import ParseDoubt

COMMITS = "show system commit"
_ENTRY = re.compile(r"\s*(\d+)\s+(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+) by (\S+) via (\S+)(.*)\Z")
_PENDING = "rollback pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit. ``pending``: it is taken back unless it is confirmed."""

    when: str
    user: str
    client: str
    to_confirm: bool
    pending: bool

    def same(self, other: "Commit") -> bool:
        """Whether both are one commit, whatever became of it."""
        return (self.when, self.user, self.client) == (other.when, other.user, other.client)


def commits(output: str) -> list[Commit]:
    """Read the list. Raises ``ParseDoubt`` when there is none, or its numbers do not follow each other."""
    found: list[Commit] = []
    for line in output.replace("\r", "").split("\n"):
        entry = _ENTRY.match(line)
        if entry is not None:
            if int(entry[1]) != len(found):
                raise ParseDoubt(f"{COMMITS}: number {entry[1]} stands where {len(found)} is due")
            to_confirm = "commit confirmed" in entry[5]
            found.append(Commit(when=entry[2], user=entry[3], client=entry[4], to_confirm=to_confirm, pending=False))
        elif line.strip() == _PENDING and len(found) == 1:
            first = found[0]
            found[0] = Commit(
                when=first.when, user=first.user, client=first.client, to_confirm=first.to_confirm, pending=True
            )
    if not found:
        raise ParseDoubt(f"{COMMITS}: no commit at all")
    return found
