"""Brings a ledger file to this version's tables.

In: the open file. Out: nothing; raises ``LedgerError``. Called once when a ledger is opened.
The migrations are part of the package: no ``alembic.ini``, nothing to run by hand. All of them happen in one
``BEGIN IMMEDIATE`` transaction, so two processes that start together take turns and a crash leaves the old tables.
"""

from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from controller.ledgers.database import Database, LedgerError

MIGRATIONS = Path(__file__).parent / "migrations"
_one_at_a_time = Lock()  # alembic keeps the migration under way in module globals


def upgrade(database: Database) -> None:
    """Run the migrations the file has not seen. ``LedgerError`` when it is newer than this version, or no ledger."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with _one_at_a_time, database.transaction() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError:
        raise LedgerError("the ledger was written by a newer version of storenet") from None
