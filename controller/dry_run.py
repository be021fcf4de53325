"""What a playbook would do at one place right now, and what every guardrail says of it. Nothing is written.

In: a playbook, a root, eyes on the real devices, the ledger if there is one. Out: a ``DryRun``. Called by
``storenet playbook run --dry-run``. Actions plan through the same read-only reader, and guards are told the same
facts, as in a healing; only the hands are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anomaly.library import Library
from anomaly.topology import Place
from controller.decide import Decision, decide, worst_per_rule
from controller.events import Opened, Verdict
from controller.eyes import Eyes, Sighting, finding_of
from controller.facts import FleetFacts, Guardrail
from controller.fleet_watch import FleetWatch
from controller.gathering import facts_of
from controller.incident import Incident, fold
from controller.ports import Ledger
from inventory.errors import DeviceError, UnreachableError
from inventory.model import StoreId
from playbooks.codec import with_token
from playbooks.model import Action, Change, Playbook, Rung, Target

NAME = "dry-run"
_MANY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One rung: its changes and what would be decided; or ``problem``, why it cannot be planned."""

    rung: Rung
    title: str
    changes: tuple[Change, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    decision: Decision | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """A playbook at a place.

    ``shows``: whether its fault is there now, ``why_not``: what is missing; ``unseen``: what did not answer, and why.
    """

    playbook: Playbook
    store: StoreId
    place: Place
    fault_class: str
    shows: bool | None
    why_not: str
    unseen: Mapping[str, str]
    tries: tuple[Try, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Everything a dry run needs; ``ledger`` and ``fleet`` None: there is none to ask.

    ``fleet`` knows of the other stores what the ledger says, and was never told of a look at one. ``at_most``: repairs
    that may be under way in the fleet.
    """

    eyes: Eyes
    signatures: Library
    actions: Mapping[str, Action]
    guardrails: Mapping[str, Guardrail]
    ledger: Ledger | None
    fleet: FleetWatch | None = None
    at_most: int = 0

    def run(self, playbook: Playbook, place: Place) -> DryRun:
        """Look at the store, plan every rung, ask every guardrail."""
        store = self.eyes.chain.devices[place.device].store
        sighting = self.eyes.look(store)
        if self.fleet is not None:
            self.fleet.note(store, (), sighting.at)
        incident = self._pretended(playbook, place, sighting)
        shows, _ = self.eyes.still_there(incident, sighting)
        told = self.eyes.watch.confirm(finding_of(incident), sighting.answers, sighting.at)
        return DryRun(
            playbook=playbook,
            store=store,
            place=place,
            fault_class=incident.fault_class,
            shows=shows,
            why_not=told.why,
            unseen=_unseen(sighting),
            tries=tuple(self._try(rung, place, incident, sighting) for rung in playbook.rungs),
        )

    def _pretended(self, playbook: Playbook, place: Place, sighting: Sighting) -> Incident:
        """The incident there would be, so that the guards are asked as they would be; it is in no ledger."""
        spec = self.signatures.signatures[playbook.signature]
        opened = Opened(
            incident=NAME,
            store=sighting.store,
            at=sighting.at,
            signature=spec.name,
            fault_class=spec.fault_class,
            title=spec.title,
            device=place.device,
            subject=place.subject,
            confidence=0.0,
            evidence=(),
        )
        return fold([opened])

    def _try(self, rung: Rung, place: Place, incident: Incident, sighting: Sighting) -> Try:
        action = self.actions[rung.action]
        target = Target(chain=self.eyes.chain, device=place.device, subject=place.subject)
        try:
            changes = action.plan(target, self.eyes, rung.params)
        except (DeviceError, LookupError, ValueError) as error:
            return Try(rung=rung, title=action.TITLE, problem=str(error))
        chain, fleet = self.eyes.chain, self._fleet_facts(incident, sighting.at)
        asked = [
            facts_of(
                chain,
                self.ledger,
                incident,
                change,
                sighting.observations,
                sighting.at,
                fleet,
                self.eyes.people(change.device),
            )
            for change in changes
        ]
        verdicts = worst_per_rule(guard.judge(facts) for facts in asked for guard in self.guardrails.values())
        return Try(
            rung=rung,
            title=action.TITLE,
            changes=tuple(with_token(change, NAME) for change in changes),
            verdicts=verdicts,
            decision=decide(incident.fault_class, verdicts, rung.guard) if changes else None,
        )

    def _fleet_facts(self, incident: Incident, now: datetime) -> FleetFacts | None:
        """How the other stores stand by what the ledger says of them; None without one."""
        if self.fleet is None or self.ledger is None:
            return None
        under_way = sum(i.status == "healing" for i in self.ledger.incidents(open_only=True, limit=_MANY))
        return FleetFacts(
            cause=self.fleet.brake(incident, now),
            unswept=self.fleet.unswept(incident),
            under_way=under_way,
            at_most=self.at_most,
        )


def _unseen(sighting: Sighting) -> Mapping[str, str]:
    """The devices that did not answer at all."""
    return {
        device: error.reason
        for device, answers in sighting.answers.items()
        for error in answers.values()
        if isinstance(error, UnreachableError)
    }
