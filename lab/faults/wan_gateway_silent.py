"""The carrier's router does not tell its MAC address any more: link and lease stay, and nothing gets through.

``bounce``: it has lost the store's entry and takes it in again when the link goes down and up. ``carrier``: it is
broken. The default route follows the lease and stays, so nothing fails over - and the controller's own way is gone,
too. ``tracked``: as ``bounce``, at an edge whose route is tracked: it goes to its backup.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant, section_of
from lab.numbering import wan_gateway
from lab.tracked_route import UNTRACKED, tracked
from lab.world import World

VARIANTS = ("bounce", "carrier", "tracked")


class WanGatewaySilent:
    """See the module."""

    name = "wan_gateway_silent"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port, every variant."""
        return each_variant(chain, "wan", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """It falls silent."""
        if target.variant == "tracked":
            world.type_in(target.upstream, *tracked(target.port, str(wan_gateway(world.shops[target.store].number))))
        self._set(world, target, "silent" if target.variant == "carrier" else "after_bounce")

    def remove(self, world: World, target: Target) -> None:
        """The carrier repairs it."""
        self._set(world, target, "answering")
        if target.variant == "tracked":
            world.type_in(target.upstream, *UNTRACKED)

    def _set(self, world: World, target: Target, arp: Literal["answering", "after_bounce", "silent"]) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.wan.arp = arp

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is silent."""
        return world.shops[target.store].wan.arp != "answering"

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Without a tracked route there is no way in: somebody in the store is needed, or the carrier."""
        return "healed" if target.variant == "tracked" else "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """One bounce of the WAN port."""
        return (Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),)


FAULT = WanGatewaySilent()
