"""Whether the primary line could be used: its next router answers, and speaks with us.

In: ``interfaces``, ``arp``, ``bgp`` and ``default_route``. Out, per primary: ``wan_gateway`` (``answers``; ``silent``
when its ARP entry is incomplete; None when none is listed) and ``primary_ready``: link, address, the carrier's router
answering ARP and its BGP session carrying prefixes. On the edge: ``steered`` (the default route over the backup is
one of ours).
"""

from collections.abc import Iterator
from datetime import datetime
from ipaddress import IPv4Interface

from anomaly.answers import Answers, rows, seen, table
from anomaly.beside import is_in
from anomaly.model import Observation
from anomaly.topology import wan_ports
from inventory.looks import ArpRow, BgpRow, DefaultRouteRow, InterfaceRow
from inventory.model import STEERED_DISTANCE, Chain, Device, Role

GETTERS = frozenset({"interfaces", "arp", "bgp", "default_route"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"wan_gateway", "primary_ready", "primary_carries", "steered"})
NARROWEST = 30


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Judge each primary by what is beside it."""
    del chain
    made: list[Observation] = []
    by_name = {row.name: row for row in table(answers, "interfaces", InterfaceRow) or ()}
    for port in wan_ports(device):
        if port.use == "wan":
            row = by_name.get(port.name)
            gateway = _gateway(row, answers)
            ready = _ready(row, gateway, answers)
            made.append(seen(device, "wan_gateway", gateway, now, on=device.id, subject=port.name))
            made.append(seen(device, "primary_ready", ready, now, on=device.id, subject=port.name))
    routes = rows(answers, "default_route", DefaultRouteRow)
    steered = None if routes is None else any(route.distance == STEERED_DISTANCE for route in routes)
    made.append(seen(device, "steered", steered, now, on=device.id, subject=device.id))
    return tuple(made)


def _gateway(port: InterfaceRow | None, answers: Answers) -> str | None:
    """What ARP says of the routers beside the port; several: one that answers is enough."""
    entries = rows(answers, "arp", ArpRow)
    if port is None or not port.oper_up or port.address is None or entries is None:
        return None
    beside = set(_beside(port.address, answers))
    found = [row for row in entries if row.address in beside]
    if not found:
        return None
    return "answers" if any(row.mac is not None for row in found) else "silent"


def _beside(own: str, answers: Answers) -> Iterator[str]:
    """The next hops and BGP neighbours in the port's own network."""
    near = IPv4Interface(own if "/" in own else f"{own}/{NARROWEST}").network
    hops = [row.next_hop for row in rows(answers, "default_route", DefaultRouteRow) or ()]
    neighbors = [row.neighbor for row in rows(answers, "bgp", BgpRow) or ()]
    yield from (name for name in (*hops, *neighbors) if name is not None and is_in(name, near))


def _ready(port: InterfaceRow | None, gateway: str | None, answers: Answers) -> bool | None:
    """Unknown without BGP: then nobody beyond the line has told that it carries anything."""
    sessions = rows(answers, "bgp", BgpRow)
    if port is None or not sessions:
        return None
    if not port.oper_up or port.address is None:
        return False
    if gateway is None:
        return None
    beside = set(_beside(port.address, answers))
    own = [row for row in sessions if row.neighbor in beside]
    return gateway == "answers" and any(row.state == "established" and row.prefixes for row in own)
