"""Heals one incident: confirm, then climb rung after rung - plan, judge, act, prove - or call a person.

In: an incident id, run by the engine with ``Steps`` that are never done twice. Out: events in the ledger.
Called by a store's lane. Looking is ``eyes``, one rung is ``rung``, writing is ``hands``; this file is the sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

from anomaly.model import FaultClass
from controller.desk import Healer, Moment
from controller.events import Check, Closed, Confirmed, Mitigated, Quieted
from controller.excuses import counting, on_the_way_out, stands_by
from controller.eyes import root_of
from controller.incident import Incident, named_wrongly
from controller.past import open_beside
from controller.ports import Steps
from controller.rung import Climb
from controller.seen_words import looks_like
from inventory.model import FunctionName, StoreId
from playbooks.model import Playbook


def heal(desk: Healer, steps: Steps, incident_id: str) -> None:
    """Run one incident to its ending; starts over when nothing was changed yet and the evidence is old."""
    incident = desk.ledger.incident(incident_id)
    if incident is None or incident.closed_at is not None:
        return
    if named_wrongly(incident) and incident.status != "healing":
        _leave(desk, incident)
        return
    first: int | None = 0
    passes = count()  # only a restart in mid-write makes another pass
    while first is not None:
        moment = Moment(desk=desk, steps=steps, incident=incident, prefix=f"pass{next(passes)}")
        first = Healing(moment=moment, first=first).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class Healing:
    """One pass of healing one incident, from its ``first`` rung on."""

    moment: Moment
    first: int

    def run(self) -> int | None:
        """Confirm, then climb the rungs until one is proven; the rung to begin again with, or None at the end."""
        moment = self.moment
        if moment.do("confirm", self._confirm) != "there":
            return None
        playbook = moment.desk.library.playbooks.get(moment.incident.signature)
        if playbook is None:
            advice = f"Look at the evidence; nothing was changed. {looks_like(moment.incident.suggested)}"
            self._call("no playbook answers this", advice.strip(), worked=False)
        elif not playbook.rungs:
            worked = moment.do("mitigate", self._mitigate) == "mitigated"
            self._call(_why_a_person(moment.incident.fault_class), playbook.advice, worked=worked)
        else:
            return self._climb(playbook)
        return None

    def _call(self, reason: str, advice: str, *, worked: bool) -> None:
        """Call a person - unless people pass it over, or a common cause calls for all of its stores."""
        if self.moment.do("pass_over", self._pass_over) == "yes":
            return
        kept = self._kept_functions() if self.moment.incident.signature in self.moment.desk.library.playbooks else ()
        if worked or not kept:
            told = partial(self._told_by_parent, worked=worked)
            if self.moment.do("parent", told) == "yes":
                return
        self.moment.escalate(reason, advice)

    def _pass_over(self) -> str:
        """Whether people know the like of it and pass it over; what was quiet before and grew is told."""
        incident = self.moment.incident
        seen = incident.suggested
        if seen is None or not seen.quiet or incident.status == "quiet":
            return "no"
        reason = f"{looks_like(seen)}. It is only written down"
        self.moment.tell(Quieted(**self.moment.stamp(), reason=reason))
        return "yes"

    def _climb(self, playbook: Playbook) -> int | None:
        for number, rung in enumerate(playbook.rungs):
            if number < self.first:
                continue
            end = Climb(moment=self.moment, number=number, rung=rung, advice=playbook.advice).run()
            if end == "mitigated":
                self.moment.escalate("the fault no longer hurts, and only a person can end it", playbook.advice)
            if end != "failed":
                return number if end == "again" else None
        self.moment.escalate("every rung was tried", playbook.advice)
        return None

    def _confirm(self) -> str:
        """Fresh evidence of our own, right before anything is decided."""
        moment = self.moment
        there, evidence = moment.desk.eyes.still_there(moment.incident, moment.look())
        if there:
            gear = moment.desk.eyes.gear(moment.incident)
            moment.tell(Confirmed(**moment.stamp(), evidence=evidence, gear=gear))
            return "there"
        if there is None:
            moment.hold("the evidence could not be looked at afresh", ("fresh_evidence",))
            return "unseen"
        moment.tell(Closed(**moment.stamp(), how="cleared", reason="a fresh look no longer shows it"))
        return "gone"

    def _mitigate(self) -> str:
        """Prove what must work without the failed part, for one proof window."""
        names = self._kept_functions()
        for _ in self.moment.looks_within("proof") if names else ():
            checks = self._checks(names)
            if checks and all(check.ok for check in checks):
                by = self.moment.look().way_out
                self.moment.tell(Mitigated(**self.moment.stamp(), by=by, checks=checks))
                return "mitigated"
        return "unproven"

    def _told_by_parent(self, *, worked: bool) -> str:
        """Whether a common cause calls the person for all of its stores; waits until enough of them were looked at."""
        desk, incident = self.moment.desk, self.moment.incident
        for _ in self.moment.looks_within("proof_short"):
            cause = desk.fleet.brake(incident, desk.clock.now(), fresh=True)
            if cause and not worked:
                self.moment.hold(f"it has a common cause: {cause}", ("common_cause",), None)
            if cause:
                return "yes"
            if not desk.fleet.unswept(incident):
                break
        return "no"

    def _checks(self, names: Sequence[str]) -> tuple[Check, ...]:
        desk, incident = self.moment.desk, self.moment.incident
        checks = desk.eyes.prove(StoreId(incident.store), names, root_of(incident))
        return counting(checks, incident, open_beside(desk.ledger, incident), desk.chain)

    def _kept_functions(self) -> Sequence[str]:
        """What must work over the backup; nothing when the fault is not on the way out, or the backup's own."""
        chain, incident = self.moment.desk.chain, self.moment.incident
        if not on_the_way_out(chain, incident) or stands_by(chain, incident):
            return ()
        known = self.moment.desk.chain.functions
        return [n for n in self.moment.incident.functions if known[FunctionName(n)].requirement.on_backup]


def _leave(desk: Healer, incident: Incident) -> None:
    """Begin nothing on what a person found named wrongly; a repair under way is brought to its end first."""
    if incident.status != "quiet":
        reason = "a person said that it is named wrongly"
        at = desk.clock.now()
        desk.ledger.append(Quieted(incident=incident.id, store=incident.store, at=at, reason=reason))


def _why_a_person(fault_class: FaultClass) -> str:
    held = fault_class in ("G", "H")
    return f"class {fault_class} faults are left to a person" if held else "nothing in the store can repair this"
