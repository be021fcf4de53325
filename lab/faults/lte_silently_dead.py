"""The backup line is dead while nobody uses it; an interface that is up says nothing about it.

Only a failover finds it, or an echo sent over it - and the BGP session over it, where there is one. ``sim``: the card
has expired and the network takes it in no more. ``plan``: its data is used up; session and signal look well. ``radio``:
the modem has switched its radio off; starting it anew helps.
"""

from datetime import datetime
from typing import Literal

from lab.cell import Cell
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant, section_of
from lab.world import World

VARIANTS = ("sim", "plan", "radio")


class LteSilentlyDead:
    """See the module."""

    name = "lte_silently_dead"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every cellular port, each variant."""
        return each_variant(chain, "backup_wan", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Let it die."""
        self._set(world, target, ill=True)

    def remove(self, world: World, target: Target) -> None:
        """The contract is paid; the modem comes to."""
        self._set(world, target, ill=False)

    def _set(self, world: World, target: Target, *, ill: bool) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            _turn(shop.wan.cell, target.variant, ill=ill)

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is dead."""
        return _ill(world.shops[target.store].wan.cell, target.variant)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """A modem can be started anew; a contract is for people."""
        return "healed" if target.variant == "radio" else "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Starting the modem anew, for one whose radio is off."""
        if target.variant != "radio":
            return ()
        line = r"test cellular \S+ modem-(reset|power-cycle)"
        return (Repair(device=target.upstream, section=section_of(target), line=line),)


def _turn(cell: Cell, variant: str, *, ill: bool) -> None:
    if variant == "sim":
        cell.sim = "Not authorised" if ill else "OK"
    elif variant == "plan":
        cell.spent = ill
    else:
        cell.radio = not ill


def _ill(cell: Cell, variant: str) -> bool:
    return {"sim": cell.sim != "OK", "plan": cell.spent, "radio": not cell.radio}[variant]


FAULT = LteSilentlyDead()
