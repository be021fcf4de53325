"""Compares what the controller claims with what was true.

In: the lab's log and the controller's ledger. Out: a ``Report`` with one row per fault and a summary.
Called by ``storenet lab score`` and the demo. How things are judged:

- A fault's incident is the first one opened in its store while it was in (or up to ``GRACE`` after) about its device
  and port - or, failing that, carrying its name. Incidents that fit no fault are false; a decoy is none, unless a
  person is to be called to it.
- ``healed``: the ledger says so, and the log says that a repair took the cause away and every function was whole again.
  ``mitigated``, ``held`` and ``escalated``: what the ledger said last before the lab took the fault out.
  ``untouched``: nothing opened and no controller account changed the device. ``open`` and ``changed``: neither.
  ``recovered``: it passed by itself (in a mix half of them do), and its incident, if there was one, is closed.
  A fault whose time was cut short (the deal was ended) is not judged and has no row.
- A write of a controller account is called for when a fault of class A, or one that was to be healed, is (or
  ``REPAIR_GRACE`` ago was) in and the fault names the line as fitting. All other changes of the network are wrong.
- A fault of the fleet has one parent incident, which belongs to no store and carries its name; what opened in the
  stores it hit about their WAN is a child of it. The parent's ending counts.
- ``function_seconds_lost``: the sum over the store's functions of (1 - served share), integrated over time from the
  injection until every function was whole again after the cause was gone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from lab.fault import stores_of
from lab.faults import discover
from lab.log import stamp
from lab.told import CONTROLLER_USERS, Case, Injected, Truth, Written, cases, truth

GRACE = timedelta(seconds=8)
REPAIR_GRACE = timedelta(seconds=30)
CLOCK_SLACK = timedelta(seconds=1)
HOUSEKEEPING = re.compile(
    r"(no )?file prompt .*|send log .*|copy .*|write( memory)?|delete .*|verify .*|archive config|configure .*"
    r"|(no )?terminal .*"
)
ENDINGS = ("healed", "mitigated", "escalated", "held", "untouched", "recovered")
CHILDREN = frozenset({"wan_carrier_down", "wan_no_lease"})
DECISIVE = ("healed", "mitigated", "escalated", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault's story. Times are ISO 8601 UTC."""

    id: str
    kind: str
    fault_class: str | None
    store: str
    device: str
    expected: str
    ended_as: str
    injected_at: str
    detected_at: str | None
    signature: str | None
    named_correctly: bool | None
    restored_at: str | None
    verified_by_truth: bool | None
    function_seconds_lost: float
    incident: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the score says."""

    seed: int
    stores: int
    devices: int
    faults: tuple[Row, ...]
    summary: Mapping[str, int | float | None]

    @property
    def as_expected(self) -> bool:
        """Whether every fault ended as expected, nothing was changed wrongly and no incident was false."""
        ended = all(row.ended_as == row.expected for row in self.faults)
        return ended and not self.summary["wrongly_changed"] and not self.summary["false_incidents"]

    def as_json(self) -> dict[str, object]:
        """The report as JSON-able data."""
        rows = [
            {("class" if key == "fault_class" else key): value for key, value in asdict(row).items()}
            for row in self.faults
        ]
        return {
            "seed": self.seed,
            "stores": self.stores,
            "devices": self.devices,
            "faults": rows,
            "summary": dict(self.summary),
        }


def score(log_path: Path, ledger_path: Path) -> Report:
    """Score a run. Raises ``lab.told.UnreadableError``."""
    return judge(truth(log_path), cases(ledger_path))


def judge(log: Truth, ledger: list[Case]) -> Report:
    """Score what was read."""
    matched = match(log.faults, ledger)
    wrong = [write for write in log.writes if _is_wrong(write, log.faults)]
    rows = tuple(_row(fault, matched.get(fault.id, ()), log, wrong) for fault in log.faults if fault.out_by != "end")
    real = {fault.id for fault in log.faults if fault.type == "fault" or fault.expected == "escalated"}
    known = {case.id for fault, found in matched.items() if fault in real for case in found}
    false = sum(case.id not in known for case in ledger)
    return Report(
        seed=int(str(log.start["seed"])),
        stores=int(str(log.start["stores"])),
        devices=int(str(log.start["devices"])),
        faults=rows,
        summary=_summary(rows, len(wrong), false),
    )


def match(faults: Iterable[Injected], ledger: Iterable[Case]) -> dict[str, tuple[Case, ...]]:
    """Incidents per fault; an incident belongs to one fault at most."""
    found: dict[str, tuple[Case, ...]] = {}
    known = list(faults)
    for case in ledger:
        fits = [(fit, fault) for fault in known if (fit := _fit(fault, case)) > 0]
        if fits:
            best = max(fits, key=lambda row: (row[0], row[1].in_at))[1]
            found[best.id] = (*found.get(best.id, ()), case)
    return found


def _fit(fault: Injected, case: Case) -> int:
    """2 for the same place, 1 for the same name, 0 for another store, time or matter."""
    until = fault.out_at + GRACE if fault.out_at is not None else None
    if case.opened_at < fault.in_at - CLOCK_SLACK or (until is not None and case.opened_at > until):
        return 0
    target = fault.target
    if not target.store:
        return _fit_fleet(fault, case)
    if case.store != target.store:
        return 0
    if case.device == target.device != target.upstream or case.subject == target.device:
        return 2
    if case.device == target.upstream and case.subject in ("", target.port, target.upstream):
        return 2
    return int(case.signature == fault.fault)


def _fit_fleet(fault: Injected, case: Case) -> int:
    """Like ``_fit``: 2 for the parent, 1 for a child."""
    if not case.store:
        return 2 * int(case.signature == fault.fault)
    return int(case.store in stores_of(fault.target) and case.signature in CHILDREN)


def _row(fault: Injected, found: tuple[Case, ...], log: Truth, wrong: list[Written]) -> Row:
    case = _told_first(fault, found)
    whole = _whole_again(fault, log)
    restored = whole if fault.out_by == "repair" else None
    passed = fault.out_by == "itself"
    ended = _passed(case) if passed else _ended(fault, case, wrong, healed=restored is not None)
    return Row(
        id=fault.id,
        kind=fault.fault,
        fault_class=fault.fault_class,
        store=fault.target.store,
        device=fault.target.device,
        expected="recovered" if passed else fault.expected,
        ended_as=ended,
        injected_at=stamp(fault.in_at),
        detected_at=stamp(case.opened_at) if case is not None else None,
        signature=case.signature if case is not None else None,
        named_correctly=None if case is None or fault.type == "decoy" else case.signature == fault.fault,
        restored_at=stamp(restored) if restored is not None else None,
        verified_by_truth=_verified(fault, ended, restored, log),
        function_seconds_lost=round(_lost_by(fault, log, whole), 3),
        incident=case.id if case is not None else None,
    )


def _told_first(fault: Injected, found: tuple[Case, ...]) -> Case | None:
    """The incident a fault is judged by: of a fault of the fleet only its parent."""
    return next((case for case in found if fault.target.store or not case.store), None)


def _ended(fault: Injected, case: Case | None, wrong: list[Written], *, healed: bool) -> str:
    if case is None:
        return "changed" if any(_near(fault, write) for write in wrong) else "untouched"
    said = _said(case, fault.out_at if fault.out_by == "lab" else None)
    if said == "healed" and not healed:
        return "open"
    return said


def _passed(case: Case | None) -> str:
    """How the incident of a fault that passed by itself ended."""
    return "recovered" if case is None or any(event.kind == "closed" for event in case.events) else "open"


def _said(case: Case, until: datetime | None) -> str:
    """How the incident stood at ``until``; what was mitigated stays so when people are called as well."""
    ended = "open"
    for event in case.events:
        if until is not None and event.at > until + CLOCK_SLACK:
            break
        if event.body.get("while_held"):  # a person was told of it; it is held all the same
            continue
        if event.kind in DECISIVE and not (ended == "mitigated" and event.kind == "escalated"):
            ended = event.kind
    return ended


def _verified(fault: Injected, ended: str, restored: datetime | None, log: Truth) -> bool | None:
    if ended == "healed":
        return restored is not None
    if ended == "mitigated" and fault.out_at is not None:
        backed_up = log.start.get("on_backup")
        names = backed_up if isinstance(backed_up, list) else []
        last = fault.out_at - timedelta(milliseconds=1)
        told = [_served_at(log, store, last) for store in stores_of(fault.target)]
        return all(served.get(str(name), 0.0) >= 1.0 for served in told for name in names)
    return None


def _near(fault: Injected, write: Written) -> bool:
    out = fault.out_at
    return (
        write.device in (fault.target.device, fault.target.upstream)
        and fault.in_at <= write.at
        and (out is None or write.at <= out + GRACE)
    )


def _is_wrong(write: Written, faults: list[Injected]) -> bool:
    if not CONTROLLER_USERS.fullmatch(write.user) or HOUSEKEEPING.fullmatch(write.line.strip()):
        return False
    return not any(_calls_for(fault, write) for fault in faults)


def _calls_for(fault: Injected, write: Written) -> bool:
    kind = discover().get(fault.fault)
    late = fault.out_at is not None and write.at > fault.out_at + REPAIR_GRACE
    allowed = fault.type == "fault" and (fault.fault_class == "A" or fault.expected == "healed")
    if kind is None or not allowed or write.at < fault.in_at or late:
        return False
    return any(
        repair.device == write.device
        and repair.section.lower() == write.section.strip().lower()
        and re.fullmatch(repair.line, write.line.strip()) is not None
        for repair in kind.repairs(fault.target)
    )


def _whole_again(fault: Injected, log: Truth) -> datetime | None:
    """The first moment, once the cause is gone, at which every function of its stores was served in full."""
    if fault.out_at is None:
        return None
    latest = fault.out_at
    for store in stores_of(fault.target):
        whole = _store_whole(log, store, fault.out_at)
        if whole is None:
            return None
        latest = max(latest, whole)
    return latest


def _store_whole(log: Truth, store: str, since: datetime) -> datetime | None:
    served: dict[str, float] = {}
    for at, name, share in log.served.get(store, ()):
        if at > since and _all_whole(served):
            return since
        served[name] = share
        if at > since and _all_whole(served):
            return at
    return since if _all_whole(served) else None


def _all_whole(served: Mapping[str, float]) -> bool:
    return all(share >= 1.0 for share in served.values())


def _served_at(log: Truth, store: str, at: datetime) -> dict[str, float]:
    return {name: share for when, name, share in log.served.get(store, ()) if when <= at}


def _lost_by(fault: Injected, log: Truth, whole: datetime | None) -> float:
    end = whole or log.last or fault.in_at
    return sum(_lost(log, store, fault.in_at, end) for store in stores_of(fault.target))


def _lost(log: Truth, store: str, begin: datetime, end: datetime) -> float:
    served: dict[str, float] = {}
    lost, since = 0.0, begin
    for at, name, share in (*log.served.get(store, ()), (end, "", 1.0)):
        until = min(max(at, begin), end)
        lost += sum(1.0 - s for s in served.values()) * (until - since).total_seconds()
        since = until
        served[name] = share
    return lost


def _summary(rows: tuple[Row, ...], wrong: int, false: int) -> dict[str, int | float | None]:
    counts: dict[str, int | float | None] = {name: sum(row.ended_as == name for row in rows) for name in ENDINGS}
    real = [row for row in rows if row.named_correctly is not None]
    return counts | {
        "wrongly_changed": wrong,
        "median_detect_s": _median((row.injected_at, row.detected_at) for row in real),
        "median_restore_s": _median((row.injected_at, row.restored_at) for row in rows if row.ended_as == "healed"),
        "false_incidents": false,
    }


def _median(spans: Iterable[tuple[str, str | None]]) -> float | None:
    seconds = [seconds_between(begin, end) for begin, end in spans if end is not None]
    return round(median(seconds), 3) if seconds else None


def seconds_between(begin: str, end: str) -> float:
    """Seconds from one ISO time to another."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
