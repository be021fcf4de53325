"""An access point runs older firmware than the chain's; its clients are served.

``missed``: it has not restarted since the last wave and loads the chain's when it does - after closing time.
``stuck``: it does not take the new one; a person has to look.
"""

from datetime import datetime
from typing import Literal

from inventory.model import StoreId
from lab.chain import LabChain
from lab.endpoints import FIRMWARE, OLD_FIRMWARE
from lab.fault import POWER, Ending, Repair, Target, each_variant, section_of
from lab.world import World

VARIANTS = ("missed", "stuck")


class ApFirmwareOff:
    """See the module."""

    name = "ap_firmware_off"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point, both variants."""
        return each_variant(chain, "access_point", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Leave it behind."""
        self._load(world, target, OLD_FIRMWARE, sticks=target.variant == "stuck")

    def remove(self, world: World, target: Target) -> None:
        """It takes the chain's."""
        self._load(world, target, FIRMWARE, sticks=False)

    def _load(self, world: World, target: Target, firmware: str, *, sticks: bool) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            ap = shop.access_points[target.device]
            ap.firmware, ap.firmware_sticks = firmware, sticks

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it runs another than the chain's."""
        return world.shops[target.store].access_points[target.device].firmware != FIRMWARE

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:
        """Nobody suffers: it waits for closing time. That it does not take the new one shows when it was tried."""
        if chain.chain.stores[StoreId(target.store)].is_trading(now):
            return "held"
        return "escalated" if target.variant == "stuck" else "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """One power cycle of its switch port."""
        return (
            Repair(device=target.upstream, section=section_of(target), line=POWER),
            Repair(device=target.upstream, section=section_of(target), line="no power inline( never)?"),
            Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),
        )


FAULT = ApFirmwareOff()
