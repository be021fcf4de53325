"""Watches what stores share: which faults have one cause, and whether enough stores were looked at to know.

In: every store's signs, from its lane, and recent rollouts. Out: the active common causes, and for one fault whether it
is braked. Called by the lanes, ``controller.heal``, pushes and ``controller.parents``. Judging is
``anomaly.common_cause``'s; here is only what is remembered between rounds. Noting a store costs the same in any chain.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anomaly.common_cause import Changes, CommonCause, Sign, Spot, common_causes, ground_of, things_of
from controller.incident import Incident
from controller.ports import Ledger
from inventory.model import Chain, DeviceId, StoreId

COMMON_CAUSE = "fleet_common_cause"
STALE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """A cause that brakes, there from ``first`` to ``last``. ``cause`` None: known from before a restart only."""

    first: datetime
    last: datetime
    reason: str
    cause: CommonCause | None


class FleetWatch:
    """The fleet's memory. Safe to use from many threads.

    ``together_seconds``: how close faults with one cause begin. ``quiet_seconds``: how long a cause brakes after it was
    last there. Open parents and the ages of open faults are taken over from the ledger.
    """

    def __init__(
        self, chain: Chain, ledger: Ledger, now: datetime, *, together_seconds: float, quiet_seconds: float
    ) -> None:
        self._ground = ground_of(chain)
        self._together = timedelta(seconds=together_seconds)
        self._quiet = timedelta(seconds=quiet_seconds)
        self._lock = threading.Lock()
        self._signs: dict[StoreId, tuple[Sign, ...]] = {}
        self._looked: dict[StoreId, datetime] = {}
        self._changes: Changes = {}
        self._judged_at: datetime | None = None
        self._is_stale = True
        self._there: tuple[CommonCause, ...] = ()
        open_now = ledger.incidents(open_only=True, limit=100_000)
        parents = [i for i in open_now if i.signature == COMMON_CAUSE]
        self._active = {
            p.subject: Active(first=now, last=now, reason=p.escalation or p.title, cause=None) for p in parents
        }
        self._began: dict[StoreId, dict[Spot, datetime]] = {}
        for i in open_now:
            first = min((e.since for e in i.evidence), default=i.opened_at)
            self._began.setdefault(StoreId(i.store), {})[spot_of(i)] = min(first, i.opened_at)

    # what the lanes tell ---------------------------------------------------------------------------------------

    def note(self, store: StoreId, signs: Iterable[Sign], began: datetime) -> None:
        """Take one round of a store: its signs, and when the look they rest on began."""
        shown = {sign.spot: sign for sign in signs}
        with self._lock:
            known = {spot: at for spot, at in self._began.get(store, {}).items() if spot in shown}
            self._began[store] = known  # a fault that was over is not old when it comes again
            told = tuple(replace(s, since=min(s.since, known.get(spot, s.since))) for spot, s in shown.items())
            self._looked[store] = began
            if told != self._signs.get(store, ()):
                self._is_stale = True
                self._signs[store] = told
            if not told:
                self._signs.pop(store, None)

    def changed_lately(self, changes: Changes) -> None:
        """Take the rollouts that changed stores a short while ago."""
        with self._lock:
            if changes != self._changes:
                self._changes, self._is_stale = dict(changes), True

    @property
    def signs(self) -> int:
        """How many stores show anything."""
        return len(self._signs)

    # what is asked ---------------------------------------------------------------------------------------------

    def causes(self, now: datetime) -> tuple[CommonCause, ...]:
        """The common causes that are there now."""
        with self._lock:
            self._judge(now)
            return self._there

    def is_active(self, subject: str, now: datetime) -> bool:
        """Whether a cause is there, or was a moment ago."""
        with self._lock:
            self._judge(now)
            return subject in self._active

    def is_counted(self, cause: CommonCause) -> bool:
        """Whether every store that shares the cause was looked at since it was first there: who is hit is known."""
        with self._lock:
            active = self._active.get(cause.subject)
            seen = (self._looked.get(store) for store in cause.shared_by)
            return active is not None and all(at is not None and at >= active.first for at in seen)

    def brake(self, incident: Incident, now: datetime, *, fresh: bool = False) -> str:
        """Why the incident's repair has to wait for a common cause; empty when it has not. ``fresh``: judge anew."""
        with self._lock:
            if fresh or self._judged_at is None or (now - self._judged_at).total_seconds() >= STALE_SECONDS:
                self._judge(now)
            subjects = self._subjects(incident)
            return next((self._active[s].reason for s in subjects if s in self._active), "")

    def subjects(self, incident: Incident) -> tuple[str, ...]:
        """What the incident may come from that other stores share, by name, the narrowest first."""
        with self._lock:
            return self._subjects(incident)

    def unswept(self, incident: Incident) -> int:
        """How many stores on the incident's carrier were not looked at since it began; 0 for faults on no line."""
        spot = spot_of(incident)
        carrier = self._ground.lines.get((spot.device, spot.subject))
        if carrier is None:
            return 0
        with self._lock:
            began = self._since(spot, incident.opened_at)
            members = self._ground.members[("carrier", carrier)]
            return sum(store not in self._looked or self._looked[store] < began for store in members)

    # underneath, with the lock held ----------------------------------------------------------------------------

    def _since(self, spot: Spot, otherwise: datetime) -> datetime:
        shown = (sign.since for sign in self._signs.get(spot.store, ()) if sign.spot == spot)
        return next(shown, self._began.get(spot.store, {}).get(spot, otherwise))

    def _subjects(self, incident: Incident) -> tuple[str, ...]:
        spot = spot_of(incident)
        since = self._since(spot, incident.opened_at)
        return tuple(thing.subject for thing in things_of(spot, self._ground, self._changes, since))

    def _judge(self, now: datetime) -> None:
        if self._is_stale:
            every = (sign for those in self._signs.values() for sign in those)
            self._there = common_causes(
                every, self._ground, self._together, changes=self._changes, standing=self._active.keys()
            )
            self._is_stale = False
        blind = len(self._looked) < len(self._ground.stores)
        kept = {
            subject: replace(active, last=now) if blind and active.cause is None else active
            for subject, active in self._active.items()
        }
        for c in self._there:
            first = kept[c.subject].first if c.subject in kept else now
            kept[c.subject] = Active(first=first, last=now, reason=c.reason, cause=c)
        self._active = {subject: active for subject, active in kept.items() if now - active.last <= self._quiet}
        self._judged_at = now


def spot_of(incident: Incident) -> Spot:
    """Where an incident's fault is."""
    return Spot(StoreId(incident.store), incident.signature, DeviceId(incident.device), incident.subject)
