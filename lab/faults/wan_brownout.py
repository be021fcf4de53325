"""The primary line is up and bad, and nothing fails over.

``loss``: a third of the packets are lost. ``latency``: they take so long that the tills give up. Nothing in the store
mends it; the backup would carry what matters if the route went there.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant, section_of
from lab.world import World

VARIANTS = ("loss", "latency")
LOST, LATE_MS = 0.35, 620.0


class WanBrownout:
    """See the module."""

    name = "wan_brownout"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port, both variants."""
        return each_variant(chain, "wan", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Let it go bad."""
        if target.variant == "latency":
            self._set(world, target, 0.0, LATE_MS)
        else:
            self._set(world, target, LOST, 0.0)

    def remove(self, world: World, target: Target) -> None:
        """The carrier has repaired it."""
        self._set(world, target, 0.0, 0.0)

    def _set(self, world: World, target: Target, loss: float, extra_ms: float) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.wan.loss, shop.wan.extra_ms = loss, extra_ms

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether the line is bad."""
        wan = world.shops[target.store].wan
        return wan.loss > 0 or wan.extra_ms > 0

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The tills are to be brought to the backup; the line itself is the carrier's."""
        return "mitigated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """A default route that goes to the backup, or the port out of the way."""
        way = r"(no )?ip route 0\.0\.0\.0 0\.0\.0\.0 .*"
        return (
            Repair(device=target.upstream, section="", line=way),
            Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),
        )


FAULT = WanBrownout()
