"""A person who looked at the fault has said that it is named wrongly: what would be repaired is not what is broken."""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse when a person closed the incident as named wrongly, or when that cannot be found out."""
    if facts.named_wrongly is None:
        return Verdict(
            rule="people_say", allowed=False, reason="what people say of the incident could not be found out"
        )
    if facts.named_wrongly:
        return Verdict(rule="people_say", allowed=False, reason="a person said that the fault is named wrongly")
    return Verdict(rule="people_say", allowed=True, reason="nobody said that the fault is named wrongly")
