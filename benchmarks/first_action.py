"""How long it takes from a fault to the first thing done about it: a real controller, real SSH, the lab's own clock.

Faults are put in one after another in a lab of six stores. The lab's log says when each began, the controller's ledger
when it was recognised and when the first write was intended. Beside the seconds stands what the timing profile alone
demands: the signature's hold time, one poll to see it first, one to see that it held, and one confirming look.
The same again with syslog switched on, for faults whose device logs a change of its configuration: there the device's
word and one look are enough (docs/hints.md).
Run by ``make bench``.
"""

import argparse
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ground import stores, wait_for
from results import keep_record

from controller.timing import load_timing
from inventory.files import load_chain
from lab.client import LabClient

PROFILE = "short"
KINDS = {"vlan_missing": "hold_steady", "wan_no_lease": "hold_steady", "ap_hung": "hold_steady"}
LOGGED_STORES = 16  # a store is hurried once a minute: every fault has one of its own
LOGGED = ("vlan_missing", "port_wrong_vlan")
END_SECONDS = 90.0
CONFIRM_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One fault: seconds from its beginning until it was recognised, and until the first write was intended."""

    kind: str
    recognised: float
    intended: float


def first_actions(content: Path, rounds: int, kinds: Sequence[str], syslog: str = "") -> list[Answered]:
    """Put every kind in, round by round, and wait for the first intent of each. ``syslog``: listened to there."""
    client = LabClient(content)
    rested: deque[str] = deque(maxlen=len(load_chain(content).stores) - 2 if syslog else 0)
    state = content / "state"
    words = ["run", "--content", content, "--state", state, "--profile", PROFILE, "--port", 0]
    words += ["--clock-offset", client.ask("status")["offset_seconds"], "--parent-pipe"]
    with (content / "controller.txt").open("ab") as out:
        command = [sys.executable, "-m", "controller.main", *map(str, words)]
        env = {**os.environ, "STORENET_SYSLOG": syslog}
        controller = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=out, stderr=out)  # noqa: S603
    try:
        wait_for((state / "ledger.sqlite").exists, 30, "the controller did not come up")
        time.sleep(10)  # the first look logs in everywhere
        return [
            one for number in range(rounds) for kind in kinds if (one := _one(client, content, kind, number, rested))
        ]
    finally:
        if controller.stdin is not None:
            controller.stdin.close()
        controller.wait(60)


def _one(client: LabClient, content: Path, kind: str, number: int, rested: deque[str]) -> Answered | None:
    """Put one fault in at a place of its own, in none of the ``rested`` stores; None when a guardrail would hold it."""
    targets = [t for t in client.ask("targets", kind=kind)["targets"] if t["store"] not in rested]
    target = targets[(7 * number + 3 * (*KINDS, *LOGGED).index(kind)) % len(targets)]
    rested.append(target["store"])
    told = client.ask("break", kind=kind, **{k: target[k] for k in ("store", "device", "port", "variant")})
    try:
        if told["expected"] != "healed":
            return None
        wait_for(lambda: _intended_at(content, target["store"], told["id"]), END_SECONDS, f"{kind} was not acted on")
        began = _began_at(content, told["id"])
        opened, intended = _intended_at(content, target["store"], told["id"]) or (began, began)
        wait_for(lambda: not _open(content, target["store"]), END_SECONDS, f"{kind} was not healed")
        return Answered(
            kind=kind, recognised=(opened - began).total_seconds(), intended=(intended - began).total_seconds()
        )
    finally:
        client.ask("mend", id=told["id"])


def _rows(content: Path, query: str, *words: object) -> list[tuple[str, ...]]:
    with closing(
        sqlite3.connect(f"file:{content / 'state' / 'ledger.sqlite'}?mode=ro", uri=True, timeout=10)
    ) as ledger:
        return ledger.execute(query, words).fetchall()


def _began_at(content: Path, fault: str) -> datetime:
    rows = [json.loads(line) for line in (content / "lab" / "log.jsonl").read_text().splitlines()]
    return next(datetime.fromisoformat(r["at"]) for r in rows if r["kind"] == "fault_in" and r["id"] == fault)


def _intended_at(content: Path, store: str, fault: str) -> tuple[datetime, datetime] | None:
    """When the first incident of the store after the fault was opened, and its first write intended."""
    began = _began_at(content, fault).isoformat()
    query = "select incident, min(at) from events where store = ? and kind = 'intended' and at >= ? group by incident"
    found = _rows(content, query, store, began)
    if not found:
        return None
    incident, intended = min(found, key=lambda row: row[1])
    ((opened,),) = _rows(content, "select at from events where incident = ? and kind = 'opened'", incident)
    return datetime.fromisoformat(opened), datetime.fromisoformat(intended)


def _open(content: Path, store: str) -> bool:
    return bool(_rows(content, "select 1 from incidents where store = ? and closed_at is null", store))


def told(answered: list[Answered]) -> list[dict[str, object]]:
    """Return a row per kind, with what the profile alone demands."""
    seconds = load_timing(None, PROFILE).seconds
    rows: list[dict[str, object]] = []
    for kind, hold in KINDS.items():
        mine = [a for a in answered if a.kind == kind]
        if not mine:
            continue
        due = seconds[hold] + 2 * seconds["poll_interval"] + CONFIRM_SECONDS
        rows.append(
            {
                "fault": kind,
                "times": len(mine),
                "hold_seconds": seconds[hold],
                "poll_seconds": seconds["poll_interval"],
                "recognised_seconds": round(statistics.median(a.recognised for a in mine), 2),
                "first_action_seconds": round(statistics.median(a.intended for a in mine), 2),
                "worst_first_action_seconds": round(max(a.intended for a in mine), 2),
                "due_seconds": due,
            }
        )
    return rows


def told_logged(answered: list[Answered]) -> list[dict[str, object]]:
    """Return a row per kind."""
    rows: list[dict[str, object]] = []
    for kind in LOGGED:
        mine = [a for a in answered if a.kind == kind]
        if mine:
            rows.append(
                {
                    "fault": kind,
                    "times": len(mine),
                    "recognised_seconds": round(statistics.median(a.recognised for a in mine), 2),
                    "first_action_seconds": round(statistics.median(a.intended for a in mine), 2),
                    "worst_first_action_seconds": round(max(a.intended for a in mine), 2),
                }
            )
    return rows


def logged(rounds: int) -> dict[str, object]:
    """Measure with syslog switched on; return the record."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        syslog = f"127.0.0.1:{sock.getsockname()[1]}"
    with stores(LOGGED_STORES, seed=7, more=("--syslog", syslog)) as content:
        answered = first_actions(content, rounds, LOGGED, syslog)
    middle = statistics.median(a.intended for a in answered)
    notes = [f"timing profile {PROFILE}; the median over all of them is {middle:.2f} s"]
    question = f"The same for faults that are logged, with the devices' syslog as hints, {LOGGED_STORES} stores."
    return {"benchmark": "first_action_logged", "question": question, "rows": told_logged(answered), "notes": notes}


def main() -> None:
    """Run, keep and show the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--quick", action="store_true", help="1 round")
    options = parser.parse_args()
    rounds = 1 if options.quick else options.rounds
    keep_record(logged(2 * rounds), quick=options.quick)
    with stores(6, seed=7) as content:
        answered = first_actions(content, rounds, tuple(KINDS))
    question = "Seconds from a fault to the first write intended against it, six stores over real SSH."
    notes = [
        f"timing profile {PROFILE}; 'due' is the hold time, two polls and one second for the confirming look",
        "ap_hung shows only when the neighbour tables have aged (10 s in the lab); that is part of its seconds",
    ]
    record = {"benchmark": "first_action", "question": question, "rows": told(answered), "notes": notes}
    keep_record(record, quick=options.quick)


if __name__ == "__main__":
    main()
