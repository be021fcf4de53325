"""What the benchmarks found: JSON files, a table on the terminal, and the README beside the files.

In: conditions with their runs. Out: ``results/<name>.json``, ``results/README.md`` made of all JSON files.
Called by the benchmarks. A quick run is shown, not kept.
"""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from frame import Pairing, Run, Spread, spread
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("asyncssh", "napalm", "netmiko", "nornir", "nornir-netmiko", "nornir-napalm", "ntc_templates", "paramiko")
WIDTH = 150
Columns = tuple[str, ...]
KEYS: Columns = ("devices_per_second", "wall_seconds", "cpu_ms_per_device", "lab_cpu_seconds")
HEAD: Columns = ("contestant", "devices/s", "wall s", "CPU ms/device", "lab's CPU s", "storenet is", "its share of CPU")
INTRODUCTION = """# What was measured

Made by `make bench` out of the JSON files in this directory; do not edit. Every figure is a median with its range.
Contestants take turns, each in a process of its own, against the same virtual devices served by another process of
the same machine; ratios are made pair by pair within a round. Absolute times depend on the machine: quote the ratios.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One run of everybody under one condition."""

    name: str
    run: Run


def machine() -> dict[str, Any]:
    """What the figures depend on; the load average before the run tells whether others were using the machine."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "load_average_1_min": round(LOAD_BEFORE, 2),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    rows = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((row.partition(":")[2].strip() for row in rows if row.startswith("model name")), platform.machine())


LOAD_BEFORE = os.getloadavg()[0]


def keep(name: str, question: str, conditions: Sequence[Condition], *, quick: bool) -> None:
    """Show the table; unless ``quick``, write the JSON file and make the README anew."""
    told = [_told(condition) for condition in conditions]
    record = {"benchmark": name, "question": question, "conditions": told}
    keep_record(record, quick=quick)


def keep_record(record: dict[str, Any], *, quick: bool) -> None:
    """Show and keep a finished record; it has ``benchmark``, ``question`` and ``conditions`` or ``rows``."""
    _show(record)
    if quick:
        return
    RESULTS.mkdir(exist_ok=True)
    whole = {**record, "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    (RESULTS / f"{record['benchmark']}.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    write_readme()


def _told(condition: Condition) -> dict[str, Any]:
    rows = condition.run.rounds
    return {
        "name": condition.name,
        "rounds": len(next(iter(rows.values()))),
        "devices": next(iter(rows.values()))[0].devices,
        "contestants": [
            {
                "name": name,
                "devices_per_second": _rounded(spread([t.devices_per_second for t in taken])),
                "wall_seconds": _rounded(spread([t.wall_seconds for t in taken])),
                "cpu_ms_per_device": _rounded(spread([t.cpu_ms for t in taken])),
                "lab_cpu_seconds": _rounded(spread([t.served_seconds for t in taken])),
                "note": condition.run.notes[name],
            }
            for name, taken in rows.items()
        ],
        "pairs": [_pair(pairing) for pairing in condition.run.pairings()],
    }


def _pair(pairing: Pairing) -> dict[str, Any]:
    return {
        "other": pairing.other,
        "times_faster": _rounded(pairing.faster),
        "share_of_its_cpu": _rounded(pairing.cpu),
    }


def _rounded(values: Spread) -> dict[str, float]:
    return {key: float(f"{value:.4g}") for key, value in asdict(values).items()}


def _rows(condition: Mapping[str, Any]) -> list[Columns]:
    pairs = {p["other"]: p for p in condition["pairs"]}
    rows: list[Columns] = []
    for c in condition["contestants"]:
        pair = pairs.get(c["name"])
        against = (_span(pair["times_faster"], "x faster"), _span(pair["share_of_its_cpu"], "x")) if pair else ("", "")
        figures = tuple(_span(c[key]) if key in c else "" for key in KEYS)
        rows.append((c["name"], *figures, *against))
    return rows


def _span(values: Mapping[str, float], unit: str = "") -> str:
    return f"{values['median']:.3g}{unit} ({values['low']:.3g}-{values['high']:.3g})"


def _tables(record: Mapping[str, Any]) -> list[tuple[str, Columns, list[Columns]]]:
    """Return title, head and rows of each table of a record."""
    if "rows" in record:
        head = tuple(record["rows"][0]) if record["rows"] else ()
        return [(record["question"], head, [tuple(str(v) for v in row.values()) for row in record["rows"]])]
    return [(c["name"], HEAD, _rows(c)) for c in record["conditions"]]


def _show(record: Mapping[str, Any]) -> None:
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(f"\n[bold]{record['benchmark']}[/bold]: {record['question']}")
    for title, head, rows in _tables(record):
        table = Table(title=title, title_justify="left")
        for number, column in enumerate(head):
            table.add_column(column, justify="left" if number == 0 else "right")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for line in _notes(record):
        console.print(line, markup=False)


def _notes(record: Mapping[str, Any]) -> list[str]:
    notes = [f"{c['name']} - {c['note']}" for k in record.get("conditions", ()) for c in k["contestants"] if c["note"]]
    return [*dict.fromkeys(notes), *record.get("notes", ())]


def write_readme() -> None:
    """Make ``results/README.md`` of every JSON file there is."""
    parts = [INTRODUCTION]
    for file in sorted(RESULTS.glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        if "benchmark" in record:
            parts.append("\n".join(_section(record)))
    (RESULTS / "README.md").write_text("\n".join(parts), encoding="utf-8")


def _section(record: Mapping[str, Any]) -> list[str]:
    lines = [f"## {record['benchmark']}", "", record["question"], ""]
    for title, head, rows in _tables(record):
        lines += [f"**{title}**", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
        lines.append("")
    lines += [f"- {line}" for line in _notes(record)]
    lines += [
        "",
        _measured(record["at"], record["machine"]),
        "",
    ]
    return lines


def _measured(at: str, facts: Mapping[str, Any]) -> str:
    where = f"{at[:10]}, {facts['cores']} cores ({facts['processor']}), Python {facts['python']}"
    return f"{where}, load average before: {facts['load_average_1_min']}."
