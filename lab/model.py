"""What one device can see and do in the world: ``DeviceView``, and the rows it answers with.

In: asked by a dialect's show commands. Out: rows free of any vendor's words. What a configuration means is in
``lab.setting``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal, Protocol

from lab.cell import CellView
from lab.service_model import ProbeCode, ServiceView
from lab.setting import DeviceSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class PortCounts:
    """What an interface has counted since boot besides good packets; rates are packets a second, now."""

    crc: int = 0
    frame: int = 0
    runts: int = 0
    input_errors: int = 0
    output_errors: int = 0
    collisions: int = 0
    late_collisions: int = 0
    output_drops: int = 0
    broadcasts: int = 0
    resets: int = 1
    in_rate: int = 0
    out_rate: int = 0
    broadcast_rate: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PortLook:
    """One interface as it stands. ``status`` is the switch's word, ``cause`` why it shut the port itself.

    Counters are since boot, or since they were cleared. ``silent_seconds``: since it last received anything, None for
    never; ``reopens_seconds``: until a switch opens a port again that it has shut itself, None when it does not.
    """

    name: str
    admin_up: bool
    oper_up: bool
    status: Literal["connected", "notconnect", "disabled", "err-disabled"]
    address: IPv4Interface | None
    method: Literal["DHCP", "NVRAM", "unset"]
    mac: str
    description: str
    cause: str = ""
    in_packets: int
    out_packets: int
    last_change: datetime
    counts: PortCounts = PortCounts()
    speed: int = 1000
    half_duplex: bool = False
    silent_seconds: float | None = 0.0
    cleared_seconds: float | None = None
    reopens_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoeLook:
    """Power on one port; only PoE-capable ports are listed. ``grade`` is the class the switch took the device for."""

    port: str
    admin: Literal["auto", "never"]
    oper: Literal["on", "off", "faulty", "power-deny"]
    watts: float
    device: str
    grade: int = 3
    denials: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborLook:
    """A CDP or LLDP neighbour. ``grade``: the power class it takes itself for, None when it takes no power here."""

    local_port: str
    name: str
    remote_port: str
    platform: str
    capability: str
    hold_seconds: int
    version: str = ""
    mac: str = ""
    serial: str = ""
    grade: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLook:
    """How busy the processor is, in percent; ``interrupts`` is the part of ``now`` that traffic causes."""

    now: int
    interrupts: int
    minute: int
    five_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLook:
    """One pair of a cable as a test found it."""

    pair: str
    metres: int
    tolerance: int
    remote: str | None
    status: Literal["Normal", "Open", "Short", "ImpedanceMis", "Not Completed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CableLook:
    """The result of a port's last cable test."""

    port: str
    run: datetime
    speed: int
    pairs: tuple[PairLook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeLook:
    """A switch's place in the spanning tree of a VLAN; ``root_port`` None: it is the root."""

    root_mac: str
    own_mac: str
    cost: int
    root_port: str | None
    forwarding: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MacLook:
    """A learned MAC address, ``aa:bb:cc:dd:ee:ff``."""

    vlan: int
    mac: str
    port: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArpLook:
    """An ARP entry; ``mac`` None is incomplete; ``age_minutes`` None is the device's own."""

    address: IPv4Address
    mac: str | None
    age_minutes: int | None
    interface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLook:
    """A route in use. ``source``: C connected, L local, S static (a DHCP default prints as S, distance 254), B BGP."""

    prefix: IPv4Network
    next_hop: IPv4Address | None
    interface: str | None
    distance: int
    source: Literal["B", "C", "L", "S"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeLook:
    """An IP SLA operation's last run; ``code`` "Unknown": it never ran."""

    number: int
    kind: Literal["icmp-echo", "dns", "tcp-connect", "http"]
    target: str
    rtt_ms: float | None
    code: ProbeCode
    age_seconds: float | None
    successes: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackLook:
    """A tracked object as it stands; ``routes``: how many hang on it."""

    number: int
    probe: int | None
    kind: Literal["state", "reachability"]
    interface: str | None
    up: bool
    since: datetime
    changes: int
    down_seconds: int
    up_seconds: int
    code: ProbeCode
    rtt_ms: float | None
    routes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseLook:
    """A lease handed out by this device."""

    address: IPv4Address
    mac: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerLook:
    """A BGP neighbour as it stands; ``since`` None: it never changed."""

    address: IPv4Address
    remote_as: int
    description: str
    state: Literal["Established", "Active", "Idle", "Idle (Admin)", "Idle (PfxCt)"]
    prefixes: int
    since: datetime | None


class DeviceView(Protocol):
    """What one device sees of the world, and how it acts on it. All times are the lab clock's, aware UTC."""

    name: str
    model: str

    @property
    def cell(self) -> CellView:
        """What it sees of its cellular modem, and does about it."""

    @property
    def services(self) -> ServiceView:
        """What it sees of services, and does about them."""

    @property
    def serial(self) -> str:
        """The serial number on its plate."""

    @property
    def plate(self) -> int:
        """How many devices stood in this place before it; each has its own keys."""

    def now(self) -> datetime:
        """Return the lab's time."""

    def reachable(self) -> bool:
        """Whether packets of a management session get through to the device and back."""

    def ports(self) -> Sequence[PortLook]:
        """Return every interface in configuration order."""

    def poe(self) -> Sequence[PoeLook]:
        """Return the PoE ports."""

    def load(self) -> LoadLook:
        """Return how busy the device is."""

    def test_cable(self, port: str) -> None:
        """Begin a cable test on a port; its link goes away for a moment."""

    def cable(self, port: str) -> CableLook | None:
        """Return the result of the port's last cable test, None when there was none."""

    def clear_counters(self, port: str | None) -> None:
        """Start the counters of one interface anew, or of all."""

    def tree(self, vlan: int) -> TreeLook:
        """Return the spanning tree of a VLAN."""

    def neighbors(self) -> Sequence[NeighborLook]:
        """Return the CDP neighbours not yet aged out."""

    def lldp(self) -> Sequence[NeighborLook]:
        """Return the LLDP neighbours not yet aged out."""

    def macs(self) -> Sequence[MacLook]:
        """Return the MAC table."""

    def arp(self) -> Sequence[ArpLook]:
        """Return the ARP table."""

    def routes(self) -> Sequence[RouteLook]:
        """Return the routing table."""

    def probes(self) -> Sequence[ProbeLook]:
        """Return the IP SLA operations."""

    def tracks(self) -> Sequence[TrackLook]:
        """Return the tracked objects."""

    def leases(self) -> Sequence[LeaseLook]:
        """Return the DHCP server's bindings."""

    def client_lease(self, port: str) -> IPv4Interface | None:
        """Return the address a DHCP client interface holds."""

    def ping(self, destination: IPv4Address, source: str | None) -> float | None:
        """Send one echo now: round-trip milliseconds, or None. ``source``: interface or address."""

    def fate(self, destination: IPv4Address, size: int) -> Literal["passes", "told", "lost"]:
        """Tell what becomes of a packet that must not be fragmented; "told": somebody says that it is too large."""

    def renew(self, port: str) -> None:
        """Ask the DHCP server on this interface for a lease again."""

    def peers(self) -> Sequence[PeerLook]:
        """Return the configured BGP neighbours."""

    def clear_peer(self, address: IPv4Address | None) -> None:
        """Tear a BGP session down, or all: they connect anew."""

    def syslog(self) -> Sequence[str]:
        """Return the device's log buffer, oldest first, each line as the device prints it."""

    def say(self, mnemonic: str, text: str) -> None:
        """Put a line into the device's log buffer (``SYS-5-CONFIG_I``, text)."""

    def changed(self, setting: DeviceSetting) -> None:
        """Tell the world that the running configuration now means ``setting``."""

    def record(self, kind: str, **fields: object) -> None:
        """Write a row to the lab's own log (``line``, ``write``, ``login`` ...)."""
