"""Two gateways of one group both take themselves for the active one.

Stores have one gateway by their standard: this one is given a second, on a spare switch port, and its tills are told
the shared address. ``config``: the two have different passwords, so both answer for it, and some tills go astray.
``l2_split``: the second's port is in another VLAN, so neither hears the other; the tills reach the edge alone.
"""

from datetime import datetime
from functools import partial
from ipaddress import IPv4Address
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, section_of, spare_ports
from lab.gateways import SecondGateway
from lab.net import End
from lab.numbering import host
from lab.shop import Shop
from lab.standing_by import complain, doubled, shared
from lab.wear import Plugged
from lab.world import World

TILLS, STAFF, GROUP = 10, 20, 10
SHARED, SECOND = 254, 3
WRONG = "not-cisco"
COMPLAIN_SECONDS = 30.0


class GatewayDualActive:
    """See the module."""

    name = "gateway_dual_active"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "H"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """A spare port of each store's first switch."""
        return tuple(
            Target(store=str(d.store), device=str(d.id), port=spare_ports(d)[2], upstream=str(d.id), variant=variant)
            for variant in ("config", "l2_split")
            for d in chain.managed()
            if d.role == "switch" and d.platform == "cisco_ios" and str(d.id).endswith("-sw1")
        )

    def inject(self, world: World, target: Target) -> None:
        """Give the store a second gateway, and something wrong with it."""
        shop, at = world.shops[target.store], world.clock.seconds()
        vlan = STAFF if target.variant == "l2_split" else TILLS
        opened = ("description second gateway", f"switchport access vlan {vlan}", "switchport mode access")
        world.type_in(target.upstream, section_of(target), *opened, "no shutdown", "end")
        wrong = (f"standby {GROUP} authentication {WRONG}",) if target.variant == "config" else ()
        group = (f"standby {GROUP} ip {_at(shop, SHARED)}", f"standby {GROUP} priority 110", f"standby {GROUP} preempt")
        told = ("ip dhcp pool TILLS", f"default-router {_at(shop, SHARED)}")
        world.type_in(shop.edge.name, f"interface {_inside(shop)}", *group, *wrong, "exit", *told, "end")
        second = SecondGateway(end=End(target.upstream, target.port), address=_at(shop, SECOND), group=GROUP)

        def happen() -> None:
            mac = f"02:96:7e:00:{shop.number % 256:02x}:03"
            shop.gears[target.upstream].plugged[target.port] = Plugged(name="second gateway", mac=mac)
            shop.second = second

        shop.act(at, happen)
        shop.act(at, partial(_say, shop, second, at))

    def remove(self, world: World, target: Target) -> None:
        """Take the second gateway away again."""
        shop = world.shops[target.store]

        def happen() -> None:
            shop.gears[target.upstream].plugged.pop(target.port, None)
            shop.second = None

        shop.act(world.clock.seconds(), happen)
        group = [f"no standby {GROUP} {word}" for word in ("authentication", "preempt", "priority", "ip")]
        told = ("ip dhcp pool TILLS", f"default-router {_at(shop, 1)}")
        world.type_in(shop.edge.name, f"interface {_inside(shop)}", *group, "exit", *told, "end")
        shut = ("no description", "no switchport access vlan", "no switchport mode", "shutdown")
        world.type_in(target.upstream, section_of(target), *shut, "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether neither takes the other for its partner."""
        shop = world.shops[target.store]
        second = shop.second
        apart = second is not None and not shared(shop, second, TILLS)
        return second is not None and (apart or doubled(shop, second) is not None)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """A person decides which is to lead."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """The password both have, or the VLAN both are in."""
        edge = f"{target.store}-edge"
        if target.variant == "config":
            return (Repair(device=edge, section=".*", line=rf"(no )?standby {GROUP} authentication.*"),)
        line = f"switchport access vlan {TILLS}"
        return (Repair(device=target.upstream, section=section_of(target), line=line),)


def _say(shop: Shop, second: SecondGateway, at: float) -> None:
    if shop.second is second:
        complain(shop, at)
        shop.later(at + COMPLAIN_SECONDS, partial(_say, shop, second, at + COMPLAIN_SECONDS))


def _at(shop: Shop, last: int) -> IPv4Address:
    return IPv4Address(host(shop.number, TILLS, last))


def _inside(shop: Shop) -> str:
    return next(port.name for port in shop.edge.setting.ports.values() if port.tag == TILLS)


FAULT = GatewayDualActive()
