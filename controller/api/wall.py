"""The stores on the page: whole tiles for a few, a wall of cells for a large chain, what needs eyes first.

In: records of stores and incidents, the chain, now. Out: frozen rows for the templates. Called by ``scene``, ``page``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from controller.api.records import FunctionStateRecord, IncidentRecord, StoreRecord
from controller.api.signs import Sign, age
from inventory.model import Chain, StoreId

STORE_SIGNS = {
    "stopped": Sign(symbol="✕", word="Stopped", tone="bad"),
    "degraded": Sign(symbol="▲", word="Degraded", tone="watch"),
    "unknown": Sign(symbol="?", word="Not seen", tone="blind"),
    "trading": Sign(symbol="✓", word="Normal", tone="good"),
}
FUNCTION_SIGNS = {
    "down": Sign(symbol="✕", word="down", tone="bad"),
    "degraded": Sign(symbol="▲", word="degraded", tone="watch"),
    "unknown": Sign(symbol="?", word="not seen", tone="blind"),
    "working": Sign(symbol="✓", word="working", tone="good"),
}
ORDER = tuple(STORE_SIGNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionRow:
    """One function on a store's tile; ``why`` only when something is to be said."""

    title: str
    sign: Sign
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One store."""

    id: str
    name: str
    region: str
    sign: Sign
    clock: str
    open: bool
    functions: tuple[FunctionRow, ...]
    note: str
    incidents: tuple[str, ...]
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One store on the wall, as small as it gets."""

    id: str
    name: str
    sign: Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The wall's part for one region, what needs eyes first."""

    number: int
    name: str
    words: str
    cells: tuple[Cell, ...]


def regions(stores: Sequence[StoreRecord]) -> tuple[Region, ...]:
    """The wall by region, worst first. A region keeps its number wherever it stands, so that a page can move it."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(s.region for s in stores))}
    by_region: dict[str, list[StoreRecord]] = {}
    for record in worst_first(stores):
        by_region.setdefault(record.region, []).append(record)
    return tuple(_region(numbers[name], name, records) for name, records in by_region.items())


def worst_first(stores: Sequence[StoreRecord]) -> list[StoreRecord]:
    """Stores by state; those of the same state stay in order."""
    return sorted(stores, key=lambda s: ORDER.index(s.state))


def _region(number: int, name: str, records: list[StoreRecord]) -> Region:
    normal = sum(r.state == "trading" for r in records)
    return Region(
        number=number,
        name=name,
        words=f"{normal} of {len(records)} trading normally",
        cells=tuple(Cell(id=r.id, name=r.name, sign=STORE_SIGNS[r.state]) for r in records),
    )


def tile_of(record: StoreRecord, open_now: Sequence[IncidentRecord], chain: Chain, now: datetime) -> Tile:
    """One store in full."""
    incidents = tuple(i.id for i in open_now if i.store == record.id)
    store = chain.stores[StoreId(record.id)]
    return Tile(
        id=record.id,
        name=record.name,
        region=record.region,
        sign=STORE_SIGNS[record.state],
        clock=f"{store.local_time(now):%H:%M}",
        open=store.is_trading(now),
        functions=tuple(_function_row(f, say_why=not record.stale) for f in record.functions),
        note=_note(record),
        incidents=incidents,
        seen=age(record.seen_at, now),
    )


def _note(record: StoreRecord) -> str:
    if not record.stale:
        return ""
    return "Not seen lately; nobody knows how it is." if record.seen_at else "Not looked at yet."


def _function_row(record: FunctionStateRecord, *, say_why: bool) -> FunctionRow:
    why = record.why if say_why and record.state != "working" else ""
    return FunctionRow(title=record.title, sign=FUNCTION_SIGNS[record.state], why=why)
