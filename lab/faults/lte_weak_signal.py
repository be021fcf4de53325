"""The backup line is there and bad, or not taken in by its carrier.

``weak``: the antenna hears next to nothing. ``roaming``: it is in another carrier's network, slower and dearer.
``apn``: its profile names an access point that the carrier does not know, so it is registered and has no session.
"""

from datetime import datetime
from typing import Literal

from lab.cell import Cell
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant, section_of
from lab.world import World

VARIANTS = ("weak", "roaming", "apn")
WRONG = "internet"


class LteWeakSignal:
    """See the module."""

    name = "lte_weak_signal"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every cellular port, each variant."""
        return each_variant(chain, "backup_wan", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Move the antenna, the cell, or the profile."""
        self._set(world, target, ill=True)

    def remove(self, world: World, target: Target) -> None:
        """It is as it was."""
        self._set(world, target, ill=False)

    def _set(self, world: World, target: Target, *, ill: bool) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            _turn(shop.wan.cell, target.variant, ill=ill)

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is bad."""
        return _ill(world.shops[target.store].wan.cell, target.variant)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The profile is a matter of intent; the air is not."""
        return "healed" if target.variant == "apn" else "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """The right name in its profile."""
        if target.variant != "apn":
            return ()
        line = r"cellular \S+ lte profile create 1 \S+( none)?( ipv4)?"
        return (Repair(device=target.upstream, section=section_of(target), line=line),)


def _turn(cell: Cell, variant: str, *, ill: bool) -> None:
    if variant == "weak":
        cell.weak = ill
    elif variant == "roaming":
        cell.roaming = ill
    else:
        cell.apn = WRONG if ill else cell.wanted


def _ill(cell: Cell, variant: str) -> bool:
    return {"weak": cell.weak, "roaming": cell.roaming, "apn": cell.apn != cell.wanted}[variant]


FAULT = LteWeakSignal()
