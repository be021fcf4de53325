"""SNMP notifications read: v1 traps, v2c and v3 traps and informs (informs are not answered, nothing is promised).

In: one datagram. Out: which trap it is and whom it names, or ``UnreadableError``. Called by ``sieve``.
The community is no proof of anything and is not looked at. Version 3 must be signed and encrypted by the one user who
is set; the rest of it is ``RefusedTrapError``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from controller.intake import ber
from controller.intake.ber import UnreadableError

LONGEST = 8192
MOST_BINDINGS = 64
_V1, _V2C, _V3 = 0, 1, 3
_TRAP_V1, _INFORM, _TRAP_V2 = 0xA4, 0xA6, 0xA7
_STANDARD = "1.3.6.1.6.3.1.1.5"
_SPECIFIC = 6
_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"
_SYS_NAME = "1.3.6.1.2.1.1.5.0"
_IF_NAMES = ("1.3.6.1.2.1.2.2.1.2.", "1.3.6.1.2.1.31.1.1.1.1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """One notification: ``trap`` names it in v2 form (RFC 3584), ``address`` and ``name`` say who speaks."""

    trap: str
    address: str = ""
    name: str = ""
    text: str = ""


class RefusedTrapError(Exception):
    """It is of version 3, and not by the user who is set."""


class Opens(Protocol):
    """Opens messages of version 3: kind and contents. Raises ``UnreadableError``, ``RefusedTrapError``."""

    def __call__(self, raw: bytes, now: float) -> tuple[int, bytes]:
        """``now``: monotonic seconds."""


def open_none(raw: bytes, now: float) -> tuple[int, bytes]:
    """Open nothing: no user is set. Raises ``RefusedTrapError``."""
    del raw, now
    raise RefusedTrapError("no user is set for version 3")


def parse(raw: bytes, now: float = 0.0, opens: Opens = open_none) -> Trap:
    """Return the trap. Raises ``UnreadableError``, ``RefusedTrapError``."""
    if len(raw) > LONGEST:
        raise UnreadableError("too long")
    parts = tuple(ber.items(ber.inside(raw, ber.SEQUENCE), 4))
    if len(parts) == 4 and parts[0][0] == ber.INTEGER and ber.number(parts[0][1]) == _V3:  # noqa: PLR2004
        tag, body = opens(raw, now)
        if tag in (_TRAP_V2, _INFORM):
            return _second_version(body)
        raise UnreadableError("that is no notification")
    if [tag for tag, _ in parts[:2]] != [ber.INTEGER, ber.OCTETS] or len(parts) != 3:  # noqa: PLR2004
        raise UnreadableError("that is no SNMP message")
    version, (tag, body) = ber.number(parts[0][1]), parts[2]
    if version == _V1 and tag == _TRAP_V1:
        return _first_version(body)
    if version == _V2C and tag in (_TRAP_V2, _INFORM):
        return _second_version(body)
    raise UnreadableError("that is no trap of a version that is read")


def _first_version(body: bytes) -> Trap:
    due = (ber.OBJECT_ID, ber.ADDRESS, ber.INTEGER, ber.INTEGER)
    parts = _due(body, (*due, None, ber.SEQUENCE))
    generic, specific = ber.number(parts[2]), ber.number(parts[3])
    if not 0 <= generic <= _SPECIFIC or specific < 0:
        raise UnreadableError("there is no such trap")
    trap = f"{ber.object_id(parts[0])}.0.{specific}" if generic == _SPECIFIC else f"{_STANDARD}.{generic + 1}"
    address = ber.address(parts[1])
    return _told(dict(_bindings(parts[5])), trap, "" if address == "0.0.0.0" else address)  # noqa: S104  # "none"


def _second_version(body: bytes) -> Trap:
    parts = _due(body, (ber.INTEGER, ber.INTEGER, ber.INTEGER, ber.SEQUENCE))
    bound = dict(_bindings(parts[3]))
    tag, contents = bound.get(_TRAP_OID, (0, b""))
    if tag != ber.OBJECT_ID:
        raise UnreadableError("it does not say which trap it is")
    tag_of, raw_address = bound.get(_TRAP_ADDRESS, (0, b""))
    address = ber.address(raw_address) if tag_of == ber.ADDRESS else ""
    return _told(bound, ber.object_id(contents), address)


def _told(bound: dict[str, tuple[int, bytes]], trap: str, address: str) -> Trap:
    name = bound.get(_SYS_NAME, (0, b""))[1]
    ports = [contents for oid, (tag, contents) in bound.items() if tag == ber.OCTETS and oid.startswith(_IF_NAMES)]
    text = ports[0] if ports else b""
    return Trap(trap=trap, address=address, name=name.decode("utf-8", "replace"), text=text.decode("utf-8", "replace"))


def _due(body: bytes, tags: tuple[int | None, ...]) -> tuple[bytes, ...]:
    """The contents of values that must stand there with these tags (None: any)."""
    parts = tuple(ber.items(body, len(tags)))
    if len(parts) != len(tags) or any(due not in (None, tag) for due, (tag, _) in zip(tags, parts, strict=True)):
        raise UnreadableError("its parts are not those of a trap")
    return tuple(contents for _, contents in parts)


def _bindings(contents: bytes) -> Iterator[tuple[str, tuple[int, bytes]]]:
    for tag, binding in ber.items(contents, MOST_BINDINGS):
        pair = tuple(ber.items(binding, 2))
        if tag != ber.SEQUENCE or len(pair) != 2 or pair[0][0] != ber.OBJECT_ID:  # noqa: PLR2004  # a name, a value
            raise UnreadableError("that is no variable binding")
        yield ber.object_id(pair[0][1]), pair[1]
