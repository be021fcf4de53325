"""Where the API's answers come from: the ledger's projections, the chain, the timing and a clock.

In: built by ``build_app``. Out: handed to every group of routes. Nothing here holds a live object of the healing
side, so a reader can never get in its way.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.api import views
from controller.api.records import IncidentDetail, IncidentRecord, StoreRecord
from controller.incident import Incident
from controller.losses import Impact, impact_of, together
from controller.ports import Clock, Ledger, StoreView
from controller.timing import Timing
from inventory.model import Chain

Pulse = Callable[[], datetime | None]
Leases = Callable[[], int]
Shifts = Callable[[], tuple[str, ...]]
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_RECENT = 1000
_MANY = 100_000


def is_id(text: str) -> bool:
    """Whether ``text`` can be the id of anything here."""
    return _ID.fullmatch(text) is not None


def count_children(ledger: Ledger, incident: Incident) -> int:
    """Return how many incidents share the cause this one tells of; only one of the whole chain tells of any."""
    return 0 if incident.store else len(ledger.incidents(parent=incident.id, limit=_MANY))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the API reads from. Older looks than ``stale_seconds`` and pulses than ``pulse_seconds`` do not count.

    ``leases`` counts the stores this process looks after; None when it looks after none, as for a command. ``shifts``
    are what many devices measure higher or lower than usual, in words.
    """

    ledger: Ledger
    chain: Chain
    timing: Timing
    clock: Clock
    pulse: Pulse | None
    stale_seconds: float
    pulse_seconds: float
    leases: Leases | None = None
    shifts: Shifts = tuple

    def stores(self, seen: Sequence[StoreView] | None = None) -> tuple[StoreRecord, ...]:
        """Return every store of the chain as last seen; ``seen``: the ledger's views, if they are at hand."""
        known = self.ledger.stores() if seen is None else seen
        return views.store_records(self.chain, known, self.clock.now(), self.stale_seconds)

    def open_incidents(self, store: str | None = None, parent: str | None = None) -> tuple[Incident, ...]:
        """Return the incidents that last, newest first."""
        return self.ledger.incidents(store=store, open_only=True, parent=parent, limit=_RECENT)

    def recent_incidents(self, store: str | None = None, parent: str | None = None) -> tuple[Incident, ...]:
        """Return the newest 1,000 incidents, open or not."""
        return self.ledger.incidents(store=store, parent=parent, limit=_RECENT)

    def in_short(self, incidents: Iterable[Incident]) -> tuple[IncidentRecord, ...]:
        """Return incidents in short, with how many share the cause they tell of and what they do to the shop."""
        impact = self._impacts(self.ledger.stores())
        return tuple(views.incident_record(i, self.chain, count_children(self.ledger, i), impact(i)) for i in incidents)

    def impact(self, incident: Incident) -> Impact | None:
        """Return what an incident does to the shop now; None once it is over."""
        return None if incident.closed_at else self._impacts(self.ledger.stores())(incident)

    def impact_of_all(self, seen: Sequence[StoreView]) -> Impact:
        """Return what every incident that lasts does, together."""
        impact = self._impacts(seen)
        found = ((i.store, impact(i)) for i in self.open_incidents() if i.store)
        return together((store, one) for store, one in found if one is not None)

    def _impacts(self, told: Sequence[StoreView]) -> Callable[[Incident], Impact | None]:
        """Judge incidents by the stores as they were last seen, if that was lately."""
        now = self.clock.now()
        oldest = now - timedelta(seconds=self.stale_seconds)
        seen = {v.store: v for v in told if v.seen_at is not None and v.seen_at >= oldest}

        def impact(incident: Incident) -> Impact | None:
            if incident.closed_at is not None:
                return None
            if incident.store:
                return impact_of(self.chain, incident, seen.get(incident.store), now)
            children = self.ledger.incidents(parent=incident.id, open_only=True, limit=_MANY)
            return together((c.store, impact_of(self.chain, c, seen.get(c.store), now)) for c in children)

        return impact

    def detail(self, incident: str) -> IncidentDetail | None:
        """Return one incident with everything known of it, or None when there is none."""
        folded = self.ledger.incident(incident) if is_id(incident) else None
        if folded is None:
            return None
        children = count_children(self.ledger, folded)
        return views.incident_detail(folded, self.ledger.events(incident), self.chain, children, self.impact(folded))

    def pulse_at(self) -> datetime | None:
        """Return the controller's last pulse; None when it has none or is not watched."""
        return self.pulse() if self.pulse else None

    def is_alive(self) -> bool:
        """Whether the controller's pulse is fresh; an unwatched one is taken for alive."""
        if self.pulse is None:
            return True
        at = self.pulse()
        return at is not None and self.clock.now() - at <= timedelta(seconds=self.pulse_seconds)
