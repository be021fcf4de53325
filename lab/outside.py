"""Services out there that fail although their hosts answer pings.

In: what a fault does to one of them. Out: how it is to be met by address and port. Read by whoever in the lab asks a
service: the edge's probes, the devices' clocks, the truth. What is not listed works.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Literal

from lab.filters import HTTPS_PORT

DNS_PORT = 53
TIME_PORT = 123
ACCOUNTS_PORT = 1812
WEB_PORTS = (80, HTTPS_PORT)
Mood = Literal["silent", "refused", "error"]


@dataclass(slots=True)
class Outside:
    """How services fail: they do not answer, turn everybody away, or answer everybody with an error."""

    moods: dict[tuple[IPv4Address, int], Mood] = field(default_factory=dict)

    def mood(self, host: IPv4Address, port: int) -> Mood | None:
        """How one service fails, None while it works."""
        return self.moods.get((host, port))
