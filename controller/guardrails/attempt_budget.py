"""A repair that has to be made again and again does not repair."""

from controller.events import Verdict
from controller.facts import Facts

TRIES_A_DAY = 2


def judge(facts: Facts) -> Verdict:
    """Refuse the third remediation of the same fault at the same place within 24 hours."""
    if facts.tries is None:
        return Verdict(rule="attempt_budget", allowed=False, reason="earlier tries could not be counted")
    told = f"{facts.tries} of {TRIES_A_DAY} tries used in the last 24 hours"
    return Verdict(rule="attempt_budget", allowed=facts.tries < TRIES_A_DAY, reason=told)
