"""Where packets go: routes in use and echoes.

In: a ``Shop`` as it stands. Out: routes and round-trip times.
Called by ``lab.view``, ``lab.probing`` and ``lab.served``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

from lab.filters import Packet, echo, lets
from lab.gear import Gear
from lab.line import ETHERNET, Line
from lab.lines import line
from lab.model import RouteLook
from lab.net import Member
from lab.numbering import BACK_OFFICE, MANAGEMENT_VLAN, backup_gateway
from lab.setting import RouteSetting
from lab.shop import Shop

ANYWHERE = IPv4Network("0.0.0.0/0")
LEASE_DEFAULT_DISTANCE = 254
EBGP_DISTANCE = 20
NOBODY = IPv4Address(0)
HOP_MS = 0.5
ITSELF, SWITCH, CLIENT = Line(ms=0.3, spread=0.0), Line(ms=0.6, spread=1.0), Line(ms=1.0, spread=4.0)


def address_on(shop: Shop, gear: Gear, port: str) -> IPv4Interface | None:
    """The address an interface has now, leased or configured."""
    setting = gear.port(port)
    if setting is None:
        return None
    if setting.address == "dhcp":
        return shop.wan.lease if gear is shop.edge and port == shop.wan.port else None
    return setting.address


def default_route(shop: Shop) -> RouteLook | None:
    """The edge's default route in use."""
    return next((look for look in learned(shop) if look.prefix == ANYWHERE), None)


def learned(shop: Shop) -> list[RouteLook]:
    """The edge's routes in use that are not its own networks, the default first."""
    best: dict[IPv4Network, RouteLook] = {}
    for look in (*(_resolve(shop, route) for route in _candidates(shop)), *_taught(shop)):
        if look is not None and (look.prefix not in best or look.distance < best[look.prefix].distance):
            best[look.prefix] = look
    return sorted(best.values(), key=lambda look: look.prefix.prefixlen)


def _candidates(shop: Shop) -> Iterator[RouteSetting]:
    yield from (r for r in shop.edge.setting.routes if r.track is None or shop.tracking.up(r.track))
    if not any(route.prefix == ANYWHERE and route.next_hop == "dhcp" for route in shop.edge.setting.routes):
        yield RouteSetting(prefix=ANYWHERE, next_hop="dhcp", distance=LEASE_DEFAULT_DISTANCE)


def _taught(shop: Shop) -> Iterator[RouteLook]:
    """What BGP teaches."""
    way = shop.peering.way_to_back_office()
    if way is not None:
        yield RouteLook(prefix=BACK_OFFICE, next_hop=way[0], interface=way[1], distance=EBGP_DISTANCE, source="B")


def _resolve(shop: Shop, route: RouteSetting) -> RouteLook | None:
    wan = shop.wan
    if route.next_hop == "dhcp":
        if wan.lease is None or not shop.edge.up(wan.port):
            return None
        return _static(route, wan.gateway, wan.port)
    if route.interface is not None and not route.interface.startswith("Null") and not shop.edge.up(route.interface):
        return None
    if isinstance(route.next_hop, IPv4Address):
        for port in shop.edge.setting.ports:
            address = address_on(shop, shop.edge, port) if shop.edge.up(port) else None
            if address is not None and route.next_hop in address.network:
                return _static(route, route.next_hop, port)
        return None
    return _static(route, None, route.interface)


def _static(route: RouteSetting, next_hop: IPv4Address | None, interface: str | None) -> RouteLook:
    return RouteLook(prefix=route.prefix, next_hop=next_hop, interface=interface, distance=route.distance, source="S")


def routes(shop: Shop, gear: Gear) -> list[RouteLook]:
    """The routing table: default first, then other learned ones, connected and local routes in configuration order."""
    found = learned(shop) if gear is shop.edge else []
    for port in gear.setting.ports:
        address = address_on(shop, gear, port) if gear.up(port) else None
        if address is not None:
            found.append(RouteLook(prefix=address.network, next_hop=None, interface=port, distance=0, source="C"))
            found.append(
                RouteLook(prefix=IPv4Network(f"{address.ip}/32"), next_hop=None, interface=port, distance=0, source="L")
            )
    return found if gear is shop.edge else [*_of_a_switch(gear, found), *found]


def _of_a_switch(gear: Gear, connected: Sequence[RouteLook]) -> Iterator[RouteLook]:
    """A switch's own static routes: those whose next hop is in a network it is connected to."""
    for route in gear.setting.routes:
        hop = route.next_hop
        near = next((look for look in connected if isinstance(hop, IPv4Address) and hop in look.prefix), None)
        if near is not None and isinstance(hop, IPv4Address):
            yield RouteLook(
                prefix=route.prefix, next_hop=hop, interface=near.interface, distance=route.distance, source="S"
            )


def way_out(shop: Shop, packet: Packet, entering: str = "") -> RouteLook | None:
    """The route a packet leaves the store by, None when it does not get out or its answer not back in.

    ``entering``: the edge's interface it came in by, "" for the edge's own; lists are asked for these, too.
    """
    fitting = [look for look in learned(shop) if packet.destination in look.prefix]
    route = fitting[-1] if fitting else None
    if route is None or route.interface not in (shop.wan.port, shop.wan.cellular, *shop.associations):
        return None
    if packet.destination in BACK_OFFICE and route.source != "B":
        return None
    if line(shop, route.interface) is None or line(shop, _back_by(shop, packet, route.interface)) is None:
        return None
    filters, back = shop.edge.setting.filters, packet.back()
    free = (
        lets(filters.get((entering, "in")), packet)
        and lets(filters.get((route.interface, "out")), packet)
        and lets(filters.get((route.interface, "in")), back)
        and lets(filters.get((entering, "out")), back)
    )
    return route if free else None


def _back_by(shop: Shop, packet: Packet, out: str) -> str:
    """The line an answer comes by: that of the carrier whose address asked, else the one it went out by."""
    for port in (shop.wan.port, shop.wan.cellular):
        own = address_on(shop, shop.edge, port)
        if own is not None and own.ip == packet.source:
            return port
    return out


def line_out(shop: Shop, packet: Packet) -> Line | None:
    """How packets like this one of the edge's own fare to the outside and back, None when they do not get there."""
    route = way_out(shop, packet)
    return line(shop, route.interface) if route is not None and route.interface is not None else None


def fate(shop: Shop, gear: Gear, destination: IPv4Address, size: int) -> Literal["passes", "told", "lost"]:
    """What becomes of an echo of ``size`` bytes that must not be fragmented; "told": somebody says it is too large."""
    edge, local = shop.edge, gear is shop.edge
    route = way_out(shop, echo(NOBODY, destination))
    out = edge.port(route.interface) if route is not None and route.interface is not None else None
    near = any(
        (address := address_on(shop, gear, port)) is not None and destination in address.network
        for port in gear.setting.ports
        if gear.up(port) and port not in (shop.wan.port, shop.wan.cellular)
    )
    if near or out is None:
        return "told" if size > ETHERNET else "passes"
    if size > (out.mtu if local else ETHERNET):
        return "told"
    if size > out.mtu:
        inner = next((port for port in edge.setting.ports.values() if port.tag == MANAGEMENT_VLAN), None)
        return "lost" if inner is None or inner.quiet else "told"
    found = line(shop, out.name)
    return "lost" if found is None or size > found.mtu else "passes"


def line_to(shop: Shop, gear: Gear, destination: IPv4Address, source: str | None) -> Line | None:
    """How echoes of ``gear`` fare, None when no answer comes back. ``source``: an interface or its address."""
    ours = _source_address(shop, gear, source) if source is not None else NOBODY
    if ours is None:
        return None
    return _from_edge(shop, destination, ours) if gear is shop.edge else _from_switch(shop, gear, destination)


def echo_ms(shop: Shop, gear: Gear, destination: IPv4Address, source: str | None, luck: float) -> float | None:
    """Round-trip milliseconds of one echo sent by ``gear``, or None. ``source``: an interface or its address."""
    found = line_to(shop, gear, destination, source)
    return None if found is None else found.took(luck)


def _source_address(shop: Shop, gear: Gear, source: str) -> IPv4Address | None:
    for port in gear.setting.ports:
        address = address_on(shop, gear, port) if gear.up(port) else None
        if address is not None and source in (port, str(address.ip)):
            return address.ip
    return None


def _from_edge(shop: Shop, destination: IPv4Address, source: IPv4Address) -> Line | None:
    edge = shop.edge
    for port in edge.setting.ports.values():
        address = address_on(shop, edge, port.name) if edge.up(port.name) else None
        if address is None or destination not in address.network:
            continue
        if destination == address.ip:
            return ITSELF
        if port.name in shop.associations:
            return line(shop, port.name)
        if port.name in (shop.wan.port, shop.wan.cellular):
            beyond = shop.wan.gateway if port.name == shop.wan.port else backup_gateway(shop.number)
            return line(shop, port.name) if destination == beyond else None
        return _inside(shop, port.tag or 0, destination)
    return line_out(shop, echo(source, destination))


def _inside(shop: Shop, tag: int, destination: IPv4Address) -> Line | None:
    for member in shop.reach.get(tag, ()):
        if shop.address_of(member) == destination:
            return _line_to_member(shop, member)
    leased = any(vlan == tag and lease.address == destination for vlan, lease in shop.leases.alive())
    return CLIENT if leased else None


def _line_to_member(shop: Shop, member: Member) -> Line | None:
    """How echoes fare that reach a switch or an access point."""
    return shop.access_points[member.name].line if member.kind == "access_point" else SWITCH


def _from_switch(shop: Shop, gear: Gear, destination: IPv4Address) -> Line | None:
    for vlan in sorted(gear.setting.vlans):
        own = address_on(shop, gear, f"Vlan{vlan}")
        if own is None or not gear.up(f"Vlan{vlan}"):
            continue
        if destination == own.ip:
            return ITSELF
        members = [member for _, member in shop.floor.behind(gear.name, vlan)]
        if destination in own.network:
            near = next((m for m in members if shop.address_of(m) == destination), None)
            if near is not None:
                return _line_to_member(shop, near)
        if any(member.kind == "gateway" for member in members):
            onward = _from_edge(shop, destination, own.ip)
            return None if onward is None else replace(onward, ms=onward.ms + HOP_MS)
    return None
