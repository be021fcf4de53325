"""The edge's gateways: one sub-interface per intended VLAN of a trunk.

In: ``interfaces``. Out: ``vlan_gateway`` per sub-interface (up, down, disabled, absent) and
``trunk_missing_vlans`` per trunk port of the edge (the VLANs without a sub-interface).
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation
from inventory.looks import InterfaceRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"interfaces"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"vlan_gateway", "trunk_missing_vlans"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Look for ``<trunk port>.<vlan>`` for every intended VLAN."""
    del chain
    found = table(answers, "interfaces", InterfaceRow)
    by_name = {row.name: row for row in found or ()}
    made: list[Observation] = []
    for port in device.ports.values():
        if port.use != "trunk":
            continue
        states = {vlan: _state(by_name.get(f"{port.name}.{vlan}")) for vlan in port.vlans}
        for vlan, state in states.items():
            value = None if found is None else state
            made.append(seen(device, "vlan_gateway", value, now, on=device.id, subject=f"{port.name}.{vlan}"))
        text = ",".join(str(vlan) for vlan in sorted(states) if states[vlan] == "absent")
        missing = None if found is None else text
        made.append(seen(device, "trunk_missing_vlans", missing, now, on=device.id, subject=port.name))
    return tuple(made)


def _state(row: InterfaceRow | None) -> str:
    if row is None:
        return "absent"
    if not row.admin_up:
        return "disabled"
    return "up" if row.oper_up else "down"
