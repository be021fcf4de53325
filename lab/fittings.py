"""What one store is fitted with: devices, access points, tills, carrier, cables - and how each stands.

In: the chain and a store. Out: the state that ``lab.linking`` and ``lab.hearing`` work on. ``lab.shop`` adds time.
Times are lab seconds (since the chain's start).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Interface

from inventory.model import Device, Store
from lab.association import Association
from lab.cell import Cell
from lab.chain import LabChain
from lab.endpoints import CHANNELS, AccessPoint, Till
from lab.gateways import SecondGateway
from lab.gear import Gear
from lab.leases import Leases, Rogue
from lab.net import End, Floor, Member
from lab.numbering import endpoint_mac, store_number
from lab.outside import Outside
from lab.setting import DeviceSetting, PortSetting
from lab.wan import Wan


class Fittings:
    """Everything in one store, and the answers that need no more than a look at it."""

    def __init__(self, chain: LabChain, store: Store) -> None:
        self.chain = chain
        self.store = store
        self.number = store_number(store.id)
        self.devices = chain.chain.devices_of(store.id)
        self.gears: dict[str, Gear] = {
            d.id: Gear(device=d, number=self.number, index=i, setting=DeviceSetting(hostname=d.id))
            for i, d in enumerate(self.devices)
            if d.has_session
        }
        self.settings: dict[str, DeviceSetting] = {name: gear.setting for name, gear in self.gears.items()}
        self.access_points: dict[str, AccessPoint] = {
            d.id: _access_point(self.number, d) for d in self.devices if d.role == "access_point"
        }
        self.tills: dict[str, Till] = dict(_tills(self.devices))
        self.edge = next(g for g in self.gears.values() if g.device.role == "edge")
        self.wan = _wan(self.number, self.edge.device)
        self.abandoned = False
        self.hung_probes: set[int] = set()
        self.bustle = 1.0
        self.leases = Leases()
        self.outside = Outside()
        self.associations: dict[str, Association] = {}
        self.second: SecondGateway | None = None
        self.leaks: dict[str, float] = {}
        self.rogues: dict[End, Rogue] = {}
        self.askers: dict[str, Callable[[IPv4Address, float], object]] = {}  # who asks a server of accounts, by device
        self.floor = Floor(self.devices, self.settings, self._link_up, lambda ap: self.access_points[ap].bridges)
        self.reach: Mapping[int, frozenset[Member]] = {}
        self.storms: Mapping[int, float] = {}
        self.modem = f"{store.id}-modem"
        self.mains = dict.fromkeys((*self.gears, self.modem), True)
        self.outlets = dict.fromkeys((*self.gears, self.modem), True)
        self.uplinks = _uplinks(self.gears)
        self.restarted: list[str] = []
        self.begun = False

    def when(self, at: float) -> datetime:
        """Lab seconds as aware UTC."""
        return self.chain.start + timedelta(seconds=at)

    def feeding(self, name: str) -> End:
        """The port that feeds an access point or a till."""
        return self.floor.cables[End(name, "uplink" if name in self.access_points else "eth0")]

    def say(self, device: str, at: float, mnemonic: str, text: str) -> None:
        """Put a line into a device's log buffer, once the store has begun and while the device runs."""
        if self.begun and self.gears[device].state == "running":
            self.gears[device].say(self.when(at), mnemonic, text)

    def asks_for_lease(self) -> bool:
        """Whether the edge's WAN port is a DHCP client and has a link."""
        port = self.edge.port(self.wan.port)
        return port is not None and port.address == "dhcp" and self.edge.up(self.wan.port)

    def address_of(self, member: Member) -> IPv4Address | None:
        """The fixed address of a switch or an access point."""
        if member.kind == "access_point":
            return IPv4Address(self.access_points[member.name].address)
        if member.kind == "switch":
            port = self.gears[member.name].port(f"Vlan{member.tag}")
            return port.address.ip if port is not None and isinstance(port.address, IPv4Interface) else None
        return None

    def clients_of(self, member: Member, tag: int) -> tuple[str, ...]:
        """The MAC addresses of DHCP clients a member speaks with in the VLAN ``tag``; none while it is silent."""
        if member.kind == "till":
            return (self.tills[member.name].mac,)
        if member.kind == "wireless":
            return self.access_points[member.name].joined(tag)
        return ()

    def own_mac_of(self, member: Member) -> tuple[str, ...]:
        """The MAC address of gear itself; none while it is silent."""
        if member.kind == "gateway":
            return (self.edge.mac(next(p.name for p in self.edge.device.ports.values() if p.use == "trunk")),)
        if member.kind == "switch":
            return (self.gears[member.name].mac(),)
        if member.kind == "access_point" and self.access_points[member.name].alive:
            return (self.access_points[member.name].mac,)
        return ()

    def feeds(self, gear: Gear, port: PortSetting) -> bool:
        """Whether a port would give power to what asks for it."""
        wear = gear.wear.get(port.name)
        cut = wear is not None and (bool(wear.poe) or (wear.cable is not None and wear.cable.open))
        asked = not port.shutdown and port.power == "auto" and port.mode != "routed"
        return asked and gear.powered and port.name not in gear.errdisabled and not cut

    def _link_up(self, node: str, port: str) -> bool:
        if node in self.gears:
            far = self.floor.cables.get(End(node, port))
            return self.gears[node].up(port) and _hears(self.gears[node], port) and self._far_hears(far)
        if node in self.access_points:
            far = self.floor.cables.get(End(node, port))
            dark = far is not None and far.node in self.tills and self.tills[far.node].off
            return self.access_points[node].state != "off" and not dark
        return True

    def _far_hears(self, far: End | None) -> bool:
        return far is None or far.node not in self.gears or _hears(self.gears[far.node], far.port)


def _uplinks(gears: Mapping[str, Gear]) -> dict[str, End]:
    """The devices that have no supply of their own, and the ports that feed them."""
    return {
        port.to: End(gear.name, port.name)
        for gear in gears.values()
        for port in gear.device.ports.values()
        if port.poe and port.to is not None and port.to in gears
    }


def _hears(gear: Gear, port: str) -> bool:
    """Whether a device does anything with what comes in by a port."""
    wear = gear.wear.get(port)
    return gear.state == "running" and (wear is None or not wear.deaf)


def _access_point(number: int, device: Device) -> AccessPoint:
    index = int(device.id.rpartition("ap")[2])
    first = 16 * index
    return AccessPoint(
        name=device.id,
        mac=endpoint_mac(number, 0x0A, index),
        channel=CHANNELS[index % len(CHANNELS)],
        address=device.address,
        clients={
            20: (endpoint_mac(number, 0x20, first),),
            30: tuple(endpoint_mac(number, 0x30, first + n) for n in range(3)),
        },
    )


def _tills(devices: tuple[Device, ...]) -> list[tuple[str, Till]]:
    return [
        (port.to, Till(name=port.to, mac=port.mac, address=port.address))
        for device in devices
        for port in device.ports.values()
        if port.use == "till" and port.to and port.mac and port.address
    ]


def _wan(number: int, edge: Device) -> Wan:
    ports = {p.use: p for p in edge.ports.values()}
    apn = ports["backup_wan"].apn or ""
    cell = Cell(apn=apn, wanted=apn)
    return Wan(number=number, port=ports["wan"].name, cellular=ports["backup_wan"].name, cell=cell)
