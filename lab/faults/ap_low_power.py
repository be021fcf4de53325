"""After a power cut an access point was taken for one that needs little power: it answers and keeps its radios off.

Only asking for power anew helps: a power cycle of its port.
"""

from datetime import datetime
from typing import Literal

from inventory.model import DeviceId, StoreId
from lab.chain import LabChain
from lab.fault import POWER, Ending, Repair, Target, ports_of, section_of
from lab.world import World


class ApLowPower:
    """See the module."""

    name = "ap_low_power"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point."""
        return tuple(target for target, _ in ports_of(chain, "access_point"))

    def inject(self, world: World, target: Target) -> None:
        """Give it too little."""
        self._set(world, target, low=True)

    def remove(self, world: World, target: Target) -> None:
        """It is given what it needs."""
        self._set(world, target, low=False)

    def _set(self, world: World, target: Target, *, low: bool) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.access_points[target.device].low = low

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it has too little."""
        return world.shops[target.store].access_points[target.device].low

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


FAULT = ApLowPower()
