"""ASN.1's basic encoding, as much of it as SNMP needs (RFC 3416, RFC 1905's types).

In: bytes from the wire. Out: messages - and back. Called by ``lab.devices.snmp`` and ``usm``. Why by hand: it is a
page, and no library is needed for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal

Oid = tuple[int, ...]
Kind = Literal["integer", "text", "oid", "gauge", "counter", "ticks", "null", "no_object", "no_instance", "end"]

SEQUENCE = 0x30
TAGS: dict[Kind, int] = {
    "integer": 0x02,
    "text": 0x04,
    "null": 0x05,
    "oid": 0x06,
    "counter": 0x41,
    "gauge": 0x42,
    "ticks": 0x43,
    "no_object": 0x80,
    "no_instance": 0x81,
    "end": 0x82,
}
KINDS = {tag: kind for kind, tag in TAGS.items()}
PDUS = {0xA0: "get", 0xA1: "next", 0xA2: "response", 0xA3: "set", 0xA5: "bulk", 0xA8: "report"}
PDU_TAGS = {name: tag for tag, name in PDUS.items()}
VERSION_2C = 1
_LONG = 0x80


class MalformedError(ValueError):
    """The bytes are no message."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its kind; text is bytes, as many of SNMP's texts are none."""

    kind: Kind
    content: int | bytes | Oid = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request or a response. A bulk request has its non-repeaters and repetitions in ``status`` and ``index``."""

    community: bytes
    pdu: str
    request: int
    status: int = 0
    index: int = 0
    rows: tuple[tuple[Oid, Value], ...] = ()


def decode(wire: bytes) -> Message:
    """Read a message. Raises ``MalformedError``."""
    try:
        version, community, pdu = parts(_only(wire, SEQUENCE))
        if integer(version[1]) != VERSION_2C:
            raise MalformedError("another version")
        return read_pdu(community[1], pdu)
    except (IndexError, ValueError) as problem:
        raise MalformedError(str(problem)) from problem


def read_pdu(community: bytes, pdu: tuple[int, bytes]) -> Message:
    """Read what is inside a message. Raises ``ValueError``, ``IndexError``."""
    if pdu[0] not in PDUS:
        raise MalformedError("an unknown kind of message")
    request, status, index, rows = parts(pdu[1])
    return Message(
        community=community,
        pdu=PDUS[pdu[0]],
        request=integer(request[1]),
        status=integer(status[1]),
        index=integer(index[1]),
        rows=tuple(_row(body) for _, body in parts(rows[1])),
    )


def encode(message: Message) -> bytes:
    """Write a message."""
    return tlv(SEQUENCE, _number(0x02, VERSION_2C) + tlv(0x04, message.community) + pdu_bytes(message))


def pdu_bytes(message: Message) -> bytes:
    """Write what is inside a message."""
    rows = b"".join(tlv(SEQUENCE, _oid_tlv(oid) + write(value)) for oid, value in message.rows)
    numbers = b"".join(_number(0x02, n) for n in (message.request, message.status, message.index))
    return tlv(PDU_TAGS[message.pdu], numbers + tlv(SEQUENCE, rows))


def write(value: Value) -> bytes:
    """Write one value."""
    tag = TAGS[value.kind]
    if isinstance(value.content, bytes):
        return tlv(tag, value.content)
    if isinstance(value.content, tuple):
        return _oid_tlv(value.content)
    return _number(tag, value.content) if value.kind in ("integer", "gauge", "counter", "ticks") else tlv(tag, b"")


def _row(body: bytes) -> tuple[Oid, Value]:
    name, value = parts(body)
    if name[0] != TAGS["oid"] or value[0] not in KINDS:
        raise MalformedError("no pair of a name and a value")
    kind, content = KINDS[value[0]], value[1]
    if kind == "oid":
        return _oid(name[1]), Value(kind, _oid(content))
    return _oid(name[1]), Value(kind, content if kind == "text" else integer(content) if content else 0)


def _only(wire: bytes, tag: int) -> bytes:
    ((found, body),) = parts(wire)
    if found != tag:
        raise MalformedError("no sequence")
    return body


def parts(wire: bytes, *, rest: bool = False) -> list[tuple[int, bytes]]:
    """Tags and contents one after the other; with ``rest`` only the first, whatever follows. Raises ``ValueError``."""
    return list(islice(_split(wire), 1)) if rest else list(_split(wire))


def _split(wire: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(wire):
        tag, length, at = wire[at], wire[at + 1], at + 2
        if length & _LONG:
            size = length & 0x7F
            length, at = int.from_bytes(wire[at : at + size]), at + size
        if at + length > len(wire):
            raise MalformedError("cut short")
        yield tag, wire[at : at + length]
        at += length


def integer(body: bytes) -> int:
    """Read a whole number."""
    return int.from_bytes(body, signed=True)


def _oid(body: bytes) -> Oid:
    numbers: list[int] = []
    value = 0
    for byte in body:
        value = value << 7 | byte & 0x7F
        if not byte & _LONG:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - 40 * first, *numbers[1:])


def tlv(tag: int, body: bytes) -> bytes:
    """Write a tag, a length and the content."""
    if len(body) < _LONG:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes((tag, _LONG | len(size))) + size + body


def _number(tag: int, value: int) -> bytes:
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


@lru_cache(maxsize=65536)
def _oid_tlv(oid: Oid) -> bytes:
    return tlv(TAGS["oid"], b"".join(_base128(n) for n in (40 * oid[0] + oid[1], *oid[2:])))


def _base128(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | _LONG)
    return bytes(reversed(groups))


def dotted(oid: Iterable[int]) -> str:
    """Write a name as people do."""
    return ".".join(map(str, oid))
