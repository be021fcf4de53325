"""A till's port keeps its link and hears nothing any more, until it has been shut and opened."""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of
from lab.world import World


class PortStuck:
    """See the module."""

    name = "port_stuck"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's switch port."""
        return tuple(target for target, _ in ports_of(chain, "till"))

    def inject(self, world: World, target: Target) -> None:
        """Let it go deaf."""
        self._set(world, target, deaf=True)

    def remove(self, world: World, target: Target) -> None:
        """Let it hear again."""
        self._set(world, target, deaf=False)

    def _set(self, world: World, target: Target, *, deaf: bool) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.gears[target.upstream].worn(target.port).deaf = deaf

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it hears nothing."""
        return world.shops[target.store].gears[target.upstream].worn(target.port).deaf

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The till is silent already: a bounce interrupts nobody."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """One bounce."""
        return (Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),)


FAULT = PortStuck()
