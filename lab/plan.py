"""Which faults are dealt, where, in which order, and how each ought to end.

In: the chain, a seed and a number. Out: a plan, made before anything is broken. Called by ``lab.deal`` and the demo.
Why: an ending that is known beforehand cannot be bent to what happened. Expected endings follow published rules only:
the fault's own, and at most two repairs of the same kind at the same port within a day.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from lab.chain import LabChain
from lab.fault import Ending, Fault, Target
from lab.faults import discover

REPAIRS_A_DAY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """One fault of the plan. Within a store they come in the plan's order."""

    fault: str
    target: Target
    expected: Ending


@dataclass(slots=True)
class Memory:
    """What has been dealt before: per place, per kind of ending and per store."""

    repairs: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    places: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    endings: Counter[tuple[str, Ending, str]] = field(default_factory=Counter)
    stores: Counter[str] = field(default_factory=Counter)

    def deal(self, chain: LabChain, fault: Fault, targets: Sequence[Target], chance: Random) -> Dealt:
        """Put a fault where least has been dealt, and remember it."""
        shuffled = list(targets)
        chance.shuffle(shuffled)
        target = min(shuffled, key=lambda target: self._newness(chain, fault, target))
        expected = self._ending(chain, fault, target)
        self.stores[target.store] += 1
        self.places[_place(fault, target)] += 1
        self.endings[(fault.name, expected, target.variant)] += 1
        self.repairs[_place(fault, target)] += expected == "healed"
        return Dealt(fault=fault.name, target=target, expected=expected)

    def _newness(self, chain: LabChain, fault: Fault, target: Target) -> tuple[int, int, int]:
        expected = self._ending(chain, fault, target)
        return (
            self.stores[target.store],
            self.endings[(fault.name, expected, target.variant)],
            self.places[_place(fault, target)],
        )

    def _ending(self, chain: LabChain, fault: Fault, target: Target) -> Ending:
        expected = fault.expected(chain, target, chain.start)
        if expected == "healed" and self.repairs[_place(fault, target)] >= REPAIRS_A_DAY:
            return "held"
        return expected


def plan(
    chain: LabChain, seed: int, faults: int, memory: Memory | None = None, also: Collection[str] = ()
) -> tuple[Dealt, ...]:
    """Plan a mix: every possible kind once before any comes again. ``memory`` carries over from plan to plan.

    ``also`` names kinds that are not dealt unless asked for.
    """
    memory = memory or Memory()
    chance = Random(f"{seed}/deal")
    kinds = _kinds(chain, chance, also)
    dealt: list[Dealt] = []
    while len(dealt) < faults:
        fault = next(kinds)
        dealt.append(memory.deal(chain, fault, fault.targets(chain, chain.start), chance))
    return tuple(dealt)


def _kinds(chain: LabChain, chance: Random, also: Collection[str]) -> Iterator[Fault]:
    wanted = [f for f in discover().values() if getattr(f, "dealt", True) or f.name in also]
    possible = [fault for fault in wanted if any(target.store for target in fault.targets(chain, chain.start))]
    while True:
        chance.shuffle(possible)
        yield from possible


def _place(fault: Fault, target: Target) -> tuple[str, str, str]:
    return fault.name, target.upstream, target.port
