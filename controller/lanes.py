"""One lane per store: ordered inside, parallel across.

In: the answers of a store's devices, once a poll. Out: the store's projection, incidents opened and closed, and
healings run one after another. Called by ``controller.poll``; wired by ``controller.running``.
A lane's boundary is one of the two places that catch everything: a broken rule must not stop a store.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

import structlog

from anomaly.answers import Answers
from anomaly.model import Finding
from anomaly.watch import StoreSight, Watch
from controller.events import Closed, Escalated, Opened
from controller.eyes import evidence_of, finding_of
from controller.incident import Incident
from controller.journal import Journal
from controller.ports import Clock, Engine, Ledger, StoppingError
from controller.sight import store_view
from inventory.errors import StaleTokenError
from inventory.looks import Reading
from inventory.model import Chain, DeviceId, StoreId

log = structlog.get_logger(__name__)
Spot = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every lane shares. ``quiet_seconds``: how long a fault just closed may still show before it is new."""

    chain: Chain
    ledger: Ledger
    journal: Journal
    engine: Engine
    clock: Clock
    workers: Executor
    watch: Watch
    quiet_seconds: float


class Lane:
    """A store's lane. ``see`` is called by the poller; healing runs on the shared workers, one at a time."""

    def __init__(self, store: StoreId, desk: Desk) -> None:
        self.store = store
        self._desk = desk
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._healing: str | None = None
        self._busy = False

    def see(self, answers: Mapping[DeviceId, Answers], now: datetime) -> None:
        """Take one poll's answers: judge them, save the projection, open, close and queue incidents."""
        try:
            with self._lock:
                sight = self._desk.watch.observe(self.store, answers, now)
                self._desk.ledger.save_stores([store_view(self._desk.chain, sight)])
                if self._desk.journal.lease(self.store) is not None:
                    self._open_and_close(sight, answers, now)
        except Exception:
            log.exception("lane.failed", store=self.store)

    def _open_and_close(self, sight: StoreSight, answers: Mapping[DeviceId, Answers], now: datetime) -> None:
        recent = self._desk.ledger.incidents(store=self.store, limit=100)
        known = {_spot(i): i for i in recent if i.closed_at is None}
        fading = {
            _spot(i) for i in recent if i.closed_at and (now - i.closed_at).total_seconds() < self._desk.quiet_seconds
        }
        found = {(f.signature, str(f.device), f.subject): f for f in sight.findings}
        for spot, finding in found.items():
            if spot in known:
                self._ask_again(known[spot], now)
            elif spot not in fading:
                self._open(finding, now)
        for spot, incident in known.items():
            if self._at_work(incident):
                continue
            if incident.status in ("open", "healing"):
                self._take_up(incident)
            elif spot not in found and self._is_over(incident, answers, now):
                self._close(incident, now)

    def _take_up(self, incident: Incident) -> None:
        """Heal what a restart or a lost lease interrupted: go on where something was written, else begin anew."""
        begun = {argument: workflow for workflow, _, argument in self._desk.engine.unfinished()}
        workflow = begun.get(incident.id)
        if workflow is not None and not self._has_written(incident.id, workflow):
            self._desk.engine.drop(workflow)
            workflow = None
        self._enqueue(workflow or self._desk.engine.fresh(incident.id))

    def _has_written(self, incident: str, workflow: str) -> bool:
        """Whether a workflow has journalled a write; without one it is better begun anew on fresh evidence."""
        return any(intent.id.startswith(f"{workflow}-") for intent in self._desk.journal.intents(incident))

    def _is_over(self, incident: Incident, answers: Mapping[DeviceId, Answers], now: datetime) -> bool:
        """Everything was seen and none of it shows: after a restart an empty memory proves nothing."""
        complete = all(isinstance(a, Reading) for of_one in answers.values() for a in of_one.values())
        return complete and not self._desk.watch.confirm(finding_of(incident), answers, now).ok

    def _ask_again(self, incident: Incident, now: datetime) -> None:
        """A held incident is begun again when its time has come."""
        due = incident.status == "held" and incident.again_at is not None and incident.again_at <= now
        if due and not self._at_work(incident):
            self._enqueue(self._desk.engine.fresh(incident.id))

    def _at_work(self, incident: Incident) -> bool:
        """Whether a healing of this incident runs or waits."""
        return any(w.rpartition(".")[0] == incident.id for w in (*self._waiting, self._healing or ""))

    def _open(self, finding: Finding, now: datetime) -> None:
        incident = self._desk.ledger.next_incident(self.store)
        self._desk.ledger.append(
            Opened(
                incident=incident,
                store=self.store,
                at=now,
                signature=finding.signature,
                fault_class=finding.fault_class,
                title=finding.title,
                device=finding.device,
                subject=finding.subject,
                confidence=finding.confidence,
                evidence=evidence_of(finding.evidence, self._desk.watch.library),
                runner_up=finding.runner_up,
                functions=tuple(self._desk.watch.functions_touched(finding)),
                nearest=finding.nearest,
            )
        )
        log.info("incident.opened", incident=incident, signature=finding.signature, device=finding.device)
        self._enqueue(self._desk.engine.fresh(incident))

    def _close(self, incident: Incident, now: datetime) -> None:
        reason = "it is no longer seen"
        self._desk.ledger.append(Closed(incident=incident.id, store=self.store, at=now, how="cleared", reason=reason))
        log.info("incident.cleared", incident=incident.id)

    # healing, one at a time ------------------------------------------------------------------------------------

    def _enqueue(self, workflow: str) -> None:
        self._waiting.append(workflow)
        if not self._busy:
            self._busy = True
            self._desk.workers.submit(self._heal_all)

    def _heal_all(self) -> None:
        while True:
            with self._lock:
                self._healing = self._waiting.pop(0) if self._waiting else None
                self._busy = self._healing is not None
            if self._healing is None:
                return
            self._heal(self._healing)

    def _heal(self, workflow: str) -> None:
        incident = workflow.rpartition(".")[0]
        try:
            self._desk.engine.run(workflow, "heal", incident)
        except StoppingError:
            log.info("heal.paused", incident=incident)
        except StaleTokenError as stale:
            log.warning("heal.fenced", incident=incident, reason=str(stale))
        except Exception as error:
            log.exception("heal.failed", store=self.store, incident=incident)
            self._give_up(workflow, incident, type(error).__name__)

    def _give_up(self, workflow: str, incident: str, error: str) -> None:
        """A repair that broke off by our own fault is a person's, and is not begun again."""
        self._desk.engine.drop(workflow)
        reason = f"the repair broke off inside the controller ({error})"
        advice = "Look at the device by hand; the controller's log tells more."
        now = self._desk.clock.now()
        self._desk.ledger.append(Escalated(incident=incident, store=self.store, at=now, reason=reason, advice=advice))


def _spot(incident: Incident) -> Spot:
    return (incident.signature, incident.device, incident.subject)
