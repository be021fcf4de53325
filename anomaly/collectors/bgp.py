"""BGP neighbours of an edge, and whether their peers are there.

In: ``bgp``, ``arp`` and ``interfaces``. Out, on the edge itself: ``bgp_down`` (neighbours whose session is down
although the peer is there; empty when every session is up or shut by a person) and ``bgp_over_limit`` (those that sent
more prefixes than allowed), and ``bgp_told_too_little`` (established neighbours that we tell fewer prefixes than
intended). A peer is there when it answers ARP, or sits beside us on a line that is up and has no ARP (serial). A
session that is down towards a peer we cannot see is unknown: that is another fault's doing. One over a backup line
without ARP (LTE) is left out: its port is up whatever becomes of the line, and ``backup`` tells of it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.beside import is_beside
from anomaly.model import Observation
from inventory.looks import ArpRow, BgpRow, InterfaceRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"bgp", "arp", "interfaces"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"bgp_down", "bgp_over_limit", "bgp_told_too_little"})
TUNNEL = "Tunnel"


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Name the neighbours by address; without BGP on the device there is none."""
    del chain
    found = rows(answers, "bgp", BgpRow)
    down = None if found is None else _down((row.neighbor for row in found if row.state == "down"), device, answers)
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


def _down(neighbors: Iterable[str], device: Device, answers: Answers) -> str | None:
    backups = {name for name, port in device.ports.items() if port.use == "backup_wan"}
    down = [name for name in neighbors if _answers(name, answers) or not _beside(name, backups, answers)]
    there = [name for name in down if _is_there(name, backups, answers)]
    return ",".join(there) if there or not down else None


def _is_there(neighbor: str, backups: Collection[str], answers: Answers) -> bool:
    entries = rows(answers, "arp", ArpRow)
    if entries is None or _answers(neighbor, answers):
        return entries is not None
    if any(row.address == neighbor for row in entries):
        return False
    with_arp = {row.interface for row in entries}  # a router lists its own address on every interface that has ARP
    lines = {row.name for row in rows(answers, "interfaces", InterfaceRow) or () if row.oper_up}
    serial = {name for name in lines - with_arp - {*backups} if not name.startswith(TUNNEL)}
    return _beside(neighbor, serial, answers)


def _answers(neighbor: str, answers: Answers) -> bool:
    entries = rows(answers, "arp", ArpRow) or ()
    return any(row.address == neighbor and row.mac is not None for row in entries)


def _beside(neighbor: str, ports: Collection[str], answers: Answers) -> bool:
    """Whether it sits at the other end of one of these ports."""
    lines = (row for row in rows(answers, "interfaces", InterfaceRow) or () if row.name in ports)
    return any(row.address is not None and is_beside(neighbor, row.address) for row in lines)
