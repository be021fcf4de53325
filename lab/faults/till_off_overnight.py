"""Staff have switched a till off after closing time. Its port goes dark, and nothing is wrong."""

from datetime import datetime
from typing import Literal

from inventory.model import StoreId
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World


class TillOffOvernight:
    """See the module."""

    name = "till_off_overnight"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:
        """Every till on a switch port, in stores that are closed."""
        return tuple(
            target
            for target, _ in ports_of(chain, "till")
            if not chain.chain.stores[StoreId(target.store)].is_trading(now)
        )

    def inject(self, world: World, target: Target) -> None:
        """Switch it off."""
        self._switch(world, target, off=True)

    def remove(self, world: World, target: Target) -> None:
        """Switch it on."""
        self._switch(world, target, off=False)

    def _switch(self, world: World, target: Target, *, off: bool) -> None:
        shop = world.shops[target.store]

        def turn() -> None:
            shop.tills[target.device].off = off

        shop.act(world.clock.seconds(), turn)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is off."""
        return world.shops[target.store].tills[target.device].off

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Nothing is wrong."""
        return "untouched"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = TillOffOvernight()
