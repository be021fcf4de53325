"""Another store was set up with this store's identity: headquarters turns from one to the other and back.

The tunnel, the BGP session in it and the tills' probe flap together; the lines below are clean, and a restart does not
help. Stores have no tunnel by their standard: this one is made one of the pilot, and that is saved.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.numbering import TUNNEL
from lab.pilot import pilot_lines, pilot_over
from lab.world import World


class SiteIdDuplicate:
    """See the module."""

    name = "site_id_duplicate"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge."""
        return tuple(
            Target(store=t.store, device=t.device, port=TUNNEL, upstream=t.upstream) for t, _ in ports_of(chain, "wan")
        )

    def inject(self, world: World, target: Target) -> None:
        """The other store comes up."""
        shop, at = world.shops[target.store], world.clock.seconds()
        world.type_in(target.upstream, *pilot_lines(shop.number, shop.wan.port, bgp=True))
        world.save(target.upstream)

        def happen() -> None:
            shop.tunnelling.settled(TUNNEL, at)
            shop.tunnelling.twin = at
            shop.tunnelling.turn_away(at)

        shop.act(at, happen)

    def remove(self, world: World, target: Target) -> None:
        """The other store gets an identity of its own; the pilot is over."""
        shop = world.shops[target.store]

        def happen() -> None:
            shop.tunnelling.twin = None

        shop.act(world.clock.seconds(), happen)
        world.type_in(target.upstream, *pilot_over(shop.number))
        world.save(target.upstream)

    def present(self, world: World, target: Target) -> bool:
        """Whether the other one is there."""
        return world.shops[target.store].tunnelling.twin is not None

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Nothing in this store is wrong."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = SiteIdDuplicate()
