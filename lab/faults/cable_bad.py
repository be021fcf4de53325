"""A till's cable is damaged: frames arrive broken, the till works all the same - for now.

``crc``: some frames. ``slow``: more, and only 100 Mbit/s. A cable test tells which pair and how far away.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant
from lab.wear import Cable
from lab.world import World

CABLES = {
    "crc": Cable(damage=0.02, pair="B", metres=7),
    "slow": Cable(damage=0.15, pair="C", metres=12, top_speed=100),
}


class CableBad:
    """See the module."""

    name = "cable_bad"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's switch port, both variants."""
        return each_variant(chain, "till", CABLES)

    def inject(self, world: World, target: Target) -> None:
        """A chair rolls over it."""
        self._lay(world, target, CABLES[target.variant])

    def remove(self, world: World, target: Target) -> None:
        """A new one is laid."""
        self._lay(world, target, None)

    def _lay(self, world: World, target: Target, cable: Cable | None) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.gears[target.upstream].worn(target.port).cable = cable

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is damaged."""
        return world.shops[target.store].gears[target.upstream].worn(target.port).cable is not None

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Nobody lays a cable from afar."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = CableBad()
