"""A device's flash: files by path, each with the time it was written.

In: names as people and programs write them. Out: the content. Held by the device; the clock is the lab's.
"""

from collections.abc import Callable
from datetime import datetime


def file_key(name: str) -> str:
    """Return the key of a file in flash: its path without the file system and a leading slash."""
    return name.partition(":")[2].lstrip("/") if ":" in name else name.lstrip("/")


class Flash(dict[str, bytes]):
    """Content by key; ``times`` says when each was written."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.times: dict[str, datetime] = {}
        self._now = now

    def store(self, name: str, content: bytes) -> None:
        """Write a file; ``flash:/x`` and ``flash:x`` are the same file."""
        key = file_key(name)
        self[key] = content
        self.times[key] = self._now()

    def remove(self, name: str) -> bool:
        """Delete a file; False when there is none."""
        self.times.pop(file_key(name), None)
        return self.pop(file_key(name), None) is not None
