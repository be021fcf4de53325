"""Carries out the rollouts that were asked for, one after another.

In: a tick every second. Out: rollouts run by the engine. Called by the running controller's scheduler, or by the
command ``storenet push`` where no controller runs. Whoever holds the lease ``@push`` does it, so never two of them.
Its boundary is one of the places that catch everything: a rollout that breaks by our own fault is halted, not repeated.
"""

import threading
from concurrent.futures import CancelledError, Executor

import structlog

from controller.halting import halt
from controller.journal import Journal
from controller.ports import Clock, Engine, RolloutStore, StoppingError
from controller.rollout_events import RolloutEnded

LEASE = "@push"
log = structlog.get_logger(__name__)


class Dispatch:
    """Looks for open rollouts and runs the oldest."""

    def __init__(self, ledger: RolloutStore, journal: Journal, engine: Engine, clock: Clock, worker: Executor) -> None:
        self._ledger = ledger
        self._journal = journal
        self._engine = engine
        self._clock = clock
        self._worker = worker
        self._busy = threading.Lock()

    def tick(self) -> bool:
        """Keep the lease, and begin the oldest open rollout unless one runs; whether the lease is ours."""
        if self._journal.lease(LEASE) is None:
            return False
        waiting = self._ledger.rollouts(open_only=True)
        if waiting and self._busy.acquire(blocking=False):
            self._worker.submit(self._run, waiting[-1].id)
        return True

    def _run(self, rollout: str) -> None:
        try:
            self._engine.run(rollout, "push", rollout)
        except (StoppingError, CancelledError):
            log.info("push.paused", rollout=rollout)
        except Exception as error:
            log.exception("push.failed", rollout=rollout)
            self._give_up(rollout, f"it broke off inside the controller ({type(error).__name__})")
        finally:
            self._busy.release()

    def _give_up(self, rollout: str, reason: str) -> None:
        """End a rollout that we cannot carry on; what was journalled stays to be looked at."""
        now = self._clock.now()
        halt(self._ledger, rollout, "storenet", reason, now)
        self._ledger.append(RolloutEnded(rollout=rollout, at=now, how="halted", reason=reason))
        self._engine.drop(rollout)
