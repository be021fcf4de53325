"""A switch has shut a till's or an access point's port for something that has passed: ``variant`` names the cause.

The cause is over; opening the port again (``shutdown``, ``no shutdown``) heals it.
"""

from datetime import datetime
from typing import Literal

from inventory.model import PortUse
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of
from lab.world import World

CAUSES: tuple[tuple[PortUse, str], ...] = (
    ("till", "link-flap"),
    ("access_point", "link-flap"),
    ("till", "dhcp-rate-limit"),
)


class PortErrdisabled:
    """See the module."""

    name = "port_errdisabled"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's and every access point's switch port."""
        return tuple(
            Target(store=t.store, device=t.device, port=t.port, upstream=t.upstream, variant=cause)
            for use, cause in CAUSES
            for t, _ in ports_of(chain, use)
        )

    def inject(self, world: World, target: Target) -> None:
        """Let it flap."""
        shop = world.shops[target.store]
        shop.err_disable(world.clock.seconds(), target.upstream, target.port, target.variant)

    def remove(self, world: World, target: Target) -> None:
        """It is opened."""
        world.shops[target.store].err_enable(world.clock.seconds(), target.upstream, target.port)

    def present(self, world: World, target: Target) -> bool:
        """Whether the switch keeps the port shut."""
        return target.port in world.shops[target.store].gears[target.upstream].errdisabled

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The port is dead already: opening it interrupts nobody."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Shutting it and opening it."""
        return (Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),)


FAULT = PortErrdisabled()
