"""When a store's slow looks are due: now and then, spread over the fleet; at once where something is suspicious.

In: a store and the time. Out: whether this round asks everything. Called by ``controller.poll``. Why: what changes
slowly is not worth a command in every poll of thousands of devices, but a fault must not wait for its turn.
"""

import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

from inventory.model import StoreId


class Pace:
    """Every store is due each ``every_seconds``, and as long as ``suspicious`` says so. Not for several threads."""

    def __init__(self, every_seconds: float, suspicious: Callable[[StoreId], bool]) -> None:
        self._every = timedelta(seconds=every_seconds)
        self._suspicious = suspicious
        self._asked: dict[StoreId, datetime] = {}

    def due(self, store: StoreId, now: datetime) -> bool:
        """Whether to take the slow looks now; if so, they count as taken."""
        last = self._asked.setdefault(store, now - self._every * _share(store))
        if timedelta(0) <= now - last < self._every and not self._suspicious(store):
            return False
        self._asked[store] = now
        return True


def _share(store: StoreId) -> float:
    """Between 0 and 1, the same for a store every time: so that not all stores are due at once."""
    return zlib.crc32(store.encode()) / 2**32
