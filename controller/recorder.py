"""Keeps every round's observations on disk, so that changed rules can be tried on what really happened.

In: rounds, from the lanes' own threads. Out: files under ``<state>/recordings`` (``docs/recordings.md``). Wired by
``controller.running``. Healing never waits for it: a lane leaves its round in a bounded queue and goes on; when that is
full the round is dropped, counted and told. A disk that refuses costs recordings, and nothing else.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from anomaly.model import Hinted, Observation
from anomaly.recordings.rounds import Round, Session
from anomaly.recordings.writing import Writer
from inventory.model import StoreId

QUEUED = 2000
BATCH = 500
FLUSH_SECONDS = 2.0
TOLD_EVERY = 60.0
LAST_WORDS = 10.0
"""A disk that hangs keeps nobody from ending."""
log = structlog.get_logger(__name__)


class Recorder:
    """Records in a thread of its own. ``recorded`` and ``dropped`` count rounds since the start."""

    def __init__(
        self,
        writer: Writer,
        session: Session,
        *,
        queued: int = QUEUED,
        flush_seconds: float = FLUSH_SECONDS,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._writer = writer
        self._session = session
        self._queue: queue.Queue[Round | None] = queue.Queue(queued)
        self._flush_seconds = flush_seconds
        self._ticks = ticks
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._lock = threading.Lock()
        self._stopping = False
        self._untold = 0
        self._told_at: float | None = None
        self.recorded = 0
        self.dropped = 0

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is queued and end."""
        with self._lock:
            self._stopping = True
        if self._thread.is_alive():
            with contextlib.suppress(queue.Full):
                self._queue.put(None, timeout=LAST_WORDS)
            self._thread.join(timeout=LAST_WORDS)

    def note(self, store: StoreId, observations: Sequence[Observation], at: datetime, hinted: Hinted) -> None:
        """Take one round, or drop it; never waits."""
        told = Round(store=store, at=at, observations=tuple(observations), session=self._session, hinted=dict(hinted))
        with self._lock:
            if self._stopping:
                return
            try:
                self._queue.put_nowait(told)
            except queue.Full:
                self._lose(1)

    def _run(self) -> None:
        is_over = False
        while not is_over:
            batch, is_over = self._gather()
            if batch:
                self._write(batch)
            self._tell_of_losses()
        with contextlib.suppress(OSError):
            self._writer.close()

    def _gather(self) -> tuple[list[Round], bool]:
        """Collect rounds for a moment; also whether it was the last time."""
        batch: list[Round] = []
        until = self._ticks() + self._flush_seconds
        while len(batch) < BATCH and (left := until - self._ticks()) > 0:
            try:
                told = self._queue.get(timeout=left)
            except queue.Empty:
                break
            if told is None:
                return batch, True
            batch.append(told)
        return batch, False

    def _write(self, batch: list[Round]) -> None:
        with self._lock:
            untold, self._untold = self._untold, 0
        try:
            self._writer.write(batch, untold)
            self.recorded += len(batch)
        except (OSError, ValueError, TypeError) as error:
            with contextlib.suppress(OSError):
                self._writer.close()
            log.warning("recording.failed", rounds=len(batch), reason=str(error))
            with self._lock:
                self._lose(len(batch))
                self._untold += untold

    def _lose(self, number: int) -> None:
        self.dropped += number
        self._untold += number

    def _tell_of_losses(self) -> None:
        """Log a loss at most once a minute; how many there were in all is a metric, too."""
        now = self._ticks()
        if not self._untold or (self._told_at is not None and now - self._told_at < TOLD_EVERY):
            return
        self._told_at = now
        log.warning("recording.dropped", rounds=self.dropped, since="start")
