"""An access point hears radar again and again: each time it leaves its channel and listens before it serves again.

Kept to channels that radar does not use (36 to 48, by SNMP) it stays where it is.
"""

from datetime import datetime
from typing import Literal

from lab import ailing
from lab.chain import LabChain
from lab.endpoints import RADAR_FREE
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World


class ApRadar:
    """See the module."""

    name = "ap_radar"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point."""
        return tuple(target for target, _ in ports_of(chain, "access_point"))

    def inject(self, world: World, target: Target) -> None:
        """A radar comes near."""
        shop = world.shops[target.store]
        ailing.radar(shop, shop.access_points[target.device], world.clock.seconds())

    def remove(self, world: World, target: Target) -> None:
        """It goes away."""
        shop = world.shops[target.store]

        def happen() -> None:
            ap = shop.access_points[target.device]
            ap.radar_since, ap.checking = None, False

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it hears radar on its channel."""
        ap = world.shops[target.store].access_points[target.device]
        return ap.radar_since is not None and ap.channel not in RADAR_FREE

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Which channels a store may use is for people; where that is allowed, another channel is a repair."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Putting it on a channel without radar."""
        return (Repair(device=target.device, section="", line=r"dot11CurrentFrequency\.\d+ = (36|40|44|48)"),)


FAULT = ApRadar()
