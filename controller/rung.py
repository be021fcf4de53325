"""One rung of a playbook: plan, ask the guards, act, prove - and take back what was not proven.

In: a ``Moment`` and a rung. Out: ``done`` (healed, held or with a person), ``failed`` (next rung) or ``again``.
Called by ``controller.heal``. Every line of ``run`` is a recorded step: a restart goes on where it stopped.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from controller import quarantine
from controller.decide import Decision, decide, worst_per_rule
from controller.desk import End, Moment
from controller.drifting import deviate, no_deviation
from controller.events import Check, Closed, Healed, Judged, Mitigated, Proved
from controller.excuses import counting, unaccounted
from controller.eyes import Sighting, root_of
from controller.facts import Facts, FleetFacts
from controller.gathering import facts_of
from controller.health_gate import Gate, health_gate
from controller.past import open_beside, unlasting
from inventory.errors import BusyError, DeviceError, UnreachableError
from inventory.model import DeviceId, StoreId
from playbooks.codec import dump_changes, load_changes
from playbooks.model import Change, Rung, Target

CANNOT = "cannot plan"
LATER = "cannot plan yet"
SETTLED = 0.5
UNLASTING = 5
BRAKE = "storm_brake"
UNKNOWN = "a write's outcome is unknown"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """One try at one rung. ``advice``: what a person is told who has to go on."""

    moment: Moment
    number: int
    rung: Rung
    advice: str

    def run(self) -> End:
        """Climb the rung; its place in the fleet's budget is given back at the end."""
        try:
            return self._climb()
        finally:
            self.moment.desk.budget.leave(self.moment.incident.id)

    def _climb(self) -> End:
        planned = self._do("plan", self._plan)
        if planned.startswith(CANNOT):
            return self._not_planned(planned)
        changes = load_changes(planned)
        if changes and self._do("judge", partial(self._judge, changes)) != "act":
            return "done"
        self.moment.desk.budget.enter(self.moment.incident.id, always=True)  # after a restart it holds none yet
        before = json.loads(self._do("before", self._functions_now))
        deviating = {c.device for c in changes} if self._deviates else frozenset[DeviceId]()
        for device in deviating:
            deviate(self.moment.desk.ledger, device, f"{self.moment.incident.id}: {self.rung.action}")
        made = self._apply(changes)
        if made == "again":
            return "again"
        if made == "ran" and self._do("prove", partial(self._prove, before)) == "pass" and self._keep(changes):
            self._do("close", self._mitigated if self.rung.mitigates else self._close)
            return "mitigated" if self.rung.mitigates else "done"
        self._take_back(changes, whole=made == "ran")
        for device in deviating:
            no_deviation(self.moment.desk.ledger, device)
        if made == "unknown":
            quarantine.put(self.moment.desk.ledger, changes[0].device, f"{self.moment.incident.id}: {UNKNOWN}")
            return self.moment.escalate(UNKNOWN, "Read the device by hand before anything else.")
        return "failed"

    def _not_planned(self, why: str) -> End:
        """A device that is busy or lost for a moment is asked again; anything else is a person's, once per cause."""
        if why.startswith(LATER):
            self.moment.hold(why, ("fresh_evidence",))
        elif cause := self._common_cause():
            self.moment.hold(f"it has a common cause: {cause}", ("common_cause",), None)
        else:
            return self.moment.escalate(why, self.advice)
        return "done"

    def _common_cause(self) -> str:
        """The cause it shares with other stores, as soon as enough of them were looked at."""
        desk, incident = self.moment.desk, self.moment.incident
        for _ in self.moment.looks_within("proof_short"):
            cause = desk.fleet.brake(incident, desk.clock.now(), fresh=True)
            if cause or not desk.fleet.unswept(incident):
                return cause
        return ""

    @property
    def _deviates(self) -> bool:
        """Whether the action leaves a device different from its intended configuration on purpose."""
        action = self.moment.desk.library.actions[self.rung.action]
        return self.rung.mitigates or bool(getattr(action, "DEVIATES", False))

    def _do(self, name: str, step: Callable[[], str]) -> str:
        return self.moment.do(f"rung{self.number}.{name}", step)

    # plan and judge --------------------------------------------------------------------------------------------

    def _plan(self) -> str:
        desk, incident, what = self.moment.desk, self.moment.incident, self.rung.action.replace("_", " ")
        target = Target(
            chain=desk.chain,
            device=DeviceId(incident.device),
            subject=incident.subject,
            shown=tuple((e.symptom, e.device, e.subject) for e in incident.evidence),
        )
        try:
            changes = desk.library.actions[self.rung.action].plan(target, desk.eyes, self.rung.params)
        except (BusyError, UnreachableError) as error:
            return f"{LATER} {what}: {error}"
        except (DeviceError, LookupError, ValueError) as error:
            return f"{CANNOT} {what}: {error}"
        return dump_changes(changes)

    def _judge(self, changes: tuple[Change, ...]) -> str:
        """Ask every guardrail about every change; per rule the refusal is kept, if there is one."""
        sighting = self.moment.look()
        self._isolate_the_unlasting()
        fleet = self._fleet_facts()
        guards = self.moment.desk.guardrails.values()
        asked = [self._facts(change, sighting, fleet) for change in changes]
        verdicts = worst_per_rule(guard.judge(facts) for facts in asked for guard in guards)
        decision = decide(self.moment.incident.fault_class, verdicts, self.rung.guard)
        if fleet.cause and decision.do == "escalate":  # one person is called for all of its stores
            decision = Decision(do="hold", reason=f"it has a common cause: {fleet.cause}")
        self.moment.tell(
            Judged(
                **self.moment.stamp(),
                rung=self.number,
                action=self.rung.action,
                decision=decision.do,
                reason=decision.reason,
                verdicts=verdicts,
            )
        )
        if decision.do == "hold":
            rules = tuple(v.rule for v in verdicts if not v.allowed)
            self.moment.hold(decision.reason, rules, _retry(rules, fleet))
        if decision.do == "escalate":
            self.moment.escalate(decision.reason, f"A person decides on this repair. {self.advice}")
        return decision.do

    def _facts(self, change: Change, sighting: Sighting, fleet: FleetFacts) -> Facts:
        desk, incident = self.moment.desk, self.moment.incident
        now, people = desk.clock.now(), desk.eyes.people(change.device)
        return facts_of(desk.chain, desk.ledger, incident, change, sighting.observations, now, fleet, people)

    def _fleet_facts(self) -> FleetFacts:
        """How the other stores stand right now; takes a place in the budget where there is one."""
        desk, incident = self.moment.desk, self.moment.incident
        return FleetFacts(
            cause=desk.fleet.brake(incident, desk.clock.now(), fresh=True),
            unswept=desk.fleet.unswept(incident),
            under_way=desk.budget.enter(incident.id),
            at_most=desk.budget.at_most,
        )

    def _isolate_the_unlasting(self) -> None:
        """A device whose repairs do not last is not repaired on and on."""
        ledger, incident = self.moment.desk.ledger, self.moment.incident
        number = unlasting(ledger, incident, self.moment.desk.clock.now())
        if number >= UNLASTING:
            quarantine.put(ledger, incident.device, f"{number} repairs did not last within 24 hours")

    # act -------------------------------------------------------------------------------------------------------

    def _functions_now(self) -> str:
        return json.dumps(dict(self.moment.look().function_states))

    def _apply(self, changes: tuple[Change, ...]) -> str:
        """Make the changes in order. ``again``: after a restart the first one was found not to have run."""
        for index, change in enumerate(changes):
            made = self._do(f"change{index}", partial(self._make, index, change))
            if made != "ran":
                return "again" if made == "stale" else made
            self.moment.desk.clock.sleep(change.pause_seconds)
        return "ran"

    def _make(self, index: int, change: Change) -> str:
        hands = self.moment.desk.hands
        return hands.make(self.moment.incident, self.number, self._key(index), change, begun=index > 0)

    def _key(self, index: int) -> str:
        return f"{self.moment.steps.workflow}-{self.moment.prefix}-rung{self.number}-change{index}"

    # prove -----------------------------------------------------------------------------------------------------

    def _prove(self, before: Mapping[str, str]) -> str:
        """Look until the fault is gone and the functions are proven, or the window is over."""
        desk, incident = self.moment.desk, self.moment.incident
        desk.clock.sleep(desk.timing.seconds["settle"])
        gate: Gate = "wait"
        checks: tuple[Check, ...] = ()
        for passed in self.moment.looks_within(self.rung.window):
            sighting = self.moment.look()
            there, _ = desk.eyes.still_there(incident, sighting)
            gone = there is False
            checks = self._checks() if gone else ()
            after = unaccounted(sighting.function_states, open_beside(desk.ledger, incident))
            gate = health_gate(before, after, checks, gone=gone, settled=passed > SETTLED)
            if gate != "wait":
                break
        self.moment.tell(Proved(**self.moment.stamp(), rung=self.number, passed=gate == "pass", checks=checks))
        return gate

    def _checks(self) -> tuple[Check, ...]:
        desk, incident = self.moment.desk, self.moment.incident
        checks = desk.eyes.prove(StoreId(incident.store), incident.functions, root_of(incident))
        return counting(checks, incident, open_beside(desk.ledger, incident), desk.chain)

    def _keep(self, changes: tuple[Change, ...]) -> bool:
        """Confirm what the device would take back by itself; each must still be in effect."""
        timed = [(i, c) for i, c in enumerate(changes) if c.write.kind == "commit_confirm"]
        return all(self._do(f"keep{i}", partial(self._keep_one, i, c)) == "kept" for i, c in timed)

    def _keep_one(self, index: int, change: Change) -> str:
        try:
            kept = self.moment.desk.hands.keep(self.moment.incident, self.number, self._key(index), change)
        except DeviceError as error:
            log.warning("keep.failed", incident=self.moment.incident.id, reason=error.reason)
            return "lost"
        return "kept" if kept else "lost"

    def _close(self) -> str:
        title = self.moment.desk.library.actions[self.rung.action].TITLE
        reason = "the fault is gone and the functions are proven"
        stamp = self.moment.stamp()
        self.moment.tell(Healed(**stamp, by=title), Closed(**stamp, how="healed", reason=reason))
        return "closed"

    def _mitigated(self) -> str:
        """What this rung did keeps the fault from hurting, and is left so; the fault itself stays."""
        now = self.moment.desk.ledger.incident(self.moment.incident.id)
        self.moment.tell(Mitigated(**self.moment.stamp(), by="", checks=now.checks if now else ()))
        return "mitigated"

    # take back -------------------------------------------------------------------------------------------------

    def _take_back(self, changes: tuple[Change, ...], *, whole: bool) -> None:
        """Undo what a failed rung left behind, newest first; a ``whole`` off-and-on is already undone by its end."""
        undone = [changes[-1].write] if whole and changes else []
        for index, change in reversed(tuple(enumerate(changes))):
            if change.undo is not None and change.undo not in undone:
                self._do(f"undo{index}", partial(self._undo, index, change))
                undone.append(change.undo)

    def _undo(self, index: int, change: Change) -> str:
        try:
            return self.moment.desk.hands.take_back(self.moment.incident, self.number, self._key(index), change)
        except DeviceError as error:
            log.warning("undo.failed", incident=self.moment.incident.id, reason=error.reason)
            return "unknown"


def _retry(rules: tuple[str, ...], fleet: FleetFacts) -> str | None:
    """When a refused repair is asked again: after its common cause; soon when only other stores had to be awaited."""
    if fleet.cause:
        return None
    return "poll_interval" if rules == (BRAKE,) else "held_retry"
