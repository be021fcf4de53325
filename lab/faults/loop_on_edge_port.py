"""Somebody has plugged a small switch into a port for one machine, and one of its cables into itself.

It eats the switch's own guard frames, so nothing shuts the port. Where a storm limit is set, the rest of the VLAN limps
on; where none is, it drowns. ``till`` and ``spare`` (a port somebody opened for it): shutting the port stops the storm,
and the cable is pulled out once the port is dead. ``stays``: nobody pulls it out; opened again, it storms again.
"""

from datetime import datetime
from typing import Literal

from lab import ailing
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of, spare_ports
from lab.wear import Plugged
from lab.world import World

OPENED = ("description desk", "switchport access vlan 10", "switchport mode access", "no shutdown")


class LoopOnEdgePort:
    """See the module."""

    name = "loop_on_edge_port"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's switch port, and one spare port of each switch."""
        tills = [target for target, _ in ports_of(chain, "till")]
        found = [
            Target(store=t.store, device=t.device, port=t.port, upstream=t.upstream, variant=variant)
            for variant in ("till", "stays")
            for t in tills
        ]
        found += [
            Target(store=str(d.store), device=str(d.id), port=spare_ports(d)[0], upstream=str(d.id), variant="spare")
            for d in chain.managed()
            if d.role == "switch"
        ]
        return tuple(found)

    def inject(self, world: World, target: Target) -> None:
        """Plug it in."""
        shop = world.shops[target.store]
        gear = shop.gears[target.upstream]
        if target.variant == "spare":
            world.type_in(target.upstream, section_of(target), *OPENED, "end")
        gear.plugged[target.port] = Plugged(
            name="desk switch", mac=f"02:de:5c:00:{gear.number % 256:02x}:{gear.index:02x}"
        )
        ailing.loop(shop, gear, target.port, world.clock.seconds(), stays=target.variant == "stays")

    def remove(self, world: World, target: Target) -> None:
        """Pull it out."""
        shop = world.shops[target.store]
        gear = shop.gears[target.upstream]
        gear.plugged.pop(target.port, None)
        ailing.unloop(shop, gear, target.port, world.clock.seconds())
        if target.variant == "spare":
            world.type_in(target.upstream, section_of(target), "shutdown", "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether it is plugged in."""
        return bool(world.shops[target.store].gears[target.upstream].worn(target.port).loop)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """One port is less than a whole VLAN."""
        return "mitigated" if target.variant == "stays" else "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Shutting the port, and trying it again later."""
        return (Repair(device=target.upstream, section=section_of(target), line="(no )?shutdown"),)


FAULT = LoopOnEdgePort()
