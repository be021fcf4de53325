"""Halting a rollout: no further device is begun.

In: a reason, from a person or from a proof that failed. Out: a switch and an event in the ledger. Called by the page,
the command line and the workflow. Why a switch: it works from any process, whoever carries the rollout out.
"""

from datetime import datetime

from controller.ports import Ledger
from controller.rollout_events import Halted


def halt_reason(ledger: Ledger, rollout: str) -> str | None:
    """Return why the rollout is to halt, or None."""
    return ledger.switch(f"halt/{rollout}")


def halt(ledger: Ledger, rollout: str, by: str, reason: str, now: datetime) -> bool:
    """Halt a rollout that is not over; False when it is over, unknown or halting already. The first reason stays."""
    known = ledger.rollout(rollout)
    if known is None or known.ended_at is not None or known.status == "halting":
        return False
    ledger.throw(f"halt/{rollout}", reason)
    ledger.append(Halted(rollout=rollout, at=now, by=by, reason=reason))
    return True
