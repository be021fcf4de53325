"""Which way of looking finds what, on a folder of recorded telemetry with labels: the methods that lost, too.

``anomaly_ablation.py DIR EVENTS.csv``. Found within 60 s (silent kinds 120 s, on any device), false alarms an hour of a
quiet device, median seconds. Every method is causal. Numbers only, no kinds: the point is when to raise a hand at all.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import IsolationForest

from anomaly.learn.baselines import FleetBaselines
from anomaly.replay.folder import Folder, read_folder
from anomaly.replay.records import Run
from anomaly.replay.stream import detections

STEP = 10.0
SILENT = ("ecmp_change", "blackhole")
GUARD, HOLDOFF, MEMORY = 120.0, 300.0, 60
Alarm = tuple[float, str]
STATES = ("oper_up", "admin_up", "bfd_sessions_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One labelled incident."""

    run: str
    ts: float
    end: float
    device: str
    kind: str
    phase: str


def events_of(path: Path) -> list[Event]:
    """The labels."""
    with path.open(newline="") as text:
        rows = list(csv.DictReader(text))
    return [
        Event(
            run=r["run"],
            ts=float(r["ts"]),
            end=float(r["ts_end"] or r["ts"]),
            device=r["device"],
            kind=r["kind"],
            phase=r["phase"],
        )
        for r in rows
    ]


def slots(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """(moments, values[moment, device, feature]): log total rates, moved ports, states, sessions, FIB drops."""
    rows, devices = run.port_rows, len(run.devices)
    moments = np.arange(np.floor(run.device_rows.ts.min() / STEP), np.floor(run.device_rows.ts.max() / STEP) + 1)
    owner = np.array([run.devices.index(device) for device, _ in run.ports])
    made = np.full((len(moments), devices, 8), np.nan)
    at = np.clip((rows.ts / STEP - moments[0]).astype(int), 0, len(moments) - 1)
    mine = owner[rows.series]
    for feature, name in enumerate(("in_kbps", "out_kbps", *STATES)):
        known = ~np.isnan(rows.values[name])
        made[at[known], mine[known], feature] = 0
        np.add.at(made[:, :, feature], (at[known], mine[known]), rows.values[name][known])
    made[:, :, :2] = np.log1p(made[:, :, :2])
    own = run.device_rows
    at = np.clip((own.ts / STEP - moments[0]).astype(int), 0, len(moments) - 1)
    made[at, own.series, 5] = own.values["bgp_established"]
    made[at, own.series, 6] = np.log1p(np.nan_to_num(own.values["fib_incomplete_adj_pkts_total"]))
    made[at, own.series, 7] = own.values["mem_free_bytes"] / 1e9
    return (moments + 1) * STEP, made


def by_forest(run: Run) -> Iterator[Alarm]:
    """One IsolationForest per device over the values and their steps, fitted again every five minutes on the past."""
    moments, values = slots(run)
    for number, device in enumerate(run.devices):
        mine = np.nan_to_num(values[:, number])
        rows = np.hstack([mine[1:], np.diff(mine, axis=0)])
        model = None
        for slot in range(30, len(rows)):
            if model is None or slot % 30 == 0:
                model = IsolationForest(n_estimators=50, random_state=1, contamination=0.005).fit(rows[:slot])
            if model.predict(rows[slot : slot + 1])[0] < 0:
                yield moments[slot + 1], device


def by_residual(run: Run) -> Iterator[Alarm]:
    """EWMA level and spread per device and metric, far twice in a row (``FleetBaselines``)."""
    moments, values = slots(run)
    eyes = FleetBaselines(np.zeros(len(run.devices), dtype=np.int64), values.shape[2])
    for slot, ts in enumerate(moments):
        alarms = eyes.poll(values[slot].astype(np.float32)).any(axis=1)
        if slot >= MEMORY // 4:
            yield from ((ts, run.devices[number]) for number in np.flatnonzero(alarms))


def by_robust_z(run: Run) -> Iterator[Alarm]:
    """Median and median deviation of the last ten minutes, one sample beyond eight."""
    yield from _beyond(run, twice=False)


def by_matched_filter(run: Run) -> Iterator[Alarm]:
    """A step: the mean of the newest three against the ten minutes before, beyond eight."""
    yield from _beyond(run, twice=True)


def _beyond(run: Run, *, twice: bool) -> Iterator[Alarm]:
    moments, values = slots(run)
    for slot in range(15, len(moments)):
        newest = values[slot - 2 : slot + 1].mean(axis=0) if twice else values[slot]
        old = values[max(0, slot - MEMORY) : slot - 2 if twice else slot]
        level = np.median(old, axis=0)
        spread = np.maximum(1.4826 * np.median(np.abs(old - level), axis=0), 0.01 * np.abs(level) + 1e-3)
        with np.errstate(invalid="ignore"):
            far = (np.abs(newest - level) > 8 * spread).any(axis=1)
        yield from ((moments[slot], run.devices[number]) for number in np.flatnonzero(far))


def by_states(run: Run, folder: Folder) -> Iterator[Alarm]:
    """The replay without its fleet-level detector of silent shifts."""
    yield from ((d.ts, d.device) for d in detections(run, folder.links) if d.kind not in SILENT)


def by_all(run: Run, folder: Folder) -> Iterator[Alarm]:
    """The replay as it is."""
    yield from ((d.ts, d.device) for d in detections(run, folder.links))


def judged(run: Run, alarms: list[Alarm], events: list[Event]) -> tuple[list[float], list[float], int]:
    """(delays of loud kinds, of silent ones, false alarms)."""
    mine = [e for e in events if e.run == run.name]
    loud: list[float] = []
    silent: list[float] = []
    for event in (e for e in mine if e.phase in {"fault", "change"}):
        quiet = event.kind in SILENT
        reach = 120.0 if quiet else 60.0
        delays = [t - event.ts for t, d in alarms if 0 <= t - event.ts <= reach and (quiet or d == event.device)]
        if delays:
            (silent if quiet else loud).append(min(delays))
    return loud, silent, sum(_false(run.devices, alarms, mine).values())


def _false(devices: tuple[str, ...], alarms: list[Alarm], events: list[Event]) -> dict[str, int]:
    count = dict.fromkeys(devices, 0)
    last = dict.fromkeys(devices, -1e18)
    for ts, device in sorted(alarms):
        near = any(e.phase != "chronic" and e.ts - 5 <= ts <= e.ts + GUARD for e in events)
        own = any(e.device == device and e.ts - 5 <= ts <= max(e.end + 30, e.ts + GUARD) for e in events)
        if not near and not own and ts > last[device] + HOLDOFF:
            count[device] += 1
            last[device] = ts
    return count


def main() -> None:
    """Print one line per method."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("directory", type=Path)
    asked.add_argument("events", type=Path)
    chosen = asked.parse_args()
    folder, events = read_folder(chosen.directory), events_of(chosen.events)
    runs = [run for run in folder.runs() if run.devices]
    hours = sum(len(run.devices) * float(np.ptp(run.device_rows.ts)) for run in runs) / 3600
    methods = {
        "IsolationForest per device": by_forest,
        "robust z, one sample": by_robust_z,
        "matched step filter": by_matched_filter,
        "EWMA residual, twice in a row": by_residual,
        "state rules alone": lambda run: by_states(run, folder),
        "state rules + fleet-level shifts": lambda run: by_all(run, folder),
    }
    wanted = [e for e in events if e.phase in {"fault", "change"}]
    quiet = sum(e.kind in SILENT for e in wanted)
    print(f"{'method':34}loud of {len(wanted) - quiet:<4}silent of {quiet:<4}median s  false alarms  per device-hour")
    for name, method in methods.items():
        results = [judged(run, list(method(run)), events) for run in runs]
        loud, silent = ([delay for r in results for delay in r[part]] for part in (0, 1))
        false = sum(r[2] for r in results)
        middle = float(np.median(loud + silent)) if loud + silent else float("nan")
        print(f"{name:34}{len(loud):<12}{len(silent):<14}{middle:<10.1f}{false:<14}{false / hours:.2f}")


if __name__ == "__main__":
    main()
