"""Somebody's change has cut a switch off from management; the timer they set on the switch takes it back.

``gateway``: the way back to headquarters is gone. ``interface``: the management interface is shut. The store trades on.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target
from lab.managing import managed
from lab.world import World

MINUTES = 1
CHANGES = {"gateway": ("no ip default-gateway", "end"), "interface": ("interface Vlan99", "shutdown", "end")}


class ManagementLostAfterChange:
    """See the module."""

    name = "management_lost_after_change"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every switch, both variants."""
        return tuple(
            Target(store=str(d.store), device=str(d.id), port="", upstream=str(d.id), variant=variant)
            for variant in CHANGES
            for d in chain.managed()
            if d.role == "switch"
        )

    def inject(self, world: World, target: Target) -> None:
        """Change it under a timer of one minute, as a careful person does."""
        world.try_out(target.device, MINUTES, *CHANGES[target.variant])

    def remove(self, world: World, target: Target) -> None:
        """The person takes it back before the timer does."""
        world.take_back(target.device)

    def present(self, world: World, target: Target) -> bool:
        """Whether the switch is still cut off."""
        shop = world.shops[target.store]
        return not managed(shop, shop.gears[target.device])

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The device brings itself back within the minute; whoever changed it has to be told."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """What the timer types."""
        return (
            Repair(device=target.device, section="", line=r"ip default-gateway [\d.]+"),
            Repair(device=target.device, section="interface Vlan99", line="no shutdown"),
        )


FAULT = ManagementLostAfterChange()
