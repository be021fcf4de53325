"""The device fault matrix: every hostile mode x dialect x phase, and NAPALM alone on a sample.

In: nothing (``--quick`` runs every tenth cell and keeps nothing). Out: ``results/device-fault-matrix.json`` with
how many cells there are, how many claimed a success that is not so, ended without a name or unknown, and every cell.
Run by hand; ``make chaos`` runs the same cells as tests. The cells in namespaces are the last
``make lab-test`` run's (``results/real-ways.jsonl``).
"""

import argparse
import json
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog
from results import keep_record

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the matrix is the tests' own
from tests.matrix.cells import Row, cells, omissions, run_all
from tests.matrix.phases import PHASES
from tests.matrix.raw import EOS_SAMPLE, SAMPLE, Claim, claim

QUESTION = "Does a hostile device or connection ever make us claim what is not so, or end without a name?"
EVERY_TENTH = 10
WAYS = Path(__file__).parent / "results" / "real-ways.jsonl"


def main() -> int:
    """Run it; 1 when a cell ended wrongly."""
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    chosen = list(cells())[:: EVERY_TENTH if quick else 1]
    rows = (*run_all(chosen), *(() if quick else in_namespaces()))
    sample = [(*cell, "cisco_ios") for cell in SAMPLE] + [(*cell, "arista_eos") for cell in EOS_SAMPLE]
    alone = tuple(claim(*cell) for cell in sample[:: EVERY_TENTH if quick else 1])
    keep_record(record(rows, alone), quick=quick)
    return int(any(row.wrong for row in rows))


def in_namespaces() -> tuple[Row, ...]:
    """Return the cells on a real router that the last ``make lab-test`` ran; none where it did not run."""
    if not WAYS.exists():
        return ()
    return tuple(Row(**json.loads(line)) for line in WAYS.read_text(encoding="utf-8").splitlines())


def record(rows: Sequence[Row], alone: Sequence[Claim]) -> dict[str, Any]:
    """Return what is kept: the counts, a table of endings, every cell, every omission, and NAPALM's claims."""
    false = sum(row.wrong.startswith("false success") for row in rows)
    unnamed = sum(row.wrong.startswith("unnamed") for row in rows)
    unknown = [row for row in rows if row.ending == "unknown"]
    readable = sum(bool(row.wrong) for row in unknown)
    wrongly = sum(c.false_success for c in alone)
    return {
        "benchmark": "device-fault-matrix",
        "question": QUESTION,
        "cells": len(rows),
        "false_success": false,
        "false_refusal": sum(row.wrong.startswith("false refusal") for row in rows),
        "unnamed": unnamed,
        "unknown": len(unknown),
        "unknown_though_readable": readable,
        "endings": dict(Counter(row.ending for row in rows)),
        "rows": _table(rows),
        "notes": [
            f"{len(rows)} cells: {false} false successes, {unnamed} without a name, {len(unknown)} unknown.",
            f"Of the unknown, {readable} although the device could be read back; the others stayed unreachable.",
            f"NAPALM alone on {len(alone)} of them: {wrongly} times it claimed a success that was not so.",
        ],
        "each": [asdict(row) for row in rows],
        "omitted": [asdict(omission) for omission in omissions()],
        "raw_napalm": [asdict(c) for c in alone],
    }


def _table(rows: Sequence[Row]) -> list[dict[str, str]]:
    """One line per mode and dialect: how each phase ended; a dash where the cell means nothing."""
    ended = {(row.dialect, row.mode, row.phase): row.ending + (" (WRONG)" if row.wrong else "") for row in rows}
    lines = dict.fromkeys((row.dialect, row.mode) for row in rows)
    return [
        {"mode": mode, "dialect": dialect, **{phase: ended.get((dialect, mode, phase), "-") for phase in PHASES}}
        for dialect, mode in lines
    ]


if __name__ == "__main__":
    sys.exit(main())
