"""Switches: a name that is thrown with a reason, by a person or by the controller, and taken back.

In: ``kill``, ``halt/<rollout>``, ``quarantine/<name>``. Out: their reasons. One part of ``SqliteLedger``. Why in the
ledger: a switch works from any process, at once, and outlasts every restart.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from controller.ledgers import tables
from controller.ledgers.database import Database


class SwitchTable:
    """The switches in one SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def switch(self, name: str) -> str | None:
        """Return a switch's text (``kill`` holds the reason it was thrown), or None when it is off."""
        query = select(tables.switches.c.reason).where(tables.switches.c.name == name)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def switches(self, prefix: str) -> Mapping[str, str]:
        """Return the thrown switches whose names begin with ``prefix``, by name, with their reasons."""
        table = tables.switches
        wanted = table.c.name.startswith(prefix, autoescape=True)
        with self._database.read() as connection:
            rows = connection.execute(select(table.c.name, table.c.reason).where(wanted).order_by(table.c.name)).all()
        return {row.name: row.reason for row in rows if row.name.startswith(prefix)}

    def throw(self, name: str, reason: str | None) -> None:
        """Throw a switch with a reason, or take it back with None."""
        self._database.write(_throwing(name, reason))


def _throwing(name: str, reason: str | None) -> Callable[[Connection], None]:
    def job(connection: Connection) -> None:
        if reason is None:
            connection.execute(tables.switches.delete().where(tables.switches.c.name == name))
            return
        statement = insert(tables.switches).values(name=name, reason=reason)
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"reason": reason}))

    return job
