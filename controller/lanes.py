"""One lane per store: ordered inside, parallel across.

In: the answers of a store's devices, once a poll. Out: the store's projection, incidents opened and closed, and
healings run one after another. Called by ``controller.poll``; ``main`` makes one lane per store.
A lane's boundary is one of the two places that catch everything: a broken rule must not stop a store.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

import structlog

from anomaly.model import Finding
from anomaly.watch import StoreSight, Watch
from controller.events import Closed, Evidence, Opened
from controller.eyes import Answers, evidence_of, store_view
from controller.impact import functions_hurt
from controller.incident import Incident
from controller.journal import Journal
from controller.ports import Clock, Engine, Ledger
from inventory.errors import StaleTokenError
from inventory.model import Chain, DeviceId, StoreId

log = structlog.get_logger(__name__)
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every lane shares."""

    chain: Chain
    ledger: Ledger
    journal: Journal
    engine: Engine
    clock: Clock
    workers: Executor


class Lane:
    """A store's lane. ``see`` is called by the poller; healing runs on the shared workers, one at a time."""

    def __init__(self, store: StoreId, desk: Desk, watch: Watch) -> None:
        self.store = store
        self._desk = desk
        self._watch = watch
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._healing = False

    def resume(self) -> None:
        """Take up what a restart interrupted: begun workflows first, then open incidents nobody has begun."""
        with self._lock:
            begun = {argument: workflow for workflow, _, argument in self._desk.engine.unfinished()}
            for incident in reversed(self._desk.ledger.incidents(store=self.store, open_only=True)):
                workflow = begun.get(incident.id)
                if workflow is not None and self._has_written(incident.id, workflow):
                    self._enqueue(workflow)
                    continue
                if workflow is not None:
                    self._desk.engine.drop(workflow)
                if workflow is not None or incident.status in ("open", "healing"):
                    self._enqueue(self._workflow(incident.id))

    def _has_written(self, incident: str, workflow: str) -> bool:
        """Whether a workflow has journalled a write; without one it is better begun anew on fresh evidence."""
        return any(f":{workflow}:" in intent.id for intent in self._desk.journal.intents(incident))

    def see(self, answers: Mapping[DeviceId, Answers], now: datetime) -> None:
        """Take one poll's answers: judge them, save the projection, open, close and queue incidents."""
        try:
            with self._lock:
                sight = self._watch.observe(answers, now)
                self._desk.ledger.save_stores([store_view(self._desk.chain, self.store, sight, now)])
                if self._desk.journal.lease(self.store) is None:
                    return
                self._open_and_close(sight, now)
        except Exception:
            log.exception("lane.failed", store=self.store)

    def _open_and_close(self, sight: StoreSight, now: datetime) -> None:
        known = {_place(i): i for i in self._desk.ledger.incidents(store=self.store, open_only=True)}
        found = {(f.signature, str(f.device), f.subject): f for f in sight.findings}
        for place, finding in found.items():
            if place not in known:
                self._open(finding, now)
            elif _due(known[place], now) and not self._healing:
                self._enqueue(self._workflow(known[place].id))
        for place, incident in known.items():
            if place not in found and self._is_over(incident, sight):
                self._close(incident, now)

    def _is_over(self, incident: Incident, sight: StoreSight) -> bool:
        """Nothing of it is pending or firing any more, the store was seen, and no healing works on it."""
        at_work = incident.status in ("open", "healing")
        return not at_work and not sight.still_shows(incident.signature, DeviceId(incident.device), incident.subject)

    def _open(self, finding: Finding, now: datetime) -> None:
        incident = self._desk.ledger.next_incident(self.store)
        evidence: tuple[Evidence, ...] = evidence_of(finding.evidence)
        self._desk.ledger.append(
            Opened(
                incident=incident, store=self.store, at=now, signature=finding.signature,
                fault_class=finding.fault_class, title=finding.title, device=finding.device, subject=finding.subject,
                confidence=finding.confidence, evidence=evidence, runner_up=finding.runner_up,
                functions=functions_hurt(self._desk.chain, self.store, finding.device, finding.subject),
                nearest=finding.nearest,
            )
        )
        log.info("incident.opened", incident=incident, signature=finding.signature, device=finding.device)
        self._enqueue(self._workflow(incident))

    def _close(self, incident: Incident, now: datetime) -> None:
        reason = "it is no longer seen"
        self._desk.ledger.append(Closed(incident=incident.id, store=self.store, at=now, how="cleared", reason=reason))
        log.info("incident.cleared", incident=incident.id)

    def _workflow(self, incident: str) -> str:
        """A healing's id: the incident and how often it was begun; a restart makes no second one."""
        return f"{incident}~{len(self._desk.ledger.events(incident))}"

    # healing, one at a time ------------------------------------------------------------------------------------

    def _enqueue(self, workflow: str) -> None:
        if workflow not in self._waiting:
            self._waiting.append(workflow)
        if not self._healing:
            self._healing = True
            self._desk.workers.submit(self._heal_all)

    def _heal_all(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._healing = False
                    return
                workflow = self._waiting.pop(0)
            self._heal(workflow)

    def _heal(self, workflow: str) -> None:
        incident = workflow.partition("~")[0]
        try:
            self._desk.engine.run(workflow, "heal", incident)
        except StaleTokenError:
            log.warning("lane.fenced", store=self.store, incident=incident)
        except Exception:
            log.exception("heal.failed", store=self.store, incident=incident)
        finally:
            self._forget_closed(incident)

    def _forget_closed(self, incident: str) -> None:
        """What was healed must show again, with its full hold time, before it is a new incident."""
        told = self._desk.ledger.incident(incident)
        if told is not None and told.closed_at is not None:
            with self._lock:
                self._watch.forget(*_place(told))


def _place(incident: Incident) -> Place:
    return (incident.signature, incident.device, incident.subject)


def _due(incident: Incident, now: datetime) -> bool:
    return incident.status == "held" and incident.again_at is not None and incident.again_at <= now
