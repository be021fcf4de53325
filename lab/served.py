"""The truth: how much of each store function really works.

In: a ``Shop`` and the time. Out: per function the share of its endpoints that are served, 0 to 1.
Called by ``lab.world``; it walks the network and never asks a device. The controller cannot see it.
"""

from ipaddress import IPv4Address

from inventory.model import Function, Requirement
from lab.filters import HTTPS_PORT, https
from lab.line import Line
from lab.lines import line, whole
from lab.net import Member
from lab.outside import DNS_PORT
from lab.paths import way_out
from lab.shop import Shop
from lab.standards import RESOLVER
from lab.standing_by import astray

DROWNING = 200_000  # broadcasts a second


def functions(shop: Shop, at: float) -> dict[str, float]:
    """Served share per function at ``at`` (lab seconds).

    A till or an access point switched off in a closed store is not missed; in one closed for good nothing is.
    """
    known = shop.chain.chain.functions
    return {str(name): _share(shop, known[name], at) for name in shop.store.functions}


def _share(shop: Shop, function: Function, at: float) -> float:
    if shop.abandoned:
        return 1.0
    trading = shop.store.is_trading(shop.when(at))
    if function.served_by == "till":
        meant = [till for till in shop.tills.values() if trading or not till.off]
        served = [till for till in meant if _till_served(shop, function, till.name, till.mac)]
    else:
        meant = [ap for ap in shop.access_points.values() if trading or not ap.resting]  # type: ignore[misc]
        served = [ap for ap in meant if _wireless_served(shop, function, ap.name)]
    return 1.0 if not meant else round(len(served) / len(meant), 3)


def drowned(shop: Shop, vlan: int) -> bool:
    """Whether broadcasts leave no room for anything else in a VLAN."""
    return shop.storms.get(vlan, 0.0) > DROWNING


def _till_served(shop: Shop, function: Function, name: str, mac: str) -> bool:
    if shop.tills[name].off or Member("till", name, 0) not in shop.reach.get(function.requirement.vlan, ()):
        return False
    if drowned(shop, function.requirement.vlan) or _looped(shop, name):
        return False
    return _gets_out(shop, function, mac)


def _looped(shop: Shop, till: str) -> bool:
    """Whether a till hangs on a small switch that sends it everything at line rate."""
    feed = shop.feeding(till)
    return feed.node in shop.gears and shop.gears[feed.node].storm_on(feed.port) > 0


def _wireless_served(shop: Shop, function: Function, name: str) -> bool:
    ap, tag = shop.access_points[name], function.requirement.vlan
    if not ap.serves or Member("wireless", name, tag) not in shop.reach.get(tag, ()):
        return False
    return not drowned(shop, tag) and any(_gets_out(shop, function, mac) for mac in ap.joined(tag))


def _gets_out(shop: Shop, function: Function, mac: str) -> bool:
    tag = function.requirement.vlan
    gateway = next((port for port in shop.edge.setting.ports.values() if port.tag == tag), None)
    lease = shop.leases.holds(tag, mac)
    if lease is None or astray(shop, tag, mac):
        return False
    target = IPv4Address(function.requirement.target)
    if shop.outside.mood(target, HTTPS_PORT) is not None or _nameless(shop, function):
        return False
    entering = gateway.name if gateway is not None else ""
    route = way_out(shop, https(lease.address, target), entering)
    found = line(shop, route.interface) if route is not None and route.interface is not None else None
    if found is None or route is None or route.interface is None:
        return False
    return _borne(found, function.requirement) and whole(shop, route.interface, entering)


def _borne(found: Line, needs: Requirement) -> bool:
    """Whether a function bears how its packets fare."""
    return found.worst_ms <= needs.max_latency_ms and 100 * found.loss <= needs.max_loss_pct


def _nameless(shop: Shop, function: Function) -> bool:
    """Whether a function needs a name that nobody tells it."""
    asks = function.requirement.dns_probe is not None
    return asks and shop.outside.mood(IPv4Address(RESOLVER), DNS_PORT) is not None
