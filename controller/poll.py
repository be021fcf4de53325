"""One poll: look at every device, hand each store's answers to its lane as soon as they are complete.

In: a tick. Out: ``Lane.see`` per store. Called by the scheduler in ``main``; a slow store never delays another.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime

from controller.eyes import Answers, answers_by_getter
from controller.lanes import Lane
from controller.ports import Clock
from inventory.fleet import Fleet, frequent_looks
from inventory.model import Chain, DeviceId, StoreId


class Poller:
    """Polls the whole chain. ``pulse`` is when the last poll ended, None before the first."""

    def __init__(self, chain: Chain, fleet: Fleet, lanes: Mapping[StoreId, Lane], clock: Clock, workers: Executor) -> None:
        self._chain = chain
        self._fleet = fleet
        self._lanes = lanes
        self._clock = clock
        self._workers = workers
        self._devices = tuple(d for d in chain.devices.values() if d.has_session)
        self.pulse: datetime | None = None

    def tick(self) -> None:
        """Look once at every device with a session."""
        waiting = {store: {d.id for d in self._devices if d.store == store} for store in self._lanes}
        seen: dict[StoreId, dict[DeviceId, Answers]] = {store: {} for store in self._lanes}
        for device, answers in self._fleet.look([d.id for d in self._devices], frequent_looks):
            store = self._chain.devices[device].store
            seen[store][device] = answers_by_getter(frequent_looks(self._chain.devices[device]), answers)
            waiting[store].discard(device)
            if not waiting[store]:
                self._workers.submit(self._lanes[store].see, seen[store], self._clock.now())
        self.pulse = self._clock.now()


def stores_of(chain: Chain) -> Sequence[StoreId]:
    """Return the stores that have at least one device with a session."""
    return tuple(s for s in chain.stores if any(d.has_session for d in chain.devices_of(s)))
