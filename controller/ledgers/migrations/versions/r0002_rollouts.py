"""Rollouts and their targets; events and intents may belong to a rollout; incidents may have a parent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_EVENTS = ("seq", "incident", "store", "kind", "at", "body")
_INTENTS = ("number", "id", "incident", "store", "device", "token", "change", "created_at", "outcome")


def upgrade() -> None:
    """Make the new tables; make two old ones anew without their tie to incidents, every row and number kept."""
    op.add_column("incidents", sa.Column("parent", sa.Text, nullable=False, server_default=""))
    op.create_index("incidents_by_parent", "incidents", ["parent", "number"])
    _events()
    _intents()
    _rollouts()


def _events() -> None:
    op.drop_index("events_by_incident")
    op.rename_table("events", "events_before")
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    _move("events", _EVENTS)
    op.create_index("events_by_incident", "events", ["incident", "seq"])


def _intents() -> None:
    op.drop_index("intents_by_incident")
    op.drop_index("intents_by_outcome")
    op.rename_table("intents", "intents_before")
    op.create_table(
        "intents",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    _move("intents", _INTENTS)
    op.create_index("intents_by_incident", "intents", ["incident", "number"])
    op.create_index("intents_by_outcome", "intents", ["outcome", "number"])


def _move(table: str, columns: tuple[str, ...]) -> None:
    """Bring the rows over; SQLite's counter of used numbers follows the greatest of them."""
    names = ", ".join(columns)
    op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_before")  # noqa: S608 - our own words
    op.drop_table(f"{table}_before")


def _rollouts() -> None:
    op.create_table(
        "rollouts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rollout_targets",
        sa.Column("rollout", sa.Text, sa.ForeignKey("rollouts.id"), primary_key=True),
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
    )
    op.create_index("targets_by_store", "rollout_targets", ["store", "state"])
