"""What a look at an edge's own ways out returns: its cellular modem, its tunnels, gateways that share an address.

In: readers in ``inventory/platforms`` fill these. Out: collectors in ``anomaly`` read them, as part of ``looks.Row``.
A row only says what the device said; None: it did not say.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class CellularRow:
    """A cellular modem, by its own words.

    ``registered``: its network has taken it in; ``session``: it has a data session. ``profile`` is the number of the
    one data goes by, ``apn`` its access point name. ``sent`` and ``received`` count packets (or bytes) of the session.
    """

    port: str
    radio: bool | None = None
    registered: bool | None = None
    session: bool | None = None
    roaming: bool | None = None
    sim: str | None = None
    profile: int | None = None
    apn: str | None = None
    rsrp_dbm: float | None = None
    rssi_dbm: float | None = None
    sent: int | None = None
    received: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelRow:
    """An IPsec tunnel. ``up_seconds`` None: it is down, or how long it is up was not said; packets since its keys."""

    port: str
    peer: str
    up: bool
    up_seconds: float | None
    sent: int
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyRow:
    """A group by which gateways share an address. ``active``, ``standby``: ``local``, an address; None: unknown."""

    port: str
    group: int
    state: str
    active: str | None
    standby: str | None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeTaleRow:
    """One line of an edge's log about its tunnels and shared gateways; the year is ``NO_YEAR`` where none is told.

    ``fell`` and ``rose``: a tunnel; ``stray``: something came that fits no keys; ``refused``: the far end's word in a
    negotiation made no sense; ``disputed``: another gateway claims what is ours. ``about``: the tunnel's interface or
    its peer, empty where the line names none.
    """

    word: Literal["fell", "rose", "stray", "refused", "disputed"]
    about: str
    at: datetime


EdgeRows = CellularRow | TunnelRow | StandbyRow | EdgeTaleRow
