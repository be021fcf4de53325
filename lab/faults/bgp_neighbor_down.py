"""The session with the first carrier's router hangs: the peer answers, the session stays Idle until it is cleared."""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.numbering import store_number, wan_gateway
from lab.world import World


class BgpNeighborDown:
    """See the module."""

    name = "bgp_neighbor_down"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge, by its WAN port."""
        return tuple(
            Target(store=t.store, device=t.device, port=t.port, upstream=t.upstream, variant="stuck")
            for t, _ in ports_of(chain, "wan")
        )

    def inject(self, world: World, target: Target) -> None:
        """The router loses the session and takes no new one."""
        shop, at = world.shops[target.store], world.clock.seconds()
        shop.act(at, lambda: shop.peering.stick(wan_gateway(shop.number), at))

    def remove(self, world: World, target: Target) -> None:
        """Somebody clears it."""
        shop = world.shops[target.store]
        shop.clear_peer(world.clock.seconds(), wan_gateway(shop.number))

    def present(self, world: World, target: Target) -> bool:
        """Whether the session hangs."""
        session = world.shops[target.store].peering.sessions.get(wan_gateway(store_number(target.store)))
        return session is not None and session.stuck

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """It is cleared: softly, which does not help, then hard."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Clearing the session."""
        gateway = wan_gateway(store_number(target.store))
        return (Repair(device=target.upstream, section="", line=rf"clear ip bgp {gateway}( soft)?"),)


FAULT = BgpNeighborDown()
