"""The primary line is healthy, and the store stays on its backup.

``hand``: somebody brought the store to the backup by hand during an outage and did not take it back. ``track``: the
primary's route hangs on a tracked IP SLA operation, and the operation has hung: it reports a timeout for ever, until
its schedule is taken away and given again, or the route no longer hangs on it.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant
from lab.numbering import wan_gateway
from lab.standards import DISTANCES
from lab.tracked_route import DEFAULT, OBJECT, UNTRACKED, tracked
from lab.world import World

VARIANTS = ("hand", "track")
BEFORE_PRIMARY = 5


class WanStuckOnBackup:
    """See the module."""

    name = "wan_stuck_on_backup"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port, both variants."""
        return each_variant(chain, "wan", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Bring it to the backup."""
        shop = world.shops[target.store]
        if target.variant == "hand":
            world.type_in(target.upstream, f"{DEFAULT} {shop.wan.cellular} {BEFORE_PRIMARY}", "end")
            return
        world.type_in(target.upstream, *tracked(target.port, str(wan_gateway(shop.number))))
        shop.act(world.clock.seconds(), lambda: shop.hung_probes.add(OBJECT))

    def remove(self, world: World, target: Target) -> None:
        """Take it back."""
        shop = world.shops[target.store]
        if target.variant == "hand":
            world.type_in(target.upstream, f"{DEFAULT} {shop.wan.cellular} {DISTANCES['backup_wan']}", "end")
            return
        shop.act(world.clock.seconds(), lambda: shop.hung_probes.discard(OBJECT))
        world.type_in(target.upstream, *UNTRACKED)

    def present(self, world: World, target: Target) -> bool:
        """Whether the route to the primary is kept out of use."""
        shop = world.shops[target.store]
        routes = shop.edge.setting.routes
        if target.variant == "track":
            return OBJECT in shop.hung_probes and any(route.track == OBJECT for route in routes)
        ours = [route.distance for route in routes if route.next_hop == "dhcp"]
        theirs = [route.distance for route in routes if route.interface == shop.wan.cellular]
        return bool(ours and theirs) and min(theirs) < min(ours)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Going back to a line that has been healthy for a while interrupts nobody for long."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """The routes as they were, or the operation begun anew."""
        lines = (
            r"(no )?ip route 0\.0\.0\.0 0\.0\.0\.0 \S+( \d+)?( track \d+)?",
            rf"(no )?ip sla schedule {OBJECT}.*",
            rf"no (track|ip sla) {OBJECT}.*",
        )
        return tuple(Repair(device=target.upstream, section="", line=line) for line in lines)


FAULT = WanStuckOnBackup()
