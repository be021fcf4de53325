"""ASN.1's basic encoding, as far as SNMP uses it (X.690; RFC 3416 and 3412).

In: bytes from the wire, from anybody. Out: tags, numbers, names - and back. Called by ``messages`` and ``usm``. Why by
hand: of the libraries that are fast enough none tells an error from the end of a table, or survives every datagram.
Every length is checked against what is really there; nothing is copied that is not asked for.
"""

from collections.abc import Iterator
from functools import lru_cache

Oid = tuple[int, ...]
INTEGER, OCTETS, NULL, NAME, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
_LONG = 0x80
_LONGEST_LENGTH = 4
_LONGEST_NUMBER = 9  # 64 bits unsigned
_MOST_ARCS = 128  # RFC 2578, 3.5
_LONGEST_NAME = 5 * _MOST_ARCS  # what is remembered of strangers' names stays small, however they pad them


class MalformedError(ValueError):
    """The bytes are no message."""


def take(wire: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return the tag at ``at`` and where its content begins and ends. Raises ``MalformedError``."""
    if at + 2 > end:
        raise MalformedError("cut short")
    tag, length, at = wire[at], wire[at + 1], at + 2
    if length & _LONG:
        size = length & 0x7F
        if not 0 < size <= _LONGEST_LENGTH or at + size > end:
            raise MalformedError("no length")
        length, at = int.from_bytes(wire[at : at + size]), at + size
    if at + length > end:
        raise MalformedError("cut short")
    return tag, at, at + length


def each(wire: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield every tag from ``at`` to ``end`` with where its content begins and ends. Raises ``MalformedError``."""
    while at < end:
        tag, begin, at = take(wire, at, end)
        yield tag, begin, at


def parts(wire: bytes, at: int, end: int, *tags: int) -> list[tuple[int, int]]:
    """Return where the contents of exactly these tags are. Raises ``MalformedError`` for any others."""
    found = list(each(wire, at, end))
    if tuple(tag for tag, _, _ in found) != tags:
        raise MalformedError("other parts than expected")
    return [(begin, stop) for _, begin, stop in found]


def number(wire: bytes, begin: int, end: int, *, signed: bool = True) -> int:
    """Read a whole number. Raises ``MalformedError``."""
    if not 0 < end - begin <= _LONGEST_NUMBER:
        raise MalformedError("no number")
    return int.from_bytes(wire[begin:end], signed=signed)


@lru_cache(maxsize=65536)
def name(content: bytes) -> Oid:
    """Read an object's name. Raises ``MalformedError``."""
    if len(content) > _LONGEST_NAME:
        raise MalformedError("no name")
    arcs: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & _LONG:
            arcs.append(value)
            value = 0
    if not arcs or content[-1] & _LONG or len(arcs) >= _MOST_ARCS or max(arcs) >= 1 << 32:
        raise MalformedError("no name")
    first = min(arcs[0] // 40, 2)
    return (first, arcs[0] - 40 * first, *arcs[1:])


def tlv(tag: int, content: bytes) -> bytes:
    """Write a tag with its content."""
    if len(content) < _LONG:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes((tag, _LONG | len(size))) + size + content


def sequence(*pieces: bytes) -> bytes:
    """Write pieces as one sequence."""
    return tlv(SEQUENCE, b"".join(pieces))


def written(value: int) -> bytes:
    """Write a whole number."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


@lru_cache(maxsize=65536)
def written_name(oid: Oid) -> bytes:
    """Write an object's name."""
    return tlv(NAME, b"".join(_base128(arc) for arc in (40 * oid[0] + oid[1], *oid[2:])))


def _base128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(arc & 0x7F | _LONG)
    return bytes(reversed(groups))
