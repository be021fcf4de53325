"""An access point is broken for good; a power cycle does not help.

``brick``: it draws power and keeps its link, and never comes up. ``dark``: it draws nothing.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import POWER, Ending, Repair, Target, each_variant, section_of
from lab.world import World

VARIANTS = ("brick", "dark")


class ApDead:
    """See the module."""

    name = "ap_dead"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point, both variants."""
        return each_variant(chain, "access_point", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Break it."""
        self._set(world, target, "brick" if target.variant == "brick" else "dark")

    def remove(self, world: World, target: Target) -> None:
        """Another one is hung up in its place."""
        self._set(world, target, "")

    def _set(self, world: World, target: Target, broken: Literal["", "dark", "brick"]) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            ap = shop.access_points[target.device]
            ap.broken = broken
            ap.state = "booting" if broken == "brick" and ap.state != "off" else "off"

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is broken."""
        return bool(world.shops[target.store].access_points[target.device].broken)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Trying once is right; then a person has to replace it."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """One power cycle of its switch port."""
        return (
            Repair(device=target.upstream, section=section_of(target), line=POWER),
            Repair(device=target.upstream, section=section_of(target), line="no power inline( never)?"),
            Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),
        )


FAULT = ApDead()
