"""Which faults are dealt, where, in which order, and how each ought to end.

In: the chain, a seed and a number. Out: a plan, made before anything is broken. Called by ``lab.deal`` and the demo.
Why: an ending that is known beforehand cannot be bent to what happened. Expected endings follow published rules only:
the fault's own, and at most two repairs of the same kind at the same port within a day.
"""

from collections import Counter
from collections.abc import Collection, Iterator
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
        dealt.append(_deal(chain, next(kinds), chance, memory))
    return tuple(dealt)


def _kinds(chain: LabChain, chance: Random, also: Collection[str]) -> Iterator[Fault]:
    wanted = [f for f in discover().values() if getattr(f, "dealt", True) or f.name in also]
    possible = [fault for fault in wanted if any(target.store for target in fault.targets(chain, chain.start))]
    while True:
        chance.shuffle(possible)
        yield from possible


def _deal(chain: LabChain, fault: Fault, chance: Random, memory: Memory) -> Dealt:
    targets = list(fault.targets(chain, chain.start))
    chance.shuffle(targets)

    def newness(target: Target) -> tuple[int, int, int]:
        ending = _ending(chain, fault, target, memory)
        return (
            memory.stores[target.store],
            memory.endings[(fault.name, ending, target.variant)],
            memory.places[_place(fault, target)],
        )

    target = min(targets, key=newness)
    ending = _ending(chain, fault, target, memory)
    memory.stores[target.store] += 1
    memory.places[_place(fault, target)] += 1
    memory.endings[(fault.name, ending, target.variant)] += 1
    memory.repairs[_place(fault, target)] += ending == "healed"
    return Dealt(fault=fault.name, target=target, expected=ending)


def _place(fault: Fault, target: Target) -> tuple[str, str, str]:
    return fault.name, target.upstream, target.port


def _ending(chain: LabChain, fault: Fault, target: Target, memory: Memory) -> Ending:
    ending = fault.expected(chain, target, chain.start)
    if ending == "healed" and memory.repairs[_place(fault, target)] >= REPAIRS_A_DAY:
        return "held"
    return ending
