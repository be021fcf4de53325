"""A device's software loses memory; after weeks nothing is left, and the log fills with failed allocations.

``climbing``: two thirds of what was free are gone. ``exhausted``: nothing is left. Only a restart gives it back.
"""

from datetime import datetime
from typing import Literal

from lab import leaking
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target
from lab.world import World

TELLING = ("cisco_ios", "arista_eos")
"""Where it can be seen from outside."""
GONE = {"climbing": 2 / 3, "exhausted": 1.0}


class MemoryLeak:
    """See the module."""

    name = "memory_leak"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "H"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge, and every switch that tells of its memory."""
        return tuple(
            Target(store=str(d.store), device=str(d.id), port="", upstream=str(d.id), variant=variant)
            for variant in GONE
            for d in chain.managed()
            if d.platform in TELLING
        )

    def inject(self, world: World, target: Target) -> None:
        """It has leaked for long."""
        shop, at = world.shops[target.store], world.clock.seconds()
        since = at - GONE[target.variant] * leaking.FULL_SECONDS
        leaking.leak(shop, shop.gears[target.device], since, at)

    def remove(self, world: World, target: Target) -> None:
        """Somebody has patched it."""
        shop = world.shops[target.store]
        leaking.stop(shop, shop.gears[target.device], world.clock.seconds())

    def present(self, world: World, target: Target) -> bool:
        """Whether it still leaks."""
        return target.device in world.shops[target.store].leaks

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """A person plans the restart."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """A restart."""
        return (Repair(device=target.device, section="", line="reload"),)


FAULT = MemoryLeak()
