"""What an edge and headquarters hold of a tunnel between them: nothing, as a rule.

In: what ``lab.tunnelling`` works out and a fault does. Out: plain state, by tunnel interface. Why: a store without
tunnels has none of these, so that thousands of stores cost nothing.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address

PACKETS_A_SECOND = 6.0


@dataclass(slots=True)
class Association:
    """One tunnel: up or not since ``since`` (lab seconds), and packets counted until ``counted``.

    ``tries`` tells apart attempts; ``number`` counts how often keys were agreed on; ``stale``: what headquarters sends
    fits no keys the edge still has; ``local``: the edge's address it was begun from.
    """

    peer: IPv4Address
    source: str
    local: IPv4Address | None = None
    up: bool = False
    since: float = 0.0
    tries: int = 0
    number: int = 0
    negotiating: bool = False
    stale: bool = False
    sent: float = 0.0
    received: float = 0.0
    counted: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether packets get through in both directions."""
        return self.up and not self.stale

    def count(self, at: float) -> None:
        """Add the packets of the time since the last count."""
        passed = at - self.counted
        if self.up:
            self.sent += PACKETS_A_SECOND * passed
            self.received += 0.9 * PACKETS_A_SECOND * passed if not self.stale else 0.0
        self.counted = at
