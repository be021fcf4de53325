"""What the two witnesses tell: the lab's log (the truth) and the controller's ledger (its claims).

In: the log file and the ledger's SQLite file. Out: typed rows. Called by ``lab.score``, which compares them.
The ledger is opened read-only and read by its published table alone; nothing of the controller is imported.
"""

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lab.fault import Target
from lab.log import read

CONTROLLER_USERS = re.compile(r"storenet.*|timer")


class UnreadableError(Exception):
    """The log or the ledger cannot be read; the message is fit for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """A fault as the lab put it in. ``out_at`` None: it was still there at the end."""

    id: str
    fault: str
    type: str
    fault_class: str | None
    target: Target
    expected: str
    in_at: datetime
    out_at: datetime | None = None
    out_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A line that changed a device's configuration or state."""

    at: datetime
    device: str
    user: str
    section: str
    line: str


@dataclass(slots=True)
class Truth:
    """The lab's log, read."""

    start: Mapping[str, object] = field(default_factory=dict)
    faults: list[Injected] = field(default_factory=list)
    writes: list[Written] = field(default_factory=list)
    served: dict[str, list[tuple[datetime, str, float]]] = field(default_factory=dict)
    last: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of an incident."""

    kind: str
    at: datetime
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One incident as the ledger tells it."""

    id: str
    store: str
    opened_at: datetime
    device: str
    subject: str
    signature: str
    events: Sequence[Told]


def truth(path: Path) -> Truth:
    """Read the lab's log. Raises ``UnreadableError``."""
    told = Truth()
    open_faults: dict[str, Injected] = {}
    try:
        for row in read(path):
            told.last = datetime.fromisoformat(str(row["at"]))
            _take(told, open_faults, row, told.last)
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableError(f"{path} is not a log of the lab: {error}") from error
    if not told.start:
        raise UnreadableError(f"{path} is not a log of the lab: it has no start")
    told.faults = list(open_faults.values())
    return told


def _take(told: Truth, faults: dict[str, Injected], row: dict[str, object], at: datetime) -> None:
    kind = row["kind"]
    if kind == "start":
        told.start = row
    elif kind == "fault_in":
        faults[str(row["id"])] = _injected(row, at)
    elif kind == "fault_out":
        faults[str(row["id"])] = _out(faults[str(row["id"])], row, at)
    elif kind == "function":
        told.served.setdefault(str(row["store"]), []).append((at, str(row["function"]), float(str(row["served"]))))
    elif kind == "write" and row.get("changed"):
        told.writes.append(
            Written(
                at=at,
                device=str(row["device"]),
                user=str(row["user"]),
                section=str(row.get("section") or ""),
                line=str(row["line"]),
            )
        )


def _injected(row: dict[str, object], at: datetime) -> Injected:
    fault_class = row["class"]
    return Injected(
        id=str(row["id"]),
        fault=str(row["fault"]),
        type=str(row["type"]),
        fault_class=None if fault_class is None else str(fault_class),
        target=Target(
            store=str(row["store"]),
            device=str(row["device"]),
            port=str(row["port"]),
            upstream=str(row["upstream"]),
            variant=str(row["variant"]),
        ),
        expected=str(row["expected"]),
        in_at=at,
    )


def _out(fault: Injected, row: dict[str, object], at: datetime) -> Injected:
    return Injected(
        id=fault.id,
        fault=fault.fault,
        type=fault.type,
        fault_class=fault.fault_class,
        target=fault.target,
        expected=fault.expected,
        in_at=fault.in_at,
        out_at=at,
        out_by=str(row["by"]),
    )


def cases(path: Path) -> list[Case]:
    """Read the ledger's incidents, in the order they were opened. Raises ``UnreadableError``."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            rows = connection.execute("SELECT incident, store, kind, at, body FROM events ORDER BY seq").fetchall()
        finally:
            connection.close()
        return _cases(rows)
    except (sqlite3.Error, ValueError, KeyError) as error:
        raise UnreadableError(f"{path} is not a ledger: {error}") from error


def _cases(rows: list[tuple[str, str, str, str, str]]) -> list[Case]:
    events: dict[str, list[Told]] = {}
    stores: dict[str, str] = {}
    for incident, store, kind, at, body in rows:
        events.setdefault(incident, []).append(Told(kind=kind, at=datetime.fromisoformat(at), body=json.loads(body)))
        stores[incident] = store
    return [_case(name, stores[name], told) for name, told in events.items() if told[0].kind == "opened"]


def _case(name: str, store: str, told: list[Told]) -> Case:
    body = told[0].body
    return Case(
        id=name,
        store=store,
        opened_at=told[0].at,
        device=str(body.get("device") or ""),
        subject=str(body.get("subject") or ""),
        signature=str(body["signature"]),
        events=told,
    )
