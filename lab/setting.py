"""What a device's running configuration means, free of any vendor's words.

In: derived by a dialect (``lab/devices/<platform>``) from its configuration. Out: ``DeviceSetting``, which the world
(``lab/world.py``) acts on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

from lab.filters import Direction, Filter
from lab.service_model import StandbySetting, TunnelSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSetting:
    """One interface as configured. ``allowed`` None means all VLANs; ``tag`` is the dot1q tag of a sub-interface.

    ``storm_level``: percent of the link that broadcasts may take, None for no limit; ``storm_shuts``: more shuts it.
    ``trusted``: a DHCP server may be behind it. ``mtu``: the largest IP packet; ``mss``: what it tells both ends of TCP
    to send at most, None for nothing; ``quiet``: it tells nobody what it cannot deliver; ``limit_kbps``: the rate a
    policy there lets pass, None for any.
    """

    name: str
    shutdown: bool = False
    mode: Literal["routed", "access", "trunk"] = "routed"
    access_vlan: int = 1
    native_vlan: int = 1
    allowed: frozenset[int] | None = None
    power: Literal["auto", "never"] = "auto"
    address: IPv4Interface | Literal["dhcp"] | None = None
    tag: int | None = None
    description: str = ""
    speed: Literal["auto", "10", "100", "1000"] = "auto"
    duplex: Literal["auto", "full", "half"] = "auto"
    storm_level: float | None = None
    storm_shuts: bool = False
    trusted: bool = False
    standby: tuple[StandbySetting, ...] = ()
    mtu: int = 1500
    mss: int | None = None
    quiet: bool = False
    limit_kbps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSetting:
    """A DHCP server pool; ``excluded`` addresses are never handed out."""

    name: str
    network: IPv4Network
    router: IPv4Address | None = None
    lease_seconds: int = 86400
    excluded: frozenset[IPv4Address] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSetting:
    """An IP SLA operation; it runs only when ``scheduled``. ``source`` is an interface name or an address.

    ``target`` of ``http`` is a URL.
    """

    number: int
    kind: Literal["icmp-echo", "dns", "tcp-connect", "http"]
    target: str
    port: int = 0
    source: str | None = None
    name_server: str | None = None
    frequency_seconds: int = 60
    timeout_ms: int = 5000
    scheduled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSetting:
    """A static route. ``next_hop`` "dhcp" follows the lease's gateway; ``track``: it stands while that object is up."""

    prefix: IPv4Network
    next_hop: IPv4Address | Literal["dhcp"] | None = None
    interface: str | None = None
    distance: int = 1
    track: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSetting:
    """What a device tracks: an IP SLA operation, or an interface."""

    number: int
    probe: int | None = None
    kind: Literal["state", "reachability"] = "state"
    interface: str | None = None
    down_seconds: int = 0
    up_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSetting:
    """A BGP neighbour as configured. ``most``: prefixes it may send; the log warns from ``warn_percent`` of them on."""

    address: IPv4Address
    remote_as: int
    shutdown: bool = False
    password: bool = False
    description: str = ""
    most: int | None = None
    warn_percent: int = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpSetting:
    """A BGP process: its own AS, what it tells, and its neighbours."""

    asn: int
    router_id: IPv4Address | None = None
    networks: tuple[IPv4Network, ...] = ()
    peers: tuple[PeerSetting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSetting:
    """Everything in a running configuration that the world acts on.

    ``filters`` maps an interface and a direction to the list there; ``gateway`` is where a switch sends answers;
    ``recovered_causes``: for these a switch opens a port it has shut itself again, after ``recovery_seconds``;
    ``flap_limit``: after so many flaps within so many seconds it shuts a port;
    ``snooped``: in these VLANs it drops what DHCP servers send by ports that are not trusted.
    """

    hostname: str
    ports: Mapping[str, PortSetting] = field(default_factory=dict)
    vlans: frozenset[int] = frozenset()
    pools: tuple[PoolSetting, ...] = ()
    probes: tuple[ProbeSetting, ...] = ()
    routes: tuple[RouteSetting, ...] = ()
    tracks: tuple[TrackSetting, ...] = ()
    filters: Mapping[tuple[str, Direction], Filter] = field(default_factory=dict)
    gateway: IPv4Address | None = None
    bgp: BgpSetting | None = None
    cdp_hold_seconds: int = 180
    mac_aging_seconds: int = 300
    recovered_causes: frozenset[str] = frozenset()
    recovery_seconds: int = 300
    flap_limit: tuple[int, int] = (5, 10)
    snooped: frozenset[int] = frozenset()
    time_servers: tuple[IPv4Address, ...] = ()
    tunnels: tuple[TunnelSetting, ...] = ()
