"""Writes one event's row. Called by both halves of the ledger that append events."""

from sqlalchemy import Connection

from controller.events import Event, subject_of
from controller.ledgers import codec, tables


def save_event(connection: Connection, event: Event, body: str) -> None:
    """Put an event and its JSON into the table, within the caller's transaction."""
    connection.execute(
        tables.events.insert().values(
            incident=subject_of(event), store=event.store, kind=event.kind, at=codec.stamp(event.at), body=body
        )
    )
