"""Trunks of a switch against the intent: which intended VLANs they do not let through.

In: ``trunks``. Out: per trunk and access point port ``trunk_missing_vlans`` (``"20,30"``, empty when none) and
``management_cut`` (whether a VLAN that reaches the gear itself is among them).
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation
from anomaly.topology import management_vlans
from inventory.looks import TrunkRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"trunks"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"trunk_missing_vlans", "management_cut"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Compare; a port that is not listed as a trunk (down, or in access mode) is unknown."""
    allowed = {row.port: row.allowed for row in table(answers, "trunks", TrunkRow) or ()}
    made: list[Observation] = []
    for port in device.ports.values():
        if port.use not in ("trunk", "access_point"):
            continue
        text: str | None = None
        cut: bool | None = None
        if port.name in allowed:
            missing = frozenset(port.vlans) - allowed[port.name]
            text = ",".join(map(str, sorted(missing)))
            cut = bool(missing & management_vlans(chain, port))
        made.append(seen(device, "trunk_missing_vlans", text, now, on=device.id, subject=port.name))
        made.append(seen(device, "management_cut", cut, now, on=device.id, subject=port.name))
    return tuple(made)
