"""What the page shows, worked out before any HTML: words, symbols and order, so that templates only lay out.

In: records of stores and incidents, the chain, now. Out: frozen ``Scene`` for the templates. Called by ``page``.
Every state has a symbol and a word besides its colour; what needs eyes comes first.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from controller.api.pushes import PushRow
from controller.api.records import IncidentRecord, StoreRecord
from controller.api.signs import Sign, age
from controller.api.wall import ORDER, STORE_SIGNS, Region, Tile, regions, tile_of, worst_first
from controller.incident import Incident
from controller.losses import Impact, money
from inventory.model import Chain, StoreId

CLOSED_SHOWN = 30
CHILDREN_SHOWN = 60
FULL_TILES = 24
CLOSER_LOOKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One number of the truth line."""

    number: int
    label: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One incident in the list. ``when`` is its latest change in words, ``at`` the exact time."""

    id: str
    sentence: str
    store_name: str
    sign: Sign
    when: str
    at: datetime
    children: tuple["IncidentRow", ...] = ()
    children_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything on the page at ``/``; ``seq`` is the newest event it knows."""

    now: datetime
    seq: int
    headline: str
    tone: str
    counts: tuple[Count, ...]
    pulse: Sign
    freshness: str
    loss: str
    pushes: tuple[PushRow, ...]
    kill_reason: str | None
    pulse_notice: str
    profile: str
    open_incidents: tuple[IncidentRow, ...]
    calm: str
    tiles: tuple[Tile, ...]
    tiles_more: int
    regions: tuple[Region, ...]
    closed_incidents: tuple[IncidentRow, ...]
    closed_more: int


INCIDENT_SIGNS = {
    "open": Sign(symbol="◌", word="Looking", tone="watch"),
    "healing": Sign(symbol="↻", word="Healing", tone="watch"),
    "healed": Sign(symbol="✓", word="Healed", tone="good"),
    "mitigated": Sign(symbol="◐", word="Mitigated", tone="watch"),
    "escalated": Sign(symbol="!", word="Needs a person", tone="bad"),
    "held": Sign(symbol="‖", word="On hold", tone="watch"),
    "quiet": Sign(symbol="·", word="Known, passed over", tone="quiet"),
    "cleared": Sign(symbol="○", word="Cleared by itself", tone="quiet"),
}
_CHILD_ORDER = ("escalated", "open", "healing", "held", "mitigated", "quiet", "healed", "cleared")


def incident_sign(record: IncidentRecord) -> Sign:
    """Return how an incident stands, as people see it."""
    sign = INCIDENT_SIGNS[record.status]
    if record.waiting_for_person and record.status != "escalated":
        return Sign(symbol="!", word=f"{sign.word}, needs a person", tone=sign.tone)
    if record.closed_at is not None and record.status in ("escalated", "held", "mitigated"):
        return Sign(symbol="○", word=f"Over ({sign.word.lower()})", tone="quiet")
    return sign


def build_scene(
    *,
    stores: Sequence[StoreRecord],
    open_now: Sequence[IncidentRecord],
    recent: Sequence[IncidentRecord],
    chain: Chain,
    now: datetime,
    seq: int,
    kill_reason: str | None,
    pulse_notice: str,
    pulse_at: datetime | None,
    pushes: Sequence[PushRow],
    profile: str,
    impact: Impact,
) -> Scene:
    """Return the page's content; ``open_now`` and ``recent`` newest first.

    A small chain is shown in whole tiles; a large one as a wall of cells, with whole tiles for a few that need eyes.
    """
    closed = sorted((i for i in recent if i.closed_at is not None), key=_closed_at, reverse=True)
    states: Counter[str] = Counter(s.state for s in stores)
    large = len(stores) > FULL_TILES
    ordered = worst_first(stores)
    looked_at = _needing_eyes(ordered, open_now) if large else ordered
    tiles = looked_at[: CLOSER_LOOKS if large else FULL_TILES]
    return Scene(
        now=now,
        seq=seq,
        headline=_headline(states, len(stores)),
        tone=_tone(states),
        counts=_counts(states, open_now, closed, chain, now),
        pulse=_pulse(pulse_at, pulse_notice, now),
        freshness=_freshness(stores, now),
        loss=f"{money(impact)[0].upper()}{money(impact)[1:]}." if impact.per_hour else "",
        pushes=tuple(pushes),
        kill_reason=kill_reason,
        pulse_notice=pulse_notice,
        profile=profile,
        open_incidents=incident_rows(open_now, now),
        calm=_calm(states),
        tiles=tuple(tile_of(s, open_now, chain, now) for s in tiles),
        tiles_more=sum(s.state != "trading" for s in stores) - len(tiles) if large else 0,
        regions=regions(stores) if large else (),
        closed_incidents=tuple(_incident_row(i, now) for i in closed[:CLOSED_SHOWN]),
        closed_more=max(0, len(closed) - CLOSED_SHOWN),
    )


def _closed_at(incident: IncidentRecord) -> datetime:
    return incident.closed_at or incident.opened_at


def _calm(states: Counter[str]) -> str:
    """What is said while no incident is open; never more than what was seen."""
    troubled, unseen = states["degraded"] + states["stopped"], states["unknown"]
    if troubled:
        stores = "1 store is not as it should be" if troubled == 1 else f"{troubled} stores are not as they should be"
        return f"No incident is open; {stores}, and watched."
    return "Nothing is wrong in the stores that were seen." if unseen else "Nothing is wrong anywhere."


def _needing_eyes(ordered: Sequence[StoreRecord], open_now: Sequence[IncidentRecord]) -> list[StoreRecord]:
    """Stores with a trouble of their own, and those that stand still; a shared cause is told of once, by its row."""
    told = _told_by_another(open_now)
    sharing = {i.store for i in open_now if i.id in told} - {i.store for i in open_now if i.id not in told}
    troubled = [s for s in ordered if s.state != "trading" and s.seen_at is not None]
    return [s for s in troubled if s.state == "stopped" or s.id not in sharing]


def _told_by_another(open_now: Sequence[IncidentRecord]) -> frozenset[str]:
    """Incidents whose parent is open too: it tells of them, and asks for what they would ask for."""
    known = {i.id for i in open_now}
    return frozenset(i.id for i in open_now if i.parent in known)


def waiting_for_person(open_now: Sequence[IncidentRecord]) -> int:
    """How many times a person is asked for: one cause in many stores asks once."""
    told = _told_by_another(open_now)
    return sum(i.waiting_for_person and i.id not in told for i in open_now)


def _headline(states: Counter[str], total: int) -> str:
    normal = states["trading"]
    if total == 0:
        return "The inventory has no stores."
    if normal == total:
        return "The store is trading normally." if total == 1 else f"All {total} stores are trading normally."
    if states["unknown"] == total:
        return "No store has been seen lately."
    return f"{normal} of {total} stores {'is' if normal == 1 else 'are'} trading normally."


def _tone(states: Counter[str]) -> str:
    return next((STORE_SIGNS[s].tone for s in ORDER if states[s]), "blind")


def _counts(
    states: Counter[str],
    open_now: Sequence[IncidentRecord],
    closed: Sequence[IncidentRecord],
    chain: Chain,
    now: datetime,
) -> tuple[Count, ...]:
    waiting = waiting_for_person(open_now)
    healed = sum(healed_today(i, chain, now) for i in closed)
    rows = (
        (states["trading"], "trading normally", "good"),
        (states["degraded"], "degraded", "watch"),
        (states["stopped"], "stopped", "bad"),
        (states["unknown"], "not seen", "blind"),
        (waiting, "waiting for a person", "bad"),
        (healed, "healed today", "good"),
    )
    return tuple(Count(number=n, label=label, tone=tone if n else "quiet") for n, label, tone in rows)


def healed_today(incident: IncidentRecord | Incident, chain: Chain, now: datetime) -> bool:
    """Whether it was healed on what is still today in its own store."""
    if incident.status != "healed" or incident.closed_at is None:
        return False
    store = chain.stores.get(StoreId(incident.store))
    zone = store.time_zone if store else UTC
    return incident.closed_at.astimezone(zone).date() == now.astimezone(zone).date()


def _incident_row(record: IncidentRecord, now: datetime) -> IncidentRow:
    at = record.closed_at or record.opened_at
    return IncidentRow(
        id=record.id,
        sentence=record.sentence,
        store_name=record.store_name,
        sign=incident_sign(record),
        when=age(at, now),
        at=at,
    )


def incident_rows(records: Sequence[IncidentRecord], now: datetime) -> tuple[IncidentRow, ...]:
    """Incidents as rows; those that share a cause are folded under the one that tells of it."""
    known = {record.id for record in records}
    children: dict[str, list[IncidentRecord]] = {}
    for record in records:
        if record.parent in known:
            children.setdefault(record.parent, []).append(record)
    tops = (record for record in records if record.parent not in known)
    return tuple(_with_children(_incident_row(record, now), children.get(record.id, []), now) for record in tops)


def child_rows(records: Sequence[IncidentRecord], now: datetime) -> tuple[IncidentRow, ...]:
    """Those who share a cause, what lasts first. What is asked of a person is asked by the one that tells of them."""
    ordered = sorted(records, key=lambda r: (r.closed_at is not None, _CHILD_ORDER.index(r.status), r.id))
    return tuple(
        replace(_incident_row(r, now), sign=INCIDENT_SIGNS[r.status] if r.closed_at is None else incident_sign(r))
        for r in ordered[:CHILDREN_SHOWN]
    )


def _with_children(row: IncidentRow, children: Sequence[IncidentRecord], now: datetime) -> IncidentRow:
    """A row that tells of others; it names how many stores they are."""
    if not children:
        return row
    name = row.store_name if len(children) == 1 else f"{len(children)} stores"
    return replace(row, store_name=name, children=child_rows(children, now), children_count=len(children))


def _pulse(at: datetime | None, notice: str, now: datetime) -> Sign:
    if notice:
        return Sign(symbol="✕", word="the controller stands still", tone="bad")
    return Sign(symbol="♥", word=f"pulse {age(at, now)}" if at else "no pulse to watch", tone="good" if at else "blind")


def _freshness(stores: Sequence[StoreRecord], now: datetime) -> str:
    """How old what is shown is: the newest and the oldest look."""
    seen = [s.seen_at for s in stores if s.seen_at is not None]
    unseen = len(stores) - len(seen)
    if not seen:
        return "No store was looked at yet."
    words = f"Last look {age(max(seen), now)}, the oldest {age(min(seen), now)}"
    return f"{words}; {unseen} not looked at yet." if unseen else f"{words}."
