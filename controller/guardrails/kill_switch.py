"""A person has stopped every write."""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse while the kill switch is thrown."""
    if facts.kill_reason is not None:
        return Verdict(rule="kill_switch", allowed=False, reason=f"all writes are stopped: {facts.kill_reason}")
    return Verdict(rule="kill_switch", allowed=True, reason="writes are not stopped")
