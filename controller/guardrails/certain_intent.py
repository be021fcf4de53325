"""A port may be moved to another VLAN, and a modem told another name, only where what is intended leaves no doubt.

The named guard of recipes that answer a class G fault of a port (``guard: certain_intent``).
"""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse to set a port's VLAN unless the inventory gives it exactly one, for something it names.

    A modem's access point name must be the one that the inventory gives its port.
    """
    if facts.change.action == "set_apn":
        return _name(facts)
    if not facts.sets_vlan:
        return Verdict(rule="certain_intent", allowed=True, reason="no port's VLAN is set")
    port = facts.intended_port
    if port is None or len(port.vlans) != 1 or not port.to:
        told = f"it is not certain what {facts.change.port} is for"
        return Verdict(rule="certain_intent", allowed=False, reason=told)
    told = f"{facts.change.port} is for {port.to}, in VLAN {port.vlans[0]} alone"
    return Verdict(rule="certain_intent", allowed=True, reason=told)


def _name(facts: Facts) -> Verdict:
    wanted = facts.intended_port.apn if facts.intended_port is not None else None
    if not wanted or not any(wanted in line.split() for line in facts.change.write.lines):
        told = f"it is not certain which access point name {facts.change.port} is to have"
        return Verdict(rule="certain_intent", allowed=False, reason=told)
    told = f"the inventory gives {facts.change.port} the access point name {wanted}"
    return Verdict(rule="certain_intent", allowed=True, reason=told)
