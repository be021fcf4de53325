"""Staff have replaced a device: the same place, the same name, another plate, another address on the wire.

``access_point``: it has come up and serves. ``switch``: it was given the saved configuration, has just booted, and
shows another host key: until a person vouches for it, nobody may log in to it.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.numbering import endpoint_mac
from lab.world import World


class DeviceReplaced:
    """See the module."""

    name = "device_replaced"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point, and every switch."""
        found = [
            Target(store=t.store, device=t.device, port=t.port, upstream=t.upstream, variant="access_point")
            for t, _ in ports_of(chain, "access_point")
        ]
        found += [
            Target(store=str(d.store), device=str(d.id), port="", upstream=str(d.id), variant="switch")
            for d in chain.managed()
            if d.role == "switch"
        ]
        return tuple(found)

    def inject(self, world: World, target: Target) -> None:
        """Put the new one in."""
        self._put(world, target, 1)

    def remove(self, world: World, target: Target) -> None:
        """Put the old one back."""
        self._put(world, target, 0)

    def _put(self, world: World, target: Target, plate: int) -> None:
        shop = world.shops[target.store]
        if target.variant == "switch":
            world.power(target.device, outlet=False)
            shop.gears[target.device].plate = plate
            world.power(target.device, outlet=True)
            return

        def happen() -> None:
            ap = shop.access_points[target.device]
            ap.plate, ap.state = plate, "off"
            ap.mac = endpoint_mac(shop.number, 0x0A + 0x40 * plate, int(target.device.rpartition("ap")[2]))

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether the new one is there."""
        shop = world.shops[target.store]
        if target.variant == "switch":
            return shop.gears[target.device].plate > 0
        return shop.access_points[target.device].plate > 0

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Everybody is served; whom to trust is for people to say."""
        return "escalated" if target.variant == "switch" else "untouched"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = DeviceReplaced()
