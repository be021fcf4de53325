"""The words of a replay: rows of a run, symptoms seen in them, detections told.

In: nothing. Out: frozen records and the columns' names. Used by every module of this package. Why: the readers, the
rules and the learned prototypes agree on these words alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNKNOWN = "unknown"
DEVICE_COLUMNS = (
    "bgp_established",
    "bgp_neighbors",
    "cpu_1m_pct",
    "mem_free_bytes",
    "fib_discard_pkts_total",
    "fib_incomplete_adj_pkts_total",
    "fib_noroute_pkts_total",
    "fib_null_pkts_total",
    "fib_drop_pkts_total",
    "fib_unresolved_pkts_total",
)
INTERFACE_COLUMNS = (
    "oper_up",
    "admin_up",
    "bfd_sessions_up",
    "carrier_transitions_total",
    "crc_errors_total",
    "in_errors_total",
    "in_kbps",
    "out_kbps",
    "in_octets_total",
    "out_octets_total",
)
LINK_WORDS = frozenset({"admin_down", "admin_up", "oper_down", "oper_up", "carrier"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one table and run, by time. ``series`` numbers the device or port of a row; NaN is "not collected"."""

    ts: Floats
    series: Ints
    values: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of a device's log."""

    ts: float
    device: str
    mnemonic: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a folder: who is in it and what they told. ``ports`` are (device, interface)."""

    name: str
    devices: tuple[str, ...]
    ports: tuple[tuple[str, str], ...]
    device_rows: Rows
    port_rows: Rows
    log: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Who is wired to whom: ``peer`` of a (device, interface)."""

    peer: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def neighbours(self, device: str) -> frozenset[str]:
        """Devices on the other ends of this device's links."""
        return frozenset(far for (near, _), (far, _) in self.peer.items() if near == device)


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """One yes/no observation at ``ts`` (unix seconds). ``amount`` says how much, in the symptom's own unit."""

    ts: float
    device: str
    name: str
    interface: str = ""
    amount: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One line of the answer: an incident told at ``ts``. ``score`` is 0 to 1; the evidence is for people."""

    run: str
    ts: float
    device: str
    kind: str
    interface: str = ""
    score: float = 1.0
    evidence: tuple[str, ...] = ()
