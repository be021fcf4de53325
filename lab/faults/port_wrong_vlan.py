"""A person has put a till's port into the guests' VLAN: the till has a link and an address, and pays nowhere."""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of
from lab.world import World

TILLS, GUESTS = 10, 30


class PortWrongVlan:
    """See the module."""

    name = "port_wrong_vlan"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's switch port."""
        return tuple(target for target, _ in ports_of(chain, "till"))

    def inject(self, world: World, target: Target) -> None:
        """Type the wrong number."""
        world.type_in(target.upstream, section_of(target), f"switchport access vlan {GUESTS}", "end")

    def remove(self, world: World, target: Target) -> None:
        """Type the right one."""
        world.type_in(target.upstream, section_of(target), f"switchport access vlan {TILLS}", "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether it is among the guests."""
        return world.shops[target.store].settings[target.upstream].ports[target.port].access_vlan != TILLS

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """What is intended there is certain."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """The intended VLAN."""
        lines = (f"switchport access vlan {TILLS}", f"no switchport access vlan {GUESTS}")
        return tuple(Repair(device=target.upstream, section=section_of(target), line=line) for line in lines)


FAULT = PortWrongVlan()
