"""One device of a rollout: compare afresh, ask the guards, write under its timer, prove, confirm - or take back.

In: a device's plan. Out: how it ended, told as ``TargetEnded``. Called by ``controller.store_push``.
Every line of a pass is a recorded step: a restart goes on where it stopped.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

import structlog

from controller.decide import decide, worst_per_rule
from controller.events import Judged, Proved, WriteEnded
from controller.eyes import Sighting
from controller.facts import Facts, FleetFacts
from controller.impact import alive_behind, management_ports
from controller.past import open_in
from controller.ports import Steps
from controller.push_proof import PushProof
from controller.pusher import Pusher
from controller.quarantine import reasons
from controller.rollout import Rollout, Target
from controller.rollout_events import TargetEnded, TargetState
from inventory.errors import DeviceError, StaleTokenError
from inventory.model import DeviceId, StoreId
from playbooks.codec import dump_changes, load_changes
from playbooks.model import Change
from playbooks.push import interrupted_ports, push_change

AFTER_TIMER = 60.0
LOST = "management was lost after the change"
Ended = tuple[TargetState, str]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreWork:
    """One store's part of a rollout, as the hands see it (``controller.hands.Work``)."""

    id: str
    store: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePush:
    """One device."""

    desk: Pusher
    steps: Steps
    rollout: Rollout
    target: Target
    proof: PushProof

    def run(self) -> Ended:
        """Bring the device to the intended configuration; whatever happens is told and returned."""
        passes = (self._pass(f"pass{number}") for number in count())  # only a restart in mid-write makes another
        state, reason = next(ended for ended in passes if ended is not None)
        self._do("told", lambda: self._tell(state, reason))
        return state, reason

    def take_back(self, reason: str) -> None:
        """Undo a change that was proven and kept, because the rollout failed elsewhere in the store."""
        made = self._do("unmade", lambda: self._undo(self._change()))
        state: TargetState = "undone" if made in ("ran", "undone") and self.proof.is_as_before() else "unknown"
        self._do("retold", lambda: self._tell(state, reason))

    def _pass(self, name: str) -> Ended | None:
        planned = self._do(f"{name}.plan", self._plan)
        if not planned.startswith("["):
            return _unplanned(planned)
        change = load_changes(planned)[0]
        verdict = self._do(f"{name}.judge", lambda: self._judge(change))
        if verdict != "act":
            return "held", verdict
        made = self._do(f"{name}.make", lambda: self._make(change))
        return None if made == "stale" else self._after(made, change, name)

    def _do(self, name: str, step: Callable[[], str]) -> str:
        return str(json.loads(self.steps.do(f"{self.target.device}.{name}", lambda: json.dumps(step()))))

    @property
    def _work(self) -> StoreWork:
        return StoreWork(id=self.rollout.id, store=self.target.store)

    @property
    def _key(self) -> str:
        return f"{self.rollout.id}-{self.target.device}"

    # plan and judge --------------------------------------------------------------------------------------------

    def _plan(self) -> str:
        """The change as JSON, or a word why there is none."""
        try:
            now = self.proof.compared()
        except DeviceError as error:
            return f"held: {error.reason}"
        if now.clean:
            return "already_right"
        if now.remedy != self.proof.plan.remedy:
            return "held: its configuration has changed since the difference was shown; look again"
        return dump_changes((self._change(),))

    def _change(self) -> Change:
        plan, revert_in = self.proof.plan, self.rollout.revert_in_seconds
        store, device = StoreId(plan.store), DeviceId(plan.device)
        return push_change(store, device, plan.platform, plan.remedy, plan.undo, revert_in)

    def _judge(self, change: Change) -> str:
        """Ask every guardrail; ``act``, or why not."""
        sighting, guards = self.desk.eyes.look(change.store), self.desk.guardrails.values()
        ports = interrupted_ports(change.write.lines) or ("",)
        asked = [self._facts(replace(change, port=port), sighting) for port in ports]
        verdicts = worst_per_rule(guard.judge(facts) for facts in asked for guard in guards)
        decision = decide("A", verdicts)
        self.desk.ledger.append(
            Judged(
                incident=self.rollout.id,
                store=self.target.store,
                at=self.desk.clock.now(),
                rung=self.target.wave,
                action=change.action,
                decision=decision.do,
                reason=decision.reason,
                verdicts=verdicts,
            )
        )
        return "act" if decision.do == "act" else decision.reason

    def _facts(self, change: Change, sighting: Sighting) -> Facts:
        desk, seen = self.desk, sighting.observations
        return Facts(
            incident=self.rollout.id,
            store=desk.chain.stores[change.store],
            change=change,
            now=desk.clock.now(),
            kill_reason=desk.ledger.switch("kill"),
            others=tuple(i.id for i in open_in(desk.ledger, change.store) if i.status == "healing"),
            tries=0,
            alive_behind=self._alive_behind(change, sighting),
            management_ports=management_ports(desk.chain, change.device, seen),
            fleet=FleetFacts(cause=self._common_cause(), unswept=0, under_way=0, at_most=1),
            quarantine=reasons(desk.ledger, change.device, change.store),
            people=desk.eyes.people(change.device),
        )

    def _common_cause(self) -> str:
        """The fault this store shares with many others, while it lasts: nothing is pushed into it."""
        shared = (i for i in open_in(self.desk.ledger, self.target.store) if i.parent)
        return next((f"{i.title} ({i.parent})" for i in shared), "")

    def _alive_behind(self, change: Change, sighting: Sighting) -> tuple[str, ...] | None:
        """What works behind the port; an interface that the inventory does not know is not known to be idle."""
        if not change.interrupts:
            return ()
        known = change.port in self.desk.chain.devices[change.device].ports
        return alive_behind(self.desk.chain, change.device, change.port, sighting.observations) if known else None

    # act, prove, keep ------------------------------------------------------------------------------------------

    def _make(self, change: Change) -> str:
        try:
            return self.desk.hands.make(self._work, self.target.wave, self._key, change)
        except StaleTokenError as stale:
            return f"fenced: {stale}"

    def _after(self, made: str, change: Change, name: str) -> Ended:
        if made.startswith("fenced"):
            return "held", f"another controller looks after this store ({made.removeprefix('fenced: ')})"
        if made == "unknown":
            return self._taken_back(self._do(f"{name}.outlast", lambda: self._outlast(change)), LOST)
        if made == "ran":
            proven = self._do(f"{name}.prove", self._prove) == "pass"
            if proven and self._do(f"{name}.keep", lambda: self._keep(change)) == "kept":
                return "changed", "read back as intended, functions proven, confirmed"
            why = "the functions of the store were not proven after the change"
        else:
            why = f"the device did not take the change: {self._refusal()}"
        undone = self._do(f"{name}.undo", lambda: self._undo(change))
        if undone == "unknown":  # the device did not do it at once: its own timer will
            undone = self._do(f"{name}.outlast", lambda: self._outlast(change))
        return self._taken_back(undone, why)

    def _taken_back(self, outcome: str, why: str) -> Ended:
        if outcome in ("undone", "ran") and self.proof.is_as_before():
            return "undone", f"{why}; it was taken back and the configuration is as before"
        if outcome in ("undone", "ran") and self.proof.is_not_ours():
            return "undone", f"{why}; it was taken back, but somebody has changed the device otherwise meanwhile"
        return "unknown", f"{why}; whether it was taken back could not be read"

    def _prove(self) -> str:
        gate, checks = self.proof.prove()
        self.desk.ledger.append(
            Proved(
                incident=self.rollout.id,
                store=self.target.store,
                at=self.desk.clock.now(),
                rung=self.target.wave,
                passed=gate == "pass",
                checks=checks,
            )
        )
        return gate

    def _keep(self, change: Change) -> str:
        """Confirm through a new session; only what is read back afterwards as in effect is kept."""
        try:
            kept = self.desk.hands.keep(self._work, self.target.wave, self._key, change)
        except (DeviceError, StaleTokenError) as error:
            log.warning("push.keep_failed", device=self.target.device, error=str(error))
            return "lost"
        return "kept" if kept else "lost"

    def _outlast(self, change: Change) -> str:
        """The device is lost: its own timer takes the change back, and we wait to see it."""
        patience = self.rollout.revert_in_seconds + AFTER_TIMER
        hands = self.desk.hands
        return self._guarded(lambda: hands.outlast(self._work, self.target.wave, self._key, change, patience))

    def _undo(self, change: Change) -> str:
        return self._guarded(lambda: self.desk.hands.take_back(self._work, self.target.wave, self._key, change))

    def _guarded(self, act: Callable[[], str]) -> str:
        try:
            return act()
        except (DeviceError, StaleTokenError) as error:
            log.warning("push.undo_failed", device=self.target.device, error=str(error))
            return "unknown"

    # telling ---------------------------------------------------------------------------------------------------

    def _refusal(self) -> str:
        """What the device said to the last write."""
        return next((e.read_back for e in reversed(self._writes()) if e.read_back), "it gave no reason")

    def _writes(self) -> list[WriteEnded]:
        events = self.desk.ledger.events(self.rollout.id, store=self.target.store)
        return [e for e in events if isinstance(e, WriteEnded) and e.intent.startswith(f"{self._key}-")]

    def _tell(self, state: TargetState, reason: str) -> str:
        diff = next((e.diff for e in reversed(self._writes()) if e.diff), "") if state == "changed" else ""
        self.desk.ledger.append(
            TargetEnded(
                rollout=self.rollout.id,
                store=self.target.store,
                at=self.desk.clock.now(),
                device=self.target.device,
                state=state,
                reason=reason,
                diff=diff,
            )
        )
        return state


def _unplanned(word: str) -> Ended:
    if word == "already_right":
        return "already_right", "it was as intended before anything was sent"
    return "held", word.removeprefix("held: ")
