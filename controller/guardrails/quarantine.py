"""Nothing is written to a device or a store that behaved in a way nobody understands."""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse while the device or its store is in quarantine."""
    if facts.quarantine is None:
        return Verdict(rule="quarantine", allowed=False, reason="it is not known what is in quarantine")
    if facts.quarantine:
        return Verdict(rule="quarantine", allowed=False, reason="; ".join(facts.quarantine))
    return Verdict(rule="quarantine", allowed=True, reason="neither the device nor the store is in quarantine")
