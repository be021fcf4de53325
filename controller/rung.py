"""One rung of a playbook: plan, ask the guards, act, prove - and take back what was not proven.

In: a ``Moment`` and a rung. Out: ``done`` (healed, held or with a person), ``failed`` (next rung) or ``again``.
Called by ``controller.heal``. Every line of ``run`` is a recorded step: a restart goes on where it stopped.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from controller.decide import decide
from controller.desk import End, Moment
from controller.events import Check, Closed, Healed, Judged, Proved, Verdict
from controller.excuses import counting, unaccounted
from controller.eyes import Sighting, root_of
from controller.facts import Facts
from controller.health_gate import Gate, health_gate
from controller.impact import alive_behind, management_ports
from controller.past import open_beside, others_under_way, tries_within_a_day
from inventory.errors import DeviceError
from inventory.model import DeviceId, StoreId
from playbooks.codec import dump_changes, load_changes
from playbooks.model import Change, Rung, Target

CANNOT = "cannot plan"
SETTLED = 0.5
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """One try at one rung."""

    moment: Moment
    number: int
    rung: Rung

    def run(self) -> End:
        """Climb the rung."""
        planned = self._do("plan", self._plan)
        if planned.startswith(CANNOT):
            return self.moment.escalate(planned, "The repair could not be planned.")
        changes = load_changes(planned)
        if changes and self._do("judge", partial(self._judge, changes)) != "act":
            return "done"
        before = json.loads(self._do("before", self._functions_now))
        made = self._apply(changes)
        if made == "again":
            return "again"
        if made == "ran" and self._do("prove", partial(self._prove, before)) == "pass" and self._keep(changes):
            self._do("close", self._close)
            return "done"
        self._take_back(changes, whole=made == "ran")
        if made == "unknown":
            return self.moment.escalate("a write's outcome is unknown", "Read the device by hand before anything else.")
        return "failed"

    def _do(self, name: str, step: Callable[[], str]) -> str:
        return self.moment.do(f"rung{self.number}.{name}", step)

    # plan and judge --------------------------------------------------------------------------------------------

    def _plan(self) -> str:
        desk, incident = self.moment.desk, self.moment.incident
        target = Target(chain=desk.chain, device=DeviceId(incident.device), subject=incident.subject)
        try:
            changes = desk.library.actions[self.rung.action].plan(target, desk.eyes, self.rung.params)
        except (DeviceError, LookupError, ValueError) as error:
            return f"{CANNOT} {self.rung.action}: {error}"
        return dump_changes(changes)

    def _judge(self, changes: tuple[Change, ...]) -> str:
        """Ask every guardrail about every change; per rule the refusal is kept, if there is one."""
        sighting = self.moment.look()
        guards = self.moment.desk.guardrails.values()
        verdicts = worst_per_rule(guard.judge(self._facts(c, sighting)) for c in changes for guard in guards)
        decision = decide(self.moment.incident.fault_class, verdicts)
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
            self.moment.hold(decision.reason, tuple(v.rule for v in verdicts if not v.allowed))
        if decision.do == "escalate":
            self.moment.escalate(decision.reason, "A person decides on this repair.")
        return decision.do

    def _facts(self, change: Change, sighting: Sighting) -> Facts:
        desk, incident, now = self.moment.desk, self.moment.incident, self.moment.desk.clock.now()
        seen = sighting.observations
        return Facts(
            incident=incident.id,
            store=desk.chain.stores[change.store],
            change=change,
            now=now,
            kill_reason=desk.ledger.switch("kill"),
            others=others_under_way(desk.ledger, incident),
            tries=tries_within_a_day(desk.ledger, incident, now),
            alive_behind=alive_behind(desk.chain, change.device, change.port, seen),
            management_ports=management_ports(desk.chain, change.device, seen),
        )

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


def worst_per_rule(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """One verdict per rule: a refusal where there was one."""
    kept: dict[str, Verdict] = {}
    for verdict in verdicts:
        if kept.get(verdict.rule) is None or kept[verdict.rule].allowed:
            kept[verdict.rule] = verdict
    return tuple(kept.values())
