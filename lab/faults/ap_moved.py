"""Staff have moved an access point: it hangs on another port now, set up as the old one was, and serves everybody.

The old port is dark, and nothing is wrong.
"""

from datetime import datetime
from typing import Literal

from inventory.model import DeviceId
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, spare_ports
from lab.net import End
from lab.world import World

NATIVE = "switchport trunk native vlan 99"


class ApMoved:
    """See the module."""

    name = "ap_moved"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point without a till behind it."""
        return tuple(
            target
            for target, _ in ports_of(chain, "access_point")
            if not chain.chain.devices[DeviceId(target.device)].ports
        )

    def inject(self, world: World, target: Target) -> None:
        """Move it."""
        new = self._new(world, target)
        vlans = ",".join(map(str, world.chain.chain.devices[DeviceId(target.upstream)].ports[target.port].vlans))
        allowed = f"switchport trunk allowed vlan {vlans}"
        lines = (f"description to {target.device}", NATIVE, allowed, "switchport mode trunk", "no shutdown", "end")
        world.type_in(target.upstream, f"interface {new}", *lines)
        self._move(world, target, target.port, new)

    def remove(self, world: World, target: Target) -> None:
        """Move it back."""
        new = self._new(world, target)
        self._move(world, target, new, target.port)
        world.type_in(target.upstream, f"interface {new}", "shutdown", "end")

    def _new(self, world: World, target: Target) -> str:
        return spare_ports(world.shops[target.store].gears[target.upstream].device)[1]

    def _move(self, world: World, target: Target, old: str, new: str) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.floor.move(End(target.upstream, old), End(target.upstream, new))
            shop.access_points[target.device].state = "off"

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether it hangs elsewhere."""
        return world.shops[target.store].feeding(target.device).port != target.port

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Its clients are served."""
        return "untouched"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = ApMoved()
