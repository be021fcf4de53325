"""One store as a small running network.

In: what devices are configured to do (``DeviceView.changed``), what faults do to carrier, access points and tills,
and the time. Out: links, tables, leases and reach, right at any moment somebody looks. Called by ``lab.view``,
``lab.world`` and faults. Why: nothing ticks - between two changes the store stands still, so a change (or a booting
access point whose time has come) is the only moment at which anything is worked out again.
"""

import heapq
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Interface
from itertools import count

from inventory.model import Device, Store
from lab.chain import LabChain, store_number
from lab.endpoints import BOOT_SECONDS, AccessPoint, Till
from lab.gear import Gear, Link, Neighbor
from lab.leases import Leases
from lab.model import DeviceSetting, PortSetting
from lab.net import End, Floor, Member
from lab.wan import Wan

CAPABILITY = {"edge": "R S I", "switch": "S I", "access_point": "T"}
RATES = {"trunk": 180.0, "wan": 120.0, "access_point": 60.0, "till": 9.0}
AP_MODEL = "AIR-AP1815W-E-K9"
AP_HOLD_SECONDS = 10


class Shop:
    """The network of one store. Times are lab seconds (since the chain's start)."""

    def __init__(self, chain: LabChain, store: Store, after_change: Callable[["Shop", float], None]) -> None:
        self.chain = chain
        self.store = store
        self.number = store_number(store.id)
        self.devices = chain.chain.devices_of(store.id)
        self.gears: dict[str, Gear] = {
            d.id: Gear(device=d, number=self.number, index=i, setting=DeviceSetting(hostname=d.id))
            for i, d in enumerate(self.devices) if d.has_session
        }
        self.settings: dict[str, DeviceSetting] = {name: gear.setting for name, gear in self.gears.items()}
        self.access_points: dict[str, AccessPoint] = {
            d.id: _access_point(self.number, d) for d in self.devices if d.role == "access_point"
        }
        self.tills: dict[str, Till] = dict(_tills(self.devices))
        self.edge = next(g for g in self.gears.values() if g.device.role == "edge")
        self.wan = _wan(self.number, self.edge.device)
        self.leases = Leases()
        self.floor = Floor(self.devices, self.settings, self._link_up, lambda ap: self.access_points[ap].bridges)
        self.reach: Mapping[int, frozenset[Member]] = {}
        self.before_change: list[Callable[[float], None]] = []
        self._after_change = after_change
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._seen = 0.0
        self.begun = False

    def when(self, at: float) -> datetime:
        """Lab seconds as aware UTC."""
        return self.chain.start + timedelta(seconds=at)

    def begin(self, at: float) -> None:
        """Everything has been up and quiet for long: no boots, no log lines."""
        self.wan.lease = self.wan.offered
        for ap in self.access_points.values():
            ap.state = "running"
        self._work_out(at)
        for gear in self.gears.values():
            gear.log.clear()
        self.begun = True

    def advance(self, at: float) -> None:
        """Let everything happen whose time has come."""
        at = max(at, self._seen)
        while self._queue and self._queue[0][0] <= at:
            due, _, happen = heapq.heappop(self._queue)
            self._change(max(due, self._seen), happen)
        self._seen = at

    def act(self, at: float, happen: Callable[[], None]) -> None:
        """Change something now, and work out what follows from it."""
        self.advance(at)
        self._change(self._seen, happen)

    def later(self, at: float, happen: Callable[[], None]) -> None:
        """Let something happen at a time to come."""
        heapq.heappush(self._queue, (at, next(self._order), happen))

    def configure(self, at: float, device: str, setting: DeviceSetting) -> None:
        """The device's running configuration now means ``setting``."""
        self.act(at, lambda: self._set(device, setting))

    def renew(self, at: float, port: str) -> None:
        """The edge's DHCP client on ``port`` asks again."""
        if port == self.wan.port and self.edge.up(port):
            answer = self.wan.asked_to_renew()
            if answer is not None:
                self.later(at + answer, self._lease_wan)

    def feeding(self, name: str) -> End:
        """The port that feeds an access point or a till."""
        far = "uplink" if name in self.access_points else "eth0"
        return self.floor.cables[End(name, far)]

    def _set(self, device: str, setting: DeviceSetting) -> None:
        self.gears[device].setting = setting
        self.settings[device] = setting

    def _change(self, at: float, happen: Callable[[], None]) -> None:
        if self.begun:
            for hook in self.before_change:
                hook(at)
        happen()
        if self.begun:
            self._work_out(at)

    def _work_out(self, at: float) -> None:
        self._seen = max(self._seen, at)
        self._power(at)
        self._links(at)
        self._hear(at)
        if self.begun:
            self._after_change(self, at)

    # power and links

    def _power(self, at: float) -> None:
        for ap in self.access_points.values():
            feed = self.feeding(ap.name)
            port = self.settings[feed.node].ports.get(feed.port)
            fed = port is not None and not port.shutdown and port.power == "auto" and port.mode != "routed"
            if fed and ap.state == "off":
                ap.state = "booting"
                ap.boots += 1
                self.later(at + BOOT_SECONDS, lambda ap=ap, boot=ap.boots: _booted(ap, boot))  # type: ignore[misc]
                self._say(feed.node, at, "ILPOWER-5-POWER_GRANTED", f"Interface {_short(feed.port)}: Power granted")
            elif not fed and ap.state != "off":
                ap.state = "off"
                self._say(feed.node, at, "ILPOWER-5-IEEE_DISCONNECT", f"Interface {_short(feed.port)}: PD removed")

    def _links(self, at: float) -> None:
        for gear in self.gears.values():
            for port in gear.setting.ports.values():
                link = gear.links.setdefault(port.name, Link(counted=at, since=at - 86400.0 if not self.begun else at))
                up = self._should_be_up(gear, port)
                if up != link.up:
                    self._turn(gear, port, link, at)
        if self.edge.up(self.wan.port) and not self._asks_for_lease():
            self.wan.lease = None

    def _should_be_up(self, gear: Gear, port: PortSetting) -> bool:
        if port.shutdown:
            return False
        parent, dot, _ = port.name.partition(".")
        if dot:
            above = gear.port(parent)
            return above is not None and self._should_be_up(gear, above)
        if gear is self.edge and port.name == self.wan.port:
            return self.wan.carrier_up
        if gear is self.edge and port.name == self.wan.cellular:
            return self.wan.cellular_up
        if port.name.startswith(("Vlan", "Loopback")):
            return True
        return self._far_end_up(gear, port.name)

    def _far_end_up(self, gear: Gear, port: str) -> bool:
        far = self.floor.cables.get(End(gear.name, port))
        if far is None:
            return False
        if far.node in self.access_points:
            return self.access_points[far.node].state != "off"
        if far.node in self.tills:
            return not self.tills[far.node].off
        setting = self.settings[far.node].ports.get(far.port)
        return setting is not None and not setting.shutdown

    def _turn(self, gear: Gear, port: PortSetting, link: Link, at: float) -> None:
        link.count(at)
        link.up = not link.up
        link.rate = self._rate(gear, port.name) if link.up else 0.0
        if not self.begun:
            return
        link.since = at
        word = "up" if link.up else "down"
        if "." not in port.name and port.shutdown:
            self._say(gear.name, at, "LINK-5-CHANGED",
                      f"Interface {port.name}, changed state to administratively down")
        elif "." not in port.name:
            self._say(gear.name, at, "LINK-3-UPDOWN", f"Interface {port.name}, changed state to {word}")
        if "." not in port.name:
            self._say(gear.name, at, "LINEPROTO-5-UPDOWN",
                      f"Line protocol on Interface {port.name}, changed state to {word}")
        if gear is self.edge and port.name == self.wan.port:
            self._wan_turned(at, up=link.up)

    def _rate(self, gear: Gear, port: str) -> float:
        known = gear.device.ports.get(port.partition(".")[0])
        return RATES.get(known.use, 1.0) if known is not None else 0.5

    def _wan_turned(self, at: float, *, up: bool) -> None:
        self.wan.lease = None
        if up and self._asks_for_lease():
            self.later(at + self.wan.link_came_up(), self._lease_wan)

    def _asks_for_lease(self) -> bool:
        port = self.edge.port(self.wan.port)
        return port is not None and port.address == "dhcp"

    def _lease_wan(self) -> None:
        if not self.edge.up(self.wan.port) or not self._asks_for_lease() or self.wan.mood != "serving":
            return
        if self.wan.lease is None:
            self.wan.lease = self.wan.offered
            self._say(self.edge.name, self._queue_time(), "DHCP-6-ADDRESS_ASSIGN",
                      f"Interface {self.wan.port} assigned DHCP address {self.wan.offered.ip}, "
                      f"mask {self.wan.offered.netmask}, hostname {self.edge.name}")

    def _queue_time(self) -> float:
        return self._seen

    def _say(self, device: str, at: float, mnemonic: str, text: str) -> None:
        self.gears[device].say(self.when(at), mnemonic, text)

    # what is heard where

    def _link_up(self, node: str, port: str) -> bool:
        if node in self.gears:
            return self.gears[node].up(port)
        if node in self.access_points:
            far = self.floor.cables.get(End(node, port))
            dark = far is not None and far.node in self.tills and self.tills[far.node].off
            return self.access_points[node].state != "off" and not dark
        return True

    def _hear(self, at: float) -> None:
        self.reach = {
            sub.tag: frozenset(self.floor.beyond(self.edge.name, sub.name.partition(".")[0], sub.tag))
            for sub in self.edge.setting.ports.values()
            if sub.tag is not None and self.edge.up(sub.name)
        }
        clients = [
            (mac, self._wanted_address(member), tag)
            for tag, members in self.reach.items()
            for member in sorted(members, key=lambda m: m.name)
            for mac in self.macs_of(member, tag)
        ]
        gateways = {
            sub.tag: sub.address for sub in self.edge.setting.ports.values()
            if sub.tag is not None and isinstance(sub.address, IPv4Interface)
        }
        self.leases.serve(clients, gateways, self.edge.setting.pools, at)
        for gear in self.gears.values():
            if gear.device.role == "switch":
                self._hear_macs(gear, at)
            gear.hear(self._neighbors(gear), at)
        self.edge.arp.replace(self._answering(), at)

    def _wanted_address(self, member: Member) -> IPv4Address | None:
        return IPv4Address(self.tills[member.name].address) if member.kind == "till" else None

    def macs_of(self, member: Member, tag: int) -> tuple[str, ...]:
        """The MAC addresses a member speaks with in the VLAN ``tag``; none while it is silent."""
        if member.kind == "till":
            return (self.tills[member.name].mac,)
        if member.kind == "wireless":
            ap = self.access_points[member.name]
            return ap.clients.get(tag, ()) if ap.serves else ()
        return ()

    def _hear_macs(self, gear: Gear, at: float) -> None:
        heard: dict[tuple[int, str], str] = {}
        for vlan in gear.setting.vlans:
            for port, member in self.floor.behind(gear.name, vlan):
                for mac in self._own_macs(member) or self.macs_of(member, vlan):
                    heard[(vlan, mac)] = port
        gear.macs.replace(heard, at)
        gear.macs.gone = {key: row for key, row in gear.macs.gone.items() if gear.up(row[0])}

    def _own_macs(self, member: Member) -> tuple[str, ...]:
        if member.kind == "gateway":
            return (self.edge.mac(next(p.name for p in self.edge.device.ports.values() if p.use == "trunk")),)
        if member.kind == "switch":
            return (self.gears[member.name].mac(),)
        if member.kind == "access_point" and self.access_points[member.name].serves:
            return (self.access_points[member.name].mac,)
        return ()

    def _answering(self) -> dict[tuple[str, str], str]:
        """(interface, address) -> MAC of everything that answers the edge."""
        found = {(self._sub(tag), str(lease.address)): lease.mac for tag, lease in self.leases.alive()}
        for tag, members in self.reach.items():
            for member in members:
                address = self.address_of(member)
                for mac in self._own_macs(member) if address is not None else ():
                    found[(self._sub(tag), str(address))] = mac
        return found

    def _sub(self, tag: int) -> str:
        return next(p.name for p in self.edge.setting.ports.values() if p.tag == tag)

    def address_of(self, member: Member) -> IPv4Address | None:
        """The fixed address of a switch or an access point."""
        if member.kind == "access_point":
            return IPv4Address(self.access_points[member.name].address)
        if member.kind == "switch":
            port = self.gears[member.name].port(f"Vlan{member.tag}")
            return port.address.ip if port is not None and isinstance(port.address, IPv4Interface) else None
        return None

    def _neighbors(self, gear: Gear) -> dict[str, Neighbor]:
        found = {}
        for port in self.floor.ports.get(gear.name, ()):
            far = self.floor.cables[End(gear.name, port)]
            neighbor = self._hello_of(far) if gear.up(port) else None
            if neighbor is not None:
                found[port] = neighbor
        return found

    def _hello_of(self, far: End) -> Neighbor | None:
        if far.node in self.gears:
            other = self.gears[far.node]
            return Neighbor(far.node, far.port, other.model, CAPABILITY[other.device.role],
                            other.setting.cdp_hold_seconds)
        ap = self.access_points.get(far.node)
        if ap is None or not ap.serves:
            return None
        return Neighbor(ap.name, "GigabitEthernet0", AP_MODEL, "T", AP_HOLD_SECONDS, slow=ap.state == "slow")


def _booted(ap: AccessPoint, boot: int) -> None:
    if ap.boots == boot and ap.state == "booting":
        ap.state = "running"


def _short(port: str) -> str:
    return port.replace("GigabitEthernet", "Gi")


def _access_point(number: int, device: Device) -> AccessPoint:
    index = int(device.id.rpartition("ap")[2])
    start = 16 * index
    return AccessPoint(
        name=device.id, mac=f"02:53:00:{number:02x}:0a:{index:02x}", address=device.address,
        clients={
            20: (f"02:53:00:{number:02x}:20:{start:02x}",),
            30: tuple(f"02:53:00:{number:02x}:30:{start + n:02x}" for n in range(3)),
        },
    )


def _tills(devices: tuple[Device, ...]) -> list[tuple[str, Till]]:
    return [
        (port.to, Till(name=port.to, mac=port.mac, address=port.address))
        for device in devices for port in device.ports.values()
        if port.use == "till" and port.to and port.mac and port.address
    ]


def _wan(number: int, edge: Device) -> Wan:
    ports = {p.use: p.name for p in edge.ports.values()}
    return Wan(number=number, port=ports["wan"], cellular=ports["backup_wan"])
