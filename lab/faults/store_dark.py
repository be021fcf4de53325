"""A whole store is silent on every path at once.

``power_cut``: the street has no power, so every device is off and boots when it is back. ``double_cut``: both lines are
cut; inside, everything runs on and nobody hears of it.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World

VARIANTS = ("power_cut", "double_cut")


class StoreDark:
    """See the module."""

    name = "store_dark"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every store, both variants."""
        return tuple(
            Target(store=t.store, device=t.upstream, port="", upstream=t.upstream, variant=variant)
            for variant in VARIANTS
            for t, _ in ports_of(chain, "wan")
        )

    def inject(self, world: World, target: Target) -> None:
        """Let it go dark."""
        self._set(world, target, well=False)

    def remove(self, world: World, target: Target) -> None:
        """Power comes back; the lines are spliced."""
        self._set(world, target, well=True)

    def _set(self, world: World, target: Target, *, well: bool) -> None:
        shop = world.shops[target.store]
        if target.variant == "power_cut":
            for device in list(shop.mains):
                world.power(device, mains=well)
            return

        def happen() -> None:
            shop.wan.carrier_up = shop.wan.cellular_up = well

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether its cause is there."""
        shop = world.shops[target.store]
        if target.variant == "power_cut":
            return not any(shop.mains.values())
        return not shop.wan.carrier_up and not shop.wan.cellular_up

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Nobody can reach it: people are needed."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = StoreDark()
