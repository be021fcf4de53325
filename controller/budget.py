"""The fleet's budget of repairs: how many may be under way at once in this controller.

In: incidents that begin and end their repairs. Out: how many others are under way. Called by ``controller.rung``.
Why: a rule that is wrong, or a cause nobody has recognised, must not touch a whole chain in one minute.
"""

import threading
from math import ceil

LEAST = 3
SHARE = 0.05


def repairs_at_once(stores: int) -> int:
    """The budget of a chain of so many stores."""
    return max(LEAST, ceil(SHARE * stores))


class Budget:
    """Repairs under way. Safe to use from many threads."""

    def __init__(self, at_most: int) -> None:
        self.at_most = at_most
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def enter(self, incident: str, *, always: bool = False) -> int:
        """Take a place if there is one (``always``: in any case); how many others are under way."""
        with self._lock:
            others = len(self._under_way - {incident})
            if always or others < self.at_most:
                self._under_way.add(incident)
            return others

    def leave(self, incident: str) -> None:
        """Give the place back."""
        with self._lock:
            self._under_way.discard(incident)
