"""Clients at the far end of an access point's area are too weak to stay joined; nothing is broken there."""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.world import World

GUESTS = 30
GUESTS_TOO_FAR = 2


class WifiCoverageLow:
    """See the module."""

    name = "wifi_coverage_low"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point."""
        return tuple(target for target, _ in ports_of(chain, "access_point"))

    def inject(self, world: World, target: Target) -> None:
        """Furniture is moved into the way."""
        self._set(world, target, GUESTS_TOO_FAR)

    def remove(self, world: World, target: Target) -> None:
        """And out of it."""
        self._set(world, target, 0)

    def _set(self, world: World, target: Target, lost: int) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            ap = shop.access_points[target.device]
            ap.weak = frozenset(ap.clients[GUESTS][:lost])

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether somebody is too far away."""
        return bool(world.shops[target.store].access_points[target.device].weak)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Design is for people."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = WifiCoverageLow()
