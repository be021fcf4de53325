"""Two repairs at once in one store hide each other's effect."""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse while another incident's remediation runs in the store."""
    if facts.others is None:
        return Verdict(rule="one_per_store", allowed=False, reason="it is not known what else runs in the store")
    if facts.others:
        return Verdict(rule="one_per_store", allowed=False, reason=f"{', '.join(facts.others)} is being repaired here")
    return Verdict(rule="one_per_store", allowed=True, reason="no other repair runs in the store")
