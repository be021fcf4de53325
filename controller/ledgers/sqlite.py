"""The ledger and the journal in one SQLite file: the default, and enough for a whole chain in one place.

In: a path. Out: ``Ledger``, ``JournalStore`` and ``RolloutStore`` of ``controller.ports`` in one object.
Opened by ``controller.main`` (to write) and by commands that only look (``open_read_only``).
"""

from pathlib import Path

from controller.ledgers.database import Database, LedgerError, create_file
from controller.ledgers.history import History
from controller.ledgers.journalling import JournalTables
from controller.ledgers.modelling import ModelTables
from controller.ledgers.reviewing import ReviewTable
from controller.ledgers.rolling import RolloutTables
from controller.ledgers.schema import upgrade
from controller.ledgers.switching import SwitchTable

__all__ = ["LedgerError", "SqliteLedger"]


class SqliteLedger(History, JournalTables, ModelTables, RolloutTables, ReviewTable, SwitchTable):
    """Every part of the ledger on one file. Safe to use from many threads and processes."""

    def __init__(self, database: Database) -> None:
        History.__init__(self, database)
        JournalTables.__init__(self, database)
        ModelTables.__init__(self, database)
        RolloutTables.__init__(self, database)
        ReviewTable.__init__(self, database)
        SwitchTable.__init__(self, database)

    @classmethod
    def open(cls, path: Path) -> "SqliteLedger":
        """Open a ledger, making the file or bringing it up to date first. Raises ``LedgerError``."""
        create_file(path)
        database = Database(path)
        try:
            upgrade(database)
        except LedgerError:
            database.close()
            raise
        return cls(database)

    @classmethod
    def open_read_only(cls, path: Path) -> "SqliteLedger":
        """Open an existing ledger to look at; every write raises ``LedgerError``, as does a missing or foreign file."""
        if not path.is_file():
            raise LedgerError(f"there is no ledger at {path}: has the controller run with this state directory?")
        ledger = cls(Database(path, read_only=True))
        try:
            ledger.last_seq()
        except LedgerError:
            ledger.close()
            raise
        return ledger

    def close(self) -> None:
        """Close the file; the ledger cannot be used afterwards."""
        self._database.close()
