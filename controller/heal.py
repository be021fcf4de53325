"""Heals one incident: confirm, plan, ask the guards, act, read back, prove - or undo and call a person.

In: an incident id, run by the engine with ``Steps`` that are never done twice. Out: events in the ledger.
Called by a store's lane. It reads like its sentence; looking is ``eyes``, writing is ``hands``, judging is
``guardrails`` and ``decide``, comparing is ``health_gate``.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypedDict

import structlog

from controller.decide import Decision, decide
from controller.events import (
    Check,
    Closed,
    Confirmed,
    Escalated,
    Event,
    Healed,
    Held,
    Judged,
    Mitigated,
    Proved,
    Verdict,
)
from controller.eyes import Eyes, Sighting, root_of
from controller.facts import Facts, Guardrail
from controller.hands import Hands
from controller.health_gate import health_gate
from controller.impact import alive_behind, management_ports
from controller.incident import Incident
from controller.past import others_under_way, tries_within_a_day
from controller.ports import Clock, Ledger, Steps
from controller.timing import Timing
from inventory.errors import DeviceError
from inventory.model import Chain, DeviceId, FunctionName, StoreId
from playbooks.codec import dump_changes, load_changes
from playbooks.library import Library
from playbooks.model import Change, Rung, Target

End = Literal["done", "failed", "again"]


class Stamp(TypedDict):
    """What every event says first."""

    incident: str
    store: str
    at: datetime


PASSES = 3
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Healer:
    """Everything one healing needs; wired once by ``main``."""

    chain: Chain
    library: Library
    eyes: Eyes
    hands: Hands
    ledger: Ledger
    clock: Clock
    timing: Timing
    guardrails: Mapping[str, Guardrail]

    def heal(self, steps: Steps, incident_id: str) -> None:
        """Run one incident to its ending. Starts over when nothing was changed yet and the evidence is old."""
        incident = self.ledger.incident(incident_id)
        if incident is None or incident.closed_at is not None:
            return
        for number in range(PASSES):
            if Healing(desk=self, steps=steps, incident=incident, prefix=f"pass{number}").run() != "again":
                return

    def tell(self, *events: Event) -> None:
        """Put events into the ledger."""
        self.ledger.append(*events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Healing:
    """One pass of healing one incident."""

    desk: Healer
    steps: Steps
    incident: Incident
    prefix: str

    def run(self) -> End:
        """Confirm, then climb the rungs until one is proven."""
        if not self._do("confirm", self._confirm) == "there":
            return "done"
        playbook = self.desk.library.playbooks.get(self.incident.signature)
        if playbook is None:
            return self._escalate("no playbook answers this", "Look at the evidence; nothing was changed.")
        if not playbook.rungs:
            self._do("mitigate", self._mitigate)
            return self._escalate("nothing in the store can repair this", playbook.advice)
        for number, rung in enumerate(playbook.rungs):
            end = self._climb(number, rung)
            if end != "failed":
                return end
        return self._escalate("every rung was tried", playbook.advice)

    def _do(self, name: str, step: Callable[[], str]) -> str:
        """Run a named step once; its result is a short word or JSON."""
        return str(json.loads(self.steps.do(f"{self.prefix}.{name}", lambda: json.dumps(step()))))

    # confirm ---------------------------------------------------------------------------------------------------

    def _confirm(self) -> str:
        """Fresh evidence of our own, right before anything is decided."""
        sighting = self.desk.eyes.look(StoreId(self.incident.store))
        there, evidence = self.desk.eyes.still_there(self.incident, sighting)
        if there:
            self.desk.tell(Confirmed(**self._stamp(), evidence=evidence))
            return "there"
        if there is None:
            self._hold("the evidence could not be looked at afresh", ("fresh_evidence",))
            return "unseen"
        self.desk.tell(Closed(**self._stamp(), how="cleared", reason="a fresh look no longer shows it"))
        return "gone"

    # one rung --------------------------------------------------------------------------------------------------

    def _climb(self, number: int, rung: Rung) -> End:
        """Plan, judge, apply and prove one rung; undo it when the proof fails."""
        name = f"rung{number}"
        planned = self._do(f"{name}.plan", lambda: self._plan(rung))
        if planned.startswith("cannot"):
            return self._escalate(planned, "The repair could not be planned.")
        changes = load_changes(planned)
        decision = self._do(f"{name}.judge", lambda: self._judge(number, rung, changes)) if changes else "act"
        if decision != "act":
            return "done"
        before = json.loads(self._do(f"{name}.before", self._functions_now))
        made = self._apply(number, changes)
        if made == "again":
            return "again"
        if made == "unknown":
            self._take_back(number, changes, whole=False)
            return self._escalate("a write's outcome is unknown", "Read the device by hand; it was not tried again.")
        proven = made == "ran" and self._do(f"{name}.prove", lambda: self._prove(number, rung, before)) == "pass"
        if proven and self._keep(number, changes):
            self._do(f"{name}.close", lambda: self._close(rung))
            return "done"
        self._take_back(number, changes, whole=made == "ran")
        return "failed"

    def _plan(self, rung: Rung) -> str:
        target = Target(
            chain=self.desk.chain, device=DeviceId(self.incident.device), subject=self.incident.subject
        )
        try:
            changes = self.desk.library.actions[rung.action].plan(target, self.desk.eyes, rung.params)
        except (DeviceError, LookupError, ValueError) as error:
            return f"cannot plan {rung.action}: {error}"
        return dump_changes(changes)

    def _judge(self, number: int, rung: Rung, changes: tuple[Change, ...]) -> str:
        """Ask every guardrail about every change of the rung; record every verdict, also of those that refuse."""
        sighting = self.desk.eyes.look(StoreId(self.incident.store))
        verdicts: dict[tuple[str, str], Verdict] = {}
        for change in changes:
            facts = self._facts(change, sighting)
            for guard in self.desk.guardrails.values():
                verdict = guard.judge(facts)
                if verdict.allowed and (verdict.rule, "no") in verdicts:
                    continue
                verdicts.pop((verdict.rule, "yes"), None)
                verdicts[(verdict.rule, "yes" if verdict.allowed else "no")] = verdict
        decision = decide(self.incident.fault_class, tuple(verdicts.values()))  # type: ignore[arg-type]
        self._record(number, rung, decision, tuple(verdicts.values()))
        return decision.do

    def _facts(self, change: Change, sighting: Sighting) -> Facts:
        desk, store, now = self.desk, self.desk.chain.stores[change.store], self.desk.clock.now()
        seen = sighting.observations
        return Facts(
            incident=self.incident.id, store=store, change=change, now=now,
            port=desk.chain.devices[change.device].ports.get(change.port),
            kill_reason=desk.ledger.switch("kill"),
            others=others_under_way(desk.ledger, self.incident),
            tries=tries_within_a_day(desk.ledger, self.incident, now),
            alive_behind=alive_behind(desk.chain, change.device, change.port, seen),
            management_ports=management_ports(desk.chain, change.device, seen),
        )

    def _record(self, number: int, rung: Rung, decision: Decision, verdicts: tuple[Verdict, ...]) -> None:
        self.desk.tell(
            Judged(
                **self._stamp(), rung=number, action=rung.action, decision=decision.do, reason=decision.reason,
                verdicts=verdicts,
            )
        )
        if decision.do == "hold":
            self._hold(decision.reason, tuple(v.rule for v in verdicts if not v.allowed))
        if decision.do == "escalate":
            self._escalate(decision.reason, "A person decides on this repair.")

    def _apply(self, number: int, changes: tuple[Change, ...]) -> str:
        """Make the changes in order. ``again``: the first one was found not to have run after a restart."""
        for index, change in enumerate(changes):
            made = self._do(f"rung{number}.change{index}", lambda i=index, c=change: self._make(number, i, c))  # type: ignore[misc]
            if made == "stale":
                return "again"
            if made != "ran":
                return made
            self.desk.clock.sleep(change.pause_seconds)
        return "ran"

    def _make(self, number: int, index: int, change: Change) -> str:
        return self.desk.hands.make(self.incident, number, self._key(number, index), change, begun=index > 0)

    def _key(self, number: int, index: int) -> str:
        return f"{self.steps.workflow}-{self.prefix}-rung{number}-change{index}"

    # proof -----------------------------------------------------------------------------------------------------

    def _functions_now(self) -> str:
        return json.dumps(dict(self.desk.eyes.look(StoreId(self.incident.store)).function_states))

    def _prove(self, number: int, rung: Rung, before: Mapping[str, str]) -> str:
        """Look until the fault is gone and the functions are proven, or the window is over."""
        seconds = self.desk.timing.seconds
        window, start = seconds[rung.window], self.desk.clock.now()
        self.desk.clock.sleep(seconds["settle"])
        while True:
            sighting = self.desk.eyes.look(StoreId(self.incident.store))
            there, _ = self.desk.eyes.still_there(self.incident, sighting)
            checks = self._checks() if there is False else ()
            elapsed = (self.desk.clock.now() - start).total_seconds()
            gate = health_gate(
                before, sighting.function_states, checks, gone=there is False, settled=elapsed > window / 2
            )
            if gate != "wait" or elapsed >= window:
                self.desk.tell(Proved(**self._stamp(), rung=number, passed=gate == "pass", checks=checks))
                return gate
            self.desk.clock.sleep(seconds["proof_retry"])

    def _checks(self) -> tuple[Check, ...]:
        store = StoreId(self.incident.store)
        return self.desk.eyes.prove(store, self.incident.functions, root_of(self.incident))

    def _keep(self, number: int, changes: tuple[Change, ...]) -> bool:
        """Confirm what the device would take back by itself; every change must still be in effect."""
        return all(
            self._do(f"rung{number}.keep{i}", lambda i=i, c=c: self._keep_one(number, i, c)) == "kept"  # type: ignore[misc]
            for i, c in enumerate(changes)
            if c.write.kind == "commit_confirm"
        )

    def _keep_one(self, number: int, index: int, change: Change) -> str:
        try:
            kept = self.desk.hands.keep(self.incident, number, self._key(number, index), change)
        except DeviceError as error:
            log.warning("keep.failed", incident=self.incident.id, reason=error.reason)
            return "lost"
        return "kept" if kept else "lost"

    def _close(self, rung: Rung) -> str:
        title = self.desk.library.actions[rung.action].TITLE
        self.desk.tell(
            Healed(**self._stamp(), by=title),
            Closed(**self._stamp(), how="healed", reason="the fault is gone and the functions are proven"),
        )
        return "closed"

    def _take_back(self, number: int, changes: tuple[Change, ...], *, whole: bool) -> None:
        """Undo what a failed rung left behind, newest first; a ``whole`` off-and-on is already undone by its end."""
        for index, change in reversed(tuple(enumerate(changes))):
            if change.undo is None or (whole and change.undo == changes[-1].write):
                continue
            self._do(f"rung{number}.undo{index}", lambda i=index, c=change: self._undo(number, i, c))  # type: ignore[misc]

    def _undo(self, number: int, index: int, change: Change) -> str:
        try:
            return self.desk.hands.take_back(self.incident, number, self._key(number, index), change)
        except DeviceError as error:
            log.warning("undo.failed", incident=self.incident.id, reason=error.reason)
            return "unknown"

    # endings ---------------------------------------------------------------------------------------------------

    def _mitigate(self) -> str:
        """Prove what must work without the failed part; keep looking for one proof window."""
        desk, deadline = self.desk, self.desk.timing.seconds["proof"]
        names = tuple(n for n in self.incident.functions if desk.chain.functions[FunctionName(n)].requirement.on_backup)
        start = desk.clock.now()
        while names:
            sighting = desk.eyes.look(StoreId(self.incident.store))
            checks = desk.eyes.prove(StoreId(self.incident.store), names)
            if checks and all(check.ok for check in checks):
                desk.tell(Mitigated(**self._stamp(), by=sighting.way_out, checks=checks))
                return "mitigated"
            if (desk.clock.now() - start).total_seconds() >= deadline:
                break
            desk.clock.sleep(desk.timing.seconds["proof_retry"])
        return "unproven"

    def _hold(self, reason: str, rules: tuple[str, ...]) -> None:
        again = self.desk.clock.now() + timedelta(seconds=self.desk.timing.seconds["held_retry"])
        self.desk.tell(Held(**self._stamp(), rules=rules, reason=reason, again_at=again))

    def _escalate(self, reason: str, advice: str) -> End:
        def tell() -> str:
            self.desk.tell(Escalated(**self._stamp(), reason=reason, advice=advice))
            return "told"

        self._do("escalate", tell)
        return "done"

    def _stamp(self) -> Stamp:
        return {"incident": self.incident.id, "store": self.incident.store, "at": self.desk.clock.now()}
