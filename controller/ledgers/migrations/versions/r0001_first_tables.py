"""First tables: events and their projections, leases, intents, workflows and steps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _incidents_and_events()
    _projections()
    _journal()
    _workflows()


def _incidents_and_events() -> None:
    op.create_table(
        "incidents",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("closed_at", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("rungs", sa.Text, nullable=False),
        sa.Column("mitigated", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("incidents_by_store", "incidents", ["store", "number"])
    op.create_index("incidents_by_closing", "incidents", ["closed_at", "number"])
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("incident", sa.Text, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("events_by_incident", "events", ["incident", "seq"])


def _projections() -> None:
    op.create_table(
        "incident_numbers",
        sa.Column("store", sa.Text, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "stores",
        sa.Column("store", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _journal() -> None:
    op.create_table(
        "leases",
        sa.Column("store", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
    )
    op.create_table(
        "intents",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("incident", sa.Text, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("intents_by_incident", "intents", ["incident", "number"])
    op.create_index("intents_by_outcome", "intents", ["outcome", "number"])


def _workflows() -> None:
    op.create_table(
        "workflows",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("argument", sa.Text, nullable=False),
        sa.Column("finished", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("workflows_by_finished", "workflows", ["finished", "number"])
    op.create_table(
        "steps",
        sa.Column("workflow", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("result", sa.Text, nullable=False),
    )
