"""The file format's outer shell: a magic line, then frames that each carry their length and checksum.

In: lines of text per shard. Out: bytes to append; or the lines again, shards that nobody asked for skipped unread.
Called by ``writing`` and ``reading``. Why frames: a process that dies leaves at most one torn frame at the end, and a
damaged one is noticed instead of read.
"""

import struct
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

MAGIC = b"storenet recording 1\n"
SHARDS = 8
NOTES = 255
"""The shard of what concerns the whole file."""
SUFFIX = ".rec"
_HEAD = struct.Struct(">BII")
_SEAL = struct.Struct(">I")
_ROOMY = 1 << 28


class BrokenRecordingError(Exception):
    """A file is no recording, or damaged; what came before the damage is good."""


def shard_of(store: str) -> int:
    """Return the shard a store's rounds are in."""
    return zlib.crc32(store.encode()) % SHARDS


def frame(shard: int, lines: Sequence[str]) -> bytes:
    """Return lines of one shard as a frame."""
    body = zlib.compress("\n".join(lines).encode(), 6)
    head = _HEAD.pack(shard, len(body), zlib.crc32(body))
    return head + _SEAL.pack(zlib.crc32(head)) + body


def frames(path: Path, shards: Collection[int] | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield (shard, lines) of the wanted shards and of ``NOTES``; a torn last frame is left out.

    Raises ``BrokenRecordingError`` where the file is damaged, ``OSError`` when it cannot be read.
    """
    with path.open("rb") as file:
        if (start := file.read(len(MAGIC))) != MAGIC:
            if MAGIC.startswith(start):
                return  # it died before the first word was down
            raise BrokenRecordingError(f"{path} is no recording of this version")
        while (head := _head(path, file)) is not None:
            shard, length, checksum = head
            if shards is not None and shard != NOTES and shard not in shards:
                file.seek(length, 1)
                continue
            body = file.read(length)
            if len(body) < length:
                return
            if zlib.crc32(body) != checksum:
                raise _damaged(path, file)
            yield shard, _lines(path, body)


def _head(path: Path, file: BinaryIO) -> tuple[int, int, int] | None:
    """Return shard, length and checksum of the next frame; None at the end of the file."""
    head, seal = file.read(_HEAD.size), file.read(_SEAL.size)
    if len(seal) < _SEAL.size:
        return None
    if _SEAL.unpack(seal)[0] != zlib.crc32(head):
        raise _damaged(path, file)
    shard, length, checksum = _HEAD.unpack(head)
    return shard, length, checksum


def _damaged(path: Path, file: BinaryIO) -> BrokenRecordingError:
    return BrokenRecordingError(f"{path} is damaged before byte {file.tell()}; the rest of it is not read")


def _lines(path: Path, body: bytes) -> list[str]:
    """Unpack a frame whose checksum is right; one that would fill the memory is refused."""
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(body, _ROOMY).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise BrokenRecordingError(f"{path} holds a frame that cannot be unpacked: {error}") from None
    if unpacking.unconsumed_tail:
        raise BrokenRecordingError(f"{path} holds a frame of more than {_ROOMY} bytes")
    return text.splitlines()
