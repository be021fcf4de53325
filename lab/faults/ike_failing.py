"""A tunnel to headquarters is never agreed on.

``psk``: the edge has another key than headquarters. ``blocked``: nothing of a negotiation gets through the carrier.
Stores have no tunnel by their standard: this one is made one of the pilot. Its tills pay past the tunnel meanwhile.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.numbering import HUB, TUNNEL, store_number, tunnel_key
from lab.pilot import pilot_lines, pilot_over
from lab.world import World

WRONG = "pilot-old"


class IkeFailing:
    """See the module."""

    name = "ike_failing"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "H"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge, both reasons."""
        return tuple(
            Target(store=t.store, device=t.device, port=TUNNEL, upstream=t.upstream, variant=variant)
            for variant in ("psk", "blocked")
            for t, _ in ports_of(chain, "wan")
        )

    def inject(self, world: World, target: Target) -> None:
        """The tunnel is configured, and does not come up."""
        shop = world.shops[target.store]
        shop.tunnelling.blocked = target.variant == "blocked"
        key = WRONG if target.variant == "psk" else None
        world.type_in(target.upstream, *pilot_lines(shop.number, shop.wan.port, key))

    def remove(self, world: World, target: Target) -> None:
        """Both ends have the same key and hear each other; the pilot is over."""
        shop = world.shops[target.store]

        def happen() -> None:
            shop.tunnelling.blocked = False

        shop.act(world.clock.seconds(), happen)
        world.type_in(target.upstream, f"no crypto isakmp key {WRONG} address {HUB}", *pilot_over(shop.number))

    def present(self, world: World, target: Target) -> bool:
        """Whether its reason is there."""
        shop = world.shops[target.store]
        keys = {setting.port: setting.key for setting in shop.edge.setting.tunnels}
        wrong = TUNNEL in keys and keys[TUNNEL] != tunnel_key(shop.number)
        return wrong if target.variant == "psk" else shop.tunnelling.blocked

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Keys are for people."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """The key headquarters has."""
        key = tunnel_key(store_number(target.store))
        lines = (rf"crypto isakmp key {key} address {HUB}", rf"no crypto isakmp key {WRONG} address {HUB}")
        return tuple(Repair(device=target.upstream, section="", line=line) for line in lines)


FAULT = IkeFailing()
