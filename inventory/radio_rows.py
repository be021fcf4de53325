"""What access points tell of themselves, as rows beside those of ``looks``.

In: dialects in ``inventory/snmp`` fill these. Out: collectors in ``anomaly`` read them.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareRow:
    """What runs on a device, and since when. Texts are empty where nothing is told."""

    version: str
    model: str
    serial: str
    up_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioRow:
    """One radio. ``checking``: it listens for radar before it speaks on a channel; ``clients``: joined on it.

    ``channel`` and ``clients`` are None where nothing is told of them.
    """

    name: str
    admin_up: bool
    state: Literal["up", "down", "checking", "other"]
    channel: int | None
    clients: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StationRow:
    """One wireless client as its access point hears it."""

    radio: int
    mac: str
    signal_dbm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioEventRow:
    """Something an access point has written down; ``radar``: it had to leave its channel for radar."""

    radar: bool
    age_seconds: float


AgentRows = SoftwareRow | RadioRow | StationRow | RadioEventRow
