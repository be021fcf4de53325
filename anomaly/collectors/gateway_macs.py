"""The MAC addresses that gateways share, and where a switch hears them.

In: ``macs``. Out, on the switch: ``gateway_heard_at`` - ports that lead to no gear of ours (no trunk) and behind which
a shared gateway's address speaks, empty when there is none. Only the gateway that leads speaks from it (HSRP, VRRP).
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation
from inventory.looks import MacRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"macs"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"gateway_heard_at"})
SHARED = ("00:00:0c:07:ac:", "00:00:0c:9f:f", "00:00:5e:00:01:")
"""HSRP (RFC 2281), its version 2, VRRP (RFC 9568)."""


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Name the ports with their VLANs."""
    del chain
    found = table(answers, "macs", MacRow)
    trunks = {name for name, port in device.ports.items() if port.use == "trunk"}
    astray = {f"{r.port} in VLAN {r.vlan}" for r in found or () if r.mac.startswith(SHARED) and r.port not in trunks}
    value = None if found is None else ",".join(sorted(astray))
    return (seen(device, "gateway_heard_at", value, now, on=device.id, subject=device.id),)
