"""A switch does not answer any more, and what hangs on it is gone.

``hung``: its links stay up and it still gives power, and it passes nothing on: only taking its own power away helps, at
its outlet (SNMP) or by hand. ``power_cut``: its cupboard has no power; it comes back with it. ``dead``: it is broken.
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target
from lab.world import World

VARIANTS = ("hung", "power_cut", "dead")


class SwitchSilent:
    """See the module."""

    name = "switch_silent"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every switch, every variant."""
        return tuple(
            Target(store=str(d.store), device=str(d.id), port="", upstream=str(d.id), variant=variant)
            for variant in VARIANTS
            for d in chain.managed()
            if d.role == "switch"
        )

    def inject(self, world: World, target: Target) -> None:
        """Silence it."""
        if target.variant == "power_cut":
            world.power(target.device, mains=False)
        elif target.variant == "dead":
            world.shops[target.store].gears[target.device].broken = True
            world.power(target.device)
        else:
            self._set(world, target, "hung")

    def remove(self, world: World, target: Target) -> None:
        """It comes to; the power comes back; another one is put in its place."""
        if target.variant == "power_cut":
            world.power(target.device, mains=True)
        elif target.variant == "dead":
            world.shops[target.store].gears[target.device].broken = False
            world.power(target.device)
        elif self.present(world, target):
            self._set(world, target, "running")

    def _set(self, world: World, target: Target, state: Literal["running", "hung"]) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.gears[target.device].state = state

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether its cause is there."""
        shop = world.shops[target.store]
        gear = shop.gears[target.device]
        return {"hung": gear.state == "hung", "power_cut": not shop.mains[target.device], "dead": gear.broken}[
            target.variant
        ]

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """The inventory knows of no outlet: somebody in the store is needed."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Its outlet, for one that hangs."""
        if target.variant != "hung":
            return ()
        return (Repair(device=target.device, section="", line=r"rPDUOutletControlOutletCommand\.\d+ = [123]"),)


FAULT = SwitchSilent()
