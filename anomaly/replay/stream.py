"""One run, tick by tick, in the order its rows came: strictly causal.

In: a ``Run`` and the wiring. Out: its ``Detection``s in the order they were told. Called by ``replaying``. Why: what is
told at a moment may rest on rows up to that moment alone; here is the only loop, and it never looks ahead.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from anomaly.replay.hearing import Hearing
from anomaly.replay.incidents import BY_RULES, Incidents, Naming
from anomaly.replay.loglines import symptom_of
from anomaly.replay.rates import RateReader
from anomaly.replay.records import Detection, Links, LogLine, Rows, Run, Symptom
from anomaly.replay.states import StateReader

_LEAST_HOLD_SECONDS = 6.0
_FIRST_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Everything that carries one time stamp."""

    ts: float
    devices: slice
    ports: slice
    log: tuple[LogLine, ...]


def ticks(run: Run) -> Iterator[Tick]:
    """The moments of a run, oldest first, with the rows of each."""
    moments = np.unique([*run.device_rows.ts, *run.port_rows.ts, *(line.ts for line in run.log)])
    bounds = [(_starts(rows, moments), _ends(rows, moments)) for rows in (run.device_rows, run.port_rows)]
    waiting = list(run.log)[::-1]
    for index, ts in enumerate(moments):
        lines: list[LogLine] = []
        while waiting and waiting[-1].ts <= ts:
            lines.append(waiting.pop())
        devices, ports = (slice(int(first[index]), int(last[index])) for first, last in bounds)
        yield Tick(ts=float(ts), devices=devices, ports=ports, log=tuple(lines))


def detections(run: Run, links: Links, naming: Naming = BY_RULES) -> Iterator[Detection]:
    """Everything told about a run."""
    rates = RateReader(run)
    incidents = Incidents(run.name, links, hold_seconds(run), naming=naming, carried=rates.carried)
    forget_at = 0.0
    for tick, symptoms in seen(run, rates):
        for symptom in symptoms:
            yield from incidents.take(symptom)
        yield from incidents.tick(tick.ts)
        if incidents.settled_at > tick.ts:
            forget_at = incidents.settled_at
        elif forget_at:
            rates.forget()
            forget_at = 0.0


def seen(run: Run, rates: RateReader) -> Iterator[tuple[Tick, list[Symptom]]]:
    """Every tick with its symptoms: log, devices, ports, traffic, silences."""
    states, hearing = StateReader(run), Hearing(run, hold_seconds(run))
    for tick in ticks(run):
        hearing.hear(tick.ts, run.device_rows.series[tick.devices], run.port_rows.series[tick.ports])
        found = [symptom for symptom in map(symptom_of, tick.log) if symptom]
        if tick.devices.stop > tick.devices.start:
            found.extend(states.devices(tick.ts, run.device_rows, tick.devices))
        if tick.ports.stop > tick.ports.start:
            found.extend(states.ports(tick.ts, run.port_rows, tick.ports))
            found.extend(rates.read(tick.ts, run.port_rows, tick.ports))
        found.extend(hearing.silences(tick.ts))
        yield tick, found


def hold_seconds(run: Run) -> float:
    """One poll: how long a doubtful symptom waits for its cause. From the first rows, which are there before any."""
    rows = run.device_rows if len(run.device_rows.ts) else run.port_rows
    first = slice(0, _FIRST_ROWS)
    series, ts = rows.series[first], rows.ts[first]
    gaps = [np.diff(np.unique(ts[series == number])) for number in np.unique(series)]
    known = np.concatenate([gap for gap in gaps if len(gap)] or [np.array([_LEAST_HOLD_SECONDS])])
    return max(_LEAST_HOLD_SECONDS, float(np.median(known)))


def _starts(rows: Rows, moments: object) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.searchsorted(rows.ts, np.asarray(moments), side="left")


def _ends(rows: Rows, moments: object) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.searchsorted(rows.ts, np.asarray(moments), side="right")
