"""An access point answers, says hello and draws its power - and lets nobody join.

What is seen of it from the network contradicts what its clients meet: a case for people, not for a power cycle.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World


class ApServesNobody:
    """See the module."""

    name = "ap_serves_nobody"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point."""
        return tuple(target for target, _ in ports_of(chain, "access_point"))

    def inject(self, world: World, target: Target) -> None:
        """Let nobody join."""
        self._set(world, target, wedged=True)

    def remove(self, world: World, target: Target) -> None:
        """Let them join."""
        self._set(world, target, wedged=False)

    def _set(self, world: World, target: Target, *, wedged: bool) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.access_points[target.device].wedged = wedged

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether nobody can join."""
        return world.shops[target.store].access_points[target.device].wedged

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Evidence that contradicts itself is shown to people."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = ApServesNobody()
