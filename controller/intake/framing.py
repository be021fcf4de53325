"""A TCP stream of syslog cut into messages: octet counting and newlines (RFC 6587), told apart message by message.

In: bytes as they come. Out: whole messages. Called by ``ear``, one per connection. What waits for its end is bounded:
a message longer than ``LONGEST`` is passed on cut, and the rest of it is thrown away.
"""

from controller.intake.syslog import LONGEST

_DIGITS = b"123456789"
_MOST_DIGITS = 7


class Frames:
    """The messages of one connection. It holds at most ``LONGEST`` bytes between two calls."""

    def __init__(self) -> None:
        self._held = b""
        self._skip = 0
        self._skip_line = False

    @property
    def held(self) -> int:
        """How many bytes wait for the rest of their message."""
        return len(self._held)

    def feed(self, more: bytes) -> list[bytes]:
        """Return the messages that are whole now, empty ones left out."""
        held, at, found = self._held + more, 0, []
        while at < len(held):
            if self._skip or self._skip_line:
                at = self._skipped(held, at)
                continue
            message, next_at = self._counted(held, at) if held[at] in _DIGITS else self._line(held, at)
            if next_at is None:
                break
            at = next_at
            if message:
                found.append(message)
        self._held = held[at:]
        return found

    def _skipped(self, held: bytes, at: int) -> int:
        """Where the message that is thrown away ends, or the end of what there is."""
        if self._skip:
            gone = min(self._skip, len(held) - at)
            self._skip -= gone
            return at + gone
        end = held.find(b"\n", at)
        self._skip_line = end < 0
        return len(held) if end < 0 else end + 1

    def _counted(self, held: bytes, at: int) -> tuple[bytes, int | None]:
        """``17 <13>...``: digits, a blank, so many bytes. Digits without it are the beginning of a line."""
        space = held.find(b" ", at, at + _MOST_DIGITS + 1)
        head = held[at:space] if space >= 0 else held[at : at + _MOST_DIGITS + 1]
        if space < 0 and head.isdigit() and len(head) <= _MOST_DIGITS:
            return b"", None
        if space < 0 or not head.isdigit():
            return self._line(held, at)
        size, start = int(head), space + 1
        if size > LONGEST and len(held) - start >= LONGEST:
            self._skip = size - LONGEST
            return held[start : start + LONGEST], start + LONGEST
        return (b"", None) if len(held) - start < size else (held[start : start + size], start + size)

    def _line(self, held: bytes, at: int) -> tuple[bytes, int | None]:
        end = held.find(b"\n", at, at + LONGEST)
        if end >= 0:
            return held[at:end].strip(b"\r\0"), end + 1
        if len(held) - at < LONGEST:
            return b"", None
        self._skip_line = True
        return held[at : at + LONGEST], at + LONGEST
