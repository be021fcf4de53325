"""An access point's software has wedged: it draws power and keeps its link, and does nothing else.

Only taking its power away helps. What is wired behind a wall-plate access point works on - until then.
"""

from datetime import datetime
from typing import Literal

from inventory.model import DeviceId, StoreId
from lab.chain import LabChain
from lab.fault import POWER, Ending, Repair, Target, ports_of, section_of
from lab.world import World


class ApHung:
    """See the module."""

    name = "ap_hung"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point."""
        return tuple(target for target, _ in ports_of(chain, "access_point"))

    def inject(self, world: World, target: Target) -> None:
        """Wedge it."""
        world.set_access_point(target.store, target.device, "hung")

    def remove(self, world: World, target: Target) -> None:
        """It comes to by itself."""
        if self.present(world, target):
            world.set_access_point(target.store, target.device, "running")

    def present(self, world: World, target: Target) -> bool:
        """Whether it is wedged."""
        return world.shops[target.store].access_points[target.device].state == "hung"

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:
        """A power cycle would take a working till off the network while the store is open."""
        till_behind = any(p.use == "till" for p in chain.chain.devices[DeviceId(target.device)].ports.values())
        return "held" if till_behind and chain.chain.stores[StoreId(target.store)].is_trading(now) else "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """One power cycle of its switch port."""
        return (
            Repair(device=target.upstream, section=section_of(target), line=POWER),
            Repair(device=target.upstream, section=section_of(target), line="no power inline( never)?"),
            Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),
        )


FAULT = ApHung()
