"""What a device tells of its lines and of the operations that measure them: vendor-neutral rows.

In: readers in ``inventory/platforms`` fill these. Out: collectors in ``anomaly`` read them. Part of ``looks.Row``; a
row only says what the device said.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One interface as it counts. What a device does not tell of an interface is None.

    ``in_load_pct``, ``out_load_pct``: how much of its bandwidth is used, by the device's own average;
    ``silent_seconds``: since it last received anything.
    """

    name: str
    up: bool
    in_load_pct: float | None = None
    out_load_pct: float | None = None
    silent_seconds: float | None = None
    in_packets: int | None = None
    in_bytes: int | None = None
    out_packets: int | None = None
    out_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeCountRow:
    """How often an IP SLA operation was answered and how often not, since it was last begun."""

    number: int
    successes: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LargePingRow:
    """Echoes of one size that must not be fragmented. ``told``: how many somebody on the way said are too large."""

    destination: str
    size: int
    sent: int
    received: int
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MtuRow:
    """The largest packet an interface lets out whole, by its own setting; None while it has no address."""

    name: str
    bytes: int | None
