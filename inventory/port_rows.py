"""What a look at a device's ports in depth returns, and at what its software has left: rows beside ``looks``.

In: readers in ``inventory/platforms`` fill these. Out: collectors in ``anomaly`` and actions read them. Counters are as
the device tells them, since it started or somebody cleared them. None: the device does not tell.
"""

from dataclasses import dataclass
from datetime import datetime

NO_YEAR = 4
"""The year of a time without one: a leap year, so that it has every day there may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NegotiationRow:
    """Speed and duplex of a port with a link. ``negotiates``: whether the port is left to agree on them."""

    port: str
    half_duplex: bool | None
    negotiates: bool | None
    speed_mbps: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortErrorsRow:
    """What a port counted that went wrong: frames that arrived ``broken``, and collisions that came too late."""

    port: str
    broken: int
    late_collisions: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortTrafficRow:
    """What a port counted: packets received of any kind, broadcasts among them."""

    port: str
    received: int
    broadcasts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDownRow:
    """A port lost its link, by the device's own log and clock; the year is ``NO_YEAR`` where the log tells none."""

    port: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """The device's own time, in its own time zone."""

    at: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRow:
    """How busy a device's processor is, in percent, over a minute."""

    minute_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRow:
    """The memory of a device's software, in bytes."""

    total: int
    free: int


PortRows = NegotiationRow | PortErrorsRow | PortTrafficRow | LinkDownRow | ClockRow | LoadRow | MemoryRow
