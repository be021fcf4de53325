"""Who hears whom after a change: reach per VLAN, DHCP bindings, MAC, ARP and CDP tables.

In: a store's fittings with their links, and the time. Out: the same, with ``reach`` and all tables brought up to
date. Called by ``lab.shop``.
"""

from ipaddress import IPv4Address, IPv4Interface

from lab.fittings import Fittings
from lab.gear import Gear, Neighbor
from lab.luring import lure
from lab.net import End
from lab.standing_by import speaks_at

CAPABILITY = {"edge": "R S I", "switch": "S I"}
AP_MODEL = "AIR-AP1815W-E-K9"
AP_HOLD_SECONDS = 10


def hear(shop: Fittings, at: float) -> None:
    """Work out everything that is heard from ``at`` on."""
    shop.reach = {
        sub.tag: frozenset(shop.floor.beyond(shop.edge.name, sub.name.partition(".")[0], sub.tag))
        for sub in shop.edge.setting.ports.values()
        if sub.tag is not None and shop.edge.up(sub.name)
    }
    _lease(shop, at)
    shop.storms = _storms(shop)
    for gear in shop.gears.values():
        if gear.device.role == "switch":
            _learn(shop, gear, at)
        gear.hear(_neighbors(shop, gear), at)
    shop.edge.arp.replace(_answering(shop), at)


def _storms(shop: Fittings) -> dict[int, float]:
    """Broadcasts a second in each VLAN that something is looped in."""
    found: dict[int, float] = {}
    for gear in shop.gears.values():
        for name in gear.wear:
            port, rate = gear.port(name), gear.storm_on(name)
            if rate and port is not None:
                found[port.access_vlan] = found.get(port.access_vlan, 0.0) + rate
    return found


def _lease(shop: Fittings, at: float) -> None:
    lured = lure(shop) if shop.rogues else set()
    clients = [
        (mac, IPv4Address(shop.tills[member.name].address) if member.kind == "till" else None, tag)
        for tag, members in shop.reach.items()
        for member in sorted(members, key=lambda m: m.name)
        for mac in shop.clients_of(member, tag)
        if (tag, mac) not in lured
    ]
    gateways = {
        sub.tag: sub.address
        for sub in shop.edge.setting.ports.values()
        if sub.tag is not None and isinstance(sub.address, IPv4Interface)
    }
    shop.leases.serve(clients, gateways, shop.edge.setting.pools, at)


def _learn(shop: Fittings, gear: Gear, at: float) -> None:
    heard: dict[tuple[int, str], str] = {}
    for vlan in gear.setting.vlans:
        for port, member in shop.floor.behind(gear.name, vlan):
            for mac in shop.own_mac_of(member) or shop.clients_of(member, vlan):
                heard[(vlan, mac)] = port
    for name, thing in gear.plugged.items():
        setting = gear.port(name)
        if setting is not None and setting.mode == "access" and gear.up(name):
            heard[(setting.access_vlan, thing.mac)] = name
    second = speaks_at(shop, gear.name)
    if second is not None:
        port, vlan, mac = second
        heard[(vlan, mac)] = port
    gear.macs.replace(heard, at)
    gear.macs.gone = {key: row for key, row in gear.macs.gone.items() if gear.up(row[0])}


def _answering(shop: Fittings) -> dict[tuple[str, str], str]:
    """(interface, address) -> MAC of everything that answers the edge."""
    subs = {port.tag: port.name for port in shop.edge.setting.ports.values() if port.tag is not None}
    found = {(subs[tag], str(lease.address)): lease.mac for tag, lease in shop.leases.alive() if tag in subs}
    for tag, members in shop.reach.items():
        for member in members:
            address = shop.address_of(member)
            for mac in shop.own_mac_of(member) if address is not None else ():
                found[(subs[tag], str(address))] = mac
    return found


def _neighbors(shop: Fittings, gear: Gear) -> dict[str, Neighbor]:
    found = {}
    for port in shop.floor.ports.get(gear.name, ()):
        neighbor = _hello_of(shop, shop.floor.cables[End(gear.name, port)]) if gear.up(port) else None
        if neighbor is not None:
            found[port] = neighbor
    return found


def _hello_of(shop: Fittings, far: End) -> Neighbor | None:
    if far.node in shop.gears:
        other = shop.gears[far.node]
        if other.state != "running":
            return None
        capability = CAPABILITY[other.device.role]
        hold = other.setting.cdp_hold_seconds
        return Neighbor(far.node, far.port, other.model, capability, hold, mac=other.mac(), serial=other.serial)
    ap = shop.access_points.get(far.node)
    if ap is None or not ap.alive:
        return None
    return Neighbor(
        ap.name,
        "GigabitEthernet0",
        AP_MODEL,
        "T",
        AP_HOLD_SECONDS,
        slow=ap.state == "slow",
        version=ap.firmware,
        mac=ap.mac,
        serial=ap.serial,
        grade=ap.grade,
    )
