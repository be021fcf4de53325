"""Never write to a device at which a person is at work: what they do is not ours to undo, nor to mix with."""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse while somebody else is logged in to the device and has typed something within ten minutes."""
    if facts.people is None:
        return Verdict(rule="people_at_work", allowed=False, reason="who else is logged in could not be found out")
    if facts.people:
        told = f"{' and '.join(facts.people)} is at work on {facts.change.device}"
        return Verdict(rule="people_at_work", allowed=False, reason=told)
    return Verdict(rule="people_at_work", allowed=True, reason="nobody else is at work there")
