"""Reads a folder of recordings back: rounds as they were, store by store in the order of time.

In: a folder. Out: rounds; what could not be read is told in ``troubles`` and left out, never guessed.
Called by everything that replays; any number of processes may read while a controller writes.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from anomaly.recordings.encoding import NOT_UNDERSTOOD, Decoder
from anomaly.recordings.frames import SUFFIX, BrokenRecordingError, frames, shard_of
from anomaly.recordings.rounds import Round
from inventory.model import StoreId

STAMP = "%Y%m%dT%H%M%S%fZ"


def began_at(path: Path) -> datetime | None:
    """Return when a file was begun, by its name; None when it is no recording's."""
    try:
        return datetime.strptime(path.stem.partition("-")[0], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def recording_files(folder: Path, since: datetime | None = None) -> tuple[Path, ...]:
    """Return a folder's recordings, oldest first; of those before ``since`` only the last, which may reach into it."""
    found = sorted((began, path) for path in folder.glob(f"*{SUFFIX}") if (began := began_at(path)) is not None)
    if since is not None:
        before = sum(began <= since for began, _ in found)
        found = found[max(0, before - 1) :]
    return tuple(path for _, path in found)


def read_rounds(
    folder: Path,
    *,
    since: datetime | None = None,
    stores: Collection[StoreId] | None = None,
    shards: Collection[int] | None = None,
    troubles: list[str] | None = None,
) -> Iterator[Round]:
    """Yield the recorded rounds, oldest file first.

    ``since``: older files are left out; rounds shortly before it come along, so that a replay can warm up.
    ``stores``, ``shards``: only these. ``troubles`` is told what could not be read.
    """
    for path in recording_files(folder, since):
        yield from rounds_in(path, stores=stores, shards=shards, troubles=troubles)


def rounds_in(
    path: Path,
    *,
    stores: Collection[StoreId] | None = None,
    shards: Collection[int] | None = None,
    troubles: list[str] | None = None,
) -> Iterator[Round]:
    """Yield one file's rounds up to its end or its first damage."""
    wanted = frozenset(map(shard_of, stores)) if stores is not None else None
    if shards is not None:
        wanted = frozenset(shards) if wanted is None else wanted & frozenset(shards)
    told = troubles if troubles is not None else []
    decoder = Decoder()
    try:
        for _, lines in frames(path, wanted):
            for line in lines:
                found = decoder.feed(line)
                if found is not None and (stores is None or found.store in stores):
                    yield found
    except (BrokenRecordingError, OSError) as error:
        told.append(str(error))
    except NOT_UNDERSTOOD as error:
        told.append(f"{path} holds a line that is not understood; the rest of it is left: {error}")
    if decoder.dropped:
        told.append(f"{path}: {decoder.dropped} rounds were not recorded, the controller had more to do")
