"""Carries a rollout out in this very process where no controller runs, else watches. Part of the composition root.

In: parts and a rollout's id. Out: the rollout as it stands, look by look. Called by ``storenet push``. The rest of a
controller (polling, healing, the page) is not started. Who holds the lease ``@push`` decides who does it.
"""

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from controller.dispatch import Dispatch
from controller.parts import Parts
from controller.rollout import Rollout
from inventory.model import StoreId

LOOK_SECONDS = 0.3


class Following:
    """A rollout being followed; leaving the block stops what this process does of it, to be resumed later."""

    def __init__(self, parts: Parts) -> None:
        self.ours = False
        self._parts = parts
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rollout")
        turns: defaultdict[StoreId, threading.Lock] = defaultdict(threading.Lock)
        engine = parts.engine(turns.__getitem__)
        self._dispatch = Dispatch(parts.ledger, parts.journal, engine, parts.clock, self._worker)

    def __enter__(self) -> Self:
        """Nothing is begun before the first look."""
        return self

    def look(self, rollout: str) -> Rollout:
        """Carry it on if that is ours to do, and return how it stands. ``LookupError``: there is none."""
        self.ours = self._dispatch.tick()
        known = self._parts.ledger.rollout(rollout)
        if known is None:
            raise LookupError(f"there is no rollout {rollout}")
        return known

    def wait(self) -> None:
        """Wait a moment."""
        self._parts.clock.sleep(LOOK_SECONDS)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let the step under way end."""
        self._parts.clock.stop()
        self._worker.shutdown(wait=True, cancel_futures=True)
