"""Guests fetch all the primary line carries: everybody waits, and some packets are lost.

A policy that holds the guests back mends it, or shutting them out; whoever fetched gives up then.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World

GUESTS = 30
TRUNK = "GigabitEthernet0/1"


class WanSaturatedByGuests:
    """See the module."""

    name = "wan_saturated_by_guests"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port."""
        return tuple(target for target, _ in ports_of(chain, "wan"))

    def inject(self, world: World, target: Target) -> None:
        """Let them fetch."""
        self._set(world, target, burst=True)

    def remove(self, world: World, target: Target) -> None:
        """They have it all."""
        self._set(world, target, burst=False)

    def _set(self, world: World, target: Target, *, burst: bool) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.wan.burst = burst

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether they want all there is."""
        return world.shops[target.store].wan.burst

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Guests can wait."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """A policy on the guests' interface, or the interface."""
        section = f"interface {TRUNK}.{GUESTS}"
        lines = (r"service-policy (input|output) \S+", r"rate-limit (input|output) \d+ .*", "(no )?shutdown")
        return tuple(Repair(device=target.upstream, section=section, line=line) for line in lines)


FAULT = WanSaturatedByGuests()
