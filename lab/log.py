"""The lab's own log: what really happened, one JSON object per line.

In: rows from the world, the emulators and the faults. Out: a file that ``lab.score`` reads, flushed per row.
Every row has ``at`` (ISO 8601 UTC of the lab's clock, milliseconds) and ``kind``.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path


class LabLog:
    """A log on disk, or kept in memory only when there is no path."""

    def __init__(self, path: Path | None = None) -> None:
        self.rows: list[dict[str, object]] = []
        self._out = path.open("a", encoding="utf-8") if path is not None else None

    def write(self, kind: str, when: datetime, **fields: object) -> None:
        """Write one row."""
        row: dict[str, object] = {"at": stamp(when), "kind": kind, **fields}
        if self._out is None:
            self.rows.append(row)
            return
        self._out.write(json.dumps(row, default=str) + "\n")
        self._out.flush()

    def close(self) -> None:
        """Close the file."""
        if self._out is not None:
            self._out.close()


def stamp(when: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def read(path: Path) -> Iterator[dict[str, object]]:
    """Yield the rows of a log file; a last line cut short is left out."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)
