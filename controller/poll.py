"""One poll: look at every device, hand each store's answers to its lane as soon as they are complete.

In: a tick. Out: ``Lane.see`` per store. Called by the scheduler; a slow store never delays another.
"""

from collections.abc import Mapping
from concurrent.futures import Executor
from datetime import datetime

from anomaly.answers import Answers
from anomaly.collecting import looks_of
from controller.eyes import by_getter
from controller.lanes import Lane
from controller.ports import Clock
from inventory.fleet import Fleet
from inventory.looks import Look
from inventory.model import Chain, Device, DeviceId, StoreId


class Poller:
    """Polls the whole chain. ``pulse`` is when the last poll ended, None before the first."""

    def __init__(
        self, chain: Chain, fleet: Fleet, lanes: Mapping[StoreId, Lane], clock: Clock, workers: Executor
    ) -> None:
        self._chain = chain
        self._fleet = fleet
        self._lanes = lanes
        self._clock = clock
        self._workers = workers
        self._devices = {d.id: d for d in chain.devices.values() if d.has_session}
        self.pulse: datetime | None = None

    def tick(self) -> None:
        """Look once at every device with a session."""
        seen: dict[StoreId, dict[DeviceId, Answers]] = {store: {} for store in self._lanes}
        waiting = {store: {d.id for d in self._devices.values() if d.store == store} for store in self._lanes}
        for name, answers in self._fleet.look(tuple(self._devices.values()), self._looks):
            device = self._devices[name]
            seen[device.store][name] = by_getter(self._looks(device), answers)
            waiting[device.store].discard(name)
            if not waiting[device.store]:
                self._workers.submit(self._lanes[device.store].see, seen[device.store], self._clock.now())
        self.pulse = self._clock.now()

    def _looks(self, device: Device) -> tuple[Look, ...]:
        return looks_of(device, self._chain)


def stores_of(chain: Chain) -> tuple[StoreId, ...]:
    """Stores with at least one device that has a session."""
    return tuple(s for s in chain.stores if any(d.has_session for d in chain.devices_of(s)))
