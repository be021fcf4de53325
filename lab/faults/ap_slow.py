"""A busy access point: it answers late, loses some echoes, says hello late now and then - and serves its clients."""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World


class ApSlow:
    """See the module."""

    name = "ap_slow"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point."""
        return tuple(target for target, _ in ports_of(chain, "access_point"))

    def inject(self, world: World, target: Target) -> None:
        """Give it too much to do."""
        world.set_access_point(target.store, target.device, "slow")

    def remove(self, world: World, target: Target) -> None:
        """Let it rest."""
        if self.present(world, target):
            world.set_access_point(target.store, target.device, "running")

    def present(self, world: World, target: Target) -> bool:
        """Whether it is busy."""
        return world.shops[target.store].access_points[target.device].state == "slow"

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Its clients are served."""
        return "untouched"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = ApSlow()
