"""A whole folder replayed into one table of detections.

In: a ``Folder`` and a ``Naming``. Out: detections, run by run; the csv ``run, ts, device, kind, interface, score``.
Called by the command ``storenet anomaly replay``. Why: one way from recorded telemetry to an answer that can be scored.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from anomaly.replay.folder import Folder
from anomaly.replay.incidents import BY_RULES, Naming
from anomaly.replay.records import Detection
from anomaly.replay.stream import detections

COLUMNS = ("run", "ts", "device", "kind", "interface", "score")


def replay(folder: Folder, naming: Naming = BY_RULES) -> Iterator[Detection]:
    """Everything told about every run, run by run, in the order of time."""
    for run in folder.runs():
        yield from detections(run, folder.links, naming)


def write_detections(path: Path, found: Iterable[Detection]) -> int:
    """Write the table, whole or not at all; return its number of lines."""
    partial = path.with_suffix(path.suffix + ".partial")
    count = 0
    with partial.open("w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for d in found:
            writer.writerow((d.run, f"{d.ts:.3f}", d.device, d.kind, d.interface, f"{d.score:.3f}"))
            count += 1
    partial.replace(path)
    return count
