"""What is usual for every metric of every device, kept for the whole fleet at once.

In: one poll's values of all devices (rows) and metrics (columns), NaN where nothing came. Out: which values are far
from usual twice in a row; which lean to one side. Called by ``controller.learning.usual`` and benchmarks. Why: one
numpy call over the fleet costs a hundredth of a call per device. A level moves slowly (EWMA) and a surprise moves it no
more than its spread allows, so a fault does not become usual at once. A new device starts with the spread of its group
(role, region).
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Flags = NDArray[np.bool_]
Leaning = NDArray[np.int8]

_CHUNK_ROWS = 2048  # small enough for the cache of one core
_FIRST_SPREAD = 0.05
_LEAST_SPREAD = 0.005


class FleetBaselines:
    """Level and spread per device and metric. ``groups`` numbers each device's role and region.

    ``leaning`` is 1 or -1 where the last poll was more than a spread above or below the level.
    """

    def __init__(
        self,
        groups: NDArray[np.int64],
        metrics: int,
        *,
        memory: float = 0.05,
        distance: float = 8.0,
        floor: Values | None = None,
    ) -> None:
        """``memory``: share of a new value in the level; ``distance``: in spreads, what counts as far.

        ``floor``: per metric, the least spread in its own unit, so that a steady zero is not left by one.
        """
        shape = (len(groups), metrics)
        self._groups, self._memory, self._distance = groups, np.float32(memory), np.float32(distance)
        self._level: Values = np.full(shape, np.nan, dtype=np.float32)
        self._spread: Values = np.full(shape, np.nan, dtype=np.float32)
        self._far: Flags = np.zeros(shape, dtype=np.bool_)
        self._floor: Values = np.zeros(metrics, dtype=np.float32) if floor is None else floor.astype(np.float32)
        self.leaning: Leaning = np.zeros(shape, dtype=np.int8)
        self._all_known = False

    def poll(self, values: Values) -> Flags:
        """Take one poll; True where a value is far from usual for the second time in a row."""
        if not self._all_known:
            self._meet(values)
        alarms = np.empty(values.shape, dtype=np.bool_)
        for start in range(0, len(values), _CHUNK_ROWS):
            rows = slice(start, start + _CHUNK_ROWS)
            alarms[rows] = self._step(rows, values[rows])
        return alarms

    def _step(self, rows: slice, values: Values) -> Flags:
        level, spread, before = self._level[rows], self._spread[rows], self._far[rows]
        surprise = values - level
        size = np.abs(surprise)
        far = size > self._distance * spread  # NaN is never far
        alarms: Flags = far & before
        missing = np.isnan(size)
        np.copyto(before, far, where=~missing)  # what was not looked at says nothing
        leaning = self.leaning[rows]
        np.greater(surprise, spread, out=leaning, casting="unsafe")
        leaning -= surprise < -spread
        np.copyto(surprise, np.float32(0), where=missing)
        np.copyto(size, spread, where=missing)
        limit = 3 * spread
        np.clip(surprise, -limit, limit, out=surprise)
        surprise *= self._memory
        level += surprise
        np.minimum(size, limit, out=size)
        size -= spread
        size *= self._memory
        spread += size
        np.maximum(spread, _LEAST_SPREAD * np.abs(level), out=spread)
        np.maximum(spread, self._floor, out=spread)
        return alarms

    def _meet(self, values: Values) -> None:
        """First values: their own level, their group's usual spread relative to the level."""
        fresh = np.isnan(self._level) & ~np.isnan(values)
        if fresh.any():
            share = self._relative_spread()
            prior = share[self._groups] * np.abs(values)
            self._level[fresh] = values[fresh]
            self._spread[fresh] = np.maximum(np.maximum(prior, 1e-6), self._floor)[fresh]
        self._all_known = not np.isnan(self._level).any()

    def _relative_spread(self) -> Values:
        """Per group and metric: the median of spread / level of those that are known."""
        count = int(self._groups.max()) + 1 if len(self._groups) else 1
        share: Values = np.full((count, self._level.shape[1]), _FIRST_SPREAD, dtype=np.float32)
        known = ~np.isnan(self._level) & (self._level != 0)
        for group in np.unique(self._groups[known.any(axis=1)]):
            mine = self._groups == group
            told = known[mine].any(axis=0)
            ratio = np.full(known[mine].shape, np.nan, dtype=np.float32)
            np.divide(self._spread[mine], np.abs(self._level[mine]), out=ratio, where=known[mine])
            share[group, told] = np.nanmedian(ratio[:, told], axis=0)
        return share
