"""While the store trades, nothing that works is interrupted to repair something else."""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse an interrupting change in trading hours when something alive hangs on its port."""
    local = f"{facts.store.local_time(facts.now):%a %H:%M}"
    if not facts.change.interrupts:
        return Verdict(rule="trading_hours", allowed=True, reason="it interrupts nothing")
    if not facts.store.is_trading(facts.now):
        return Verdict(rule="trading_hours", allowed=True, reason=f"the store is closed ({local} there)")
    if facts.alive_behind is None:
        return Verdict(rule="trading_hours", allowed=False, reason="it is not known what works behind the port")
    if facts.alive_behind:
        alive = ", ".join(facts.alive_behind)
        return Verdict(
            rule="trading_hours", allowed=False, reason=f"the store trades ({local} there) and {alive} works behind it"
        )
    return Verdict(
        rule="trading_hours",
        allowed=True,
        reason=f"the store trades ({local} there), but nothing behind the port works",
    )
