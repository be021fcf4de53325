"""What a device sees of its own ports: counters, power, MAC addresses, cable tests, load, spanning tree.

In: a ``Shop``, one of its devices and the time (lab seconds). Out: rows of ``lab.model``. Called by ``lab.view``.
Everything is worked out when somebody asks.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Interface
from typing import Literal

from lab.endpoints import noise
from lab.gear import Gear, Link
from lab.linking import drawn_on
from lab.model import CableLook, LoadLook, MacLook, NeighborLook, PairLook, PoeLook, PortCounts, PortLook, TreeLook
from lab.net import End, leaves
from lab.served import DROWNING
from lab.setting import PortSetting
from lab.shop import Shop
from lab.wear import PAIRS, CableTest

SHARE_CRC = 0.8
PHYSICAL = re.compile(r"(GigabitEthernet|Ethernet|ge-)\d")
COLLISIONS_PER_LATE = 3.2
BRIDGE_COST = 4
LLDP_HOLD_SECONDS = 120
MINUTE, FIVE_MINUTES = 60.0, 300.0
DROWNED_LOAD, LIMITED_LOAD = (98, 64), (79, 43)


def interface(shop: Shop, gear: Gear, port: PortSetting, address: IPv4Interface | None, at: float) -> PortLook:
    """One interface as it stands; ``address`` is what it has now, leased or configured."""
    link = gear.links[port.name]
    link.count(at)
    cause = gear.errdisabled.get(port.name, "")
    status: Literal["connected", "notconnect", "disabled", "err-disabled"]
    status = "disabled" if port.shutdown else "connected" if link.up else "err-disabled" if cause else "notconnect"
    method: Literal["DHCP", "NVRAM", "unset"]
    method = "DHCP" if port.address == "dhcp" else "NVRAM" if port.address is not None else "unset"
    return PortLook(
        name=port.name,
        admin_up=not port.shutdown,
        oper_up=link.up,
        status=status,
        address=address,
        method=method,
        mac=gear.mac(port.name),
        description=port.description,
        cause=cause,
        in_packets=int(link.received),
        out_packets=int(link.sent),
        last_change=shop.when(link.since),
        counts=counts(link),
        speed=link.speed,
        half_duplex=link.half,
        silent_seconds=silent_seconds(link, at),
        cleared_seconds=None if link.cleared is None else at - link.cleared,
        reopens_seconds=reopens_seconds(gear, port.name, at),
    )


def counts(link: Link) -> PortCounts:
    """What an interface has counted up to ``link.counted``."""
    if not (link.broken or link.storm or link.broadcasts or link.collided or link.inflow or link.outflow):
        return _quiet(link.resets, link.rate if link.up else 0.0, deaf=link.deaf)
    broken = int(link.broken)
    deaf = link.deaf or not link.up
    return PortCounts(
        crc=int(broken * SHARE_CRC),
        frame=broken - int(broken * SHARE_CRC) - broken // 20,
        runts=broken // 20,
        input_errors=broken,
        collisions=int(COLLISIONS_PER_LATE * link.collided),
        late_collisions=int(link.collided),
        broadcasts=int(link.broadcasts),
        resets=link.resets,
        in_rate=0 if deaf else int(link.rate + link.storm + link.inflow),
        out_rate=int(0.7 * link.rate + link.outflow) if link.up else 0,
        broadcast_rate=0 if deaf else int(link.storm),
    )


@lru_cache(maxsize=4096)
def _quiet(resets: int, rate: float, *, deaf: bool) -> PortCounts:
    """Healthy interfaces share what they look like."""
    return PortCounts(resets=resets, in_rate=0 if deaf else int(rate), out_rate=int(0.7 * rate))


def silent_seconds(link: Link, at: float) -> float | None:
    """Since when an interface has received nothing; None: never anything."""
    if link.up and not link.deaf:
        return 0.0
    return None if link.heard is None else at - link.heard


def reopens_seconds(gear: Gear, port: str, at: float) -> float | None:
    """How long until a switch opens a port again by itself; None when it does not."""
    due = gear.reopening.get(port) if port in gear.errdisabled else None
    return None if due is None else due - at


def poe(shop: Shop, gear: Gear, at: float) -> list[PoeLook]:
    """Every PoE port."""
    ports = (port for port in gear.setting.ports.values() if PHYSICAL.match(port.name))
    return [_poe(shop, gear, port, at) for port in ports]


def _poe(shop: Shop, gear: Gear, port: PortSetting, at: float) -> PoeLook:
    far = shop.floor.cables.get(End(gear.name, port.name))
    ap = shop.access_points.get(far.node) if far is not None else None
    watts = drawn_on(shop, gear, port.name, at)
    wear = gear.wear.get(port.name)
    faulty = wear is not None and wear.poe == "faulty"
    refused = port.name in gear.refusing and not port.shutdown and port.power == "auto"
    return PoeLook(
        port=port.name,
        admin=port.power,
        oper="on" if watts else "faulty" if faulty else "power-deny" if refused else "off",
        watts=watts,
        device="Ieee PD" if watts else "n/a",
        grade=ap.grade if ap is not None else 4 if watts else 3,
        denials=gear.denied.get(port.name, 0),
    )


def neighbors(gear: Gear, at: float, hold: int | None = None) -> list[NeighborLook]:
    """Who says hello on which port; ``hold`` None: as CDP keeps them."""
    return [
        NeighborLook(
            local_port=port,
            name=n.name,
            remote_port=n.port,
            platform=n.platform,
            capability=n.capability,
            hold_seconds=int(left),
            version=n.version,
            mac=n.mac,
            serial=n.serial,
            grade=n.grade,
        )
        for port, n, left in gear.neighbors(at, hold)
    ]


def macs(gear: Gear, at: float) -> list[MacLook]:
    """The MAC table; in a VLAN with a loop an address is now here, now there."""
    rows = gear.macs.entries(at, gear.setting.mac_aging_seconds)
    loops = {gear.setting.ports[name].access_vlan: name for name in gear.wear if gear.storm_on(name)}
    return [
        MacLook(vlan=vlan, mac=mac, port=loops[vlan] if vlan in loops and noise(mac, int(at)) < 0.5 else port)  # noqa: PLR2004
        for (vlan, mac), (port, _) in sorted(rows.items())
    ]


def load(shop: Shop, gear: Gear, at: float) -> LoadLook:
    """How busy the processor is: broadcasts are what costs it."""
    base = 6 + int(4 * noise(gear.name, int(at // 5)))
    looped = [wear for name, wear in gear.wear.items() if gear.storm_on(name)]
    if not shop.storms:
        return LoadLook(now=base, interrupts=0, minute=7, five_minutes=7)
    now, interrupts = DROWNED_LOAD if max(shop.storms.values()) > DROWNING else LIMITED_LOAD
    lasted = max((at - wear.since for wear in looped), default=MINUTE)
    return LoadLook(
        now=now - int(3 * noise(gear.name, "busy", int(at // 5))),
        interrupts=interrupts,
        minute=7 + int((now - 7) * min(1.0, lasted / MINUTE)),
        five_minutes=7 + int((now - 7) * min(1.0, lasted / FIVE_MINUTES)),
    )


def cable(shop: Shop, gear: Gear, port: str, at: float) -> CableLook | None:
    """The result of a port's last cable test."""
    test = gear.tests.get(port)
    if test is None:
        return None
    pairs = tuple(_pair(gear, port, test, number, done=at >= test.done) for number in range(len(PAIRS)))
    return CableLook(port=port, run=shop.when(test.began), speed=test.speed, pairs=pairs)


def _pair(gear: Gear, port: str, test: CableTest, number: int, *, done: bool) -> PairLook:
    pair, length = PAIRS[number], 8 + int(20 * noise(gear.name, port, "metres"))
    remote = f"Pair {PAIRS[number ^ 1]}"
    ill = test.cable
    if not done:
        return PairLook(pair=pair, metres=0, tolerance=0, remote=None, status="Not Completed")
    if ill is not None and (ill.open or ill.pair == pair):
        status = "Open" if ill.open else "ImpedanceMis"
        return PairLook(pair=pair, metres=ill.metres, tolerance=1, remote=None, status=status)  # type: ignore[arg-type]
    return PairLook(pair=pair, metres=length, tolerance=10, remote=remote, status="Normal")


def tree(shop: Shop, gear: Gear, vlan: int) -> TreeLook:
    """The spanning tree of a VLAN: the switch with the lowest address is its root."""
    ways: dict[str, tuple[int, str | None]] = {gear.name: (0, None)}
    queue = [gear]
    while queue:
        near = queue.pop(0)
        for port, other in _beside(shop, near, vlan):
            if other.name not in ways:
                cost, first = ways[near.name]
                ways[other.name] = (cost + BRIDGE_COST, first or port)
                queue.append(other)
    root = min((shop.gears[name] for name in ways), key=lambda found: found.mac())
    cost, root_port = ways[root.name]
    forwarding = tuple(
        name
        for name, port in gear.setting.ports.items()
        if gear.up(name) and port.mode != "routed" and leaves(port, vlan) is not None
    )
    return TreeLook(root_mac=root.mac(), own_mac=gear.mac(), cost=cost, root_port=root_port, forwarding=forwarding)


def _beside(shop: Shop, gear: Gear, vlan: int) -> list[tuple[str, Gear]]:
    """The switches next to one, by VLAN: (port that leads there, switch)."""
    found = []
    for name in shop.floor.ports.get(gear.name, ()):
        other, port = shop.gears.get(shop.floor.cables[End(gear.name, name)].node), gear.port(name)
        carried = port is not None and gear.up(name) and leaves(port, vlan) is not None
        if carried and other is not None and other.device.role == "switch" and other.state == "running":
            found.append((name, other))
    return found
