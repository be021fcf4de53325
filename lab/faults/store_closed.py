"""A store is closed, and what is off was switched off on purpose.

``night``: after closing time the main switch of the shop floor has taken the tills' power, and the night setting that
of the access points; network devices stay on. ``for_good``: the store has been given up and everything is off.
"""

from datetime import datetime
from typing import Literal

from inventory.model import StoreId
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.shop import Shop
from lab.world import World

VARIANTS = ("night", "for_good")


class StoreClosed:
    """See the module."""

    name = "store_closed"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:
        """Every store that is closed now for the night; every store for good."""
        return tuple(
            Target(store=t.store, device=t.upstream, port="", upstream=t.upstream, variant=variant)
            for variant in VARIANTS
            for t, _ in ports_of(chain, "wan")
            if variant == "for_good" or not chain.chain.stores[StoreId(t.store)].is_trading(now)
        )

    def inject(self, world: World, target: Target) -> None:
        """Switch it off."""
        self._switch(world, target, off=True)

    def remove(self, world: World, target: Target) -> None:
        """Switch it on; another tenant would be another store."""
        self._switch(world, target, off=False)

    def _switch(self, world: World, target: Target, *, off: bool) -> None:
        shop = world.shops[target.store]
        for_good = target.variant == "for_good"
        shop.act(world.clock.seconds(), lambda: _turn(shop, off=off, for_good=for_good))
        if for_good:
            for device in list(shop.mains):
                world.power(device, mains=not off)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is off."""
        shop = world.shops[target.store]
        return shop.abandoned if target.variant == "for_good" else _resting(shop)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """A closed store is left alone; one that is dark on every path is for a person, who knows it is given up."""
        return "escalated" if target.variant == "for_good" else "untouched"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


def _turn(shop: Shop, *, off: bool, for_good: bool) -> None:
    for till in shop.tills.values():
        till.off = off
    for ap in shop.access_points.values():
        ap.resting = off
    if for_good:
        shop.abandoned = off


def _resting(shop: Shop) -> bool:
    return any(ap.resting for ap in shop.access_points.values())


FAULT = StoreClosed()
