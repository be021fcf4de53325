"""Incidents as they come in life: mostly access points and switches, and half of them pass by themselves.

In: the chain, a seed, how many incidents over how long. Out: what comes when (``Coming``), and a ``Mixer`` that lets it
come. Called by ``lab.server`` for ``storenet lab mix``. Why: healing is judged by what really happens in stores; the
shares are those of a published sample of 144 sites over 84 days.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from lab.breakages import Breakages, Broken
from lab.chain import LabChain
from lab.fault import Fault, Target
from lab.faults import discover
from lab.plan import Dealt, Memory
from lab.world import World

LOOK_SECONDS = 0.25
PASS_BY_THEMSELVES = 0.5
PASS_AFTER_SECONDS = (60.0, 1800.0)
PERSON_AFTER_SECONDS = 3600.0
SHARES: Mapping[tuple[str, str], float] = {  # fault, variant ("" for any): percent of all incidents
    ("ap_hung", ""): 29.0,
    ("ap_no_power", ""): 17.4,
    ("ap_dead", ""): 11.6,
    ("switch_silent", "hung"): 10.4,
    ("switch_silent", "power_cut"): 10.4,
    ("switch_silent", "dead"): 5.2,
    ("port_flapping", ""): 3.0,
}
WAN = ("wan_no_lease", "wan_gateway_silent", "wan_carrier_down", "wan_brownout", "wan_stuck_on_backup", "modem_hung")
WAN_SHARE = 5.0
NOT_IN_A_STORE = frozenset({"fleet_common_cause"})


class NothingToMixError(Exception):
    """The times or the number make no mix; the message is fit for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One incident: seconds from the start, and after how many it passes by itself (None: it does not)."""

    at: float
    dealt: Dealt
    passes_after: float | None


def mix(chain: LabChain, seed: int, incidents: int, over_seconds: float, shorten: float = 1.0) -> tuple[Coming, ...]:
    """Plan the incidents of ``over_seconds``; ``shorten`` divides the times after which they pass.

    Raises ``NothingToMixError``.
    """
    if incidents < 1 or over_seconds <= 0 or shorten <= 0:
        raise NothingToMixError("a mix needs at least one incident, a time above 0 and a shortening above 0")
    chance = Random(f"{seed}/mix")
    memory, faults = Memory(), discover()
    kinds = _weighted(chain, faults)
    chosen = chance.choices(list(kinds), weights=list(kinds.values()), k=incidents)
    moments = sorted(chance.uniform(0.0, over_seconds) for _ in range(incidents))
    return tuple(
        _coming(chain, chance, memory, (faults[name], variant), at, shorten)
        for (name, variant), at in zip(chosen, moments, strict=True)
    )


def _weighted(chain: LabChain, known: Mapping[str, Fault]) -> Mapping[tuple[str, str], float]:
    """The shares of what this chain has a place for; the rest is spread over all other faults."""
    faults = {
        f.name: f
        for f in known.values()
        if f.kind == "fault" and f.name not in NOT_IN_A_STORE and f.targets(chain, chain.start)
    }
    line = [name for name in WAN if name in faults]
    weights = {kind: share for kind, share in SHARES.items() if kind[0] in faults}
    weights |= {(name, ""): WAN_SHARE / len(line) for name in line}
    named = {name for name, _ in weights}
    others = [name for name in faults if name not in named]
    rest = 100.0 - sum(SHARES.values()) - WAN_SHARE
    return weights | {(name, ""): rest / len(others) for name in others}


def _coming(
    chain: LabChain, chance: Random, memory: Memory, kind: tuple[Fault, str], at: float, shorten: float
) -> Coming:
    fault, variant = kind
    targets = [t for t in fault.targets(chain, chain.start) if t.store and variant in ("", t.variant)]
    dealt = memory.deal(chain, fault, targets, chance)
    passes, after = chance.random() < PASS_BY_THEMSELVES, chance.uniform(*PASS_AFTER_SECONDS) / shorten
    return Coming(at=at, dealt=dealt, passes_after=after if passes else None)


class Mixer:
    """Lets a mix come. A place that already has a fault waits for its turn until it is free."""

    def __init__(self, world: World, breakages: Breakages, coming: Sequence[Coming], shorten: float = 1.0) -> None:
        self._breakages = breakages
        self._clock = world.clock
        self._coming = coming
        self._stay = PERSON_AFTER_SECONDS / shorten
        self.planned = len(coming)
        self.done = 0

    async def run(self) -> None:
        """Let everything come, and wait until it is over."""
        began = self._clock.seconds()
        async with asyncio.TaskGroup() as group:
            for one in self._coming:
                group.create_task(self.one(one, began))

    async def one(self, one: Coming, began: float) -> None:
        """Let one come, and wait until it is over."""
        await self._until(began + one.at)
        while self._taken(one.dealt.target):  # noqa: ASYNC110  # lab time
            await asyncio.sleep(LOOK_SECONDS)
        broken = self._breakages.put_in(one.dealt.fault, one.dealt.target, one.dealt.expected)
        stay = self._stay if one.passes_after is None else one.passes_after
        await self._until(broken.injected + stay, broken)
        self._breakages.take_out(broken, "lab" if one.passes_after is None else "itself")
        self.done += 1

    def _taken(self, target: Target) -> bool:
        return any(
            (b.target.device, b.target.port) == (target.device, target.port)
            for b in self._breakages.active(target.store)
        )

    async def _until(self, when: float, broken: Broken | None = None) -> None:
        while self._clock.seconds() < when and (broken is None or broken.out_by is None):  # noqa: ASYNC110
            await asyncio.sleep(min(LOOK_SECONDS, max(0.01, when - self._clock.seconds())))
