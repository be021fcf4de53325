"""Changes of state: what was one thing at the last sample and is another now.

In: rows of devices and ports, tick by tick. Out: ``Symptom``s. Called by ``stream``. Why: a fault that changes a
state is best found by the change itself; no model is quicker or surer. A missing value is never a change.
"""

from collections.abc import Iterator

import numpy as np

from anomaly.replay.records import Floats, Ints, Rows, Run, Symptom

# column: (symptom when it rises, symptom when it falls)
_PORT_WORDS = {
    "admin_up": ("admin_up", "admin_down"),
    "oper_up": ("oper_up", "oper_down"),
    "bfd_sessions_up": ("bfd_up", "bfd_down"),
    "carrier_transitions_total": ("carrier", ""),
}
_ERRORS = ("crc_errors_total", "in_errors_total")
_FIB = ("fib_discard", "fib_incomplete_adj", "fib_noroute", "fib_null", "fib_drop", "fib_unresolved")
_LEVEL_SAMPLES = 31
_FEWEST = 3
ERRORS_PER_SECOND = 10.0
FIB_DROPS_PER_SECOND = 100.0
_CPU_HIGH, _CPU_JUMP = 90.0, 40.0
_MEMORY_LOST = 0.3
# Nothing heard for so long: what changed meanwhile is no news, and nobody knows when it did.
GAP_SECONDS = 900.0


class StateReader:
    """Keeps the last value of every state and the usual level of the devices' gauges."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._ports = {name: np.full(len(run.ports), np.nan) for name in (*_PORT_WORDS, *_ERRORS)}
        self._port_ts = np.full(len(run.ports), np.nan)
        self._noisy = np.zeros(len(run.ports), dtype=np.int64)
        self._fib = {name: np.full(len(run.devices), np.nan) for name in _FIB}
        self._device_ts = np.full(len(run.devices), np.nan)
        self._dropping = np.zeros(len(run.devices), dtype=np.int64)
        gauges = ("bgp_established", "cpu_1m_pct", "mem_free_bytes")
        self._levels = {name: np.full((len(run.devices), _LEVEL_SAMPLES), np.nan) for name in gauges}
        self._neighbours = np.full(len(run.devices), np.nan)

    def ports(self, ts: float, rows: Rows, at: slice) -> Iterator[Symptom]:
        """Symptoms of the ports in ``rows[at]``, all at ``ts``."""
        ids = rows.series[at]
        stale = ids[ts - self._port_ts[ids] > GAP_SECONDS]
        for last in self._ports.values():
            last[stale] = np.nan
        for column, (risen, fallen) in _PORT_WORDS.items():
            step = _step(self._ports[column], ids, rows.values[column][at])
            for index in np.flatnonzero(np.nan_to_num(step)):
                name = risen if step[index] > 0 else fallen
                if name:
                    device, interface = self._run.ports[ids[index]]
                    yield Symptom(ts=ts, device=device, interface=interface, name=name, amount=abs(step[index]))
        yield from self._errors(ts, ids, rows, at)

    def _errors(self, ts: float, ids: Ints, rows: Rows, at: slice) -> Iterator[Symptom]:
        elapsed = ts - self._port_ts[ids]
        steps = [_step(self._ports[column], ids, rows.values[column][at]) for column in _ERRORS]
        self._port_ts[ids] = ts
        rate = np.nan_to_num(np.maximum(*(np.nan_to_num(step) for step in steps)) / elapsed)
        self._noisy[ids] = np.where(rate > ERRORS_PER_SECOND, self._noisy[ids] + 1, 0)
        for index in np.flatnonzero(self._noisy[ids] == _FEWEST):
            device, interface = self._run.ports[ids[index]]
            yield Symptom(ts=ts, device=device, interface=interface, name="errors", amount=float(rate[index]))

    def devices(self, ts: float, rows: Rows, at: slice) -> Iterator[Symptom]:
        """Symptoms of the devices in ``rows[at]``, all at ``ts``."""
        ids = rows.series[at]
        stale = ids[ts - self._device_ts[ids] > GAP_SECONDS]
        for last in (*self._levels.values(), *self._fib.values(), self._neighbours):
            last[stale] = np.nan
        for index, device_id in enumerate(ids.tolist()):
            device = self._run.devices[device_id]
            for name, amount in self._gauges(device_id, rows, at.start + index):
                yield Symptom(ts=ts, device=device, name=name, amount=amount)
        steps = _step(self._neighbours, ids, rows.values["bgp_neighbors"][at])
        for changed in np.flatnonzero(np.nan_to_num(steps)):
            device = self._run.devices[ids[changed]]
            yield Symptom(ts=ts, device=device, name="neighbours_changed", amount=abs(float(steps[changed])))
        yield from self._drops(ts, ids, rows, at)

    def _gauges(self, device_id: int, rows: Rows, row: int) -> Iterator[tuple[str, float]]:
        level, last, now = self._level("bgp_established", device_id, rows.values["bgp_established"][row])
        if level > 0 and now < last:
            yield ("bgp_collapse" if now <= 0.1 * level < last else "bgp_loss"), (last - now) / level
        level, _, now = self._level("cpu_1m_pct", device_id, rows.values["cpu_1m_pct"][row])
        if now >= _CPU_HIGH and now >= level + _CPU_JUMP:
            yield "cpu_high", now
        level, last, now = self._level("mem_free_bytes", device_id, rows.values["mem_free_bytes"][row])
        if now < (1 - _MEMORY_LOST) * level <= last:
            yield "memory_lost", 1 - now / level

    def _level(self, name: str, device_id: int, now: float) -> tuple[float, float, float]:
        """(usual level, last value, value now); NaN while too little is known. Remembers the value."""
        kept = self._levels[name][device_id]
        known = kept[~np.isnan(kept)]
        if not np.isnan(now):
            kept[:-1] = kept[1:]
            kept[-1] = now
        if len(known) < _FEWEST or np.isnan(now):
            return np.nan, np.nan, np.nan
        return float(np.median(known)), float(known[-1]), float(now)

    def _drops(self, ts: float, ids: Ints, rows: Rows, at: slice) -> Iterator[Symptom]:
        elapsed = ts - self._device_ts[ids]
        self._device_ts[ids] = ts
        total: Floats = np.zeros(len(ids))
        for name in _FIB:
            step = np.nan_to_num(_step(self._fib[name], ids, rows.values[f"{name}_pkts_total"][at]))
            total += np.maximum(step, 0.0)  # a counter that went back was reset
        rate = np.nan_to_num(total / elapsed)
        self._dropping[ids] = np.where(rate > FIB_DROPS_PER_SECOND, self._dropping[ids] + 1, 0)
        for index in np.flatnonzero(self._dropping[ids]):
            name = "fib_drops" if self._dropping[ids][index] < _FEWEST else "fib_drops_stay"
            yield Symptom(ts=ts, device=self._run.devices[ids[index]], name=name, amount=float(rate[index]))


def _step(last: Floats, ids: Ints, now: Floats) -> Floats:
    """Return now - last (NaN where either is missing) and remember what is known now."""
    step: Floats = now - last[ids]
    known = ~np.isnan(now)
    last[ids[known]] = now[known]
    return step
