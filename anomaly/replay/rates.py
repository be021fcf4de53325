"""Silent shifts: traffic that moved or fell on many ports at once while no state changed.

In: rows of ports, tick by tick. Out: ``Symptom``s of devices: ``out_moved`` (what leaves goes elsewhere, what comes in
is as before), ``in_moved`` (the reverse), ``traffic_fell``, ``traffic_moved``, ``leak`` (less goes out than came in),
``part_fell`` and ``part_moved`` (its part in a shift of the whole fleet); of ports: ``traffic_gone``. Called by
``stream``. Why: no single port tells of a removed route or another hash; the share of ports that leave their own
baseline together does.

Every series (port and direction) has a robust baseline: the median of its older samples, a spread from their median
deviation, shrunk towards a prior (a twentieth of the level) that a new port starts with. A series has moved when its
newest ``CONFIRM`` samples all lie on one side. All series of a tick are computed in one numpy call. A sample that comes
late makes counters seem to stand still; the router's own rate does not know our clock and is asked as a witness.
"""

from collections.abc import Iterator

import numpy as np

from anomaly.replay.balance import Balance
from anomaly.replay.records import Floats, Ints, Rows, Run, Symptom

CONFIRM = 2
WINDOW = 16 + CONFIRM
_FEWEST = 6
_PRIOR_SPREAD = 0.05
_PRIOR_WEIGHT = 6.0
_Z = 6.0
_LEAST_CHANGE = 0.15
_FLOOR_KBPS = 1000.0
_STALE_SECONDS = 300.0
# a router's own rate is a mean of half a minute: five seconds after a change it has gone a seventh of the way
_LEANS = 0.1
_LEAK_STAYS = 3
_DIRECTIONS = ("in", "out")
# shapes of a device's traffic: series that must take part, and shares of all series or of those that moved
_FEWEST_SERIES = 2
_FEWEST_FELL = 4
_SOME, _MANY, _HARDLY = 0.1, 0.25, 0.25
# in a small fleet a few series are a large share: shares are never taken of fewer, so that 3 % are eight at least
_LEAST_FLEET = 267


def moved(window: Floats) -> Floats:
    """Per series (rows of samples, oldest first, NaN missing): +1 moved up, -1 down, 0 not, NaN no baseline yet."""
    old, new = window[:, :-CONFIRM], window[:, -CONFIRM:]
    count = (~np.isnan(old)).sum(axis=1)
    ready = (count >= _FEWEST) & ~np.isnan(new).any(axis=1)
    verdict: Floats = np.full(len(window), np.nan)
    if not ready.any():
        return verdict
    level = np.nanmedian(old[ready], axis=1)
    deviation = np.nanmedian(np.abs(old[ready] - level[:, None]), axis=1) * 1.4826
    prior = _PRIOR_SPREAD * level
    n = count[ready]
    spread = np.sqrt((n * deviation**2 + _PRIOR_WEIGHT * prior**2) / (n + _PRIOR_WEIGHT))
    least = np.maximum(_Z * spread, _LEAST_CHANGE * level)
    change = new[ready] - level[:, None]
    up, down = (change > least[:, None]).all(axis=1), (change < -least[:, None]).all(axis=1)
    bearing = np.maximum(level, new[ready].min(axis=1)) >= _FLOOR_KBPS
    verdict[ready] = np.where(bearing, up.astype(float) - down, np.nan)
    return verdict


def _change(window: Floats) -> Floats:
    """How far the newest sample of each series is from the median of the older ones."""
    change: Floats = window[:, -1] - np.nanmedian(window[:, :-CONFIRM], axis=1)
    return change


class RateReader:
    """Keeps a window of rates for every port and direction, from octet counters, or from the router's own rates."""

    def __init__(self, run: Run) -> None:
        ports = len(run.ports)
        self._run = run
        self._last = {d: np.full(ports, np.nan) for d in _DIRECTIONS}
        self._last_ts = {d: np.full(ports, np.nan) for d in _DIRECTIONS}
        self._rates = {d: np.full((ports, WINDOW), np.nan) for d in _DIRECTIONS}
        self._meter = {d: np.full((ports, WINDOW), np.nan) for d in _DIRECTIONS}
        numbers = {device: number for number, device in enumerate(run.devices)}
        self._device_of = np.array([numbers.get(device, -1) for device, _ in run.ports], dtype=np.int64)
        counted = ("in_octets_total", "out_octets_total")
        self._counts = any(bool((~np.isnan(run.port_rows.values[name])).any()) for name in counted)
        self._bearing = np.zeros(len(run.devices), dtype=np.int64)
        self._balance = Balance(len(run.devices))
        self._elapsed = {d: np.full(ports, np.nan) for d in _DIRECTIONS}
        self._newest = {d: np.full(ports, np.nan) for d in _DIRECTIONS}
        self._seen_ts = np.full(ports, np.nan)
        self._numbers = {port: number for number, port in enumerate(run.ports)}

    def read(self, ts: float, rows: Rows, at: slice) -> Iterator[Symptom]:
        """Symptoms of the devices whose ports are in ``rows[at]``."""
        ids = rows.series[at]
        for direction in _DIRECTIONS:
            self._remember(direction, ts, ids, rows, at)
        self._seen_ts[ids] = ts
        verdicts = {d: moved(self._rates[d][ids]) for d in _DIRECTIONS}
        owners = self._device_of[ids]
        for owner in np.unique(owners[owners >= 0]):
            mine = owners == owner
            yield from self._device(ts, int(owner), ids[mine], {d: v[mine] for d, v in verdicts.items()})

    def carried(self, device: str, interface: str) -> float:
        """Usual kbps of a port, both directions, as known now; a port that is mostly down carries nothing."""
        number = self._numbers.get((device, interface))
        if number is None:
            return 0.0
        windows = [self._rates[d][number] for d in _DIRECTIONS]
        return float(sum(np.nanmedian(w) for w in windows if not np.isnan(w).all()))

    def forget(self) -> None:
        """Start the baselines of all ports anew: after an incident the old ones say nothing."""
        for window in (*self._rates.values(), *self._meter.values()):
            window[:, :] = np.nan

    def _remember(self, direction: str, ts: float, ids: Ints, rows: Rows, at: slice) -> None:
        window, meter = self._rates[direction], self._meter[direction]
        stale = ids[ts - self._seen_ts[ids] > _STALE_SECONDS]
        window[stale] = meter[stale] = np.nan
        meter[ids, :-1] = meter[ids, 1:]
        meter[ids, -1] = rows.values[f"{direction}_kbps"][at]
        rate = self._rate(direction, ts, ids, rows, at)
        self._newest[direction][ids] = rate
        fresh = ids[~np.isnan(rate)]
        window[fresh, :-1] = window[fresh, 1:]
        window[fresh, -1] = rate[~np.isnan(rate)]

    def _rate(self, direction: str, ts: float, ids: Ints, rows: Rows, at: slice) -> Floats:
        if not self._counts:
            return rows.values[f"{direction}_kbps"][at]
        now = rows.values[f"{direction}_octets_total"][at]
        last, last_ts = self._last[direction], self._last_ts[direction]
        elapsed = ts - last_ts[ids]
        self._elapsed[direction][ids] = elapsed
        step = now - last[ids]
        known = ~np.isnan(now)
        last[ids[known]], last_ts[ids[known]] = now[known], ts
        usable = known & (step >= 0) & (elapsed > 0) & (elapsed <= _STALE_SECONDS)
        rate: Floats = np.full(len(ids), np.nan)
        rate[usable] = step[usable] * 8 / 1000 / elapsed[usable]
        return rate

    def _witnessed(self, direction: str, ids: Ints, verdict: Floats) -> Floats:
        """The verdicts less the falls that the router's own rate, where it tells one, does not lean to."""
        known = (~np.isnan(self._meter[direction][ids, :-CONFIRM])).any(axis=1)
        asked = np.flatnonzero(known & (verdict == -1))
        if len(asked):
            change, lean = (_change(windows[direction][ids[asked]]) for windows in (self._rates, self._meter))
            verdict[asked[lean > _LEANS * change]] = 0
        return verdict

    def _device(self, ts: float, owner: int, ids: Ints, verdicts: dict[str, Floats]) -> Iterator[Symptom]:
        if not any((v == 1).any() for v in verdicts.values()):  # a late sample makes all fall
            verdicts = {d: self._witnessed(d, ids, v) for d, v in verdicts.items()}
        shape = Shape.of(verdicts["in"], verdicts["out"])
        device = self._run.devices[owner]
        name = shape.name()
        if name:
            yield Symptom(ts=ts, device=device, name=name, amount=shape.share)
        self._bearing[owner] = shape.in_all + shape.out_all
        part = shape.part()
        if part:
            fleet = max(int(self._bearing.sum()), _LEAST_FLEET)
            yield Symptom(ts=ts, device=device, name=part, amount=shape.moved / fleet)
        share, times = self._missing(owner, ids)
        if times:
            yield Symptom(ts=ts, device=device, name="leak" if times < _LEAK_STAYS else "leak_stays", amount=share)
        silent = (verdicts["in"] == -1) & (verdicts["out"] == -1)
        for number in ids[silent]:
            newest = sum(float(self._rates[d][number, -CONFIRM:].max()) for d in _DIRECTIONS)
            if newest < 0.02 * self.carried(*self._run.ports[number]):
                yield Symptom(ts=ts, device=device, interface=self._run.ports[number][1], name="traffic_gone")

    def _missing(self, owner: int, ids: Ints) -> tuple[float, int]:
        """What the balance says, when all ports of the device were counted over the same seconds."""
        counted = ids[~np.isnan(self._last["in"][ids])]
        elapsed = np.concatenate([self._elapsed[d][counted] for d in _DIRECTIONS])
        if not len(elapsed) or np.isnan(elapsed).any() or np.ptp(elapsed) > 0:
            return 0.0, 0
        return self._balance.missing(owner, self._newest["in"][counted], self._newest["out"][counted])


class Shape:
    """How the series of one device moved at one tick: counts of series up and down per direction."""

    def __init__(self, ins: tuple[int, int, int], outs: tuple[int, int, int]) -> None:
        self.in_up, self.in_down, self.in_all = ins
        self.out_up, self.out_down, self.out_all = outs

    @classmethod
    def of(cls, ins: Floats, outs: Floats) -> "Shape":
        """The shape of two columns of verdicts."""
        return cls(*((int((v == 1).sum()), int((v == -1).sum()), int((~np.isnan(v)).sum())) for v in (ins, outs)))

    @property
    def moved(self) -> int:
        """Number of series that moved."""
        return self.in_up + self.in_down + self.out_up + self.out_down

    @property
    def share(self) -> float:
        """Share of series that moved."""
        return self.moved / max(self.in_all + self.out_all, 1)

    def part(self) -> str:
        """What this device adds to a shift of the whole fleet, or nothing."""
        up, down = self.in_up + self.out_up, self.in_down + self.out_down
        if self.moved < _FEWEST_SERIES or not down:
            return ""
        return "part_fell" if up <= _HARDLY * down else "part_moved"

    def name(self) -> str:
        """The symptom this shape is, or nothing."""
        outs, ins = self.out_up + self.out_down, self.in_up + self.in_down
        if min(self.out_up, self.out_down) >= _FEWEST_SERIES and outs >= _SOME * self.out_all and ins <= _HARDLY * outs:
            return "out_moved"
        if min(self.in_up, self.in_down) >= 1 and ins >= max(3, _SOME * self.in_all) and outs <= _HARDLY * ins:
            return "in_moved"
        down, up = self.in_down + self.out_down, self.in_up + self.out_up
        if down >= max(_FEWEST_FELL, _MANY * (self.in_all + self.out_all)) and up <= _HARDLY * down:
            return "traffic_fell"
        if self.share >= _MANY and min(up, down) >= _FEWEST_SERIES:
            return "traffic_moved"
        return ""
