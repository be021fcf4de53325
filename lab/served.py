"""The truth: how much of each store function really works.

In: a ``Shop`` and the time. Out: per function the share of its endpoints that are served, 0 to 1.
Called by ``lab.world``; it walks the network and never asks a device. The controller cannot see it.
"""

from inventory.model import Function
from lab.net import Member
from lab.paths import out_ms
from lab.shop import Shop


def functions(shop: Shop, at: float) -> dict[str, float]:
    """Served share per function at ``at`` (lab seconds). A till switched off in a closed store is not missed."""
    known = shop.chain.chain.functions
    return {str(name): _share(shop, known[name], at) for name in shop.store.functions}


def _share(shop: Shop, function: Function, at: float) -> float:
    tag = function.requirement.vlan
    if function.served_by == "till":
        trading = shop.store.is_trading(shop.when(at))
        meant = [till for till in shop.tills.values() if trading or not till.off]
        served = [till for till in meant if _till_served(shop, till.name, till.mac, tag)]
    else:
        meant = list(shop.access_points.values())  # type: ignore[arg-type]
        served = [ap for ap in shop.access_points.values() if _wireless_served(shop, ap.name, tag)]  # type: ignore[misc]
    return 1.0 if not meant else round(len(served) / len(meant), 3)


def _till_served(shop: Shop, name: str, mac: str, tag: int) -> bool:
    if shop.tills[name].off or Member("till", name, 0) not in shop.reach.get(tag, ()):
        return False
    return _gets_out(shop, tag, mac)


def _wireless_served(shop: Shop, name: str, tag: int) -> bool:
    ap = shop.access_points[name]
    if not ap.serves or Member("wireless", name, tag) not in shop.reach.get(tag, ()):
        return False
    return any(_gets_out(shop, tag, mac) for mac in ap.clients.get(tag, ()))


def _gets_out(shop: Shop, tag: int, mac: str) -> bool:
    lease = shop.leases.holds(tag, mac)
    return lease is not None and out_ms(shop, lease.address, 0.0) is not None
