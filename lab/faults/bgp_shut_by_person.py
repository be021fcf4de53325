"""Planned work: a person has shut the session with the first carrier. It looks down and is to be left alone."""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.numbering import asn, store_number, wan_gateway
from lab.world import World


class BgpShutByPerson:
    """See the module."""

    name = "bgp_shut_by_person"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge, by its WAN port."""
        return tuple(target for target, _ in ports_of(chain, "wan"))

    def inject(self, world: World, target: Target) -> None:
        """Shut it."""
        self._type(world, target, "")

    def remove(self, world: World, target: Target) -> None:
        """Open it."""
        self._type(world, target, "no ")

    def _type(self, world: World, target: Target, word: str) -> None:
        number = store_number(target.store)
        lines = (f"router bgp {asn(number)}", f"{word}neighbor {wan_gateway(number)} shutdown", "end")
        world.type_in(target.device, *lines)

    def present(self, world: World, target: Target) -> bool:
        """Whether it is shut."""
        gateway, bgp = wan_gateway(store_number(target.store)), world.shops[target.store].edge.setting.bgp
        return bgp is not None and any(peer.shutdown for peer in bgp.peers if peer.address == gateway)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """A person's decision stands."""
        return "untouched"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = BgpShutByPerson()
