"""BGP neighbours of an edge, and whether their peers are there.

In: ``bgp`` and ``arp``. Out, on the edge itself: ``bgp_down`` (neighbours whose session is down although the peer
answers ARP; empty when every session is up or shut by a person) and ``bgp_over_limit`` (those that sent more prefixes
than allowed). A session that is down towards a peer we cannot see is unknown: that is another fault's doing, or
nobody's knowledge.
"""

from collections.abc import Iterable
from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from inventory.looks import ArpRow, BgpRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"bgp", "arp"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"bgp_down", "bgp_over_limit"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Name the neighbours by address; without BGP on the device there is none."""
    del chain
    found = rows(answers, "bgp", BgpRow)
    there = frozenset(row.address for row in rows(answers, "arp", ArpRow) or () if row.mac is not None)
    down = None if found is None else _down(found, there)
    over = None if found is None else ",".join(row.neighbor for row in found if row.state == "over_limit")
    return (
        seen(device, "bgp_down", down, now, on=device.id, subject=device.id),
        seen(device, "bgp_over_limit", over, now, on=device.id, subject=device.id),
    )


def _down(found: Iterable[BgpRow], there: frozenset[str]) -> str | None:
    down = [row.neighbor for row in found if row.state == "down"]
    answering = [name for name in down if name in there]
    return ",".join(answering) if answering or not down else None
