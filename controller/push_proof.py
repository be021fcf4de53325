"""Whether one device is as intended, and its store works as it did before.

In: a device's plan, which functions worked. Out: a difference, or how the proof ended with its checks. Called by
``controller.device_push``. Nothing here writes to a device.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from controller.events import Check
from controller.health_gate import Gate, health_gate
from controller.pusher import Pusher
from controller.rollout import TargetPlan
from inventory.errors import DeviceError
from inventory.model import DeviceId, FunctionName, StoreId
from playbooks.model import CONFIG, text_of
from templates.drift import Drift, drift

SETTLED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PushProof:
    """Looks at one device of a rollout and at its store. ``worked``: the functions to be proven again."""

    desk: Pusher
    plan: TargetPlan
    worked: Mapping[str, bool]

    def compared(self) -> Drift:
        """The device's configuration, read now, against the intended one. Raises ``DeviceError``."""
        running = text_of(self.desk.eyes.read(DeviceId(self.plan.device), CONFIG))
        return drift(self.plan.platform, running, self.plan.intended)

    def is_right(self) -> bool:
        """Whether the device is as intended."""
        try:
            return self.compared().clean
        except DeviceError:
            return False

    def is_as_before(self) -> bool:
        """Whether what is missing now is exactly what was missing before."""
        try:
            return self.compared().remedy == self.plan.remedy
        except DeviceError:
            return False

    def is_not_ours(self) -> bool:
        """Whether nothing of the change is there, however else the device has changed meanwhile."""
        try:
            return set(self.plan.remedy) <= set(self.compared().remedy)
        except DeviceError:
            return False

    def prove(self) -> tuple[Gate, tuple[Check, ...]]:
        """Look until the device is as intended and every function that worked is proven, or time is up."""
        clock, seconds = self.desk.clock, self.desk.timing.seconds
        clock.sleep(seconds["settle"])
        checks: tuple[Check, ...] = ()
        for passed in self._looks():
            gate, checks = self._look(settled=passed > SETTLED)
            if gate != "wait":
                return gate, checks
        return "fail", checks

    def _look(self, *, settled: bool) -> tuple[Gate, tuple[Check, ...]]:
        store = StoreId(self.plan.store)
        names = [FunctionName(name) for name, worked in self.worked.items() if worked]
        sighting = self.desk.eyes.look(store)
        right = not sighting.silent and self.is_right()
        checks = self.desk.eyes.prove(store, names) if right else ()
        before = dict.fromkeys(map(str, names), "working")
        return health_gate(before, sighting.function_states, checks, gone=right, settled=settled), checks

    def _looks(self) -> Iterator[float]:
        """Yield the part of the proof window that is over, with pauses between looks."""
        clock, seconds = self.desk.clock, self.desk.timing.seconds
        start, passed = clock.now(), 0.0
        while passed < 1.0:
            passed = (clock.now() - start).total_seconds() / seconds["proof"]
            yield passed
            clock.sleep(seconds["proof_retry"])
