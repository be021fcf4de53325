"""One carrier fails under many stores at once; nothing is wrong in any of them.

A target names the carrier (``device``) and the stores (``upstream``, apart by commas). ``link``: their lines are dead.
``lease``: the carrier's DHCP server has lost every lease and answers nobody.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, stores_of
from lab.shop import Shop
from lab.world import World

VARIANTS = ("link", "lease")
LEAST_STORES = 2


class FleetCommonCause:
    """See the module."""

    name = "fleet_common_cause"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every first carrier of at least two stores, under all of them."""
        stores: dict[str, list[str]] = {}
        for store in chain.chain.stores.values():
            stores.setdefault(store.carriers[0], []).append(str(store.id))
        return tuple(
            Target(store="", device=carrier, port="", upstream=",".join(hit), variant=variant)
            for variant in VARIANTS
            for carrier, hit in sorted(stores.items())
            if len(hit) >= LEAST_STORES
        )

    def inject(self, world: World, target: Target) -> None:
        """It fails everywhere at once."""
        for shop in _shops(world, target):
            shop.act(world.clock.seconds(), lambda shop=shop: _fail(shop, target.variant))  # type: ignore[misc]

    def remove(self, world: World, target: Target) -> None:
        """The carrier repairs it."""
        for shop in _shops(world, target):
            shop.act(world.clock.seconds(), lambda shop=shop: _recover(shop, target.variant))  # type: ignore[misc]

    def present(self, world: World, target: Target) -> bool:
        """Whether any of the stores is still without."""
        if target.variant == "link":
            return any(not shop.wan.carrier_up for shop in _shops(world, target))
        return any(shop.wan.mood == "silent" for shop in _shops(world, target))

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """One thing to tell people, and nothing to repair."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


def _shops(world: World, target: Target) -> list[Shop]:
    return [world.shops[store] for store in stores_of(target)]


def _fail(shop: Shop, variant: str) -> None:
    if variant == "link":
        shop.wan.carrier_up = False
    else:
        shop.wan.forget("silent")


def _recover(shop: Shop, variant: str) -> None:
    if variant == "link":
        shop.wan.carrier_up = True
    else:
        shop.wan.mood = "serving"
        shop.wan.lease = shop.wan.offered if shop.asks_for_lease() else None


FAULT = FleetCommonCause()
