"""What the ledger says of the past, as the guardrails ask it. Reads projections only."""

from datetime import datetime, timedelta

from controller.incident import Incident
from controller.ports import Ledger

DAY = timedelta(hours=24)


def tries_within_a_day(ledger: Ledger, incident: Incident, now: datetime) -> int:
    """Earlier incidents of the same fault at the same place in the last 24 hours in which something was written."""
    same = (
        past
        for past in ledger.incidents(store=incident.store)
        if past.id != incident.id
        and (past.signature, past.device, past.subject) == (incident.signature, incident.device, incident.subject)
    )
    return sum(1 for past in same if past.attempts and now - past.opened_at < DAY)


def unlasting(ledger: Ledger, incident: Incident, now: datetime) -> int:
    """Repairs of the incident's device in the last 24 hours, of any fault, that did not work or did not last."""
    same = [p for p in ledger.incidents(store=incident.store) if p.device == incident.device]
    last = {(p.signature, p.subject): p.opened_at for p in reversed(same)}
    return sum(
        1
        for past in same
        if past.id != incident.id
        and past.attempts
        and now - past.opened_at < DAY
        and (past.status == "escalated" or last[(past.signature, past.subject)] > past.opened_at)
    )


def open_beside(ledger: Ledger, incident: Incident) -> tuple[Incident, ...]:
    """The store's other incidents that still last."""
    return tuple(i for i in ledger.incidents(store=incident.store, open_only=True) if i.id != incident.id)


def open_in(ledger: Ledger, store: str) -> tuple[Incident, ...]:
    """The store's incidents that last."""
    return ledger.incidents(store=store, open_only=True)


def others_under_way(ledger: Ledger, incident: Incident) -> tuple[str, ...]:
    """What else is being changed in the store: other incidents' repairs, and rollouts."""
    healing = (other.id for other in open_beside(ledger, incident) if other.status == "healing")
    return (*healing, *ledger.writing_in(incident.store))
