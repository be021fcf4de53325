"""What a fault is to the lab.

In: the chain and the world. Out: where it can be put, how it is put in and taken out, and whether it is still there.
Every sibling module holds one fault as ``FAULT``. Called by ``lab.breakages``, ``lab.deal`` and ``lab.score``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from inventory.model import Device, Port
from lab.chain import LabChain
from lab.hardware import hardware_of
from lab.world import World

Ending = Literal["healed", "mitigated", "escalated", "held", "untouched"]
ANYTHING = r".*"
POWER = "power inline (never|auto)|(no )?poe disabled"
"""Taking power from a port and giving it back, in every dialect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a fault is: the device it is about, and the port - of ``upstream`` - that leads there."""

    store: str
    device: str
    port: str
    upstream: str
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A configuration line that fits the fault: on which device, in which section, what it looks like (regex)."""

    device: str
    section: str
    line: str


class Fault(Protocol):
    """One kind of fault, or of something that only looks like one (a decoy).

    A fault that says ``dealt = False`` of itself comes into a deal only when it is asked for by name.
    """

    name: str
    kind: Literal["fault", "decoy"]
    fault_class: Literal["A", "G", "H", "E"] | None

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:
        """Return where it can be put at ``now``, every variant, in a fixed order."""

    def inject(self, world: World, target: Target) -> None:
        """Put it in."""

    def remove(self, world: World, target: Target) -> None:
        """Take it out, as if its cause had gone away."""

    def present(self, world: World, target: Target) -> bool:
        """Whether its cause is there, by truth."""

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:
        """Return how it ought to end when it is put in at ``now`` and has not been seen before."""

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Return the configuration lines that fit it."""


def ports_of(chain: LabChain, use: str) -> list[tuple[Target, Port]]:
    """Every port of one use on every device with a session; ``device`` is what hangs on it."""
    return [
        (Target(store=str(d.store), device=port.to or str(d.id), port=port.name, upstream=str(d.id)), port)
        for d in chain.managed()
        for port in d.ports.values()
        if port.use == use
    ]


def each_variant(chain: LabChain, use: str, variants: Iterable[str]) -> tuple[Target, ...]:
    """Every port of one use, once for each variant."""
    return tuple(replace(target, variant=variant) for variant in variants for target, _ in ports_of(chain, use))


def spare_ports(device: Device) -> tuple[str, ...]:
    """The ports of a switch that nothing is planned for, in order."""
    return tuple(name for name in hardware_of(device).ports() if name not in device.ports)


def stores_of(target: Target) -> tuple[str, ...]:
    """The stores a target lies in: its own, or - for a fault of the fleet - those it names, apart by commas."""
    return (target.store,) if target.store else tuple(target.upstream.split(","))


def section_of(target: Target) -> str:
    """The configuration section of the target's port."""
    return f"interface {target.port}"
