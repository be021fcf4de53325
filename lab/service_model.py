"""What one device sees of services - pools, snooping, time, accounts, memory, tunnels, gateways - and is told of them.

Nouns shared by the world, which fills them, and the dialects, which print them. ``ServiceView`` is the part of a
``DeviceView`` that is about services; it stands apart so that a dialect without them need not know it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network
from typing import Literal, Protocol

ProbeCode = Literal["OK", "Timeout", "Unknown", "No connection", "HTTP error", "DNS query error"]
Connection = Literal["open", "refused", "timeout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbySetting:
    """A group by which an interface shares an address with another gateway. ``secret`` None: everybody's."""

    number: int
    address: IPv4Address
    priority: int = 100
    preempt: bool = False
    secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelSetting:
    """A tunnel interface. ``key``: what the far end is shown; ``protected``: all that encryption needs is there."""

    port: str
    source: str
    destination: IPv4Address
    key: str | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLook:
    """A DHCP pool as it stands; ``next_address`` None: nothing is left to hand out."""

    name: str
    network: IPv4Network
    leased: int
    excluded: int
    total: int
    next_address: IPv4Address | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoopLook:
    """A lease that a switch saw pass by, whoever gave it."""

    mac: str
    address: IPv4Address
    seconds: int
    vlan: int
    port: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLook:
    """A time server as the device met it; ``reach``: its last eight polls as bits, the latest lowest."""

    server: IPv4Address
    reach: int
    answered_seconds: float | None
    delay_ms: float
    offset_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsLook:
    """A server of accounts as the device met it; ``since`` (seconds ago) it is taken for what it is."""

    dead: bool
    since_seconds: float
    deaths: int
    requests: int
    timeouts: int
    accepted: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLook:
    """The processor's memory in bytes; ``lost``: what the process ``taker`` has taken and never gives back."""

    total: int
    used: int
    lost: int
    taker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelLook:
    """A tunnel as it stands. ``local`` None: it was never up; ``wrong_key``: both ends met and do not know each other.

    ``seconds``: since it went up or down; ``number``: how often keys were agreed on.
    """

    port: str
    source: str
    peer: IPv4Address
    local: IPv4Address | None
    up: bool
    seconds: float
    number: int
    wrong_key: bool
    sent: int
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyLook:
    """A group of gateways; ``active`` and ``standby`` are "local", an address, or None for unknown."""

    port: str
    group: int
    priority: int
    preempt: bool
    address: IPv4Address
    state: Literal["Init", "Standby", "Active"]
    active: str | None
    standby: str | None


class ServiceView(Protocol):
    """What one device sees of services, and how it acts on them."""

    def pools(self) -> Sequence[PoolLook]:
        """Return the DHCP server's pools."""

    def clear_lease(self, address: IPv4Address | None) -> bool:
        """Forget one lease, or all; False when nobody holds the address."""

    def conflicts(self) -> Mapping[IPv4Address, datetime]:
        """Return the addresses that somebody else answered for, and since when."""

    def clear_conflict(self, address: IPv4Address | None) -> bool:
        """Hand one such address out again, or all; False when there is none."""

    def snooped(self) -> Sequence[SnoopLook]:
        """Return the leases that were seen to pass by on ports that are watched."""

    def connect(self, host: IPv4Address, port: int, source: str | None) -> Connection:
        """Open a TCP connection now. ``source``: interface or address."""

    def times(self) -> Sequence[TimeLook]:
        """Return the configured time servers."""

    def authenticate(self, server: IPv4Address, *, known: bool) -> Literal["accepted", "rejected"] | None:
        """Ask a server of accounts about one; None when it does not answer. ``known``: whether it knows the account."""

    def accounts(self, server: IPv4Address) -> AccountsLook:
        """Return how a server of accounts was met."""

    def memory(self) -> MemoryLook:
        """Return how the processor's memory stands."""

    def restarted(self) -> None:
        """The device's software has started anew."""

    def tunnels(self) -> Sequence[TunnelLook]:
        """Return the tunnels."""

    def clear_tunnel(self, peer: IPv4Address | None) -> bool:
        """Forget the keys of one tunnel, or of all; False when there is none."""

    def gateways(self) -> Sequence[StandbyLook]:
        """Return the groups by which it shares addresses with other gateways."""
