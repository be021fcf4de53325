"""One SQLite file: many readers, one writer at a time, every commit on the disk before the call returns.

In: a path. Out: ``write(job)`` and ``read()``. Called by the ledger's two halves. Why so (measured): WAL lets lanes
read while one writes; ``synchronous=FULL`` costs a flush per commit, so waiting writers share one (group commit);
``BEGIN IMMEDIATE`` and a busy timeout keep a second process from failing half-way.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from controller.ports import LedgerError
from inventory.errors import StaleTokenError

__all__ = ["Database", "LedgerError", "create_file"]
T = TypeVar("T")
BUSY_SECONDS = 10.0
BATCH = 50
_READERS = 8
_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={int(BUSY_SECONDS * 1000)}")


class _Ticket(Generic[T]):
    """One caller's write: run inside a savepoint of a shared transaction, answered after the commit."""

    def __init__(self, job: Callable[[Connection], T]) -> None:
        self._job = job
        self._results: list[T] = []
        self._error: Exception | None = None
        self.settled = False

    def run(self, connection: Connection) -> None:
        """Run the job; when it fails, only its own part is taken back."""
        try:
            with connection.begin_nested():
                self._results.append(self._job(connection))
        except SQLAlchemyError as error:
            self._error = _plain(error)
        except (ValueError, LookupError, StaleTokenError) as error:
            self._error = error

    def settle(self, failure: LedgerError | None) -> None:
        """Let the caller have its answer; ``failure`` when the whole transaction was lost."""
        self._error = self._error or failure
        self.settled = True

    def result(self) -> T:
        """Return what the job returned, or raise what went wrong."""
        if self._error is not None:
            raise self._error
        return self._results[0]


class Database:
    """Connections to one ledger file. Safe to use from many threads."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._turn = Lock()
        self._waiting: deque[_Ticket[object]] = deque()
        self._reader = _engine(path, mode="ro" if read_only else "rw", begin="BEGIN", connections=_READERS)
        self._writer = None if read_only else _engine(path, mode="rw", begin="BEGIN IMMEDIATE", connections=1)

    def write(self, job: Callable[[Connection], T]) -> T:
        """Run the job in a transaction; returns when it is durable. Raises ``LedgerError``, or what the job raised."""
        ticket = _Ticket(job)
        self._waiting.append(ticket)  # type: ignore[arg-type]  # the queue does not care what a job returns
        with self._turn:
            while not ticket.settled:
                self._commit_batch()
        return ticket.result()

    def _commit_batch(self) -> None:
        """Commit what is waiting, in order; the thread that has the turn does it for all."""
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
        failure: LedgerError | None = LedgerError("the transaction was broken off; nothing of it was kept")
        try:
            with self.transaction() as connection:
                for ticket in batch:
                    ticket.run(connection)
            failure = None
        except LedgerError as error:
            failure = error
        finally:
            for ticket in batch:
                ticket.settle(failure)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the one connection that may write; durable when the block ends well. Raises ``LedgerError``."""
        if self._writer is None:
            raise LedgerError(f"{self.path.name} is open for reading only")
        try:
            with self._writer.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise _plain(error) from None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state; raises ``LedgerError``."""
        try:
            with self._reader.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise _plain(error) from None

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        if self._writer is not None:
            self._writer.dispose()


def create_file(path: Path) -> None:
    """Make the file and its folder, readable by their owner alone; raises ``LedgerError``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise LedgerError(f"cannot open the ledger {path}: {error.strerror}") from None


def _plain(error: SQLAlchemyError) -> LedgerError:
    """The database's own words; never the values that were being written."""
    return LedgerError(f"the ledger refused: {getattr(error, 'orig', None) or type(error).__name__}")


def _engine(path: Path, *, mode: str, begin: str, connections: int) -> Engine:
    """An engine whose transactions begin as we say; pysqlite's own habits are switched off."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in (*_PRAGMAS, *(("journal_mode=WAL",) if connections == 1 else ("query_only=ON",))):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
