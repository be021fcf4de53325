"""What is asked and answered, and version 2c's envelope around it (RFC 3416, RFC 1901).

In: names to ask for; datagrams. Out: bytes to send; answers with typed values. Called by ``asking`` and ``usm``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from inventory.snmp import ber
from inventory.snmp.ber import MalformedError, Oid

GET, RESPONSE, GET_BULK, REPORT = 0xA0, 0xA2, 0xA5, 0xA8
VERSION_2C = 1
TOO_BIG = 1
STATUS_WORDS = ("noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess")
_UNSIGNED = frozenset({0x41, 0x42, 0x43, 0x46, 0x47})  # counter, gauge, ticks, counter of 64 bits, unsigned
_TEXT = frozenset({ber.OCTETS, 0x40, 0x44})  # octets, an IP address, opaque
_BLANK = ber.tlv(ber.NULL, b"")


class Missing(Enum):
    """Why there is no value: no such object, no such row, or nothing comes after it."""

    NO_OBJECT = 0x80
    NO_ROW = 0x81
    END = 0x82


Value = int | bytes | Oid | Missing | None
_MISSING = {missing.value: missing for missing in Missing}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdu:
    """An answer. ``status`` 0: no error, else which one, about the row ``index`` (from 1)."""

    kind: int
    request: int
    status: int
    index: int
    rows: tuple[tuple[Oid, Value], ...]

    @property
    def trouble(self) -> str:
        """The error it tells of, as the standard calls it; empty for none."""
        if not self.status:
            return ""
        return STATUS_WORDS[self.status] if 0 < self.status < len(STATUS_WORDS) else f"error {self.status}"


def question(kind: int, request: int, names: Sequence[Oid], repetitions: int = 0) -> bytes:
    """Write a request for these names; a bulk one asks for so many rows after each."""
    rows = ber.tlv(ber.SEQUENCE, b"".join(ber.sequence(ber.written_name(oid), _BLANK) for oid in names))
    return ber.tlv(kind, ber.written(request) + ber.written(0) + ber.written(repetitions) + rows)


def enclosed(community: bytes, pdu: bytes) -> bytes:
    """Write a message of version 2c."""
    return ber.sequence(ber.written(VERSION_2C), ber.tlv(ber.OCTETS, community), pdu)


def disclosed(wire: bytes, community: bytes) -> Pdu:
    """Read a message of version 2c under the same community. Raises ``MalformedError``."""
    ((begin, end),) = ber.parts(wire, 0, len(wire), ber.SEQUENCE)
    found = list(ber.each(wire, begin, end))
    if [tag for tag, _, _ in found] != [ber.INTEGER, ber.OCTETS, RESPONSE]:
        raise MalformedError("no response")
    (_, *version), (_, *word), pdu = found
    if ber.number(wire, *version) != VERSION_2C or wire[word[0] : word[1]] != community:
        raise MalformedError("another version or community")
    return read(wire, *pdu)


def read(wire: bytes, kind: int, begin: int, end: int) -> Pdu:
    """Read a response or a report. Raises ``MalformedError``."""
    request, status, index, table = ber.parts(wire, begin, end, *(ber.INTEGER,) * 3, ber.SEQUENCE)
    return Pdu(
        kind=kind,
        request=ber.number(wire, *request),
        status=ber.number(wire, *status),
        index=ber.number(wire, *index),
        rows=tuple(_row(wire, tag, at, stop) for tag, at, stop in ber.each(wire, *table)),
    )


def _row(wire: bytes, tag: int, begin: int, end: int) -> tuple[Oid, Value]:
    if tag != ber.SEQUENCE:
        raise MalformedError("no row")
    name_tag, at, stop = ber.take(wire, begin, end)
    value_tag, first, last = ber.take(wire, stop, end)
    if name_tag != ber.NAME or last != end:
        raise MalformedError("no pair of a name and a value")
    return ber.name(wire[at:stop]), _value(wire, value_tag, first, last)


def _value(wire: bytes, tag: int, begin: int, end: int) -> Value:
    if tag == ber.INTEGER:
        return ber.number(wire, begin, end)
    if tag in _UNSIGNED:
        return ber.number(wire, begin, end, signed=False)
    if tag in _TEXT:
        return wire[begin:end]
    if tag == ber.NAME:
        return ber.name(wire[begin:end])
    if tag == ber.NULL or tag in _MISSING:
        return _MISSING.get(tag)
    raise MalformedError("a value of no known kind")
