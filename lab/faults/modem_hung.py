"""The carrier's modem beside the edge has wedged: it keeps its link and passes nothing either way.

``expired``: the lease has run out since, so the store is on its backup. ``holding``: the lease still stands and with it
the route; nothing gets through until it runs out. ``tracked``: as ``holding``, at an edge whose route is tracked: it
goes to its backup. Only taking the modem's power away helps: at its outlet (SNMP) or by hand.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant
from lab.numbering import wan_gateway
from lab.shop import Shop
from lab.tracked_route import UNTRACKED, tracked
from lab.world import World

VARIANTS = ("expired", "holding", "tracked")
LEASE_LEFT_SECONDS = 1800.0


class ModemHung:
    """See the module."""

    name = "modem_hung"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port, every variant."""
        return each_variant(chain, "wan", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Wedge it."""
        if target.variant == "tracked":
            world.type_in(target.upstream, *tracked(target.port, str(wan_gateway(world.shops[target.store].number))))
        shop, at = world.shops[target.store], world.clock.seconds()

        def happen() -> None:
            shop.wan.modem.state, shop.wan.modem.since = "hung", at
            if target.variant == "expired":
                shop.wan.lease = None

        shop.act(at, happen)
        shop.later(at + LEASE_LEFT_SECONDS, lambda: _expire(shop, at))

    def remove(self, world: World, target: Target) -> None:
        """It comes to by itself."""
        shop, at = world.shops[target.store], world.clock.seconds()

        def happen() -> None:
            if shop.wan.modem.state == "hung":
                shop.wan.modem.state = "running"

        shop.act(at, happen)
        shop.renew(at, target.port)
        if target.variant == "tracked":
            world.type_in(target.upstream, *UNTRACKED)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is wedged."""
        return world.shops[target.store].wan.modem.state == "hung"

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The inventory knows of no outlet: somebody in the store is needed."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Its outlet."""
        line = r"rPDUOutletControlOutletCommand\.\d+ = [123]"
        return (Repair(device=f"{target.store}-modem", section="", line=line),)


def _expire(shop: Shop, since: float) -> None:
    if shop.wan.modem.state == "hung" and shop.wan.modem.since == since:
        shop.wan.lease = None


FAULT = ModemHung()
