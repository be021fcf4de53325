"""The carrier's DHCP server has dropped the store's lease; the link stays up.

``renew``: the server answers as soon as the edge asks again. ``stuck``: only after the link has gone down and up.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, each_variant, section_of
from lab.world import World

VARIANTS = ("renew", "stuck")


class WanNoLease:
    """See the module."""

    name = "wan_no_lease"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port, both variants."""
        return each_variant(chain, "wan", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Drop the lease."""
        shop = world.shops[target.store]
        until: Literal["after_renew", "after_bounce"] = "after_bounce" if target.variant == "stuck" else "after_renew"
        shop.act(world.clock.seconds(), lambda: shop.wan.forget(until))

    def remove(self, world: World, target: Target) -> None:
        """The carrier repairs its server."""
        shop = world.shops[target.store]
        shop.act(world.clock.seconds(), shop.wan.recover)

    def present(self, world: World, target: Target) -> bool:
        """Whether the store still has no lease, or the server would not give one."""
        wan = world.shops[target.store].wan
        return wan.mood != "serving" or wan.lease is None

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The tills are on LTE: nothing stands in the way of a repair."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """A renewal, or one bounce of the WAN port."""
        return tuple(
            Repair(device=target.upstream, section=section_of(target), line=line)
            for line in ("(renew|release) dhcp .*", "(no )?shutdown")
        )


FAULT = WanNoLease()
