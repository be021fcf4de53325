"""One incident for one cause in many stores: opened, handed to a person, joined by its children, closed after them.

In: the common causes ``controller.fleet_watch`` sees, once a poll. Out: events in the ledger. Called by the scheduler.
What is known lives in the ledger alone, and only the holder of the lease ``@fleet`` writes: a restart goes on with the
parents that are there, and two controllers never open the same one twice.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

import structlog

from anomaly.common_cause import Change, CommonCause
from anomaly.watch import Watch
from controller.events import Closed, Escalated, Event, Joined, Opened
from controller.eyes import evidence_of
from controller.fleet_watch import COMMON_CAUSE, FleetWatch
from controller.incident import Incident
from controller.journal import Journal
from controller.ports import Clock, Ledger
from inventory.model import StoreId

LEASE = "@fleet"
EXAMPLES = 5
NAMED = 40
BATCH = 50
MANY = 100_000
CHANGED = frozenset({"writing", "changed", "undone", "unknown"})
log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Parents:
    """Keeps one parent per common cause. ``change_seconds``: how long a rollout counts as a possible cause."""

    ledger: Ledger
    journal: Journal
    fleet: FleetWatch
    watch: Watch
    clock: Clock
    change_seconds: float
    _told: dict[str, int] = field(default_factory=dict)

    def tick(self) -> None:
        """Bring the parents in line with the causes."""
        now = self.clock.now()
        if self.fleet.signs > 1:
            self.fleet.changed_lately(dict(self._changes(now)))
        causes = self.fleet.causes(now)
        parents = {i.subject: i for i in self.ledger.incidents(store="", open_only=True, limit=MANY)}
        if (causes or parents) and self.journal.lease(LEASE) is not None:
            for cause in causes:
                self._follow(cause, parents.get(cause.subject), now)
            self._join(now)
            for parent in parents.values():
                self._close_when_over(parent, now)

    def _changes(self, now: datetime) -> Iterator[tuple[StoreId, Change]]:
        """The stores that rollouts changed a short while ago; of several the last one.

        What began after the rollout did may come from it: a row tells when its device ended, not when it was written.
        """
        oldest = now - timedelta(seconds=self.change_seconds)
        for rollout in reversed(self.ledger.rollouts(limit=5)):
            if rollout.begun_at is None or (rollout.ended_at is not None and rollout.ended_at < oldest):
                continue
            for target in self.ledger.targets(rollout.id):
                if target.state in CHANGED and target.at is not None and target.at >= oldest:
                    yield StoreId(target.store), Change(rollout=rollout.id, at=rollout.begun_at)

    # open ------------------------------------------------------------------------------------------------------

    def _follow(self, cause: CommonCause, parent: Incident | None, now: datetime) -> None:
        """Open a cause's parent once enough hold times are over and the hit are counted; tell again when doubled."""
        hit = len(cause.stores)
        if parent is None and cause.firing >= cause.need and self.fleet.is_counted(cause):
            incident = self.ledger.next_incident("chain")
            self.ledger.append(self._opened(cause, incident, now), _call(cause, incident, now))
            log.warning("common_cause.opened", incident=incident, subject=cause.subject, stores=hit)
            self._told[cause.subject] = hit
        elif parent is not None and hit >= 2 * self._told.setdefault(cause.subject, hit):
            self.ledger.append(_call(cause, parent.id, now))
            self._told[cause.subject] = hit

    def _opened(self, cause: CommonCause, incident: str, now: datetime) -> Opened:
        firing = tuple(s for s in cause.signs if s.firing)[:EXAMPLES]
        shown = tuple(symptom for sign in firing for symptom in sign.evidence[:1])
        return Opened(
            incident=incident,
            store="",
            at=now,
            signature=COMMON_CAUSE,
            fault_class="E",
            title=f"One cause in many stores: {cause.subject}",
            device="",
            subject=cause.subject,
            confidence=round(len(cause.stores) / max(1, cause.sharing), 3),
            evidence=evidence_of(shown, self.watch.library),
        )

    # join and close --------------------------------------------------------------------------------------------

    def _join(self, now: datetime) -> None:
        """Let every open incident of an active cause join its parent."""
        parents = {
            i.subject: i.id
            for i in self.ledger.incidents(store="", open_only=True, limit=MANY)
            if self.fleet.is_active(i.subject, now)
        }
        alone = self.ledger.incidents(open_only=True, parent="", limit=MANY) if parents else ()
        joining = (self._joined(child, parents, now) for child in alone if child.store)
        events = iter([event for event in joining if event is not None])
        while batch := tuple(islice(events, BATCH)):
            self.ledger.append(*batch)

    def _joined(self, child: Incident, parents: dict[str, str], now: datetime) -> Event | None:
        subject = next((s for s in self.fleet.subjects(child) if s in parents), None)
        if subject is None:
            return None
        reason = f"many stores have it: {subject}"
        return Joined(incident=child.id, store=child.store, at=now, parent=parents[subject], reason=reason)

    def _close_when_over(self, parent: Incident, now: datetime) -> None:
        if self.fleet.is_active(parent.subject, now) or self.ledger.incidents(
            parent=parent.id, open_only=True, limit=1
        ):
            return
        children = len(self.ledger.incidents(parent=parent.id, limit=MANY))
        reason = f"the cause is gone and all of its {children} incidents are closed"
        self.ledger.append(Closed(incident=parent.id, store="", at=now, how="cleared", reason=reason))
        self._told.pop(parent.subject, None)
        log.info("common_cause.closed", incident=parent.id, subject=parent.subject)


def _call(cause: CommonCause, incident: str, now: datetime) -> Escalated:
    """Hand it to a person, with what a ticket needs."""
    whom = {
        "carrier": "Open one ticket with the carrier.",
        "change": "Halt that rollout if it still runs, and take it back.",
    }.get(cause.kind, "Look for what these stores share.")
    seen = Counter(sign.spot.signature for sign in cause.signs)
    facts = ", ".join(f"{signature} in {number}" for signature, number in sorted(seen.items()))
    named = ", ".join(cause.stores[:NAMED])
    more = len(cause.stores) - NAMED
    stores = f"{named} and {more} more" if more > 0 else named
    advice = (
        f"{whom} Since {cause.since:%Y-%m-%d %H:%M:%S} UTC: {facts}. Stores: {stores}. "
        "Repairs of this cause are held in every store; each store's way around it is proven, other faults are repaired"
    )
    return Escalated(incident=incident, store="", at=now, reason=cause.reason, advice=advice)
