"""A switch refuses an access point its power.

``budget``: while it was off for a moment, a wall of signage screens was plugged in and took all there is; switching one
of them off gives it back. ``fault``: the port's power controller tripped; taking the power away and giving it again
resets it.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import POWER, Ending, Repair, Target, each_variant, spare_ports
from lab.hardware import hardware_with
from lab.linking import PD_WATTS, spare_watts
from lab.wear import Plugged
from lab.world import World

VARIANTS = ("budget", "fault")
SCREENS, SCREEN_WATTS = 12, 30.0
OPENED = ("description signage", "switchport access vlan 30", "switchport mode access", "no shutdown")


class PoeDenied:
    """See the module."""

    name = "poe_denied"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every access point, both variants."""
        return each_variant(chain, "access_point", VARIANTS)

    def inject(self, world: World, target: Target) -> None:
        """Plug the screens in, or trip the port."""
        shop = world.shops[target.store]
        gear = shop.gears[target.upstream]
        screens = _screens(world, target) if target.variant == "budget" else ()
        for port in screens:
            world.type_in(target.upstream, f"interface {port}", *OPENED, "end")

        def happen() -> None:
            if target.variant == "fault":
                gear.worn(target.port).poe = "faulty"
                return
            for number, port in enumerate(screens):
                mac = f"02:51:60:{gear.index:02x}:{gear.number % 256:02x}:{number:02x}"
                gear.plugged[port] = Plugged(name="signage", mac=mac, watts=SCREEN_WATTS)
            shop.access_points[target.device].state = "off"

        shop.act(world.clock.seconds(), happen)

    def remove(self, world: World, target: Target) -> None:
        """Take the screens down, or reset the port."""
        shop = world.shops[target.store]
        gear = shop.gears[target.upstream]
        screens = _screens(world, target) if target.variant == "budget" else ()

        def happen() -> None:
            gear.worn(target.port).poe = ""
            for port in screens:
                gear.plugged.pop(port, None)

        shop.act(world.clock.seconds(), happen)
        for port in screens:
            world.type_in(target.upstream, f"interface {port}", "shutdown", "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether it is refused, or would be."""
        shop = world.shops[target.store]
        gear = shop.gears[target.upstream]
        if target.variant == "fault":
            return gear.worn(target.port).poe == "faulty"
        dark = shop.access_points[target.device].state == "off"
        return bool(gear.plugged) and dark and spare_watts(shop, gear, world.clock.seconds()) < PD_WATTS

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The access point is dark already, and signage is what is missed least."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """A power cycle of the port; or one of the screens off."""
        ports: tuple[str, ...] = (target.port,)
        if target.variant == "budget":
            ports = hardware_with(target.port).ports()[9:23]
        return tuple(
            Repair(device=target.upstream, section=f"interface {port}", line=line)
            for port in ports
            for line in (POWER, "(no )?shutdown")
        )


def _screens(world: World, target: Target) -> tuple[str, ...]:
    return spare_ports(world.shops[target.store].gears[target.upstream].device)[-SCREENS:]


FAULT = PoeDenied()
