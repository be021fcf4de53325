"""Reads a folder of recorded telemetry: ``device.parquet``, ``interface.parquet``, and if there the log and the wiring.

In: a directory. Out: its ``Run``s one after the other and its ``Links``; ``ContentError`` naming file and column when
something is missing. Called by ``replay`` and ``learning``. Why: any folder of the format is read, whatever its runs
and devices are called; columns that a run does not have are "not collected".
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anomaly.replay.records import DEVICE_COLUMNS, INTERFACE_COLUMNS, Links, LogLine, Rows, Run
from inventory.yaml_file import ContentError, Problem

DEVICES, PORTS, LOG, WIRES = "device.parquet", "interface.parquet", "syslog.csv.gz", "topology.csv"
_MAX_FIELD = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder that was found good; tables stay columnar until a run is asked for."""

    devices: Any
    ports: Any
    log: dict[str, tuple[LogLine, ...]]
    links: Links

    def runs(self) -> Iterator[Run]:
        """Each run, by name."""
        named = set(pc.unique(self.devices["run"]).to_pylist()) | set(pc.unique(self.ports["run"]).to_pylist())
        for name in sorted(named | set(self.log)):
            yield self._run(name)

    def _run(self, name: str) -> Run:
        device_part = self.devices.filter(pc.equal(self.devices["run"], name))
        port_part = self.ports.filter(pc.equal(self.ports["run"], name))
        log = self.log.get(name, ())
        devices, device_ids = _numbered([(d,) for d in device_part["device"].to_pylist()])
        pairs = zip(port_part["device"].to_pylist(), port_part["interface"].to_pylist(), strict=True)
        ports, port_ids = _numbered(list(pairs))
        return Run(
            name=name,
            devices=tuple(device for (device,) in devices),
            ports=tuple((device, interface) for device, interface in ports),
            device_rows=_rows(device_part, device_ids, DEVICE_COLUMNS),
            port_rows=_rows(port_part, port_ids, INTERFACE_COLUMNS),
            log=log,
        )


def read_folder(directory: Path) -> Folder:
    """Read a folder. Raises ``ContentError`` with everything that is wrong."""
    problems: list[Problem] = []
    devices = _table(directory / DEVICES, ("run", "ts", "device"), DEVICE_COLUMNS, problems)
    ports = _table(directory / PORTS, ("run", "ts", "device", "interface"), INTERFACE_COLUMNS, problems)
    log = _log(directory / LOG, problems)
    links = _links(directory / WIRES, problems)
    if problems:
        raise ContentError(problems)
    return Folder(devices=devices, ports=ports, log=log, links=links)


def _table(path: Path, needed: tuple[str, ...], wanted: tuple[str, ...], problems: list[Problem]) -> Any:
    try:
        present = pq.read_schema(path).names
        missing = [name for name in needed if name not in present]
        if not missing:
            return pq.read_table(path, columns=[*needed, *(name for name in wanted if name in present)])
        problems.extend(Problem(str(path), 0, name, "the column is missing", tuple(present)) for name in missing)
    except (OSError, pa.ArrowInvalid) as error:
        problems.append(Problem(str(path), 0, "", f"cannot be read as parquet: {error}"))
    return None


def _numbered(keys: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], list[int]]:
    """The distinct keys, and each row's number among them."""
    numbers: dict[tuple[str, ...], int] = {}
    ids = [numbers.setdefault(key, len(numbers)) for key in keys]
    return list(numbers), ids


def _rows(table: Any, ids: list[int], columns: tuple[str, ...]) -> Rows:
    ts = _floats(table["ts"])
    order = np.argsort(ts, kind="stable")
    present = [name for name in columns if name in table.column_names]
    values = {name: _floats(table[name])[order] for name in present}
    for name in columns:
        values.setdefault(name, np.full(len(ts), np.nan))
    return Rows(ts=ts[order], series=np.asarray(ids, dtype=np.int64)[order], values=values)


def _floats(column: Any) -> Any:
    return pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False).astype(np.float64)


def _log(path: Path, problems: list[Problem]) -> dict[str, tuple[LogLine, ...]]:
    found: dict[str, list[LogLine]] = {}
    for line, row in _csv_rows(path, ("run", "ts", "device", "mnemonic", "message"), problems):
        try:
            ts = float(row["ts"])
        except ValueError:
            problems.append(Problem(str(path), line, "ts", f"is no number of seconds: {row['ts'][:40]!r}"))
            return {}
        entry = LogLine(ts=ts, device=row["device"], mnemonic=row["mnemonic"], message=row["message"])
        found.setdefault(row["run"], []).append(entry)
    return {run: tuple(sorted(lines, key=lambda entry: entry.ts)) for run, lines in found.items()}


def _links(path: Path, problems: list[Problem]) -> Links:
    peer: dict[tuple[str, str], tuple[str, str]] = {}
    for _, row in _csv_rows(path, ("device", "interface", "peer_device", "peer_interface"), problems):
        near, far = (row["device"], row["interface"]), (row["peer_device"], row["peer_interface"])
        peer[near] = far
        peer.setdefault(far, near)
    return Links(peer=peer)


def _csv_rows(path: Path, needed: tuple[str, ...], problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of a csv that may be missing; its header must have the needed columns."""
    if not path.exists():
        return
    csv.field_size_limit(_MAX_FIELD)
    try:
        with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as text:
            reader = csv.DictReader(text, restval="")
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            problems.extend(Problem(str(path), 1, name, "the column is missing") for name in missing)
            if not missing:
                yield from ((reader.line_num, row) for row in reader)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        problems.append(Problem(str(path), 0, "", f"cannot be read: {error}"))
