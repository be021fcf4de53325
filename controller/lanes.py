"""One lane per store: ordered inside, parallel across.

In: the answers of a store's devices, once a poll. Out: the store's projection, incidents opened and closed, and
healings run one after another. Called by ``controller.poll``; wired by ``controller.running``.
A lane's boundary is one of the two places that catch everything: a broken rule must not stop a store.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

import structlog

from anomaly.answers import Answers
from anomaly.model import NOTHING_TOLD, Finding, Hinted
from anomaly.watch import StoreSight, Watch
from controller.events import Closed, Escalated, Opened, Suggested
from controller.eyes import answered, evidence_of, finding_of
from controller.fleet_watch import FleetWatch
from controller.incident import Incident
from controller.journal import Journal
from controller.noticing import Listening, is_news, suggestion_events
from controller.ports import Clock, Engine, Ledger, StoppingError, StoreView
from controller.sight import store_view
from inventory.errors import StaleTokenError
from inventory.looks import Reading
from inventory.model import Chain, DeviceId, StoreId

log = structlog.get_logger(__name__)
Spot = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every lane shares. ``quiet_seconds``: how long a fault just closed may still show before it is new.

    ``call_seconds``: held for so long, an incident calls a person. ``told``: what a store's devices told of lately.
    ``noted`` is told of every round; it must not take time.
    """

    chain: Chain
    ledger: Ledger
    journal: Journal
    engine: Engine
    clock: Clock
    workers: Executor
    watch: Watch
    quiet_seconds: float
    fleet: FleetWatch
    call_seconds: float
    told: Callable[[StoreId, datetime], Hinted] = lambda *_: NOTHING_TOLD
    noted: Callable[[StoreSight], None] = lambda _: None


class Lane:
    """A store's lane. ``see`` is called by the poller; healing runs on the shared workers, one at a time.

    ``turn`` is held while a repair or a push changes the store, so that they never overlap.
    """

    def __init__(self, store: StoreId, desk: Desk, view: StoreView | None = None) -> None:
        """``view``: the store as it was last seen before this lane was there."""
        self.store = store
        self._view = view
        self._desk = desk
        self.turn = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._healing: str | None = None
        self._busy = False
        self._changed_at: datetime | None = None
        self._listening = Listening(desk.quiet_seconds)

    def see(self, answers: Mapping[DeviceId, Answers], now: datetime) -> None:
        """Take one poll's answers: judge them, save the projection, open, close and queue incidents."""
        try:
            with self._lock:
                sight = self._desk.watch.observe(self.store, answers, now, self._told(now))
                self._desk.noted(sight)
                self._desk.fleet.note(self.store, sight.signs, _began(answers, now))
                self._view = store_view(self._desk.chain, sight, self._view)
                self._desk.ledger.save_stores([self._view])
                if self._desk.journal.lease(self.store) is not None:
                    self._open_and_close(sight, answers, now)
        except Exception:
            log.exception("lane.failed", store=self.store)

    def _told(self, now: datetime) -> Hinted:
        """What devices told of; nothing while we change the store ourselves, and as long as that echoes."""
        if self._healing is not None or self.turn.locked():
            self._changed_at = now
        since = (now - self._changed_at).total_seconds() if self._changed_at is not None else self._desk.quiet_seconds
        return self._desk.told(self.store, now) if since >= self._desk.quiet_seconds else NOTHING_TOLD

    def _open_and_close(self, sight: StoreSight, answers: Mapping[DeviceId, Answers], now: datetime) -> None:
        recent = self._desk.ledger.incidents(store=self.store, limit=100)
        known = {_spot(i): i for i in recent if i.closed_at is None}
        fading = {
            _spot(i) for i in recent if i.closed_at and (now - i.closed_at).total_seconds() < self._desk.quiet_seconds
        }
        found = {(f.signature, str(f.device), f.subject): f for f in sight.findings}
        for spot, finding in found.items():
            if spot in known:
                self._notice(known[spot], finding, now)
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

    def _notice(self, incident: Incident, finding: Finding, now: datetime) -> None:
        """Say what it looks like when that was learned meanwhile; what people pass over is heard if it grows."""
        if is_news(incident, finding):
            self._desk.ledger.append(*self._looks_like(finding, incident.id, now))
        if self._at_work(incident) or not self._listening.must_be_heard(incident, finding, now):
            return
        if incident.review is None or incident.review.code == "ignorable":
            self._enqueue(self._desk.engine.fresh(incident.id))
        else:
            self._call(incident.id, now, "more stopped working since a person looked at it", "Look at the evidence")

    def _looks_like(self, finding: Finding, incident: str, now: datetime) -> Iterable[Suggested]:
        seen = finding.suggestion.evidence if finding.suggestion else ()
        return suggestion_events(finding, evidence_of(seen, self._desk.watch.library), incident, now)

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
        """Everything that tells of it was seen and does not show it: after a restart an empty memory proves nothing."""
        finding, watch = finding_of(incident), self._desk.watch
        if not answered(watch.looks_to_confirm(finding), answers):
            return False
        told = watch.confirm(finding, answers, now)
        return not told.ok and not told.blind

    def _ask_again(self, incident: Incident, now: datetime) -> None:
        """What waits is begun again when its time has come and no common cause holds it; held too long, it calls."""
        waits = incident.status == "held" or (incident.status == "mitigated" and not incident.escalation)
        if not waits or self._at_work(incident) or self._desk.fleet.brake(incident, now):
            return
        if incident.held_since is not None and incident.again_at is not None and not incident.escalation:
            self._call_when_overdue(incident, incident.held_since, now)
        if incident.again_at is None or incident.again_at <= now:
            self._enqueue(self._desk.engine.fresh(incident.id))

    def _call_when_overdue(self, incident: Incident, since: datetime, now: datetime) -> None:
        """Once, while it goes on being held and asked again."""
        held = (now - since).total_seconds()
        if held < self._desk.call_seconds:
            return
        reason = f"nothing could be done for {round(held / 60)} minutes: {incident.held_because}"
        advice = "Remove what holds the repair, or repair it by hand; it goes on being asked"
        event = Escalated(incident=incident.id, store=self.store, at=now, reason=reason, advice=advice, while_held=True)
        self._desk.ledger.append(event)
        log.warning("incident.held_too_long", incident=incident.id)

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
                arithmetic=finding.arithmetic,
            ),
            *self._looks_like(finding, incident, now),
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
            with self.turn:
                self._desk.engine.run(workflow, "heal", incident)
        except StoppingError:
            log.info("heal.paused", incident=incident)
        except StaleTokenError as stale:
            log.warning("heal.fenced", incident=incident, reason=str(stale))
        except Exception as error:
            log.exception("heal.failed", store=self.store, incident=incident)
            self._give_up(workflow, incident, type(error).__name__)
        self._changed_at = self._desk.clock.now()

    def _give_up(self, workflow: str, incident: str, error: str) -> None:
        """A repair that broke off by our own fault is a person's, and is not begun again."""
        self._desk.engine.drop(workflow)
        reason = f"the repair broke off inside the controller ({error})"
        advice = "Look at the device by hand; the controller's log tells more."
        self._call(incident, self._desk.clock.now(), reason, advice)

    def _call(self, incident: str, now: datetime, reason: str, advice: str) -> None:
        self._desk.ledger.append(Escalated(incident=incident, store=self.store, at=now, reason=reason, advice=advice))


def _spot(incident: Incident) -> Spot:
    return (incident.signature, incident.device, incident.subject)


def _began(answers: Mapping[DeviceId, Answers], now: datetime) -> datetime:
    """When the look that gave these answers began: what happened later it may not have seen."""
    taken = (a.taken_at for of_one in answers.values() for a in of_one.values() if isinstance(a, Reading))
    return min(taken, default=now)
