"""ASN.1's basic encoding, as much of it as SNMP version 2c needs (RFC 3416, RFC 1905's types).

In: bytes from the wire. Out: messages - and back. Called by ``lab.devices.snmp``. Why by hand: it is a page, and no
library is needed for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
PDUS = {0xA0: "get", 0xA1: "next", 0xA2: "response", 0xA3: "set", 0xA5: "bulk"}
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
        version, community, pdu = _parts(_only(wire, SEQUENCE))
        if _integer(version[1]) != VERSION_2C or pdu[0] not in PDUS:
            raise MalformedError("another version, or an unknown kind of message")
        request, status, index, rows = _parts(pdu[1])
        found = tuple(_row(body) for _, body in _parts(rows[1]))
    except (IndexError, ValueError) as problem:
        raise MalformedError(str(problem)) from problem
    return Message(
        community=community[1],
        pdu=PDUS[pdu[0]],
        request=_integer(request[1]),
        status=_integer(status[1]),
        index=_integer(index[1]),
        rows=found,
    )


def encode(message: Message) -> bytes:
    """Write a message."""
    rows = b"".join(_tlv(SEQUENCE, _oid_tlv(oid) + write(value)) for oid, value in message.rows)
    numbers = b"".join(_number(0x02, n) for n in (message.request, message.status, message.index))
    pdu = _tlv(PDU_TAGS[message.pdu], numbers + _tlv(SEQUENCE, rows))
    return _tlv(SEQUENCE, _number(0x02, VERSION_2C) + _tlv(0x04, message.community) + pdu)


def write(value: Value) -> bytes:
    """Write one value."""
    tag = TAGS[value.kind]
    if isinstance(value.content, bytes):
        return _tlv(tag, value.content)
    if isinstance(value.content, tuple):
        return _oid_tlv(value.content)
    return _number(tag, value.content) if value.kind in ("integer", "gauge", "counter", "ticks") else _tlv(tag, b"")


def _row(body: bytes) -> tuple[Oid, Value]:
    name, value = _parts(body)
    if name[0] != TAGS["oid"] or value[0] not in KINDS:
        raise MalformedError("no pair of a name and a value")
    kind, content = KINDS[value[0]], value[1]
    if kind == "oid":
        return _oid(name[1]), Value(kind, _oid(content))
    return _oid(name[1]), Value(kind, content if kind == "text" else _integer(content) if content else 0)


def _only(wire: bytes, tag: int) -> bytes:
    ((found, body),) = _parts(wire)
    if found != tag:
        raise MalformedError("no sequence")
    return body


def _parts(wire: bytes) -> list[tuple[int, bytes]]:
    return list(_split(wire))


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


def _integer(body: bytes) -> int:
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


def _tlv(tag: int, body: bytes) -> bytes:
    if len(body) < _LONG:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes((tag, _LONG | len(size))) + size + body


def _number(tag: int, value: int) -> bytes:
    return _tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def _oid_tlv(oid: Oid) -> bytes:
    return _tlv(TAGS["oid"], b"".join(_base128(n) for n in (40 * oid[0] + oid[1], *oid[2:])))


def _base128(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | _LONG)
    return bytes(reversed(groups))


def dotted(oid: Iterable[int]) -> str:
    """Write a name as people do."""
    return ".".join(map(str, oid))
