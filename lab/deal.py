"""Puts a plan's faults in and takes them out again.

In: a plan and how long to wait. Out: faults in the world, one after another within a store, stores side by side.
Called by ``lab.server``. The dealer looks at the truth only; it does not know whether anybody repairs anything.
"""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import count

from lab.breakages import Breakages, Broken
from lab.plan import Dealt, Memory, plan
from lab.world import World

LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait, in seconds.

    ``dwell`` before a fault that nobody is to heal is taken out, ``patience`` with one that ought to be healed,
    ``gap`` of quiet before the next in a store, ``stagger`` between the stores' beginnings.
    """

    dwell: float = 30.0
    patience: float = 75.0
    gap: float = 10.0
    stagger: float = 2.0


class Dealer:
    """Deals one plan, or plan after plan when ``endless``."""

    def __init__(self, world: World, breakages: Breakages, pace: Pace, also: Collection[str] = ()) -> None:
        self._world = world
        self._breakages = breakages
        self._pace = pace
        self._also = also
        self.planned = 0
        self.done = 0

    async def run(self, faults: int, *, endless: bool = False) -> None:
        """Deal ``faults`` faults; ``endless`` goes on with further plans until cancelled."""
        memory = Memory()
        for turn in count():
            dealt = plan(self._world.chain, self._world.chain.seed + turn, faults, memory, self._also)
            self.planned += len(dealt)
            await self._deal(dealt)
            if not endless:
                return

    async def _deal(self, dealt: Iterable[Dealt]) -> None:
        lanes: dict[str, list[Dealt]] = {}
        for one in dealt:
            lanes.setdefault(one.target.store, []).append(one)
        async with asyncio.TaskGroup() as group:
            for turn, store in enumerate(lanes):
                group.create_task(self._lane(lanes[store], turn * self._pace.stagger))

    async def _lane(self, dealt: list[Dealt], wait: float) -> None:
        await asyncio.sleep(wait)
        for one in dealt:
            broken = self._breakages.put_in(one.fault, one.target, one.expected)
            await self._until_out(broken)
            self._breakages.take_out(broken)
            await self._until_quiet(one.target.store)
            self.done += 1

    async def _until_out(self, broken: Broken) -> None:
        wait = self._pace.patience if broken.expected == "healed" else self._pace.dwell
        until = broken.injected + wait
        while broken.out_by is None and self._world.clock.seconds() < until:  # noqa: ASYNC110  # lab time
            await asyncio.sleep(LOOK_SECONDS)

    async def _until_quiet(self, store: str) -> None:
        """Wait until every function has been whole for the gap; give up waiting after the patience."""
        began = since = self._world.clock.seconds()
        while (now := self._world.clock.seconds()) - since < self._pace.gap:
            if any(share < 1.0 for share in self._world.functions(store).values()):
                since = now
            if now - began > self._pace.patience:
                return
            await asyncio.sleep(LOOK_SECONDS)
