"""The carrier's router does not tell its MAC address any more: link and lease stay, and nothing gets through.

``bounce``: it has lost the store's entry and takes it in again when the link goes down and up. ``carrier``: it is
broken. The default route follows the lease and stays, so nothing fails over - and the controller's own way is gone,
too. An edge whose route is tracked goes to its backup instead.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of
from lab.world import World

VARIANTS = ("bounce", "carrier")


class WanGatewaySilent:
    """See the module."""

    name = "wan_gateway_silent"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port, both variants."""
        return tuple(
            Target(store=t.store, device=t.device, port=t.port, upstream=t.upstream, variant=variant)
            for variant in VARIANTS
            for t, _ in ports_of(chain, "wan")
        )

    def inject(self, world: World, target: Target) -> None:
        """It falls silent."""
        self._set(world, target, "after_bounce" if target.variant == "bounce" else "silent")

    def remove(self, world: World, target: Target) -> None:
        """The carrier repairs it."""
        self._set(world, target, "answering")

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
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """One bounce of the WAN port."""
        return (Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),)


FAULT = WanGatewaySilent()
