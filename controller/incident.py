"""An incident is a fold of its events.

In: events in order. Out: one frozen record the API, the page, ``explain`` and the guards read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controller.events import Check, Event, Evidence, Opened, Verdict

Status = Literal["open", "healing", "healed", "mitigated", "escalated", "held", "cleared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One fault in one store. ``status`` is how it stands or ended; ``closed_at`` None while it lasts."""

    id: str
    store: str
    device: str
    subject: str
    signature: str
    fault_class: str
    title: str
    status: Status
    opened_at: datetime
    closed_at: datetime | None
    functions: tuple[str, ...]
    confidence: float
    evidence: tuple[Evidence, ...]
    runner_up: str
    nearest: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    checks: tuple[Check, ...]
    intents: tuple[str, ...]
    attempts: int
    again_at: datetime | None
    escalation: str
    last_event_at: datetime


def fold(events: Iterable[Event]) -> Incident:
    """Fold an incident's events, oldest first; the first one must be ``Opened`` (``ValueError`` otherwise)."""
    raise ValueError(Opened, events)
