"""The carrier's line is cut: the WAN link goes down and stays down until the carrier repairs it."""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World


class WanCarrierDown:
    """See the module."""

    name = "wan_carrier_down"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port."""
        return tuple(target for target, _ in ports_of(chain, "wan"))

    def inject(self, world: World, target: Target) -> None:
        """Cut the line."""
        self._line(world, target, up=False)

    def remove(self, world: World, target: Target) -> None:
        """Splice it."""
        self._line(world, target, up=True)

    def _line(self, world: World, target: Target, *, up: bool) -> None:
        shop = world.shops[target.store]

        def turn() -> None:
            shop.wan.carrier_up = up

        shop.act(world.clock.seconds(), turn)

    def present(self, world: World, target: Target) -> bool:
        """Whether the line is cut."""
        return not world.shops[target.store].wan.carrier_up

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Nobody in the store can splice fibre; LTE carries what matters."""
        return "mitigated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = WanCarrierDown()
