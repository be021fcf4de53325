"""What people said of incidents, the last review of each: what signatures are learned from.

In: ``Reviewed`` events, by way of ``history``, in the transaction that appends them: a review that was answered is
learned, whatever happens next. Out: all reviews, oldest first. One part of ``SqliteLedger``.
"""

from sqlalchemy import Connection, func, select

from controller.events import Reviewed
from controller.ledgers import codec, tables
from controller.ledgers.database import Database


def save_review(connection: Connection, event: Reviewed, body: str) -> None:
    """Keep a review in the place of the incident's earlier one."""
    table = tables.reviews
    connection.execute(table.delete().where(table.c.incident == event.incident))
    connection.execute(table.insert().values(incident=event.incident, body=body))


class ReviewTable:
    """The reviews in one SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reviews(self) -> tuple[Reviewed, ...]:
        """Return the last review of every incident that has one, oldest first."""
        query = select(tables.reviews.c.body).order_by(tables.reviews.c.number)
        with self._database.read() as connection:
            return tuple(codec.load(Reviewed, body) for body in connection.execute(query).scalars())

    def last_review(self) -> int:
        """Return the number of the newest review, 0 when there is none; it changes with every review."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(tables.reviews.c.number))).scalar_one() or 0
