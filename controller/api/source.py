"""Where the API's answers come from: the ledger's projections, the chain, the timing and a clock.

In: built by ``build_app``. Out: handed to every group of routes. Nothing here holds a live object of the healing
side, so a reader can never get in its way.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.api import views
from controller.api.records import IncidentDetail, IncidentRecord, StoreRecord
from controller.incident import Incident
from controller.ports import Clock, Ledger
from controller.timing import Timing
from inventory.model import Chain

Pulse = Callable[[], datetime | None]
Leases = Callable[[], int]
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

    ``leases`` counts the stores this process looks after; None when it looks after none, as for a command.
    """

    ledger: Ledger
    chain: Chain
    timing: Timing
    clock: Clock
    pulse: Pulse | None
    stale_seconds: float
    pulse_seconds: float
    leases: Leases | None = None

    def stores(self) -> tuple[StoreRecord, ...]:
        """Return every store of the chain as last seen."""
        return views.store_records(self.chain, self.ledger.stores(), self.clock.now(), self.stale_seconds)

    def open_incidents(self, store: str | None = None, parent: str | None = None) -> tuple[Incident, ...]:
        """Return the incidents that last, newest first."""
        return self.ledger.incidents(store=store, open_only=True, parent=parent, limit=_RECENT)

    def recent_incidents(self, store: str | None = None, parent: str | None = None) -> tuple[Incident, ...]:
        """Return the newest 1,000 incidents, open or not."""
        return self.ledger.incidents(store=store, parent=parent, limit=_RECENT)

    def in_short(self, incident: Incident) -> IncidentRecord:
        """Return an incident in short, with how many share the cause it tells of."""
        return views.incident_record(incident, self.chain, count_children(self.ledger, incident))

    def detail(self, incident: str) -> IncidentDetail | None:
        """Return one incident with everything known of it, or None when there is none."""
        folded = self.ledger.incident(incident) if is_id(incident) else None
        if folded is None:
            return None
        children = count_children(self.ledger, folded)
        return views.incident_detail(folded, self.ledger.events(incident), self.chain, children)

    def pulse_at(self) -> datetime | None:
        """Return the controller's last pulse; None when it has none or is not watched."""
        return self.pulse() if self.pulse else None

    def is_alive(self) -> bool:
        """Whether the controller's pulse is fresh; an unwatched one is taken for alive."""
        if self.pulse is None:
            return True
        at = self.pulse()
        return at is not None and self.clock.now() - at <= timedelta(seconds=self.pulse_seconds)
