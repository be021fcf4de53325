"""One poll: look at every device, hand each store's answers to its lane as soon as they are complete.

In: a tick; or a hint, upon which one store is looked at at once. Out: ``Lane.see`` per store. Called by the scheduler
and by ``controller.intake``; a slow store never delays another.
"""

import contextlib
import threading
from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from datetime import datetime, timedelta

from anomaly.answers import Answers
from anomaly.collecting import looks_of
from controller.eyes import by_getter
from controller.lanes import Lane
from controller.pace import Pace
from controller.ports import Clock
from inventory.fleet import Fleet
from inventory.looks import Look
from inventory.model import Chain, Device, DeviceId, StoreId

HASTE_APART = timedelta(seconds=60)


class Poller:
    """Polls the whole chain. ``pulse`` is when the last poll ended, None before the first.

    ``runners`` take the looks that hints raise; without them there are none. ``pace`` None: every look every
    time. A store is never looked at twice at once, so that no answer is taken for newer than it is.
    """

    def __init__(
        self,
        chain: Chain,
        fleet: Fleet,
        lanes: Mapping[StoreId, Lane],
        clock: Clock,
        workers: Executor,
        runners: Executor | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._chain = chain
        self._fleet = fleet
        self._lanes = lanes
        self._clock = clock
        self._workers = workers
        self._runners = runners
        self._pace = pace
        self._devices = {d.id: d for d in chain.devices.values() if d.is_asked}
        self._known: dict[tuple[DeviceId, bool], tuple[Look, ...]] = {}
        self._lock = threading.Lock()
        self._looking: set[StoreId] = set()
        self._again: set[StoreId] = set()
        self._hastened: dict[StoreId, datetime] = {}
        self.pulse: datetime | None = None

    def tick(self) -> None:
        """Look once at every device with a session."""
        self._look_at(self._begin(self._lanes))
        self.pulse = self._clock.now()

    def hasten(self, store: StoreId) -> bool:
        """Look at a store now, or as soon as the look under way is over; at most once a minute. Return whether."""
        now = self._clock.now()
        with self._lock:
            last = self._hastened.get(store)
            lately = last is not None and timedelta(0) <= now - last < HASTE_APART
            if self._runners is None or store not in self._lanes or lately:
                return False
            self._hastened[store] = now
            if store in self._looking:
                self._again.add(store)
                return True
        return self._run(store)

    def _run(self, store: StoreId) -> bool:
        """Have a runner look; when the controller stops there are none any more."""
        if self._runners is None:
            return False
        with contextlib.suppress(RuntimeError):
            self._runners.submit(self._look_again, store)
            return True
        return False

    def _look_again(self, store: StoreId) -> None:
        """An extra look; when the poll has begun to look there meanwhile, that one sees what the hint told of."""
        self._look_at(self._begin((store,)))

    def _begin(self, stores: Collection[StoreId]) -> frozenset[StoreId]:
        """Take those that nobody is looking at."""
        with self._lock:
            free = frozenset(store for store in stores if store not in self._looking)
            self._looking |= free
        return free

    def _look_at(self, stores: frozenset[StoreId]) -> None:
        devices = tuple(d for d in self._devices.values() if d.store in stores)
        asked = self._asked(stores)
        seen: dict[StoreId, dict[DeviceId, Answers]] = {store: {} for store in stores}
        waiting = {store: {d.id for d in self._chain.devices_of(store) if asked.get(d.id)} for store in stores}
        try:
            for name, answers in self._fleet.look(devices, lambda device: asked[device.id]):
                device = self._devices[name]
                seen[device.store][name] = by_getter(asked[name], answers)
                waiting[device.store].discard(name)
                if not waiting[device.store]:
                    self._workers.submit(self._lanes[device.store].see, seen[device.store], self._clock.now())
                    self._end(device.store)
        finally:
            for store in (s for s, devices_left in waiting.items() if devices_left):
                self._end(store)

    def _asked(self, stores: frozenset[StoreId]) -> Mapping[DeviceId, tuple[Look, ...]]:
        """The looks of this round, by device."""
        now = self._clock.now()
        with self._lock:
            all_of = {store: self._pace is None or self._pace.due(store, now) for store in stores}
        return {d.id: self._looks(d, slow=all_of[d.store]) for d in self._devices.values() if d.store in stores}

    def _end(self, store: StoreId) -> None:
        with self._lock:
            self._looking.discard(store)
            again = store in self._again
            self._again.discard(store)
        if again:
            self._run(store)

    def _looks(self, device: Device, *, slow: bool) -> tuple[Look, ...]:
        """They depend on the inventory alone, so they are worked out once."""
        known = self._known.get((device.id, slow))
        if known is None:
            known = self._known[device.id, slow] = looks_of(device, self._chain, slow=slow)
        return known


def stores_of(chain: Chain) -> tuple[StoreId, ...]:
    """Stores with at least one device that has a session."""
    return tuple(s for s in chain.stores if any(d.has_session for d in chain.devices_of(s)))
