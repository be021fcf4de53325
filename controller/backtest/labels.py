"""What really was wrong, as far as the ledger knows: incidents and what people said of them.

In: a ledger. Out: ``Label``s. Called by the backtest. Proof counts: a fault that was healed and proven gone was there;
what a person said of an incident counts more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from anomaly.episodes import Episode, Site, Span
from controller.events import Reviewed
from controller.incident import Incident
from controller.ports import Ledger
from inventory.model import DeviceId, StoreId

Ruling = Literal["right", "wrong", "ignorable", "unjudged"]
SLACK = timedelta(minutes=10)
_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One incident: what it was held to be, when it lasted, and whether that was right; ``why`` in a few words."""

    incident: str
    site: Site
    began: datetime
    ended: datetime
    ruling: Ruling
    why: str
    attempts: int = 0

    def meets(self, episode: Episode) -> bool:
        """Whether the incident and an episode lasted at the same time, or nearly."""
        return self.began - SLACK <= episode.ended and episode.began <= self.ended + SLACK


def labels_of(ledger: Ledger | None, stores: Collection[str], since: datetime) -> tuple[Label, ...]:
    """Return the labels of these stores that lasted after ``since``, oldest first; none without a ledger."""
    if ledger is None:
        return ()
    reviews = {review.incident: review for review in ledger.reviews()}
    found = (_label(i, reviews) for i in ledger.incidents(limit=_MOST) if i.store in stores)
    return tuple(sorted((one for one in found if one.ended >= since), key=lambda one: one.began))


def _label(incident: Incident, reviews: Mapping[str, Reviewed]) -> Label:
    review = reviews.get(incident.id)
    ruling, why = _reviewed(review) if review is not None else _unreviewed(incident)
    signature, device, subject = incident.signature, incident.device, incident.subject
    if review is not None and ruling == "right":
        signature = review.names or review.learned or signature
        device, subject = review.device or device, review.subject or subject
    return Label(
        incident=incident.id,
        site=Site(signature, StoreId(incident.store), DeviceId(device), subject),
        began=incident.opened_at,
        ended=incident.closed_at or _FAR,
        ruling=ruling,
        why=why,
        attempts=incident.attempts,
    )


def _reviewed(review: Reviewed) -> tuple[Ruling, str]:
    if review.code == "wrong":
        return "wrong", f"{review.by}: there was nothing wrong"
    if review.code == "ignorable":
        return "ignorable", f"{review.by}: known, may be passed over"
    return "right", f"{review.by}: fixed by {review.fixed_by or 'what was suggested'}"


def _unreviewed(incident: Incident) -> tuple[Ruling, str]:
    if incident.status in ("healed", "mitigated"):
        return "right", f"{incident.status} and proven"
    return "unjudged", f"{incident.status}, nobody has judged it"


def is_recorded(label: Label, spans: Collection[Span]) -> bool:
    """Whether the store was recorded when the incident was opened."""
    near = timedelta(minutes=1)
    mine = (span for span in spans if span.store == label.site.store)
    return any(span.began - near <= label.began <= span.ended + near for span in mine)


def beside(labels: Collection[Label], episode: Episode) -> str:
    """Return the store's other incidents at that time, as words."""
    there = (one for one in labels if one.site.store == episode.site.store and one.meets(episode))
    return ", ".join(f"{one.incident} ({one.site.signature})" for one in there)
