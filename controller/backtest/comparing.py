"""Compares what rules would have seen with what the ledger knows, and with what today's rules see. Pure.

In: episodes, labels, recorded spans. Out: rows. Called by ``storenet backtest``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from anomaly.episodes import Episode, Site, Span, paired
from controller.backtest.labels import Label, beside, is_recorded

Standing = Literal["true", "unjudged", "false", "new", "missed", "not recorded"]
Change = Literal["more", "fewer", "earlier", "later", "same"]
_OF_RULING: dict[str, Standing] = {"right": "true", "unjudged": "unjudged", "wrong": "false", "ignorable": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One time a signature would have fired, or should have.

    ``true``: the ledger has it, and it was right; ``unjudged``: the ledger has it, and nobody said; ``false``: a person
    said that it was wrong or may be passed over; ``new``: the ledger has none; ``missed``: the ledger has it, right or
    unjudged, and the signature would not have fired. ``seconds``: later than the incident was opened;
    below 0: earlier.
    """

    standing: Standing
    site: Site
    episode: Episode | None
    label: Label | None
    seconds: float | None
    beside: str
    today: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One finding that is different under the change. ``seconds``: later than today (negative: earlier)."""

    change: Change
    site: Site
    before: Episode | None
    after: Episode | None
    seconds: float
    ruling: str
    beside: str


def fired(
    signature: str,
    episodes: Collection[Episode],
    labels: Collection[Label],
    spans: Collection[Span],
    today: Collection[Episode] | None,
) -> list[Fired]:
    """Return every time the signature would have fired or should have, by time.

    ``today``: the episodes of today's rules; None when there is nothing to compare with.
    """
    mine = [one for one in labels if one.site.signature == signature]
    rows: list[Fired] = []
    met: set[str] = set()
    for episode in (one for one in episodes if one.site.signature == signature):
        same = [one for one in mine if one.site == episode.site and one.meets(episode)]
        met |= {one.incident for one in same}
        rows.append(_fired(episode, same, labels, today))
    rows += _silent(mine, met, spans)
    return sorted(rows, key=lambda row: (_when(row), row.site))


def _fired(
    episode: Episode, same: Sequence[Label], labels: Collection[Label], today: Collection[Episode] | None
) -> Fired:
    label = min(same, key=lambda one: abs((episode.began - one.began).total_seconds()), default=None)
    return Fired(
        standing="new" if label is None else _OF_RULING[label.ruling],
        site=episode.site,
        episode=episode,
        label=label,
        seconds=None if label is None else (episode.began - label.began).total_seconds(),
        beside=beside(labels, episode) if label is None else "",
        today=None if today is None else any(o.site == episode.site and _overlap(o, episode) for o in today),
    )


def _silent(mine: Collection[Label], met: Collection[str], spans: Collection[Span]) -> Iterator[Fired]:
    """Incidents of the signature in which it would not have fired; those that were rightly none are left out."""
    for label in mine:
        if label.incident in met or label.ruling in ("wrong", "ignorable"):
            continue
        standing: Standing = "missed" if is_recorded(label, spans) else "not recorded"
        yield Fired(standing=standing, site=label.site, episode=None, label=label, seconds=None, beside="")


def moved(before: Collection[Episode], after: Collection[Episode], labels: Collection[Label]) -> list[Moved]:
    """Return every finding that both, or only one of two libraries have, by time."""
    rows = [_moved(one, other, labels) for one, other in paired(before, after)]
    return sorted(rows, key=lambda row: ((row.before or row.after).began, row.site))  # type: ignore[union-attr]


def _moved(one: Episode | None, other: Episode | None, labels: Collection[Label]) -> Moved:
    there = one or other
    assert there is not None  # noqa: S101 - a pair is never of two Nones
    seconds = (other.began - one.began).total_seconds() if one is not None and other is not None else 0.0
    label = next((x for x in labels if x.site == there.site and x.meets(there)), None)
    return Moved(
        change=_change(one, other, seconds),
        site=there.site,
        before=one,
        after=other,
        seconds=seconds,
        ruling="" if label is None else f"{label.incident}: {label.why}",
        beside=beside(labels, there) if label is None else "",
    )


def _change(one: Episode | None, other: Episode | None, seconds: float) -> Change:
    if one is None:
        return "more"
    if other is None:
        return "fewer"
    return "same" if not seconds else "earlier" if seconds < 0 else "later"


def _overlap(one: Episode, other: Episode) -> bool:
    return one.began <= other.ended and other.began <= one.ended


def _when(row: Fired) -> float:
    at = row.episode.began if row.episode is not None else row.label.began if row.label is not None else None
    return at.timestamp() if at is not None else 0.0
