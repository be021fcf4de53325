"""The cellular modem in an edge and how it stands with its carrier; what a device sees of it.

In: what a fault or an operator does to it. Out: whether it is registered, whether its data session is there, whether
data gets through - three things that fail apart. Held by ``lab.wan``; ``CellView`` stands apart from ``DeviceView`` so
that a dialect without cellular need not know it.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal, Protocol

BOOT_SECONDS = 6.0
GOOD_DBM, WEAK_DBM = -67, -108
WEAK_LOSS, WEAK_MS, ROAMING_MS = 0.35, 420.0, 160.0


@dataclass(slots=True)
class Cell:
    """The modem. ``apn`` is what its profile says, ``wanted`` what the carrier takes.

    ``wedged``: it says that it is connected and passes nothing, until its session is set up anew (``session``) or it
    is started anew (``modem``); ``sim``: the carrier's word about the card; ``spent``: the plan's data is used up;
    ``radio``: whether it speaks at all, until it is started anew.
    """

    apn: str = ""
    wanted: str = ""
    state: Literal["online", "off"] = "online"
    radio: bool = True
    wedged: Literal["", "session", "modem"] = ""
    sim: Literal["OK", "Not authorised"] = "OK"
    spent: bool = False
    weak: bool = False
    roaming: bool = False
    starts: int = 0

    @property
    def registered(self) -> bool:
        """Whether the network has taken it in."""
        return self.state == "online" and self.radio and self.sim == "OK"

    @property
    def connected(self) -> bool:
        """Whether it has a data session, by its own words."""
        return self.registered and self.apn == self.wanted

    @property
    def passes(self) -> bool:
        """Whether data gets through."""
        return self.connected and not self.wedged and not self.spent

    @property
    def answered(self) -> bool:
        """Whether anything comes in: data, or the carrier's refusals once the plan's data is used up."""
        return self.connected and not self.wedged

    @property
    def loss(self) -> float:
        """The share of packets that are lost on the air."""
        return WEAK_LOSS if self.weak else 0.0

    @property
    def extra_ms(self) -> float:
        """What weak signal and a foreign network cost in time."""
        return WEAK_MS * self.weak + ROAMING_MS * self.roaming

    def reconnect(self) -> None:
        """Its interface was shut: the session is set up anew."""
        if self.wedged == "session":
            self.wedged = ""

    def restart(self) -> None:
        """It lost power: what hung is gone."""
        self.wedged, self.radio = "", True
        self.starts += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLook:
    """The modem as it tells of itself; packets are those of the interface."""

    port: str
    online: bool
    radio: bool
    registered: bool
    connected: bool
    roaming: bool
    carrier: str
    country: int
    network: int
    apn: str
    address: IPv4Address | None
    received: int
    sent: int
    rssi: int
    rsrp: int
    rsrq: int
    snr: float
    serial: str


class CellView(Protocol):
    """What one device sees of its modem, and does about it."""

    def look(self, port: str) -> CellLook | None:
        """Return the modem behind an interface, None when there is none."""

    def restart(self, port: str) -> None:
        """Take the modem's power away for a moment."""

    def set_apn(self, port: str, apn: str) -> None:
        """Write another access point name into the modem's profile."""
