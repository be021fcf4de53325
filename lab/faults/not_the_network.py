"""The payment endpoint fails behind a healthy path: pings and names are fine, and no till can take a card.

``refused``: nothing listens there any more. ``silent``: connections are never answered. ``error``: it takes every
connection and answers every request with an error.
"""

from datetime import datetime
from ipaddress import IPv4Address
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.filters import HTTPS_PORT
from lab.outside import Mood
from lab.shop import Shop
from lab.world import World

VARIANTS: tuple[Mood, ...] = ("refused", "silent", "error")


class NotTheNetwork:
    """See the module."""

    name = "not_the_network"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "E"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every store, every way to fail."""
        return tuple(
            Target(store=t.store, device="payments", port="", upstream=t.upstream, variant=variant)
            for variant in VARIANTS
            for t, _ in ports_of(chain, "wan")
        )

    def inject(self, world: World, target: Target) -> None:
        """The provider has a bad day."""
        shop = world.shops[target.store]
        mood = next(mood for mood in VARIANTS if mood == target.variant)
        shop.act(world.clock.seconds(), lambda: shop.outside.moods.update({_payments(shop): mood}))

    def remove(self, world: World, target: Target) -> None:
        """The provider repairs it."""
        shop = world.shops[target.store]

        def happen() -> None:
            shop.outside.moods.pop(_payments(shop), None)

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it fails."""
        shop = world.shops[target.store]
        return _payments(shop) in shop.outside.moods

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """It is for the payments team, with proof that it is not the network."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


def _payments(shop: Shop) -> tuple[IPv4Address, int]:
    """Where the tills pay."""
    tills = (f for f in shop.chain.chain.functions.values() if f.served_by == "till")
    return IPv4Address(next(tills).requirement.target), HTTPS_PORT


FAULT = NotTheNetwork()
