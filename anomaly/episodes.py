"""When a fault was seen, from when to when: findings round by round in, episodes out. Pure.

In: the rounds of a recording and what a library made of them. Out: ``Episode``s, and which times were recorded at all.
Called by the backtest. A finding that is away for a moment, or because a controller began anew, is the same episode -
as an incident would be.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from anomaly.model import Finding, Observation
from anomaly.recordings.rounds import Round
from inventory.model import DeviceId, StoreId

ASUNDER = timedelta(minutes=15)
"""Looks further apart than this leave a time of which nothing is known."""


class Site(NamedTuple):
    """A fault at a place."""

    signature: str
    store: StoreId
    device: DeviceId
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A fault, seen from ``began`` to ``ended``. ``observations``: of the first round, where they are wanted."""

    site: Site
    began: datetime
    ended: datetime
    confidence: float
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in which a store was looked at and recorded."""

    store: StoreId
    began: datetime
    ended: datetime


@dataclass(slots=True)
class Episodes:
    """Gathers episodes. ``keep``: the signatures whose first observations are kept with them."""

    keep: Collection[str] = ()
    _open: dict[Site, Episode] = field(default_factory=dict)
    _sessions: dict[Site, str] = field(default_factory=dict)
    _over: list[Episode] = field(default_factory=list)

    def take(self, told: Round, findings: Collection[Finding]) -> None:
        """Take one round and what was found in it."""
        seconds, now = told.session.seconds, told.at
        found = {Site(f.signature, f.store, f.device, f.subject): f for f in findings}
        patience = timedelta(seconds=seconds["quiet"] + seconds["clear_after"])
        anew = patience + timedelta(seconds=seconds["hold_patient"])
        for site in [s for s in self._open if s.store == told.store and s not in found]:
            waits = patience if self._sessions[site] == told.session.id else anew
            if now - self._open[site].ended > waits:
                self._over.append(self._open.pop(site))
        for site, finding in found.items():
            self._sessions[site] = told.session.id
            known = self._open.get(site)
            self._open[site] = (
                self._first(told, site, finding)
                if known is None
                else replace(known, ended=now, confidence=max(known.confidence, finding.confidence))
            )

    def _first(self, told: Round, site: Site, finding: Finding) -> Episode:
        kept = told.observations if site.signature in self.keep else ()
        return Episode(site=site, began=told.at, ended=told.at, confidence=finding.confidence, observations=kept)

    def all(self) -> list[Episode]:
        """Return every episode, those that last included, by their beginning."""
        return sorted((*self._over, *self._open.values()), key=lambda one: (one.began, one.site))


@dataclass(slots=True)
class Spans:
    """Gathers the times that were recorded."""

    _first: dict[StoreId, datetime] = field(default_factory=dict)
    _last: dict[StoreId, datetime] = field(default_factory=dict)
    _over: list[Span] = field(default_factory=list)

    def take(self, told: Round) -> None:
        """Take one round."""
        last = self._last.get(told.store)
        if last is None or not timedelta(0) <= told.at - last <= ASUNDER:
            self._end(told.store)
            self._first[told.store] = told.at
        self._last[told.store] = told.at

    def _end(self, store: StoreId) -> None:
        if store in self._last:
            self._over.append(Span(store=store, began=self._first[store], ended=self._last[store]))

    def all(self) -> list[Span]:
        """Return every span."""
        for store in tuple(self._last):
            self._end(store)
            del self._last[store]
        return sorted(self._over, key=lambda span: (span.store, span.began))


Pair = tuple[Episode | None, Episode | None]


def paired(
    before: Collection[Episode], after: Collection[Episode], key: Callable[[Site], object] = lambda site: site
) -> Iterator[Pair]:
    """Yield episodes of two libraries that are the same fault at overlapping times; None for what only one has."""
    left: dict[object, list[Episode]] = {}
    for one in after:
        left.setdefault(key(one.site), []).append(one)
    for one in before:
        same = [o for o in left.get(key(one.site), ()) if o.began <= one.ended and one.began <= o.ended]
        yield one, same[0] if same else None
        for other in same:
            left[key(one.site)].remove(other)
    yield from ((None, one) for rest in left.values() for one in rest)
