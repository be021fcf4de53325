"""What only betters something that works waits until the store has closed, whoever happens to be connected."""

from controller.events import Verdict
from controller.facts import Facts

BETTERMENTS = frozenset({"load_software"})


def judge(facts: Facts) -> Verdict:
    """Refuse a betterment while the store trades; giving back what was taken away for it is always allowed."""
    local = f"{facts.store.local_time(facts.now):%a %H:%M}"
    if facts.change.action not in BETTERMENTS:
        return Verdict(rule="closed_hours", allowed=True, reason="it repairs something")
    if facts.change.write == facts.change.undo:
        return Verdict(rule="closed_hours", allowed=True, reason="it gives back what was taken away")
    if facts.store.is_trading(facts.now):
        reason = f"the store trades ({local} there) and suffers nothing: it waits for closing time"
        return Verdict(rule="closed_hours", allowed=False, reason=reason)
    return Verdict(rule="closed_hours", allowed=True, reason=f"the store is closed ({local} there)")
