"""What one device sees of its store: the ``DeviceView`` the emulators print.

In: a ``Shop``, one of its devices and the clock. Out: rows of ``lab.model``. Called by ``lab.devices``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv4Interface
from typing import Literal

from lab import ailing, port_looks
from lab.cell_view import Cells
from lab.clock import HandClock, LabClock
from lab.endpoints import noise
from lab.managing import managed
from lab.model import (
    ArpLook,
    CableLook,
    LeaseLook,
    LoadLook,
    MacLook,
    NeighborLook,
    PeerLook,
    PoeLook,
    PortLook,
    ProbeLook,
    RouteLook,
    TrackLook,
    TreeLook,
)
from lab.paths import address_on, echo_ms, fate, routes
from lab.probing import Probing
from lab.service_view import Services
from lab.setting import DeviceSetting, PeerSetting, PortSetting, TrackSetting
from lab.shop import Shop

ARP_SECONDS = 4 * 3600.0
Record = Callable[..., None]


class View:
    """One device's eyes and hands. Every call first lets the store's time pass up to now."""

    def __init__(self, shop: Shop, name: str, clock: LabClock | HandClock, record: Record) -> None:
        self._shop = shop
        self._gear = shop.gears[name]
        self._clock = clock
        self._record = record
        self._echoes = 0
        self._reached = (-1, False)
        self.name = name
        self.model = self._gear.model
        self.cell = Cells(shop, self._gear, self._pass)
        self.services = Services(shop, self._gear, self._pass)
        self._probing = Probing(shop, self._gear, shop.chain.seed) if self._gear is shop.edge else None
        if self._probing is not None:
            shop.before_change.append(self._probing.account)

    @property
    def serial(self) -> str:
        """Return the serial number on its plate."""
        return self._gear.serial

    @property
    def plate(self) -> int:
        """Return how many devices stood in this place before it."""
        return self._gear.plate

    def now(self) -> datetime:
        """Return the lab's time."""
        return self._clock.now()

    def _pass(self) -> float:
        at = self._clock.seconds()
        self._shop.advance(at)
        return at

    def reachable(self) -> bool:
        """Whether packets of a management session get through to the device and back."""
        self._pass()
        if self._reached[0] != self._shop.turns:
            self._reached = (self._shop.turns, managed(self._shop, self._gear))
        return self._reached[1]

    def ports(self) -> Sequence[PortLook]:
        """Return every interface in configuration order."""
        at = self._pass()
        ports = self._gear.setting.ports.values()
        return [port_looks.interface(self._shop, self._gear, port, self._address(port), at) for port in ports]

    def _address(self, port: PortSetting) -> IPv4Interface | None:
        return self.client_lease(port.name) if port.address == "dhcp" else port.address

    def poe(self) -> Sequence[PoeLook]:
        """Return the PoE ports."""
        at = self._pass()
        return port_looks.poe(self._shop, self._gear, at) if self._gear.device.role == "switch" else []

    def load(self) -> LoadLook:
        """Return how busy the device is."""
        at = self._pass()
        return port_looks.load(self._shop, self._gear, at)

    def test_cable(self, port: str) -> None:
        """Begin a cable test on a port; its link goes away for a moment."""
        ailing.test_cable(self._shop, self._gear, port, self._pass())

    def cable(self, port: str) -> CableLook | None:
        """Return the result of the port's last cable test, None when there was none."""
        at = self._pass()
        return port_looks.cable(self._shop, self._gear, port, at)

    def clear_counters(self, port: str | None) -> None:
        """Start the counters of one interface anew, or of all."""
        at = self._pass()
        for name, link in self._gear.links.items():
            if port in (None, name):
                link.clear(at)

    def tree(self, vlan: int) -> TreeLook:
        """Return the spanning tree of a VLAN."""
        self._pass()
        return port_looks.tree(self._shop, self._gear, vlan)

    def neighbors(self) -> Sequence[NeighborLook]:
        """Return the CDP neighbours not yet aged out."""
        return port_looks.neighbors(self._gear, self._pass())

    def lldp(self) -> Sequence[NeighborLook]:
        """Return the LLDP neighbours not yet aged out."""
        return port_looks.neighbors(self._gear, self._pass(), port_looks.LLDP_HOLD_SECONDS)

    def macs(self) -> Sequence[MacLook]:
        """Return the MAC table."""
        return port_looks.macs(self._gear, self._pass())

    def arp(self) -> Sequence[ArpLook]:
        """Return the ARP table."""
        at = self._pass()
        found = [
            ArpLook(address=address.ip, mac=self._gear.mac(port), age_minutes=None, interface=port)
            for port in self._gear.setting.ports
            if self._gear.up(port)
            and (address := address_on(self._shop, self._gear, port)) is not None
            and not port.startswith(("Cellular", "Tunnel"))
        ]
        wan = self._shop.wan
        if self._gear is self._shop.edge and wan.lease is not None:
            minutes = int((at - wan.modem.since) // 60) if wan.modem.state == "hung" else 0
            mac = wan.gateway_mac if wan.arp == "answering" else None
            found.append(ArpLook(address=wan.gateway, mac=mac, age_minutes=minutes, interface=wan.port))
        for (port, text), (mac, age) in sorted(self._gear.arp.entries(at, ARP_SECONDS).items()):
            if self._gear.up(port):
                found.append(ArpLook(address=IPv4Address(text), mac=mac, age_minutes=int(age // 60), interface=port))
        return found

    def routes(self) -> Sequence[RouteLook]:
        """Return the routing table."""
        self._pass()
        return routes(self._shop, self._gear)

    def probes(self) -> Sequence[ProbeLook]:
        """Return the IP SLA operations."""
        at = self._pass()
        return self._probing.looks(at) if self._probing is not None else []

    def tracks(self) -> Sequence[TrackLook]:
        """Return the tracked objects."""
        looks = {look.number: look for look in self.probes()}
        return [self._track(setting, looks) for setting in self._gear.setting.tracks]

    def _track(self, setting: TrackSetting, looks: Mapping[int, ProbeLook]) -> TrackLook:
        own = self._shop.tracking.objects.get(setting.number)
        probe = looks.get(setting.probe) if setting.probe is not None else None
        return TrackLook(
            number=setting.number,
            probe=setting.probe,
            kind=setting.kind,
            interface=setting.interface,
            up=own is not None and own.up,
            since=self._shop.when(own.since if own is not None else 0.0),
            changes=own.changes if own is not None else 0,
            down_seconds=setting.down_seconds,
            up_seconds=setting.up_seconds,
            code=probe.code if probe is not None else "Unknown",
            rtt_ms=probe.rtt_ms if probe is not None else None,
            routes=sum(route.track == setting.number for route in self._gear.setting.routes),
        )

    def leases(self) -> Sequence[LeaseLook]:
        """Return the DHCP server's bindings."""
        at = self._pass()
        if self._gear is not self._shop.edge:
            return []
        return [
            LeaseLook(address=b.address, mac=b.mac, expires=self._shop.when(b.expires(at)))
            for b in sorted(self._shop.leases.listed(at), key=lambda b: b.address)
        ]

    def client_lease(self, port: str) -> IPv4Interface | None:
        """Return the address a DHCP client interface holds."""
        self._pass()
        return address_on(self._shop, self._gear, port) if port == self._shop.wan.port else None

    def ping(self, destination: IPv4Address, source: str | None) -> float | None:
        """Send one echo now: round-trip milliseconds, or None. ``source``: interface or address."""
        self._pass()
        self._echoes += 1
        luck = noise(self._shop.chain.seed, self.name, "echo", self._echoes)
        return echo_ms(self._shop, self._gear, destination, source, luck)

    def fate(self, destination: IPv4Address, size: int) -> Literal["passes", "told", "lost"]:
        """Tell what becomes of a packet that must not be fragmented; "told": somebody says that it is too large."""
        self._pass()
        return fate(self._shop, self._gear, destination, size)

    def renew(self, port: str) -> None:
        """Ask the DHCP server on this interface for a lease again."""
        if self._gear is self._shop.edge:
            self._shop.renew(self._pass(), port)

    def peers(self) -> Sequence[PeerLook]:
        """Return the configured BGP neighbours."""
        self._pass()
        bgp = self._gear.setting.bgp
        return [self._peer(peer) for peer in bgp.peers] if bgp is not None and self._gear is self._shop.edge else []

    def _peer(self, peer: PeerSetting) -> PeerLook:
        session = self._shop.peering.sessions.get(peer.address)
        state = self._shop.peering.state(peer.address)
        return PeerLook(
            address=peer.address,
            remote_as=peer.remote_as,
            description=peer.description,
            state=state,
            prefixes=session.offered if session is not None and state == "Established" else 0,
            since=self._shop.when(session.since) if session is not None and session.since is not None else None,
        )

    def clear_peer(self, address: IPv4Address | None) -> None:
        """Tear a BGP session down, or all: they connect anew."""
        if self._gear is self._shop.edge:
            self._shop.clear_peer(self._pass(), address)

    def syslog(self) -> Sequence[str]:
        """Return the device's log buffer, oldest first."""
        self._pass()
        return tuple(self._gear.log)

    def say(self, mnemonic: str, text: str) -> None:
        """Put a line into the device's log buffer."""
        self._gear.say(self._shop.when(self._pass()), mnemonic, text)

    def changed(self, setting: DeviceSetting) -> None:
        """Tell the world that the running configuration now means ``setting``."""
        at = self._clock.seconds()
        self._shop.configure(at, self.name, setting)
        if self._probing is not None:
            self._probing.configured(at)

    def record(self, kind: str, **fields: object) -> None:
        """Write a row to the lab's own log."""
        self._record(kind, store=str(self._shop.store.id), device=self.name, **fields)
