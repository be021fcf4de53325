"""What a look at a device returns: vendor-neutral rows.

In: readers in ``inventory/platforms`` fill these. Out: collectors in ``anomaly`` read them.
A row only says what the device said; judging it is not done here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from inventory.edge_rows import EdgeRows
from inventory.line_rows import LargePingRow, LineRow, MtuRow, ProbeCountRow
from inventory.model import DeviceId
from inventory.port_rows import PortRows
from inventory.radio_rows import AgentRows
from inventory.service_rows import ServiceRows


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A question to a device: a getter's name and its arguments (``ping``: destination, source, count)."""

    getter: str
    args: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What its answer is kept under: the getter, and the arguments where it has some."""
        return " ".join((self.getter, *(self.args[name] for name in sorted(self.args))))


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceRow:
    """One routed interface. ``address`` is None when unassigned."""

    name: str
    address: str | None
    method: str
    admin_up: bool
    oper_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRow:
    """One switch port. ``vlan`` is a number, ``trunk`` or ``routed`` as the device prints it."""

    name: str
    status: Literal["connected", "notconnect", "disabled", "err-disabled", "inactive", "other"]
    vlan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkRow:
    """One trunk with the VLANs it is allowed to carry."""

    port: str
    allowed: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """A port that is no trunk with its VLAN, from a device that tells its VLANs apart from its ports."""

    port: str
    vlan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoeRow:
    """Power on one port: setting (auto, never, static), state (on, off, faulty ...), draw in watts.

    ``grade``: the power class that what hangs there was taken for, None where nothing is told.
    """

    port: str
    admin: str
    oper: str
    watts: float
    grade: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborRow:
    """A CDP neighbour on a port."""

    local_port: str
    neighbor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MacRow:
    """A learned MAC address (``aa:bb:cc:dd:ee:ff``)."""

    vlan: int
    mac: str
    port: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArpRow:
    """An ARP entry; ``mac`` None means incomplete."""

    address: str
    mac: str | None
    interface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRow:
    """The last result of an IP SLA operation; ``age_seconds`` since it ran, None when it never ran."""

    number: int
    ok: bool
    rtt_ms: float | None
    age_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultRouteRow:
    """The default route in use: ``interface`` and/or ``next_hop``; no row when there is none."""

    next_hop: str | None
    interface: str | None
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRow:
    """A lease handed out by the device's DHCP server."""

    address: str
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PingRow:
    """Echoes sent from the device, and what came back."""

    destination: str
    sent: int
    received: int
    average_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpRow:
    """A BGP neighbour. ``shut``: by a person; ``over_limit``: it sent more prefixes than allowed.

    ``prefixes`` received and ``advertised`` sent while established; ``since_seconds`` in this state,
    None when it was never established.
    """

    neighbor: str
    remote_as: str
    state: Literal["established", "down", "shut", "over_limit"]
    prefixes: int | None
    since_seconds: float | None
    advertised: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrDisabledRow:
    """A port that the switch itself has shut, and the cause it names (``link-flap``, ``bpduguard`` ...)."""

    port: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceProbeRow:
    """One function's path tried from its own VLAN: a burst of echoes, a large packet, the name, HTTP.

    ``large_ok``: a packet of the size asked for passed whole; ``resolved``: the URL's name was resolved by the store's
    own name server; ``http_status`` None: no answer. Each is None where it was not asked for.
    """

    target: str
    sent: int
    received: int
    average_ms: float | None
    large_ok: bool | None = None
    resolved: bool | None = None
    http_asked: bool = False
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """A service of the device for its store (``dhcp``, ``dns``): is it running, does it answer (None: not asked)?"""

    name: str
    running: bool
    answers: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRow:
    """A DHCP pool: the VLAN it serves, how many addresses it has and how many are leased."""

    vlan: int
    size: int
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """Who answered for an address when its VLAN was asked, each VLAN's gateway first; two MACs are a conflict."""

    address: str
    vlan: int
    macs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Somebody else's session on the device; ``idle_seconds`` since they typed, None when that is not told."""

    user: str
    idle_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """Raw text (running configuration, filtered log), for plans and witnesses."""

    text: str


Row = (
    InterfaceRow
    | PortRow
    | TrunkRow
    | AccessRow
    | PoeRow
    | NeighborRow
    | MacRow
    | ArpRow
    | ProbeRow
    | DefaultRouteRow
    | LeaseRow
    | PingRow
    | BgpRow
    | ErrDisabledRow
    | ServiceProbeRow
    | ServiceRow
    | PoolRow
    | ClaimRow
    | PersonRow
    | EdgeRows
    | TextRow
    | LineRow
    | ProbeCountRow
    | LargePingRow
    | MtuRow
    | ServiceRows
    | PortRows
    | AgentRows
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One answered look: its rows and when they were taken."""

    device: DeviceId
    look: Look
    rows: tuple[Row, ...]
    taken_at: datetime
