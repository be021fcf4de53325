"""Readers of what the agent on a switch answers. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. An answer is one line of JSON; a row that is not as it should be spoils
the whole answer, for better none than half of one. What the agent itself cannot tell is told as a doubt.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from inventory.looks import (
    ArpRow,
    ClaimRow,
    ErrDisabledRow,
    InterfaceRow,
    LeaseRow,
    MacRow,
    PersonRow,
    PingRow,
    PoolRow,
    PortRow,
    Row,
    ServiceProbeRow,
    ServiceRow,
    TextRow,
    TrunkRow,
)
from inventory.platforms import Parse, ParseDoubt

Args = Mapping[str, str]
Fields = Mapping[str, Any]
Value = TypeVar("Value")
STATUSES = ("connected", "notconnect", "disabled", "err-disabled")
MOST_SESSIONS = 64
"""A Linux box has no vty lines that could run out; so many sessions are taken for all there are."""


def said(output: str) -> Fields:
    """Return the agent's answer. Raises ``ParseDoubt`` when it is not whole, or the agent cannot tell."""
    lines = [line for line in output.splitlines() if line.startswith('{"look":')]
    try:
        found = json.loads(lines[0]) if len(lines) == 1 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ParseDoubt(f"not one whole answer of the agent ({len(output)} characters)")
    if "error" in found:
        raise ParseDoubt(str(found["error"]))
    return found


def _rows(read: Callable[[Fields], Row]) -> Parse:
    """Return a reader that makes a row of each row of the answer."""

    def parse(output: str, _args: Args) -> tuple[Row, ...]:
        found = said(output).get("rows")
        if not isinstance(found, list):
            raise ParseDoubt("an answer without rows")
        try:
            return tuple(read(row) for row in found)
        except (KeyError, TypeError, AttributeError) as odd:
            raise ParseDoubt(f"a row is not understood ({odd})", len(found)) from None

    return parse


def _is(kind: type[Value], value: Any) -> Value:
    """Return the value if it is of a kind; JSON's true is no number here."""
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _or_none(kind: type[Value], value: Any) -> Value | None:
    return None if value is None else _is(kind, value)


def _port(row: Fields) -> PortRow:
    if row["status"] not in STATUSES:
        raise TypeError(f"status {row['status']!r}")
    return PortRow(name=_is(str, row["name"]), status=row["status"], vlan=_is(str, row["vlan"]))


def _errdisabled(row: Fields) -> ErrDisabledRow:
    return ErrDisabledRow(port=_is(str, row["port"]), cause=_is(str, row["cause"]))


def _trunk(row: Fields) -> TrunkRow:
    return TrunkRow(port=_is(str, row["port"]), allowed=frozenset(_is(int, vlan) for vlan in row["allowed"]))


def _mac(row: Fields) -> MacRow:
    return MacRow(vlan=_is(int, row["vlan"]), mac=_is(str, row["mac"]), port=_is(str, row["port"]))


def _interface(row: Fields) -> InterfaceRow:
    return InterfaceRow(
        name=_is(str, row["name"]),
        address=_or_none(str, row["address"]),
        method="manual",
        admin_up=_is(bool, row["admin_up"]),
        oper_up=_is(bool, row["oper_up"]),
    )


def _arp(row: Fields) -> ArpRow:
    return ArpRow(address=_is(str, row["address"]), mac=_or_none(str, row["mac"]), interface=_is(str, row["interface"]))


def _lease(row: Fields) -> LeaseRow:
    return LeaseRow(address=_is(str, row["address"]), mac=_is(str, row["mac"]))


def _pool(row: Fields) -> PoolRow:
    return PoolRow(vlan=_is(int, row["vlan"]), size=_is(int, row["size"]), used=_is(int, row["used"]))


def _service(row: Fields) -> ServiceRow:
    return ServiceRow(
        name=_is(str, row["name"]), running=_is(bool, row["running"]), answers=_or_none(bool, row["answers"])
    )


def _claim(row: Fields) -> ClaimRow:
    macs = frozenset(_is(str, mac) for mac in row["macs"])
    return ClaimRow(address=_is(str, row["address"]), vlan=_is(int, row["vlan"]), macs=macs)


def _ping(row: Fields) -> PingRow:
    return PingRow(
        destination=_is(str, row["destination"]),
        sent=_is(int, row["sent"]),
        received=_is(int, row["received"]),
        average_ms=_or_none(float, row["average_ms"]),
    )


def _service_probe(row: Fields) -> ServiceProbeRow:
    return ServiceProbeRow(
        target=_is(str, row["target"]),
        sent=_is(int, row["sent"]),
        received=_is(int, row["received"]),
        average_ms=_or_none(float, row["average_ms"]),
        large_ok=_or_none(bool, row["large_ok"]),
        resolved=_or_none(bool, row["resolved"]),
        http_asked=_is(bool, row["http_asked"]),
        http_status=_or_none(int, row["http_status"]),
    )


ports, trunks, macs, arp = _rows(_port), _rows(_trunk), _rows(_mac), _rows(_arp)
interfaces, leases, pools, services = _rows(_interface), _rows(_lease), _rows(_pool), _rows(_service)
claims, ping, service_probe = _rows(_claim), _rows(_ping), _rows(_service_probe)
errdisabled = _rows(_errdisabled)


def text(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Read an answer that is text: the configuration, a port's part of it, the log."""
    return (TextRow(text=_is_text(said(output).get("text"))),)


def _is_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ParseDoubt("an answer without text")
    return value.strip("\n")


def users(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Read who is logged in: a line for each, ours marked with a ``*``."""
    return (
        TextRow(text="\n".join(f"{'*' if row['own'] else ' '} {row['user']} {row['line']}" for row in _who(output))),
    )


def people(output: str, _args: Args) -> tuple[PersonRow, ...]:
    """Read who else is logged in; since when they are idle is not told."""
    return tuple(PersonRow(user=str(row["user"]), idle_seconds=None) for row in _who(output) if not row["own"])


def free_lines(output: str) -> int:
    """Return how many more sessions there may be. Raises ``ParseDoubt`` when ours is not among those told."""
    found = _who(output)
    if not any(row["own"] for row in found):
        raise ParseDoubt("users: our own session is not marked")
    return MOST_SESSIONS - len(found)


def _who(output: str) -> list[Fields]:
    found = said(output).get("rows")
    if not isinstance(found, list) or not all(
        isinstance(r, dict) and {"user", "line", "own"} <= r.keys() for r in found
    ):
        raise ParseDoubt("users: not understood")
    return cast("list[Fields]", found)


def is_pending(output: str) -> bool:
    """Return whether a change waits. Raises ``ParseDoubt``."""
    found = said(output).get("rows")
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0].get("pending"), bool):
        raise ParseDoubt("pending: not understood")
    return bool(found[0]["pending"])
