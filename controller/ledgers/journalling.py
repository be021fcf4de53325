"""The durable half of the journal: leases with fencing tokens, intents, workflows and their steps.

In: calls from ``controller.journal`` and the engine. Out: what ``controller.ports.JournalStore`` promises.
One half of ``SqliteLedger``: an intent and its event are one transaction because they live in one file.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Executable, Row, select
from sqlalchemy.dialects.sqlite import insert

from controller.events import Event
from controller.holder import is_gone
from controller.ledgers import codec, tables
from controller.ledgers.database import Database
from controller.ledgers.history import append_within, encode
from controller.ports import Intent
from inventory.errors import StaleTokenError

_MAY_BECOME = {
    "open": frozenset({"ran", "not_run", "unknown", "undone"}),
    "unknown": frozenset({"ran", "not_run", "undone"}),
    "ran": frozenset({"undone"}),
}


class JournalTables:
    """Leases, intents, workflows and steps in one SQLite file."""

    def __init__(self, database: Database, holder_is_gone: Callable[[str], bool] = is_gone) -> None:
        self._database = database
        self._holder_is_gone = holder_is_gone

    def acquire(self, store: str, holder: str, now: datetime, ttl_seconds: float) -> int | None:
        """Take or renew the store's lease; None while another holder has it and may live.

        The token grows by one with every new holder and never shrinks: rows are kept for ever.
        """
        until = codec.stamp(now + timedelta(seconds=ttl_seconds))

        def job(connection: Connection) -> int | None:
            table = tables.leases
            row = connection.execute(select(table).where(table.c.store == store)).one_or_none()
            token = self._token_for(row, holder, codec.stamp(now))
            if token is not None:
                lease = {"holder": holder, "token": token, "expires_at": until}
                statement = insert(table).values(store=store, **lease)
                connection.execute(statement.on_conflict_do_update(index_elements=["store"], set_=lease))
            return token

        return self._database.write(job)

    def _token_for(self, row: Row[tuple[str, str, int, str]] | None, holder: str, now: str) -> int | None:
        if row is None:
            return 1
        if row.holder == holder:
            return int(row.token)
        if row.expires_at <= now or self._holder_is_gone(row.holder):
            return int(row.token) + 1
        return None

    def live_token(self, store: str) -> int:
        """Return the newest token given for the store (0 when none was)."""
        with self._database.read() as connection:
            return _live_token(connection, store)

    def open_intent(self, intent: Intent, event: Event) -> None:
        """Write an intent and its event in one transaction, before the effect.

        Raises ``StaleTokenError`` when a newer token was given, ``ValueError`` when the id was used before.
        """
        encoded = encode((event,))
        row = {
            "id": intent.id,
            "incident": intent.incident,
            "store": intent.store,
            "device": intent.device,
            "token": intent.token,
            "change": codec.dump_change(intent.change),
            "created_at": codec.stamp(intent.created_at),
            "outcome": intent.outcome,
        }

        def job(connection: Connection) -> None:
            if intent.token != _live_token(connection, intent.store):
                raise StaleTokenError(f"{intent.store}: token {intent.token} is no longer the newest")
            append_within(connection, encoded)
            statement = insert(tables.intents).values(row).on_conflict_do_nothing(index_elements=["id"])
            if connection.execute(statement.returning(tables.intents.c.number)).scalar_one_or_none() is None:
                raise ValueError(f"intent {intent.id} was journalled before")

        self._database.write(job)

    def end_intent(self, intent: str, outcome: str, event: Event) -> None:
        """Write an intent's outcome and its event in one transaction; the same outcome again has no effect.

        Raises ``LookupError`` for an unknown intent, ``ValueError`` when the outcome cannot follow what is known.
        """
        encoded = encode((event,))

        def job(connection: Connection) -> None:
            table = tables.intents
            known = connection.execute(select(table.c.outcome).where(table.c.id == intent)).scalar_one_or_none()
            if known is None:
                raise LookupError(f"intent {intent} was never journalled")
            if known == outcome:
                return
            if outcome not in _MAY_BECOME.get(known, frozenset()):
                raise ValueError(f"intent {intent} ended as {known!r}; it cannot become {outcome!r}")
            connection.execute(table.update().where(table.c.id == intent).values(outcome=outcome))
            append_within(connection, encoded)

        self._database.write(job)

    def intents(
        self, *, incident: str | None = None, store: str | None = None, open_only: bool = False
    ) -> tuple[Intent, ...]:
        """Return intents, oldest first."""
        table = tables.intents
        query = select(table).order_by(table.c.number)
        if incident is not None:
            query = query.where(table.c.incident == incident)
        if store is not None:
            query = query.where(table.c.store == store)
        if open_only:
            query = query.where(table.c.outcome == "open")
        with self._database.read() as connection:
            return tuple(_intent(row) for row in connection.execute(query).all())

    def step(self, workflow: str, name: str) -> str | None:
        """Return the recorded JSON result of a step, or None."""
        table = tables.steps
        query = select(table.c.result).where(table.c.workflow == workflow, table.c.name == name)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def record_step(self, workflow: str, name: str, result: str, *events: Event) -> None:
        """Record a step's result and its events in one transaction; the first record wins, its events too."""
        encoded = encode(events)

        def job(connection: Connection) -> None:
            statement = insert(tables.steps).values(workflow=workflow, name=name, result=result)
            first = connection.execute(statement.on_conflict_do_nothing().returning(tables.steps.c.name))
            if first.scalar_one_or_none() is not None:
                append_within(connection, encoded)

        self._database.write(job)

    def unfinished(self) -> tuple[str, ...]:
        """Return ids of workflows begun and not finished, oldest first."""
        table = tables.workflows
        with self._database.read() as connection:
            query = select(table.c.id).where(table.c.finished == 0).order_by(table.c.number)
            return tuple(connection.execute(query).scalars())

    def begin(self, workflow: str, kind: str, argument: str) -> None:
        """Note that a workflow has begun (again: no effect)."""
        statement = insert(tables.workflows).values(id=workflow, kind=kind, argument=argument, finished=0)
        self._database.write(lambda c: _execute(c, statement.on_conflict_do_nothing(index_elements=["id"])))

    def workflow(self, workflow: str) -> tuple[str, str] | None:
        """Return (kind, argument) of a workflow."""
        table = tables.workflows
        with self._database.read() as connection:
            row = connection.execute(select(table.c.kind, table.c.argument).where(table.c.id == workflow)).one_or_none()
        return (row.kind, row.argument) if row else None

    def finish(self, workflow: str) -> None:
        """Note that a workflow has finished."""
        statement = tables.workflows.update().where(tables.workflows.c.id == workflow).values(finished=1)
        self._database.write(lambda c: _execute(c, statement))


def _execute(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)


def _live_token(connection: Connection, store: str) -> int:
    query = select(tables.leases.c.token).where(tables.leases.c.store == store)
    return connection.execute(query).scalar_one_or_none() or 0


def _intent(row: Row[tuple[int, str, str, str, str, int, str, str, str]]) -> Intent:
    return Intent(
        id=row.id,
        incident=row.incident,
        store=row.store,
        device=row.device,
        token=row.token,
        change=codec.load_change(row.change),
        created_at=codec.moment(row.created_at),
        outcome=row.outcome,
    )
