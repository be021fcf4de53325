"""Somebody else is at work on a switch: logged in, in configuration mode, and the configuration differs for a while.

``typing``: a spare port is being set up. ``exclusive``: the same, and the configuration is locked meanwhile. ``timer``:
the same under a timer of one minute, and nobody waits for it. ``trunk``: guests are off an access point for a while.
"""

from datetime import datetime
from typing import Literal

from inventory.model import DeviceId
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of, spare_ports
from lab.world import World

MINUTES = 1
GUESTS = 30
OPENED = ("description printer - under way", "switchport access vlan 20", "switchport mode access", "no shutdown")
CLOSED = ("no description", "no switchport access vlan", "no switchport mode", "shutdown")
TRUNK = (f"switchport trunk allowed vlan remove {GUESTS}",)
WHOLE_TRUNK = (f"switchport trunk allowed vlan add {GUESTS}",)
ALONE = "configuration mode exclusive manual"


class ChangeUnderWay:
    """See the module."""

    name = "change_under_way"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """A spare port of each switch, and every access point's port."""
        spare = [
            Target(store=str(d.store), device=str(d.id), port=spare_ports(d)[-1], upstream=str(d.id), variant=variant)
            for variant in ("typing", "exclusive", "timer")
            for d in chain.managed()
            if d.role == "switch" and d.platform == "cisco_ios"
        ]
        trunks = [
            Target(store=t.store, device=t.upstream, port=t.port, upstream=t.upstream, variant="trunk")
            for t, port in ports_of(chain, "access_point")
            if GUESTS in port.vlans and chain.chain.devices[DeviceId(t.upstream)].platform == "cisco_ios"
        ]
        return (*spare, *trunks)

    def inject(self, world: World, target: Target) -> None:
        """They begin."""
        if target.variant == "timer":
            world.try_out(target.upstream, MINUTES, section_of(target), *OPENED, "end")
            return
        alone = (ALONE,) if target.variant == "exclusive" else ()
        typed = TRUNK if target.variant == "trunk" else OPENED
        world.sit_down(target.upstream, *alone, section_of(target), *typed, exclusive=bool(alone))

    def remove(self, world: World, target: Target) -> None:
        """They have finished, and put everything back."""
        if target.variant == "timer":
            world.take_back(target.upstream)
            return
        typed = WHOLE_TRUNK if target.variant == "trunk" else CLOSED
        alone = ("exit", f"no {ALONE}") if target.variant == "exclusive" else ()
        world.stand_up(target.upstream, section_of(target), *typed, *alone)

    def present(self, world: World, target: Target) -> bool:
        """Whether they are still at it."""
        return world.works_at(target.upstream)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Whoever is at work will finish."""
        return "untouched"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = ChangeUnderWay()
