"""BGP neighbours of an edge, and whether their peers are there.

In: ``bgp``, ``arp`` and ``interfaces``. Out, on the edge itself: ``bgp_down`` (neighbours whose session is down
although the peer is there; empty when every session is up or shut by a person) and ``bgp_over_limit`` (those that sent
more prefixes than allowed), and ``bgp_told_too_little`` (established neighbours that we tell fewer prefixes than
intended). A peer is there when it answers ARP, or sits beside us on a line that is up and has no ARP
(LTE, serial). A session that is down towards a peer we cannot see is unknown: that is another fault's doing.
"""

from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from inventory.looks import ArpRow, BgpRow, InterfaceRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"bgp", "arp", "interfaces"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"bgp_down", "bgp_over_limit", "bgp_told_too_little"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Name the neighbours by address; without BGP on the device there is none."""
    del chain
    found = rows(answers, "bgp", BgpRow)
    down = None if found is None else _down((row.neighbor for row in found if row.state == "down"), answers)
    over = None if found is None else ",".join(row.neighbor for row in found if row.state == "over_limit")
    return (
        seen(device, "bgp_down", down, now, on=device.id, subject=device.id),
        seen(device, "bgp_over_limit", over, now, on=device.id, subject=device.id),
        seen(device, "bgp_told_too_little", _too_little(device, found), now, on=device.id, subject=device.id),
    )


def _too_little(device: Device, found: tuple[BgpRow, ...] | None) -> str | None:
    if found is None:
        return None
    least = device.advertises or 0
    up = (row for row in found if row.state == "established" and row.advertised is not None)
    return ",".join(row.neighbor for row in up if (row.advertised or 0) < least)


def _down(neighbors: Iterable[str], answers: Answers) -> str | None:
    down = tuple(neighbors)
    there = [name for name in down if _is_there(name, answers)]
    return ",".join(there) if there or not down else None


def _is_there(neighbor: str, answers: Answers) -> bool:
    entries = rows(answers, "arp", ArpRow)
    if entries is None:
        return False
    if any(row.address == neighbor for row in entries):
        return any(row.address == neighbor and row.mac is not None for row in entries)
    with_arp = {row.interface for row in entries}  # a router lists its own address on every interface that has ARP
    lines = (row for row in rows(answers, "interfaces", InterfaceRow) or () if row.name not in with_arp)
    return any(row.oper_up and row.address is not None and _beside(neighbor, row.address) for row in lines)


def _beside(neighbor: str, own: str) -> bool:
    return IPv4Address(neighbor) in IPv4Network(f"{own}/30", strict=False)
