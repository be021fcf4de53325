"""A DHCP server nobody planned: whom it hands addresses, and who sees it do so.

In: a store's fittings. Out: which clients hold an alien address, log lines of the switch that drops its offers. Called
by ``lab.hearing`` before the edge's own leases are worked out. A client asks everybody only when it starts anew; one
that holds a lease asks its own server. Snooping lets offers in by trusted ports alone.
"""

from ipaddress import IPv4Address, IPv4Network

from lab.fittings import Fittings
from lab.leases import Rogue
from lab.net import End

LEASE_SECONDS = 120.0
ALIEN = IPv4Network("192.168.0.0/24")
FIRST = 100


def speaks(shop: Fittings, end: End) -> bool:
    """Whether what a rogue sends gets past its port."""
    gear = shop.gears[end.node]
    setting = gear.port(end.port)
    if setting is None or end.port not in gear.plugged or not gear.up(end.port) or gear.state != "running":
        return False
    return setting.trusted or setting.access_vlan not in gear.setting.snooped


def blocked(shop: Fittings, end: End) -> bool:
    """Whether a switch drops what a rogue sends, and says so."""
    gear = shop.gears[end.node]
    return end.port in gear.plugged and gear.up(end.port) and gear.state == "running" and not speaks(shop, end)


def lure(shop: Fittings) -> set[tuple[int, str]]:
    """Let every rogue answer who asks; return (VLAN, MAC) of all that hold an alien address."""
    found: set[tuple[int, str]] = set()
    for end, rogue in shop.rogues.items():
        setting = shop.gears[end.node].port(end.port)
        vlan = setting.access_vlan if setting is not None else 0
        there = _askers(shop, end, vlan)
        rogue.lured = {mac: address for mac, address in rogue.lured.items() if mac in there}
        if speaks(shop, end):
            for mac in there:
                if mac not in rogue.lured and (rogue.fresh or shop.leases.holds(vlan, mac) is None):
                    rogue.lured[mac] = _next(rogue)
            rogue.fresh = False
        found |= {(vlan, mac) for mac in rogue.lured}
    return found


def _askers(shop: Fittings, end: End, vlan: int) -> list[str]:
    """The clients a broadcast of theirs would bring to the rogue's port, in a fixed order."""
    members = {member for _, member in shop.floor.behind(end.node, vlan)}
    return [mac for member in sorted(members, key=lambda m: m.name) for mac in shop.clients_of(member, vlan)]


def _next(rogue: Rogue) -> IPv4Address:
    taken = set(rogue.lured.values())
    return next(address for address in list(ALIEN.hosts())[FIRST:] if address not in taken)
