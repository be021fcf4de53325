"""One store's part of a rollout: note what works, change and prove each device; a failure takes all of it back.

In: a store's devices, farthest first. Out: ``TargetEnded`` per device; a halt when a proof failed. Called by
``controller.push``, in the store's turn: no healing runs there meanwhile.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from controller.device_push import LOST, DevicePush
from controller.events import Closed, Escalated, Opened
from controller.halting import halt, halt_reason
from controller.past import open_in
from controller.ports import Steps
from controller.push_proof import PushProof
from controller.pusher import Pusher
from controller.quarantine import put
from controller.rollout import Rollout, Target
from controller.rollout_events import TargetEnded, TargetState
from inventory.model import DeviceId, StoreId

RIGHT: frozenset[TargetState] = frozenset({"changed", "already_right"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePush:
    """One store."""

    desk: Pusher
    steps: Steps
    rollout: Rollout
    store: StoreId
    targets: tuple[Target, ...]

    def run(self) -> None:
        """Push to the store's devices one after another."""
        with self._turn() as ours:
            why_not = self._do("before", self._why_not) if ours else "a repair is under way in this store"
            if why_not.startswith("{"):
                self._push(json.loads(why_not))
            else:
                self._do("held", lambda: self._hold_all(why_not))

    def _push(self, worked: dict[str, bool]) -> None:
        done: list[DevicePush] = []
        for target in self.targets:
            self.desk.clock.sleep(0)  # a controller that stops begins no further device
            if halt_reason(self.desk.ledger, self.rollout.id):
                return
            device = self._device(target, worked)
            state, reason = device.run()
            if state == "held":
                self._do("rest", lambda: self._hold_all(f"{target.device} of the same store was held"))  # noqa: B023
                return
            if state not in RIGHT:
                self._stop(target, state, reason)
                for earlier in reversed(done):
                    earlier.take_back("another device of the store failed its proof")
                return
            done += [device] if state == "changed" else []

    def _device(self, target: Target, worked: dict[str, bool]) -> DevicePush:
        plan = self.desk.ledger.plan(self.rollout.id, target.device)
        assert plan is not None  # noqa: S101 - every target is written with its plan
        proof = PushProof(desk=self.desk, plan=plan, worked=worked)
        return DevicePush(desk=self.desk, steps=self.steps, rollout=self.rollout, target=target, proof=proof)

    def _do(self, name: str, step: Callable[[], str]) -> str:
        return str(json.loads(self.steps.do(f"{self.store}.{name}", lambda: json.dumps(step()))))

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Wait for the store's turn, for as long as a repair may take to prove itself; False when it does not come."""
        lock = self.desk.turn(self.store)
        ours = lock.acquire(timeout=2 * self.desk.timing.seconds["proof"])
        try:
            yield ours
        finally:
            if ours:
                lock.release()

    def _why_not(self) -> str:
        """What worked before, as JSON by function - or, in words, why nothing may be pushed here now."""
        chain, eyes = self.desk.chain, self.desk.eyes
        if self.store not in chain.stores:
            return "the running controller does not know this store"
        if any(DeviceId(t.device) not in chain.devices for t in self.targets):
            return "the running controller does not know every device of this rollout"
        under_way = [i.id for i in open_in(self.desk.ledger, self.store) if i.status == "healing"]
        if under_way:
            return f"{under_way[0]} is being repaired in this store"
        if silent := eyes.look(self.store).silent:
            return f"{', '.join(silent)} of the store does not answer"
        functions = chain.stores[self.store].functions
        checks = eyes.prove(self.store, functions)
        worked = {str(f): all(c.ok for c in checks if c.function == f) for f in functions}
        for name in functions:
            if not worked[name] and chain.functions[name].criticality == 1:
                return f"{chain.functions[name].title} do not work in this store as it is"
        return json.dumps(worked)

    def _hold_all(self, reason: str) -> str:
        now = self.desk.clock.now()
        for target in self.desk.ledger.targets(self.rollout.id):
            if target.store == self.store and target.state == "waiting":
                self.desk.ledger.append(
                    TargetEnded(
                        rollout=self.rollout.id,
                        store=self.store,
                        at=now,
                        device=target.device,
                        state="held",
                        reason=reason,
                    )
                )
        return "held"

    def _stop(self, target: Target, state: TargetState, reason: str) -> None:
        """Halt the rollout, put its configuration in quarantine, and tell of a device that was lost."""
        now, ledger = self.desk.clock.now(), self.desk.ledger
        plan = ledger.plan(self.rollout.id, target.device)
        words = f"{target.device}: {reason}"
        if plan is not None:
            put(ledger, f"config/{plan.fingerprint[:12]}", f"{self.rollout.id} failed on {words}")
        halt(ledger, self.rollout.id, "storenet", words, now)
        if LOST in reason:
            self._do("lost", lambda: self._tell_lost(target, state, reason))

    def _tell_lost(self, target: Target, state: TargetState, reason: str) -> str:
        """One incident for the people who watch: it was our own change, and how it ended."""
        ledger, now = self.desk.ledger, self.desk.clock.now()
        incident = ledger.next_incident(self.store)
        advice = f"Look at what {self.rollout.id} was to change; its configuration is in quarantine."
        opened = Opened(
            incident=incident,
            store=self.store,
            at=now,
            signature="management_lost_after_change",
            fault_class="A",
            title="The device was lost after a configuration change",
            device=target.device,
            subject=self.rollout.id,
            confidence=1.0,
            evidence=(),
        )
        escalated = Escalated(incident=incident, store=self.store, at=now, reason=reason, advice=advice)
        ledger.append(opened, escalated)
        if state == "undone":
            over = "the device took the change back by itself and answers again"
            ledger.append(Closed(incident=incident, store=self.store, at=now, how="cleared", reason=over))
        return "told"
