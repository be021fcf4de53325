"""Access points by CDP.

In: ``neighbors`` of a switch. Out, kept on the access point: ``ap_seen`` (on its intended port) and
``ap_elsewhere`` (the port of the same switch it is seen on instead, else empty).
"""

from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from inventory.looks import NeighborRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"neighbors"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"ap_seen", "ap_elsewhere"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Look for every access point wired to the switch. CDP may add a domain to the name."""
    del chain
    found = rows(answers, "neighbors", NeighborRow)
    made: list[Observation] = []
    for port in device.ports.values():
        if port.use != "access_point" or port.to is None:
            continue
        on_ports = {row.local_port for row in found or () if _name(row.neighbor) == _name(port.to)}
        here = None if found is None else port.name in on_ports
        elsewhere = None if found is None else ",".join(sorted(on_ports - {port.name}))
        made.append(seen(device, "ap_seen", here, now, on=port.to, subject=port.to))
        made.append(seen(device, "ap_elsewhere", elsewhere, now, on=port.to, subject=port.to))
    return tuple(made)


def _name(text: str) -> str:
    return text.split(".", 1)[0].lower()
