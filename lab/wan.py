"""A store's two ways out: the carrier's access with its DHCP server, and the cellular modem.

In: what a fault does to the carrier, and the link going up and down. Out: whether there is a link, the lease held,
and how long a packet takes. Called by ``lab.shop``; faults set the carrier's mood.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Literal

from lab.numbering import carrier_mac, wan_address, wan_gateway

LEASE_SECONDS_AFTER_LINK = 0.8
LEASE_SECONDS_AFTER_RENEW = 0.4


@dataclass(slots=True)
class Wan:
    """How the WAN stands. ``mood`` is the carrier's DHCP server's: whom it still answers."""

    number: int
    port: str
    cellular: str
    carrier_up: bool = True
    cellular_up: bool = True
    mood: Literal["serving", "after_renew", "after_bounce", "silent"] = "serving"
    lease: IPv4Interface | None = None

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
        return LEASE_SECONDS_AFTER_LINK

    def asked_to_renew(self) -> float | None:
        """The client asks again. Return after how many seconds the server answers, or None when it stays silent."""
        if self.mood in ("after_bounce", "silent"):
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

    def primary_ms(self, noise: float) -> float:
        """Round-trip milliseconds through the carrier; ``noise`` 0-1."""
        return 11.0 + self.number % 7 + 6.0 * noise

    def cellular_ms(self, noise: float) -> float:
        """Round-trip milliseconds over cellular; ``noise`` 0-1."""
        return 48.0 + self.number % 9 + 30.0 * noise
