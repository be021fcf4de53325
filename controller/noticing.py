"""What a lane makes of "this was seen before": events to write down, and when a quiet incident must be heard again.

In: findings with suggestions, the incidents they belong to. Out: ``Suggested`` events; yes or no. Called by ``lanes``.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from anomaly.learn.examples import DEAD
from anomaly.model import Finding
from controller.events import Evidence, Looked, Suggested
from controller.incident import Incident

SURER_BY = 0.05


def suggestion_events(
    finding: Finding, evidence: tuple[Evidence, ...], incident: str, now: datetime
) -> Iterator[Suggested]:
    """The event that tells what a finding looks like; none when it looks like nothing."""
    told = finding.suggestion
    if told is None:
        return
    yield Suggested(
        incident=incident,
        store=finding.store,
        at=now,
        learned=told.learned,
        confidence=told.confidence,
        device=told.device,
        subject=told.subject,
        evidence=evidence,
        examples=tuple(
            Looked(incident=e.incident, store=e.store, at=e.at, fixed_by=e.fixed_by, likeness=e.likeness)
            for e in told.examples
        ),
        fix=told.fix,
        quiet=told.quiet,
        arithmetic=told.arithmetic,
    )


def is_news(incident: Incident, finding: Finding) -> bool:
    """Whether what a lasting incident looks like was not told yet: learned meanwhile, or something surer."""
    told, before = finding.suggestion, incident.suggested
    if told is None or incident.review is not None:
        return False
    return before is None or (told.learned != before.learned and told.confidence > before.confidence + SURER_BY)


class Listening:
    """Remembers since when a quiet incident shows more than what people pass over. One per lane."""

    def __init__(self, patience_seconds: float) -> None:
        self._patience = timedelta(seconds=patience_seconds)
        self._since: dict[str, datetime] = {}

    def must_be_heard(self, incident: Incident, finding: Finding, now: datetime) -> bool:
        """Whether it has shown more for long enough, so that one odd look wakes nobody."""
        if incident.status != "quiet" or not _shows_more(incident, finding):
            self._since.pop(incident.id, None)
            return False
        return now - self._since.setdefault(incident.id, now) >= self._patience


def _shows_more(incident: Incident, finding: Finding) -> bool:
    """More than a person saw as they closed this very incident; else more than what was passed over before."""
    if incident.review is None:
        return finding.suggestion is None or not finding.suggestion.quiet
    dead = {s.subject for s in finding.evidence if s.name == DEAD}
    return not dead <= set(incident.review.functions)
