"""What is broken in the lab, and by whom it was mended.

In: orders to break and mend (from the deal, the command line, the lab's control socket). Out: faults in the world,
and ``fault_in``/``fault_out`` rows in the lab's log. A fault whose cause is gone without the lab having taken it out
was taken out by a repair.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from random import Random
from typing import Literal

from lab.fault import Ending, Fault, Target, stores_of
from lab.faults import discover
from lab.world import World


class NoSuchTargetError(Exception):
    """There is no such fault, or nowhere to put it; the message says which."""


@dataclass(slots=True)
class Broken:
    """One fault put in. ``out_by`` None while it is there."""

    id: str
    fault: Fault
    target: Target
    expected: Ending
    injected: float
    out_by: str | None = None
    out_at: float | None = None


class Breakages:
    """Every fault put in since the lab started."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.faults: Mapping[str, Fault] = discover()
        self.all: dict[str, Broken] = {}
        world.watchers.append(self._watch)

    def find(
        self,
        name: str,
        store: str | None = None,
        device: str | None = None,
        port: str | None = None,
        variant: str | None = None,
    ) -> Target:
        """Return the first target that fits and has no fault yet. Raises ``NoSuchTargetError``."""
        if name not in self.faults:
            raise NoSuchTargetError(f"no fault is named {name}; there are {', '.join(self.faults)}")
        taken = {(b.target.device, b.target.port) for b in self.active()}
        for target in self.faults[name].targets(self._world.chain, self._world.clock.now()):
            fits = (
                store in (None, target.store)
                and device in (None, target.device, target.upstream)
                and port in (None, target.port)
                and variant in (None, target.variant)
            )
            if fits and (target.device, target.port) not in taken:
                return target
        raise NoSuchTargetError(f"nowhere to put {name} now")

    def find_carrier(self, name: str, carrier: str, stores: int | None = None, variant: str | None = None) -> Target:
        """Return the target that lies under so many stores of one carrier. Raises ``NoSuchTargetError``."""
        target = self.find(name, device=carrier, variant=variant)
        hit = stores_of(target)
        if target.store or (stores is not None and not 1 <= stores <= len(hit)):
            raise NoSuchTargetError(f"{name} cannot hit {stores} stores of {carrier}; it has {len(hit)}")
        chosen = sorted(Random(f"{self._world.chain.seed}/{carrier}").sample(hit, stores or len(hit)))
        return replace(target, upstream=",".join(chosen))

    def put_in(self, name: str, target: Target, expected: Ending | None = None) -> Broken:
        """Break something. ``expected`` defaults to what the fault itself expects."""
        fault = self.faults[name]
        at = self._world.clock.seconds()
        if expected is None:
            expected = fault.expected(self._world.chain, target, self._world.clock.now())
        broken = Broken(id=f"f{len(self.all) + 1:03d}", fault=fault, target=target, expected=expected, injected=at)
        self._write("fault_in", broken, at)
        fault.inject(self._world, target)
        self.all[broken.id] = broken
        return broken

    def take_out(self, broken: Broken, by: Literal["lab", "end", "itself"] = "lab") -> None:
        """Mend it from the lab's side; nothing happens when it is out already.

        "end": its time was cut short; "itself": such a fault passes.
        """
        if broken.out_by is not None:
            return
        self._out(broken, by, self._world.clock.seconds())
        broken.fault.remove(self._world, broken.target)

    def active(self, store: str | None = None) -> list[Broken]:
        """Faults that are in."""
        return [b for b in self.all.values() if b.out_by is None and (store is None or store in stores_of(b.target))]

    def _watch(self, store: str, at: float) -> None:
        for broken in self.active(store):
            if not broken.fault.present(self._world, broken.target):
                self._out(broken, "repair", at)

    def _out(self, broken: Broken, by: str, at: float) -> None:
        broken.out_by, broken.out_at = by, at
        self._write("fault_out", broken, at)

    def _write(self, kind: str, broken: Broken, at: float) -> None:
        fields: dict[str, object] = {
            "id": broken.id,
            "fault": broken.fault.name,
            "type": broken.fault.kind,
            "class": broken.fault.fault_class,
            **asdict(broken.target),
            "expected": broken.expected,
            "by": broken.out_by or "lab",
        }
        when = self._world.chain.start + timedelta(seconds=at)
        self._world.log.write(kind, when, **fields)
