"""Planned work: a person has shut a till's or an access point's port. It looks dead and is to be left alone."""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of
from lab.world import World


class PortShutByPerson:
    """See the module."""

    name = "port_shut_by_person"
    kind: Literal["fault", "decoy"] = "decoy"
    fault_class: Literal["A", "G", "H", "E"] | None = None

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every till's and every access point's switch port."""
        return tuple(target for use in ("till", "access_point") for target, _ in ports_of(chain, use))

    def inject(self, world: World, target: Target) -> None:
        """Shut it."""
        world.type_in(target.upstream, section_of(target), "shutdown", "end")

    def remove(self, world: World, target: Target) -> None:
        """Open it."""
        world.type_in(target.upstream, section_of(target), "no shutdown", "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether it is shut."""
        return world.shops[target.store].settings[target.upstream].ports[target.port].shutdown

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """A person's decision stands."""
        return "untouched"

    def repairs(self, target: Target) -> tuple[Repair, ...]:  # noqa: ARG002
        """None."""
        return ()


FAULT = PortShutByPerson()
