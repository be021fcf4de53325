"""A person has set one end of a cable to 100 Mb/s and full duplex; the other end negotiates and takes half duplex.

Nothing is down: the half-duplex end counts late collisions, the full-duplex end broken frames. ``till``: at a till's
switch port; ``trunk``: at the switch's uplink to the edge; ``wan``: at the edge's port, against the carrier's modem.
"""

from datetime import datetime
from typing import Literal

from inventory.model import StoreId
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of
from lab.world import World

VARIANTS = ("till", "trunk", "wan")


class DuplexMismatch:
    """See the module."""

    name = "duplex_mismatch"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's switch port, every switch's uplink, every WAN port."""
        return tuple(
            Target(store=t.store, device=t.upstream, port=t.port, upstream=t.upstream, variant=variant)
            for variant in VARIANTS
            for t, port in ports_of(chain, variant)
            if variant != "trunk" or port.to == f"{t.store}-edge"
        )

    def inject(self, world: World, target: Target) -> None:
        """Set it by hand."""
        world.type_in(target.upstream, section_of(target), "speed 100", "duplex full", "end")

    def remove(self, world: World, target: Target) -> None:
        """Let it negotiate again."""
        world.type_in(target.upstream, section_of(target), "speed auto", "duplex auto", "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether that end does not negotiate."""
        port = world.shops[target.store].settings[target.upstream].ports[target.port]
        return "auto" not in (port.speed, port.duplex)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:
        """An uplink is for people; a till that works is left alone while the store is open."""
        if target.variant != "till":
            return "escalated"
        return "held" if chain.chain.stores[StoreId(target.store)].is_trading(now) else "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Letting it negotiate."""
        lines = ("(speed|duplex) auto", "no (speed|duplex).*")
        return tuple(Repair(device=target.upstream, section=section_of(target), line=line) for line in lines)


FAULT = DuplexMismatch()
