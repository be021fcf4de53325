"""A tunnel to headquarters is up and carries packets one way: headquarters sends with keys the edge does not have.

Stores have no tunnel by their standard: this one is made one of the pilot, so that its tills pay through it.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.numbering import HUB, TUNNEL
from lab.pilot import pilot_lines, pilot_over
from lab.world import World


class TunnelOneWay:
    """See the module."""

    name = "tunnel_one_way"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge."""
        return tuple(
            Target(store=t.store, device=t.device, port=TUNNEL, upstream=t.upstream) for t, _ in ports_of(chain, "wan")
        )

    def inject(self, world: World, target: Target) -> None:
        """A tunnel that has been up for long loses one direction."""
        shop, at = world.shops[target.store], world.clock.seconds()
        world.type_in(target.upstream, *pilot_lines(shop.number, shop.wan.port))

        def happen() -> None:
            shop.tunnelling.settled(TUNNEL, at)
            shop.associations[TUNNEL].stale = True
            shop.tunnelling.complain(TUNNEL, at)

        shop.act(at, happen)

    def remove(self, world: World, target: Target) -> None:
        """Both ends agree on keys anew, and the pilot is over."""
        shop, at = world.shops[target.store], world.clock.seconds()

        def happen() -> None:
            shop.tunnelling.clear(HUB, at)

        shop.act(at, happen)
        world.type_in(target.upstream, *pilot_over(shop.number))

    def present(self, world: World, target: Target) -> bool:
        """Whether what comes from headquarters is thrown away."""
        own = world.shops[target.store].associations.get(TUNNEL)
        return own is not None and own.stale

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Management does not go through the tunnel."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Forgetting the keys of this one tunnel."""
        return (Repair(device=target.upstream, section="", line=rf"clear crypto (sa peer|session remote) {HUB}"),)


FAULT = TunnelOneWay()
