"""The ledger's tables, as SQLAlchemy Core knows them.

Every table is made and changed by ``migrations``; a test compares the two. Times are ISO 8601 texts in UTC with six
decimals, so that they sort as text. ``events`` is read by others too (``storenet lab score``): its columns stay.
In ``events`` and ``intents`` the column ``incident`` holds the id of an incident or of a rollout.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData()

incidents = Table(
    "incidents",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("store", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("body", Text, nullable=False),
    Column("rungs", Text, nullable=False),
    Column("mitigated", Integer, nullable=False),
    Column("parent", Text, nullable=False, server_default=""),
    Index("incidents_by_parent", "parent", "number"),
    Index("incidents_by_store", "store", "number"),
    Index("incidents_by_closing", "closed_at", "number"),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("incident", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("events_by_incident", "incident", "seq"),
    sqlite_autoincrement=True,
)

incident_numbers = Table(
    "incident_numbers",
    metadata,
    Column("store", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

stores = Table(
    "stores",
    metadata,
    Column("store", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("seen_at", Text),
    Column("body", Text, nullable=False),
)

switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("reason", Text, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("store", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("token", Integer, nullable=False),
    Column("expires_at", Text, nullable=False),
)

intents = Table(
    "intents",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("incident", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("token", Integer, nullable=False),
    Column("change", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("intents_by_incident", "incident", "number"),
    Index("intents_by_outcome", "outcome", "number"),
    sqlite_autoincrement=True,
)

rollouts = Table(
    "rollouts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)

rollout_targets = Table(
    "rollout_targets",
    metadata,
    Column("rollout", Text, ForeignKey("rollouts.id"), primary_key=True),
    Column("device", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("store", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Index("targets_by_store", "store", "state"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("incident", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)

workflows = Table(
    "workflows",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("argument", Text, nullable=False),
    Column("finished", Integer, nullable=False),
    Index("workflows_by_finished", "finished", "number"),
    sqlite_autoincrement=True,
)

steps = Table(
    "steps",
    metadata,
    Column("workflow", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("result", Text, nullable=False),
)

models = Table(
    "models",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)

model_pointers = Table(
    "model_pointers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("incident", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("sightings_by_time", "at"),
    sqlite_autoincrement=True,
)
