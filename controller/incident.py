"""An incident is a fold of its events.

In: events in order. Out: one frozen record the API, the page, ``explain`` and the guards read.
``fold`` takes a whole history; ``begin`` and ``advance`` take it event by event, for a ledger that keeps projections.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from types import MappingProxyType
from typing import Literal

from anomaly.model import FaultClass
from controller.events import (
    Check,
    Closed,
    Confirmed,
    Escalated,
    Evidence,
    Healed,
    Held,
    IncidentEvent,
    Intended,
    Joined,
    Judged,
    Mitigated,
    Opened,
    Proved,
    Quieted,
    Reviewed,
    Suggested,
    Verdict,
    WriteEnded,
)

Status = Literal["open", "healing", "healed", "mitigated", "escalated", "held", "quiet", "cleared"]
_UNSETTLED: frozenset[Status] = frozenset({"open", "healing", "held", "quiet"})
_STATUS_OF: Mapping[str, Status] = MappingProxyType(
    {
        Intended.kind: "healing",
        Held.kind: "held",
        Mitigated.kind: "mitigated",
        Healed.kind: "healed",
        Quieted.kind: "quiet",
    }
)
_DOING = (Confirmed, Judged, Intended, WriteEnded, Proved, Mitigated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One fault in one store. ``status`` is how it stands or ended; ``closed_at`` None while it lasts.

    ``attempts`` counts the rungs tried, ``change`` says what the last of them changed and ``held_because`` why nothing
    is done, ``held_since`` since when. ``parent`` is the incident that tells of the common cause of many.
    ``quiet``: people know it and pass it over. ``suggested``: what it looks like; ``review``: what a person said of it.
    """

    id: str
    store: str
    device: str
    subject: str
    signature: str
    fault_class: FaultClass
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
    change: str = ""
    held_because: str = ""
    parent: str = ""
    held_since: datetime | None = None
    suggested: Suggested | None = None
    review: Reviewed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """An incident half-way through its events, with what only the fold itself has to know."""

    incident: Incident
    rungs: frozenset[int] = frozenset()
    mitigated: bool = False


def fold(events: Iterable[IncidentEvent]) -> Incident:
    """Fold an incident's events, oldest first; the first one must be ``Opened`` (``ValueError`` otherwise)."""
    history = iter(events)
    first = next(history, None)
    return reduce(advance, history, begin(first)).incident


def begin(event: IncidentEvent | None) -> Progress:
    """Begin an incident with its first event; ``ValueError`` unless that is ``Opened``."""
    if not isinstance(event, Opened):
        raise ValueError(  # noqa: TRY004  # the type is right, the order is not
            f"an incident begins with 'opened', not with {event.kind if event else 'nothing'!r}"
        )
    incident = Incident(
        id=event.incident,
        store=event.store,
        device=event.device,
        subject=event.subject,
        signature=event.signature,
        fault_class=event.fault_class,
        title=event.title,
        status="open",
        opened_at=event.at,
        closed_at=None,
        functions=event.functions,
        confidence=event.confidence,
        evidence=event.evidence,
        runner_up=event.runner_up,
        nearest=event.nearest,
        verdicts=(),
        checks=(),
        intents=(),
        attempts=0,
        again_at=None,
        escalation="",
        last_event_at=event.at,
    )
    return Progress(incident=incident)


def advance(progress: Progress, event: IncidentEvent) -> Progress:
    """Take one more event in. ``ValueError`` for another incident's event or a second ``Opened``."""
    known = progress.incident
    if (event.incident, event.store) != (known.id, known.store):
        raise ValueError(f"{event.kind} of {event.incident}, {event.store}, is no event of {known.id}, {known.store}")
    if event.kind == Opened.kind:
        raise ValueError(f"{known.id} was opened before")
    rungs = progress.rungs | {event.rung} if isinstance(event, Intended) else progress.rungs
    return Progress(
        incident=replace(
            _moved(progress, event),
            status=known.status if known.closed_at else _status_after(progress, event),
            attempts=len(rungs),
            last_event_at=event.at,
        ),
        rungs=rungs,
        mitigated=progress.mitigated or isinstance(event, Mitigated),
    )


def _moved(progress: Progress, event: IncidentEvent) -> Incident:
    if isinstance(event, _DOING):
        return _judged_or_done(progress, event)
    if isinstance(event, Suggested | Quieted | Reviewed):
        return _seen_before(progress.incident, event)
    return _standing(progress.incident, event)


def named_wrongly(incident: Incident) -> bool:
    """Whether a person closed it as named wrongly: then nothing is begun on it."""
    return incident.review is not None and incident.review.code == "wrong"


def _status_after(progress: Progress, event: IncidentEvent) -> Status:
    """The status while the incident lasts. What a person has to know is not overwritten by the end of the fault."""
    status = progress.incident.status
    if isinstance(event, Escalated):
        return "mitigated" if progress.mitigated else status if event.while_held else "escalated"
    if isinstance(event, Closed):
        return event.how if status in _UNSETTLED else status
    if isinstance(event, Judged):
        return "healing" if event.decision == "act" else status
    if isinstance(event, Reviewed):
        passed_over = event.code in ("ignorable", "wrong") and status != "healing"
        return "quiet" if passed_over else status
    return _STATUS_OF.get(event.kind, status)


def _judged_or_done(progress: Progress, event: IncidentEvent) -> Incident:
    """What was seen afresh, judged, written and proven."""
    incident = progress.incident
    match event:
        case Confirmed():
            return replace(incident, evidence=event.evidence or incident.evidence)
        case Judged():
            return replace(incident, verdicts=event.verdicts)
        case Intended():
            intents = tuple(dict.fromkeys((*incident.intents, event.intent)))
            change = event.summary if event.rung not in progress.rungs else _and_then(incident.change, event.summary)
            escalation = "" if incident.held_since else incident.escalation  # who was called as it was held may rest
            return replace(
                incident,
                intents=intents,
                change=change,
                again_at=None,
                held_because="",
                held_since=None,
                escalation=escalation,
            )
        case Proved() | Mitigated():
            return replace(incident, checks=event.checks)
        case _:
            return incident


def _standing(incident: Incident, event: IncidentEvent) -> Incident:
    """What the incident waits for, or how it ended."""
    match event:
        case Held():
            again_at = None if incident.closed_at else event.again_at
            common = incident.held_since is not None and incident.again_at is None  # its parent had called
            since = event.at if common else incident.held_since or event.at
            return replace(incident, again_at=again_at, held_because=event.reason, held_since=since)
        case Escalated():
            again_at = incident.again_at if event.while_held else None
            return replace(incident, again_at=again_at, escalation=_two_sentences(event.reason, event.advice))
        case Healed():
            return replace(incident, again_at=None, held_because="")
        case Joined():
            return replace(incident, parent=event.parent)
        case Closed():
            return replace(incident, again_at=None, closed_at=incident.closed_at or event.at)
        case _:
            return incident


def _seen_before(incident: Incident, event: Suggested | Quieted | Reviewed) -> Incident:
    """What it looks like, and what people said of it; who passes it over is not called and not asked again."""
    if isinstance(event, Suggested):
        return replace(incident, suggested=event)
    quiet = replace(incident, again_at=None, escalation="", held_because="", held_since=None)
    if isinstance(event, Quieted):
        return quiet
    passed_over = event.code in ("ignorable", "wrong") and incident.closed_at is None
    return replace(quiet if passed_over else incident, review=event)


def _and_then(before: str, summary: str) -> str:
    """The changes of one rung in a row, each told once."""
    return before if summary in before.split(", ") else f"{before}, {summary}"


def _two_sentences(reason: str, advice: str) -> str:
    return ". ".join(part.strip().rstrip(".") for part in (reason, advice) if part.strip())
