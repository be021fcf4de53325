"""A guard has shut a till's port: a switch was plugged in there, or a machine nobody knows (``variant``: the cause).

The cause is still plugged in: opened again, the port is shut at once. A person has to look.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World

CAUSES = ("bpduguard", "psecure-violation")


class PortErrdisabledGuard:
    """See the module."""

    name = "port_errdisabled_guard"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's switch port."""
        return tuple(
            Target(store=t.store, device=t.device, port=t.port, upstream=t.upstream, variant=cause)
            for cause in CAUSES
            for t, _ in ports_of(chain, "till")
            if "-sw" in t.upstream
        )

    def inject(self, world: World, target: Target) -> None:
        """Plug it in."""
        shop = world.shops[target.store]
        shop.err_disable(world.clock.seconds(), target.upstream, target.port, target.variant)

    def remove(self, world: World, target: Target) -> None:
        """It is pulled out, and the port opened."""
        world.shops[target.store].err_enable(world.clock.seconds(), target.upstream, target.port)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is still plugged in."""
        return target.port in world.shops[target.store].gears[target.upstream].violations

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The guard did its job."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = PortErrdisabledGuard()
