"""Somebody has plugged a small router into a spare port; it hands alien addresses to whoever starts anew.

The port was opened for it, and - so that it works - trusted by whoever did that. ``tills`` and ``guests``: in their
VLAN. ``blocked``: nobody trusted the port, so the switch drops its offers and says so, and nobody suffers.
"""

from datetime import datetime
from functools import partial
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, section_of, spare_ports
from lab.hardware import hardware_with
from lab.leases import Rogue
from lab.luring import LEASE_SECONDS, blocked
from lab.net import End
from lab.shop import Shop
from lab.wear import Plugged
from lab.world import World

VLANS = {"tills": 10, "guests": 30, "blocked": 10}
COMPLAIN_SECONDS = 30.0
SECOND = 1
MOST_SWITCHES = 4


class DhcpRogue:
    """See the module."""

    name = "dhcp_rogue"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """One spare port of each switch."""
        return tuple(
            Target(
                store=str(d.store),
                device=str(d.id),
                port=spare_ports(d)[SECOND],
                upstream=str(d.id),
                variant=variant,
            )
            for variant in VLANS
            for d in chain.managed()
            if d.role == "switch" and d.platform == "cisco_ios"
        )

    def inject(self, world: World, target: Target) -> None:
        """Open the port and plug it in; whoever is there starts anew."""
        shop, at, end = world.shops[target.store], world.clock.seconds(), End(target.upstream, target.port)
        gear = shop.gears[target.upstream]
        opened = ("description desk", f"switchport access vlan {VLANS[target.variant]}", "switchport mode access")
        trust = () if target.variant == "blocked" else ("ip dhcp snooping trust",)
        world.type_in(target.upstream, section_of(target), *opened, *trust, "no shutdown", "end")
        mac = f"02:c6:5c:00:{gear.number % 256:02x}:{gear.index:02x}"

        def happen() -> None:
            gear.plugged[target.port] = Plugged(name="small router", mac=mac)
            shop.rogues[end] = Rogue(mac=mac)

        shop.act(at, happen)
        shop.act(at, partial(_offer, shop, end, shop.rogues[end], at))

    def remove(self, world: World, target: Target) -> None:
        """Unplug it; whoever believed it starts anew."""
        shop, end = world.shops[target.store], End(target.upstream, target.port)

        def happen() -> None:
            shop.gears[target.upstream].plugged.pop(target.port, None)
            shop.rogues.pop(end, None)

        shop.act(world.clock.seconds(), happen)
        shut = ("no ip dhcp snooping trust", "no description", "no switchport access vlan", "no switchport mode")
        world.type_in(target.upstream, section_of(target), *shut, "shutdown", "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether its port is open, or anybody still holds an address of its."""
        shop, end = world.shops[target.store], End(target.upstream, target.port)
        rogue = shop.rogues.get(end)
        return rogue is not None and (shop.gears[end.node].up(end.port) or bool(rogue.lured))

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Its port is an edge port."""
        return "untouched" if target.variant == "blocked" else "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Shutting its port; taking tills' ports down and up, so that they ask anew."""
        shut = Repair(device=target.upstream, section=section_of(target), line="shutdown")
        if target.variant != "tills":
            return (shut,)
        switches = [f"{target.store}-sw{number}" for number in range(1, MOST_SWITCHES + 1)]
        ports = hardware_with(target.port).ports()[1:-1]
        return (
            shut,
            *(Repair(device=d, section=f"interface {p}", line="(no )?shutdown") for d in switches for p in ports),
        )


def _offer(shop: Shop, end: End, rogue: Rogue, at: float) -> None:
    """Again and again somebody asks and it offers: a switch that drops that says so; unheard, its leases run out."""
    if shop.rogues.get(end) is not rogue:
        return
    gear = shop.gears[end.node]
    if blocked(shop, end):
        port = gear.setting.ports[end.port]
        digits = rogue.mac.replace(":", "")
        mac = ".".join((digits[:4], digits[4:8], digits[8:]))
        text = f"DHCP_SNOOPING drop message on untrusted port, message type: DHCPOFFER, MAC sa: {mac}"
        shop.say(gear.name, at, "DHCP_SNOOPING-5-DHCP_SNOOPING_UNTRUSTED_PORT", f"{text}, vlan {port.access_vlan}.")
    if not gear.up(end.port):
        rogue.silent = at if rogue.silent is None else rogue.silent
        if at >= rogue.silent + LEASE_SECONDS:
            rogue.lured.clear()
    else:
        rogue.silent = None
    shop.later(at + COMPLAIN_SECONDS, partial(_offer, shop, end, rogue, at + COMPLAIN_SECONDS))


FAULT = DhcpRogue()
