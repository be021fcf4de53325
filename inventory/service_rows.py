"""What a device tells of a store's services: address pools, snooped leases, time and account servers, changes.

In: readers in ``inventory/platforms`` fill these. Out: ``anomaly`` collectors and ``playbooks`` actions read them.
A row only says what the device said; it is one of ``inventory.looks.Row``.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpPoolRow:
    """A DHCP server's pool: the addresses of its network and how many are leased.

    ``excluded`` None: the device does not tell. ``spent``: it says that it has no next address to hand out.
    """

    name: str
    first: str
    last: str
    total: int
    leased: int
    excluded: int | None
    spent: bool

    def holds(self, address: str) -> bool:
        """Whether an address lies in it."""
        return IPv4Address(self.first) <= IPv4Address(address) <= IPv4Address(self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRow:
    """An address that the DHCP server took out of its pool, because somebody answered for it."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoopedRow:
    """A lease that a switch saw pass by to a port it watches, whoever gave it."""

    mac: str
    address: str
    vlan: int
    port: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustRow:
    """A port, and whether the switch lets a DHCP server speak on it."""

    port: str
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeServerRow:
    """A time server as the device met it.

    ``reach``: the last eight polls as bits, the latest lowest. ``met``: it has answered since the device started.
    ``followed``: the device's clock follows it.
    """

    server: str
    reach: int
    met: bool
    followed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountServerRow:
    """A server of accounts (RADIUS): whether the device takes it for dead; requests and timeouts since it started."""

    server: str
    dead: bool
    requests: int
    timeouts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A line of the device's own log about a change of its configuration.

    ``at``: the clock of the device, without a year (``Nov 21 10:38:17``), None where it tells none. ``armed``: under a
    timer that takes it back after so many ``minutes``; ``taken_back``: it was; ``confirmed``: it stays.
    """

    what: Literal["configured", "armed", "taken_back", "confirmed"]
    user: str
    at: str | None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoeBudgetRow:
    """The power a switch has to give over its cables, in watts."""

    available: float
    used: float
    remaining: float


ServiceRows = (
    DhcpPoolRow | ConflictRow | SnoopedRow | TrustRow | TimeServerRow | AccountServerRow | ChangeRow | PoeBudgetRow
)
