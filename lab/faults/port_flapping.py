"""A till's link comes and goes, too slowly for the switch to shut it.

``negotiation``: it stays up at 100 Mbit/s. ``plug``: it hangs loosely, and a person has to push it in.
"""

from datetime import datetime
from typing import Literal

from lab import ailing
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant, section_of
from lab.wear import Loose
from lab.world import World

VARIANTS = ("negotiation", "plug")


class PortFlapping:
    """See the module."""

    name = "port_flapping"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's switch port, both variants."""
        return each_variant(chain, "till", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Loosen it."""
        shop = world.shops[target.store]
        loose = Loose(up_seconds=9.0, down_seconds=1.5, calm_at=100 if target.variant == "negotiation" else None)
        ailing.flap(shop, shop.gears[target.upstream], target.port, loose, world.clock.seconds())

    def remove(self, world: World, target: Target) -> None:
        """Push it in."""
        shop = world.shops[target.store]
        ailing.calm(shop, shop.gears[target.upstream], target.port, world.clock.seconds())

    def present(self, world: World, target: Target) -> bool:
        """Whether it goes on."""
        gear = world.shops[target.store].gears[target.upstream]
        loose, setting = gear.worn(target.port).loose, gear.port(target.port)
        return loose is not None and (setting is None or setting.speed != str(loose.calm_at))

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """What a setting can calm is calmed; the rest is for a person's hands."""
        return "healed" if target.variant == "negotiation" else "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """A slower link; shutting the port and stricter flap detection only keep it quiet."""
        return (
            Repair(device=target.upstream, section=section_of(target), line="speed 100"),
            Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),
            Repair(device=target.upstream, section="", line="errdisable flap-setting cause link-flap .*"),
        )


FAULT = PortFlapping()
