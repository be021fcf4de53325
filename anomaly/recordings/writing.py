"""Writes rounds to a folder: a file an hour, whole frames appended, the oldest files taken away.

In: batches of rounds. Out: files. Called by ``controller.recorder`` from its own thread. Why each batch is one write of
whole frames: a process that is killed loses the batch it was at, and nothing that was written before.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path

from anomaly.recordings.encoding import Encoder, dropped_line, opening_line
from anomaly.recordings.frames import MAGIC, NOTES, SUFFIX, frame, shard_of
from anomaly.recordings.reading import STAMP, began_at, recording_files
from anomaly.recordings.rounds import Round, Session

HOUR = timedelta(hours=1)
PARTS = 16
"""One file is at most this part of what may be kept."""


class Writer:
    """One life's recordings. ``keep``: how old they get; ``most_bytes``: how large all of them together.

    Every method may raise ``OSError``; what was not written then is lost, and the next batch begins a new file.
    """

    def __init__(self, folder: Path, session: Session, *, keep: timedelta, most_bytes: int) -> None:
        self._folder = folder
        self._session = session
        self._keep = keep
        self._most = most_bytes
        self._file: FileIO | None = None
        self._path: Path | None = None
        self._began: datetime | None = None
        self._encoder: Encoder | None = None
        self._size = 0

    def write(self, rounds: Sequence[Round], dropped: int = 0) -> None:
        """Append a batch; ``dropped``: how many rounds were lost before it."""
        if not rounds:
            return
        newest = max(told.at for told in rounds)
        encoder = self._encoder_for(rounds[0].at, newest)
        by_shard: dict[int, list[str]] = {}
        if dropped:
            by_shard[NOTES] = [dropped_line(dropped, newest)]
        for told in rounds:
            by_shard.setdefault(shard_of(told.store), []).extend(encoder.lines(told))
        self._append(b"".join(frame(shard, lines) for shard, lines in by_shard.items()))

    def close(self) -> None:
        """End the file."""
        file, self._file, self._encoder = self._file, None, None
        if file is not None:
            file.close()

    def _encoder_for(self, first: datetime, newest: datetime) -> Encoder:
        """Return the encoder of the file that is open, or of a new one when it is an hour old or large."""
        if self._encoder is not None and self._began is not None:
            if abs(newest - self._began) < HOUR and self._size < self._most // PARTS:
                return self._encoder
            self.close()
        return self._begin(first)

    def _begin(self, at: datetime) -> Encoder:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep(at)
        self._path = _free(self._folder, at)
        self._file = FileIO(str(self._path), "x")
        self._began, self._encoder, self._size = at, Encoder(at), 0
        self._append(MAGIC + frame(NOTES, [opening_line(self._session, at)]))
        return self._encoder

    def _append(self, chunk: bytes) -> None:
        """Write all of a chunk; after a failure this file gets nothing more, for its end may be torn."""
        assert self._file is not None  # noqa: S101 - begun above
        try:
            view = memoryview(chunk)
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            self.close()
            raise
        self._size += len(chunk)

    def _sweep(self, now: datetime) -> None:
        """Take away what is too old, then the oldest until there is room for another file."""
        files = [(path, path.stat().st_size) for path in recording_files(self._folder)]
        room = self._most - self._most // PARTS
        total = sum(size for _, size in files)
        for path, size in files:
            began = began_at(path)
            is_old = began is not None and now - began > self._keep + HOUR
            if is_old or total > room:
                path.unlink(missing_ok=True)
                total -= size


def _free(folder: Path, at: datetime) -> Path:
    """Return the name of a file that is not there yet."""
    stem = at.strftime(STAMP)
    names = (f"{stem}{f'-{n}' if n else ''}{SUFFIX}" for n in range(10_000))
    return next(folder / name for name in names if not (folder / name).exists())
