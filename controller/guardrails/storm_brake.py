"""What many stores share is not repaired store by store, and never too much is repaired at once."""

from controller.events import Verdict
from controller.facts import Facts, FleetFacts


def judge(facts: Facts) -> Verdict:
    """Refuse under a common cause, before every store that shares the line was looked at, and above the budget."""
    if facts.fleet is None:
        return Verdict(rule="storm_brake", allowed=False, reason="it is not known how the other stores stand")
    refusal = _refusal(facts.fleet)
    told = f"no common cause; {facts.fleet.under_way} of {facts.fleet.at_most} repairs are under way"
    return Verdict(rule="storm_brake", allowed=not refusal, reason=refusal or told)


def _refusal(fleet: FleetFacts) -> str:
    if fleet.cause:
        return f"it has a common cause: {fleet.cause}"
    if fleet.unswept:
        stores = "store that shares its carrier was" if fleet.unswept == 1 else "stores that share its carrier were"
        return f"{fleet.unswept} {stores} not looked at since it began"
    if fleet.under_way >= fleet.at_most:
        return f"{fleet.under_way} of {fleet.at_most} repairs are under way"
    return ""
