"""The cellular modem says that it is connected, and no data gets through.

``session``: shutting its interface and opening it sets the session up anew, and that helps. ``modem``: only starting
the modem itself anew does.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant, section_of
from lab.world import World

VARIANTS = ("session", "modem")


class LteWedged:
    """See the module."""

    name = "lte_wedged"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every cellular port, both variants."""
        return each_variant(chain, "backup_wan", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Wedge it."""
        self._set(world, target, "session" if target.variant == "session" else "modem")

    def remove(self, world: World, target: Target) -> None:
        """It comes to by itself."""
        self._set(world, target, "")

    def _set(self, world: World, target: Target, wedged: Literal["", "session", "modem"]) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.wan.cell.wedged = wedged

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is wedged."""
        return bool(world.shops[target.store].wan.cell.wedged)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Nobody uses it while the primary works: nothing stands in the way."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """The ladder: its interface, then the modem."""
        lines = ("(no )?shutdown", r"test cellular \S+ modem-(reset|power-cycle)")
        return tuple(Repair(device=target.upstream, section=section_of(target), line=line) for line in lines)


FAULT = LteWedged()
