"""A port may be moved to another VLAN only where what it is for leaves no doubt.

The named guard of recipes that answer a class G fault of a port (``guard: certain_intent``).
"""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse to set a port's VLAN unless the inventory gives it exactly one, for something it names."""
    if not facts.sets_vlan:
        return Verdict(rule="certain_intent", allowed=True, reason="no port's VLAN is set")
    port = facts.intended_port
    if port is None or len(port.vlans) != 1 or not port.to:
        told = f"it is not certain what {facts.change.port} is for"
        return Verdict(rule="certain_intent", allowed=False, reason=told)
    told = f"{facts.change.port} is for {port.to}, in VLAN {port.vlans[0]} alone"
    return Verdict(rule="certain_intent", allowed=True, reason=told)
