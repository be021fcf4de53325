"""Pushes one configuration change over many stores: the canary, a few, the rest - and stops at the first doubt.

In: a rollout's id, run by the engine with ``Steps`` that are never done twice. Out: events in the ledger.
Called by ``controller.dispatch``. One store's part is ``store_push``, one device's ``device_push``; this is the
sentence.
"""

from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import dataclass
from functools import partial

from controller.halting import halt, halt_reason
from controller.ports import Steps
from controller.pusher import Pusher
from controller.rollout import Rollout, Target
from controller.rollout_events import Ending, RolloutEnded, TargetEnded, WaveBegun
from controller.store_push import StorePush
from inventory.model import StoreId

CANARY = 0
RIGHT = ("changed", "already_right")


def push(desk: Pusher, steps: Steps, rollout_id: str) -> None:
    """Run one rollout to its ending; a restart goes on where it stopped."""
    rollout = desk.ledger.rollout(rollout_id)
    if rollout is not None and rollout.ended_at is None:
        Pushing(desk=desk, steps=steps, rollout=rollout).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushing:
    """One rollout under way."""

    desk: Pusher
    steps: Steps
    rollout: Rollout

    def run(self) -> None:
        """Push wave after wave; each begins only when nothing of the one before is in doubt."""
        for number, stores in enumerate(self.rollout.waves):
            if halt_reason(self.desk.ledger, self.rollout.id):
                break
            self._step(f"wave{number}", partial(self._begin, number, stores))
            self._push_to(stores)
            if number == CANARY:
                self._step("canary", self._judge_canary)
        self._step("end", self._end)

    def _step(self, name: str, act: Callable[[], None]) -> None:
        def step() -> str:
            act()
            return '"done"'

        self.steps.do(name, step)

    def _begin(self, number: int, stores: tuple[str, ...]) -> None:
        now = self.desk.clock.now()
        self.desk.ledger.append(WaveBegun(rollout=self.rollout.id, at=now, wave=number, stores=stores))

    def _push_to(self, stores: tuple[str, ...]) -> None:
        """Push to the wave's stores side by side; an error of our own comes out after all have ended."""
        targets = self.desk.ledger.targets(self.rollout.id)
        parts = [self.desk.workers.submit(self._store(StoreId(store), targets).run) for store in stores]
        wait(parts)
        for part in parts:
            part.result()

    def _store(self, store: StoreId, targets: tuple[Target, ...]) -> StorePush:
        mine = tuple(t for t in targets if t.store == store)
        return StorePush(desk=self.desk, steps=self.steps, rollout=self.rollout, store=store, targets=mine)

    def _judge_canary(self) -> None:
        """A canary store in which nothing could be proven tells nothing: the rollout stops."""
        targets = [t for t in self.desk.ledger.targets(self.rollout.id) if t.store == self.rollout.canary]
        bad = [t for t in targets if t.state not in RIGHT]
        if bad:
            reason = f"the canary store was not proven: {bad[0].device}: {bad[0].reason}"
            halt(self.desk.ledger, self.rollout.id, "storenet", reason, self.desk.clock.now())

    def _end(self) -> None:
        """Say how it ended; devices never begun are held, as they are."""
        ledger, now = self.desk.ledger, self.desk.clock.now()
        reason = halt_reason(ledger, self.rollout.id)
        for target in ledger.targets(self.rollout.id):
            if target.state == "waiting":
                ledger.append(
                    TargetEnded(
                        rollout=self.rollout.id,
                        store=target.store,
                        at=now,
                        device=target.device,
                        state="held",
                        reason="the rollout was halted before it came to this device",
                    )
                )
        counts = {t.state for t in ledger.targets(self.rollout.id)}
        how: Ending = "halted" if reason else "done" if counts <= set(RIGHT) else "partly"
        words = reason or ("every device is as intended" if how == "done" else "some devices were held")
        ledger.append(RolloutEnded(rollout=self.rollout.id, at=now, how=how, reason=words))
        ledger.throw(f"halt/{self.rollout.id}", None)
