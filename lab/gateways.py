"""A second gateway of a store: where it hangs and how it was set up.

Held by ``lab.fittings``; what follows from it is worked out in ``lab.standing_by``.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address

from lab.net import End


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondGateway:
    """It shares an address with the edge by a group; ``end`` is the switch port it hangs on."""

    end: End
    address: IPv4Address
    group: int
    priority: int = 100
    secret: str = "cisco"  # noqa: S105 - what everybody has who has not set any
