"""Guests who fetch all they can: how much they are let, and where it shows.

In: a store's fittings and the time. Out: packets a second on every link on the way from the carrier to the switch.
Called by ``lab.shop``. A download that is held back or cut off is given up: it does not begin anew when the limit is
lifted.
"""

from collections.abc import Iterator

from lab.fittings import Fittings
from lab.gear import Gear
from lab.lines import GUESTS, filled
from lab.standards import CARRIERS

PACKET_BITS = 2400
ASKING = 0.05  # what goes the other way
TOO_MUCH = 0.8  # a limit above this share of the line holds nobody back


def flow(shop: Fittings, at: float) -> None:
    """Let what guests fetch show on the links it takes."""
    wan = shop.wan
    if not wan.burst and not any(link.inflow or link.outflow for link in shop.edge.links.values()):
        return
    if wan.burst and _held_back(shop):
        wan.burst = False
    rate = capacity_kbps(shop) * 1000 / PACKET_BITS if filled(shop) else 0.0
    for gear, port, inward in _way(shop):
        link = gear.links.get(port)
        if link is not None:
            link.count(at)
            link.inflow, link.outflow = (rate, ASKING * rate) if inward else (ASKING * rate, rate)


def capacity_kbps(shop: Fittings) -> int:
    """What the primary line carries."""
    carrier = shop.edge.device.ports[shop.wan.port].carrier
    return CARRIERS[carrier or ""][1]


def _held_back(shop: Fittings) -> bool:
    """Whether the guests' interface is shut, or a policy there lets less than the line pass."""
    sub = next((port for port in shop.edge.setting.ports.values() if port.tag == GUESTS), None)
    if sub is None or sub.shutdown:
        return True
    return sub.limit_kbps is not None and sub.limit_kbps < TOO_MUCH * capacity_kbps(shop)


def _way(shop: Fittings) -> Iterator[tuple[Gear, str, bool]]:
    """Every link on the way, and whether the download comes in by it."""
    yield shop.edge, shop.wan.port, True
    for name, port in shop.edge.setting.ports.items():
        if port.tag == GUESTS:
            yield shop.edge, name.partition(".")[0], False
            yield shop.edge, name, False
    for gear in shop.gears.values():
        for name, known in gear.device.ports.items():
            if gear.device.role == "switch" and known.use == "trunk" and known.to == shop.edge.name:
                yield gear, name, True
