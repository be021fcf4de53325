"""The first carrier's router leaks far more prefixes than it may send: the edge takes the session down and keeps it so.

Clearing it before the carrier has repaired its leak only makes it happen again; the other carrier's session carries on.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.numbering import store_number, wan_gateway
from lab.world import World

LEAKED, USUAL = 4096, 1


class BgpMaxPrefix:
    """See the module."""

    name = "bgp_max_prefix"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge, by its WAN port."""
        return tuple(target for target, _ in ports_of(chain, "wan"))

    def inject(self, world: World, target: Target) -> None:
        """The router leaks."""
        shop, at = world.shops[target.store], world.clock.seconds()
        shop.act(at, lambda: shop.peering.offer(wan_gateway(shop.number), LEAKED, at))

    def remove(self, world: World, target: Target) -> None:
        """The carrier repairs it, and somebody clears the session."""
        shop, at = world.shops[target.store], world.clock.seconds()
        shop.act(at, lambda: shop.peering.offer(wan_gateway(shop.number), USUAL, at))
        shop.clear_peer(at, wan_gateway(shop.number))

    def present(self, world: World, target: Target) -> bool:
        """Whether it leaks, or is still kept out."""
        session = world.shops[target.store].peering.sessions.get(wan_gateway(store_number(target.store)))
        return session is not None and (session.over or session.offered > USUAL)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """It is the carrier's to repair; nobody clears it."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = BgpMaxPrefix()
