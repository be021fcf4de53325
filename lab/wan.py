"""A store's two ways out: the carrier's access with its DHCP server, and the cellular modem.

In: what a fault does to the carrier, and the link going up and down. Out: whether there is a link, the lease held,
and how long a packet takes. Called by ``lab.shop``; faults set the carrier's mood. How the line is beyond the
carrier's modem shows in ``lab.lines``.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface
from typing import Literal

from lab.cell import Cell
from lab.line import ETHERNET
from lab.numbering import carrier_mac, wan_address, wan_gateway

LEASE_SECONDS_AFTER_LINK = 0.8
LEASE_SECONDS_AFTER_RENEW = 0.4
MODEM_BOOT_SECONDS = 4.0


@dataclass(slots=True)
class Modem:
    """The carrier's modem beside the edge. A hung one keeps its link and passes nothing, until its power is cut."""

    state: Literal["running", "hung", "off", "booting"] = "running"
    boots: int = 0
    since: float = 0.0

    @property
    def linked(self) -> bool:
        """Whether the edge sees a link."""
        return self.state in ("running", "hung")


@dataclass(slots=True)
class Wan:
    """How the WAN stands. ``mood`` is the carrier's DHCP server's: whom it still answers.

    ``arp``: whether the carrier's router tells its MAC address; ``loss`` (0-1) and ``extra_ms``: how bad the line is;
    ``path_mtu``: the largest packet it carries, without a word about larger ones; ``burst``: guests fetch all they can.
    """

    number: int
    port: str
    cellular: str
    carrier_up: bool = True
    cellular_up: bool = True
    mood: Literal["serving", "after_renew", "after_bounce", "silent"] = "serving"
    lease: IPv4Interface | None = None
    arp: Literal["answering", "after_bounce", "silent"] = "answering"
    loss: float = 0.0
    extra_ms: float = 0.0
    path_mtu: int = ETHERNET
    burst: bool = False
    modem: Modem = field(default_factory=Modem)
    cell: Cell = field(default_factory=Cell)

    @property
    def linked(self) -> bool:
        """Whether there is a link on the primary line."""
        return self.carrier_up and self.modem.linked

    @property
    def answers(self) -> bool:
        """Whether the carrier's router can be spoken with."""
        return self.arp == "answering" and self.modem.state == "running"

    @property
    def offered(self) -> IPv4Interface:
        """The address the carrier's DHCP server has for this store."""
        return wan_address(self.number)

    @property
    def gateway(self) -> IPv4Address:
        """The carrier's router."""
        return wan_gateway(self.number)

    @property
    def gateway_mac(self) -> str:
        """The carrier's router's MAC address."""
        return carrier_mac(self.number)

    def link_came_up(self) -> float:
        """The DHCP client starts over: whatever the server had forgotten, it now sees a new client."""
        if self.mood != "silent":
            self.mood = "serving"
        if self.arp == "after_bounce":
            self.arp = "answering"
        return LEASE_SECONDS_AFTER_LINK

    def asked_to_renew(self) -> float | None:
        """The client asks again. Return after how many seconds the server answers, or None when it stays silent."""
        if self.mood in ("after_bounce", "silent") or self.modem.state != "running":
            return None
        self.mood = "serving"
        return LEASE_SECONDS_AFTER_RENEW

    def forget(self, until: Literal["after_renew", "after_bounce", "silent"]) -> None:
        """The carrier's server drops the lease; it answers again after a renewal, after a link bounce, or never."""
        self.lease = None
        self.mood = until

    def recover(self) -> None:
        """The carrier's server works again and gives the lease back at once."""
        self.mood = "serving"
        self.lease = self.offered
