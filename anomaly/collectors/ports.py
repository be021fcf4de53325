"""Switch ports with an intended use: the status word as the switch says it.

In: ``ports``, and ``trunks`` where these tell its VLAN. Out: ``port_status`` per intended port; ``port_vlan_alien`` per
till's port: the VLAN it is in when that is not its own, else empty.
"""

from datetime import datetime

from anomaly.answers import Answers, ports_of, seen
from anomaly.model import Observation
from inventory.looks import PortRow
from inventory.model import Chain, Device, Port, Role

GETTERS = frozenset({"ports", "trunks"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"port_status", "port_vlan_alien"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say the status of every intended port; a port the switch does not list is unknown."""
    del chain
    by_name = ports_of(answers)
    made: list[Observation] = []
    for name, port in device.ports.items():
        row = by_name.get(name)
        made.append(seen(device, "port_status", None if row is None else row.status, now, on=device.id, subject=name))
        if port.use == "till":
            alien = None if row is None or not row.vlan else _alien(port, row)
            made.append(seen(device, "port_vlan_alien", alien, now, on=device.id, subject=name))
    return tuple(made)


def _alien(port: Port, row: PortRow) -> str:
    """The VLAN an access port is in, when it is not one of its own; a trunk or a routed port tells of none."""
    return f"in VLAN {row.vlan}" if port.vlans and row.vlan.isdecimal() and int(row.vlan) not in port.vlans else ""
