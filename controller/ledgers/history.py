"""The ledger proper: events, and the projections folded from them in the same transaction.

In: events from the lanes and the workflows. Out: what ``controller.ports.Ledger`` promises, and the reads of the API.
One half of ``SqliteLedger``. Why projections: a list of incidents is one query, however long their histories are.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from controller.events import Event, IncidentEvent, Reviewed
from controller.incident import Incident, Progress, advance, begin
from controller.ledgers import codec, tables
from controller.ledgers.database import Database
from controller.ledgers.reviewing import save_review
from controller.ledgers.rolling import advance_rollout
from controller.ledgers.rows import save_event
from controller.ports import StoreView
from controller.rollout_events import RolloutEvent, is_rollout

Encoded = tuple[Event, str]


def encode(happened: Sequence[Event]) -> tuple[Encoded, ...]:
    """Return events with their JSON; done before the transaction, so that the writer's turn is short."""
    return tuple((event, codec.dump_event(event)) for event in happened)


def append_within(connection: Connection, encoded: Sequence[Encoded]) -> None:
    """Append events and bring their incidents' and rollouts' projections forward, within the caller's transaction."""
    for event, body in encoded:
        if isinstance(event, RolloutEvent) or is_rollout(event.incident):
            advance_rollout(connection, event)
        else:
            _save_progress(connection, _next_progress(connection, event))
        if isinstance(event, Reviewed):
            save_review(connection, event, body)
        save_event(connection, event, body)


class History:
    """Events, incidents and store projections in one SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, *events: Event) -> None:
        """Append events in one transaction; ``ValueError`` (and nothing kept) when they do not follow."""
        encoded = encode(events)
        self._database.write(lambda connection: append_within(connection, encoded))

    def events(self, incident: str, store: str | None = None) -> tuple[Event, ...]:
        """Return one incident's or rollout's events (in one store), oldest first; none for an unknown one."""
        table = tables.events
        query = select(table.c.kind, table.c.body).where(table.c.incident == incident).order_by(table.c.seq)
        if store is not None:
            query = query.where(table.c.store == store)
        with self._database.read() as connection:
            return tuple(codec.load_event(row.kind, row.body) for row in connection.execute(query))

    def incident(self, incident: str) -> Incident | None:
        """Return one incident, folded."""
        with self._database.read() as connection:
            progress = _progress(connection, incident)
        return progress.incident if progress else None

    def incidents(
        self,
        *,
        store: str | None = None,
        open_only: bool = False,
        parent: str | None = None,
        limit: int = 1000,
    ) -> tuple[Incident, ...]:
        """Return incidents, newest first; ``parent``: only those that joined it ("": those that joined none)."""
        table = tables.incidents
        query = select(table.c.body).order_by(table.c.number.desc()).limit(limit)
        if parent is not None:
            query = query.where(table.c.parent == parent)
        if store is not None:
            query = query.where(table.c.store == store)
        if open_only:
            query = query.where(table.c.closed_at.is_(None))
        with self._database.read() as connection:
            return tuple(codec.load(Incident, body) for body in connection.execute(query).scalars())

    def next_incident(self, store: str) -> str:
        """Return a fresh incident id for the store (``s001-0001``), never given twice."""
        return self._database.write(lambda connection: _next_number(connection, store))

    def save_stores(self, views: Sequence[StoreView]) -> None:
        """Replace the projections of these stores."""
        rows = [
            {"store": v.store, "state": v.state, "seen_at": _stamp_or_none(v.seen_at), "body": codec.dump(v)}
            for v in views
        ]
        if rows:
            self._database.write(lambda connection: _save_stores(connection, rows))

    def stores(self) -> tuple[StoreView, ...]:
        """Return every store's projection, by store id."""
        query = select(tables.stores.c.body).order_by(tables.stores.c.store)
        with self._database.read() as connection:
            return tuple(codec.load(StoreView, body) for body in connection.execute(query).scalars())

    def events_after(self, seq: int, limit: int = 500) -> tuple[tuple[int, Event], ...]:
        """Return (sequence number, event) of what came after ``seq``, oldest first, at most ``limit``."""
        table = tables.events
        query = select(table.c.seq, table.c.kind, table.c.body).where(table.c.seq > seq).order_by(table.c.seq)
        with self._database.read() as connection:
            rows = connection.execute(query.limit(limit)).all()
        return tuple((row.seq, codec.load_event(row.kind, row.body)) for row in rows)

    def last_seq(self) -> int:
        """Return the sequence number of the newest event, 0 when there is none. Numbers have no gaps to rely on."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(tables.events.c.seq))).scalar_one() or 0

    def counts(self, *, since: datetime | None = None) -> Mapping[str, int]:
        """Return how many incidents stand at or ended in each status, of those opened at or after ``since``."""
        table = tables.incidents
        query = select(table.c.status, func.count()).group_by(table.c.status)
        if since is not None:
            query = query.where(table.c.opened_at >= codec.stamp(since))
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _progress(connection: Connection, incident: str) -> Progress | None:
    table = tables.incidents
    query = select(table.c.body, table.c.rungs, table.c.mitigated).where(table.c.id == incident)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Progress(
        incident=codec.load(Incident, row.body), rungs=frozenset(json.loads(row.rungs)), mitigated=bool(row.mitigated)
    )


def _next_progress(connection: Connection, event: IncidentEvent) -> Progress:
    progress = _progress(connection, event.incident)
    return begin(event) if progress is None else advance(progress, event)


def _save_progress(connection: Connection, progress: Progress) -> None:
    incident = progress.incident
    moving = {
        "status": incident.status,
        "closed_at": _stamp_or_none(incident.closed_at),
        "body": codec.dump(incident),
        "rungs": json.dumps(sorted(progress.rungs)),
        "mitigated": int(progress.mitigated),
        "parent": incident.parent,
    }
    fixed = {"id": incident.id, "store": incident.store, "opened_at": codec.stamp(incident.opened_at)}
    statement = insert(tables.incidents).values(**fixed, **moving)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=moving))


def _next_number(connection: Connection, store: str) -> str:
    """Count on; a number somebody used without asking is skipped."""
    table = tables.incident_numbers
    statement = insert(table).values(store=store, last=1)
    counting = statement.on_conflict_do_update(index_elements=["store"], set_={"last": table.c.last + 1})
    while True:
        number = connection.execute(counting.returning(table.c.last)).scalar_one()
        name = f"{store}-{number:04d}"
        taken = select(tables.incidents.c.number).where(tables.incidents.c.id == name)
        if connection.execute(taken).scalar_one_or_none() is None:
            return name


def _stamp_or_none(moment: datetime | None) -> str | None:
    return codec.stamp(moment) if moment else None


def _save_stores(connection: Connection, rows: list[dict[str, str | None]]) -> None:
    statement = insert(tables.stores)
    newer = {name: statement.excluded[name] for name in ("state", "seen_at", "body")}
    connection.execute(statement.on_conflict_do_update(index_elements=["store"], set_=newer), rows)
