"""Where packets go: routes in use and echoes.

In: a ``Shop`` as it stands. Out: routes and round-trip times.
Called by ``lab.view``, ``lab.probing`` and ``lab.served``.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from lab.gear import Gear
from lab.model import RouteLook, RouteSetting
from lab.net import Member
from lab.shop import Shop

ANYWHERE = IPv4Network("0.0.0.0/0")
LEASE_DEFAULT_DISTANCE = 254


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
    usable = [look for route in _candidates(shop) if (look := _resolve(shop, route)) is not None]
    return min(usable, key=lambda look: look.distance, default=None)


def _candidates(shop: Shop) -> Iterator[RouteSetting]:
    configured = [route for route in shop.edge.setting.routes if route.prefix == ANYWHERE]
    yield from configured
    if not any(route.next_hop == "dhcp" for route in configured):
        yield RouteSetting(prefix=ANYWHERE, next_hop="dhcp", distance=LEASE_DEFAULT_DISTANCE)


def _resolve(shop: Shop, route: RouteSetting) -> RouteLook | None:
    wan = shop.wan
    if route.next_hop == "dhcp":
        if wan.lease is None or not shop.edge.up(wan.port):
            return None
        return _default(wan.gateway, wan.port, route.distance)
    if route.interface is not None and not shop.edge.up(route.interface):
        return None
    if isinstance(route.next_hop, IPv4Address):
        for port in shop.edge.setting.ports:
            address = address_on(shop, shop.edge, port) if shop.edge.up(port) else None
            if address is not None and route.next_hop in address.network:
                return _default(route.next_hop, port, route.distance)
        return None
    return _default(None, route.interface, route.distance)


def _default(next_hop: IPv4Address | None, interface: str | None, distance: int) -> RouteLook:
    return RouteLook(prefix=ANYWHERE, next_hop=next_hop, interface=interface, distance=distance, source="S")


def routes(shop: Shop, gear: Gear) -> list[RouteLook]:
    """The routing table: default first, then connected and local routes in configuration order."""
    default = default_route(shop) if gear is shop.edge else None
    found = [default] if default is not None else []
    for port in gear.setting.ports:
        address = address_on(shop, gear, port) if gear.up(port) else None
        if address is not None:
            found.append(RouteLook(prefix=address.network, next_hop=None, interface=port, distance=0, source="C"))
            found.append(
                RouteLook(prefix=IPv4Network(f"{address.ip}/32"), next_hop=None, interface=port, distance=0, source="L")
            )
    return found


def out_ms(shop: Shop, source: IPv4Address | None, luck: float) -> float | None:
    """Round trip from the edge to the outside for a packet from ``source``, or None when it does not get out."""
    route = default_route(shop)
    if route is None or route.interface is None:
        return None
    denied = shop.edge.setting.denied.get(route.interface, ())
    if source is not None and any(source in network for network in denied):
        return None
    if route.interface == shop.wan.port:
        return shop.wan.primary_ms(luck)
    if route.interface == shop.wan.cellular and shop.wan.cellular_up:
        return shop.wan.cellular_ms(luck)
    return None


def echo_ms(shop: Shop, gear: Gear, destination: IPv4Address, source: str | None, luck: float) -> float | None:
    """Round-trip milliseconds of one echo sent by ``gear``, or None. ``source``: an interface or its address."""
    if source is not None:
        ours = _source_address(shop, gear, source)
        if ours is None:
            return None
    else:
        ours = None
    if gear is shop.edge:
        return _from_edge(shop, destination, ours, luck)
    return _from_switch(shop, gear, destination, luck)


def _source_address(shop: Shop, gear: Gear, source: str) -> IPv4Address | None:
    for port in gear.setting.ports:
        address = address_on(shop, gear, port) if gear.up(port) else None
        if address is not None and source in (port, str(address.ip)):
            return address.ip
    return None


def _from_edge(shop: Shop, destination: IPv4Address, source: IPv4Address | None, luck: float) -> float | None:
    edge = shop.edge
    for port in edge.setting.ports.values():
        address = address_on(shop, edge, port.name) if edge.up(port.name) else None
        if address is None or destination not in address.network:
            continue
        if destination == address.ip:
            return 0.3
        if port.name == shop.wan.port:
            return shop.wan.primary_ms(luck) if destination == shop.wan.gateway else None
        return _inside(shop, port.tag or 0, destination, luck)
    return out_ms(shop, source, luck)


def _inside(shop: Shop, tag: int, destination: IPv4Address, luck: float) -> float | None:
    for member in shop.reach.get(tag, ()):
        if shop.address_of(member) == destination:
            return member_ms(shop, member, luck)
    for vlan, lease in shop.leases.alive():
        if vlan == tag and lease.address == destination:
            return 1.0 + 4.0 * luck
    return None


def member_ms(shop: Shop, member: Member, luck: float) -> float | None:
    """How long a switch or an access point takes to answer an echo that reaches it."""
    if member.kind == "access_point":
        return shop.access_points[member.name].answer_ms(luck)
    return 0.6 + luck


def _from_switch(shop: Shop, gear: Gear, destination: IPv4Address, luck: float) -> float | None:
    for vlan in sorted(gear.setting.vlans):
        own = address_on(shop, gear, f"Vlan{vlan}")
        if own is None or not gear.up(f"Vlan{vlan}"):
            continue
        if destination == own.ip:
            return 0.3
        members = [member for _, member in shop.floor.behind(gear.name, vlan)]
        if destination in own.network:
            near = next((m for m in members if shop.address_of(m) == destination), None)
            if near is not None:
                return member_ms(shop, near, luck)
        if any(member.kind == "gateway" for member in members):
            onward = _from_edge(shop, destination, own.ip, luck)
            return None if onward is None else onward + 0.5
    return None
