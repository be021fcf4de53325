"""As much of BER as a trap needs, with bounds: values of one level, object identifiers, small numbers.

In: bytes. Out: (tag, contents) pairs. Called by ``traps``. Why our own: a decoder that meets strangers' bytes twenty
thousand times a second must be small, must never recurse, and must refuse early. Only definite lengths (X.690 8.1.3).
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

SEQUENCE, INTEGER, OCTETS, OBJECT_ID, ADDRESS = 0x30, 0x02, 0x04, 0x06, 0x40
_LONG = 0x80
_MOST_LENGTH_BYTES = 3
_MOST_NUMBER_BYTES = 9
_MOST_PARTS = 128
_V4_BYTES = 4
_FIRST, _SECOND = 40, 80


class UnreadableError(Exception):
    """These bytes are not what they should be."""


def items(raw: bytes, most: int) -> Iterator[tuple[int, bytes]]:
    """Yield the values that stand one after another, at most ``most``. Raises ``UnreadableError``."""
    at = 0
    for _ in range(most):
        if at >= len(raw):
            return
        tag, start, end = _head(raw, at)
        yield tag, raw[start:end]
        at = end
    if at < len(raw):
        raise UnreadableError("more values than there may be")


def inside(raw: bytes, tag: int) -> bytes:
    """Return the contents of the first value, which must have this tag. Raises ``UnreadableError``."""
    found, start, end = _head(raw, 0)
    if found != tag:
        raise UnreadableError("another kind of value was due")
    return raw[start:end]


def number(contents: bytes) -> int:
    """Return an integer. Raises ``UnreadableError``."""
    if not 0 < len(contents) <= _MOST_NUMBER_BYTES:
        raise UnreadableError("a number of that size cannot be")
    return int.from_bytes(contents, "big", signed=True)


def object_id(contents: bytes) -> str:
    """Return ``1.3.6.1`` ... Raises ``UnreadableError``."""
    parts: list[int] = []
    value = 0
    for byte in contents:
        value = (value << 7) | (byte & 0x7F)
        if value >> 32:
            raise UnreadableError("a part of an identifier is too large")
        if not byte & _LONG:
            parts.append(value)
            value = 0
    if not parts or contents[-1] & _LONG or len(parts) > _MOST_PARTS:
        raise UnreadableError("that is no object identifier")
    first = min(parts[0] // _FIRST, 2)
    parts[:1] = [first, parts[0] - (_SECOND if first == 2 else first * _FIRST)]  # noqa: PLR2004  # X.690 8.19.4
    return ".".join(map(str, parts))


def address(contents: bytes) -> str:
    """Return an IPv4 address. Raises ``UnreadableError``."""
    if len(contents) != _V4_BYTES:
        raise UnreadableError("that is no IPv4 address")
    return str(IPv4Address(contents))


def _head(raw: bytes, at: int) -> tuple[int, int, int]:
    """Tag, where the contents begin, where they end."""
    if len(raw) - at < 2:  # noqa: PLR2004  # a tag and a length
        raise UnreadableError("it ends in the middle of a value")
    tag, length, start = raw[at], raw[at + 1], at + 2
    if length & _LONG:
        more = length & 0x7F
        if not 0 < more <= _MOST_LENGTH_BYTES or len(raw) - start < more:
            raise UnreadableError("that length cannot be")
        length = int.from_bytes(raw[start : start + more], "big")
        start += more
    if start + length > len(raw):
        raise UnreadableError("a value is longer than what it stands in")
    return tag, start, start + length
