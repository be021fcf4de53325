"""Models and what they were asked, in the ledger: rows, the pointer to the active one, sightings.

In: ``controller.learning``. Out: the same records again. One part of ``SqliteLedger``. Why here and not in the models'
folder: who is active is decided in one transaction, whichever process asks.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from controller.ledgers import codec, tables
from controller.ledgers.database import Database
from controller.model_rows import ModelRow, Pointer, Sighting

_POINTER = "naming"


class ModelTables:
    """The models' tables in one SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def models(self) -> tuple[ModelRow, ...]:
        """Return every model, oldest first."""
        query = select(tables.models.c.body).order_by(tables.models.c.number)
        with self._database.read() as connection:
            return tuple(codec.load(ModelRow, body) for body in connection.execute(query).scalars())

    def pointer(self) -> Pointer:
        """Return which model is active."""
        query = select(tables.model_pointers.c.body).where(tables.model_pointers.c.name == _POINTER)
        with self._database.read() as connection:
            body = connection.execute(query).scalar_one_or_none()
        return codec.load(Pointer, body) if body else Pointer()

    def shelve(self, *rows: ModelRow, pointer: Pointer | None = None) -> None:
        """Write models and the pointer in one transaction."""
        self._database.write(_shelving(rows, pointer))

    def sightings(self, since: datetime | None = None) -> tuple[Sighting, ...]:
        """Return what was seen at the opening of incidents, oldest first."""
        table = tables.sightings
        query = select(table.c.body).order_by(table.c.number)
        if since is not None:
            query = query.where(table.c.at >= codec.stamp(since))
        with self._database.read() as connection:
            return tuple(codec.load(Sighting, body) for body in connection.execute(query).scalars())

    def save_sighting(self, sighting: Sighting) -> None:
        """Write a sighting, or what is now known of it."""
        row = {"at": codec.stamp(sighting.at), "body": codec.dump(sighting)}
        statement = insert(tables.sightings).values(incident=sighting.incident, **row)
        upsert = statement.on_conflict_do_update(index_elements=["incident"], set_=row)
        self._database.write(lambda connection: _run(connection, upsert))


def _run(connection: Connection, statement: object) -> None:
    connection.execute(statement)  # type: ignore[call-overload]


def _shelving(rows: Sequence[ModelRow], pointer: Pointer | None) -> Callable[[Connection], None]:
    def job(connection: Connection) -> None:
        for row in rows:
            told = {"state": row.state, "body": codec.dump(row)}
            statement = insert(tables.models).values(name=row.name, **told)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=told))
        if pointer is not None:
            body = codec.dump(pointer)
            aim = insert(tables.model_pointers).values(name=_POINTER, body=body)
            connection.execute(aim.on_conflict_do_update(index_elements=["name"], set_={"body": body}))

    return job
