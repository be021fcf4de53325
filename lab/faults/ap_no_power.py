"""An access point has no power and its port no link.

``latched``: the switch has stopped looking for what asks for power; taking it away and giving it again helps.
``cable``: the cable is cut; a cable test tells where, and a person has to lay a new one.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import POWER, Ending, Repair, Target, each_variant, section_of
from lab.wear import Cable
from lab.world import World

VARIANTS = ("latched", "cable")


class ApNoPower:
    """See the module."""

    name = "ap_no_power"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point, both variants."""
        return each_variant(chain, "access_point", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Break it."""
        shop = world.shops[target.store]
        wear = shop.gears[target.upstream].worn(target.port)

        def happen() -> None:
            if target.variant == "cable":
                wear.cable = Cable(open=True, metres=9)
            else:
                wear.poe = "off"

        shop.act(world.clock.seconds(), happen)

    def remove(self, world: World, target: Target) -> None:
        """A new cable is laid, or the switch looks again."""
        shop = world.shops[target.store]
        wear = shop.gears[target.upstream].worn(target.port)

        def happen() -> None:
            wear.cable, wear.poe = (None, wear.poe) if target.variant == "cable" else (wear.cable, "")

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it still gets no power."""
        wear = world.shops[target.store].gears[target.upstream].worn(target.port)
        return wear.poe == "off" if target.variant == "latched" else wear.cable is not None and wear.cable.open

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The port is dead already: trying once interrupts nobody, and a cut cable shows by it."""
        return "healed" if target.variant == "latched" else "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """One power cycle of its switch port."""
        return (
            Repair(device=target.upstream, section=section_of(target), line=POWER),
            Repair(device=target.upstream, section=section_of(target), line="no power inline( never)?"),
            Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),
        )


FAULT = ApNoPower()
