"""Silent shifts: many devices of one region and role lean a little to the same side, and none of them is far.

In: per poll, which way every device and metric leans (``FleetBaselines.leaning``), and which were seen. Out: shifts
that hold. Called by ``controller.learning.usual``, once a poll for the whole fleet. How: per group and metric the share
that leans up less the share that leans down; what is beyond ``ALLOWED`` is summed up over polls (CUSUM) and told at
``LIMIT``. A sum over shares and not over values: one device that is far moves it by one device.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomaly.learn.baselines import Flags, Leaning

ALLOWED = 0.4
LIMIT = 2.0
LEAST_DEVICES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One metric of one group has moved. ``share`` of its ``devices`` lean that way now."""

    group: int
    metric: int
    rises: bool
    share: float
    devices: int


class Shifts:
    """The sums of every group and metric. ``groups`` numbers each device's; every number up to the last is used."""

    def __init__(self, groups: NDArray[np.int64], metrics: int) -> None:
        count = int(groups.max()) + 1 if len(groups) else 0
        self._order = np.argsort(groups, kind="stable")
        self._starts = np.searchsorted(groups[self._order], np.arange(count))
        self._up = np.zeros((count, metrics), dtype=np.float64)
        self._down = np.zeros((count, metrics), dtype=np.float64)

    def poll(self, leaning: Leaning, seen: Flags) -> tuple[Shift, ...]:
        """Take one poll; return the shifts that are there."""
        number = self._summed(seen.astype(np.int8))
        total = self._summed(np.where(seen, leaning, np.int8(0)))
        share = np.divide(total, number, out=np.zeros_like(total), where=number >= LEAST_DEVICES)
        told = number >= LEAST_DEVICES
        self._up = np.where(told, np.clip(self._up + share - ALLOWED, 0, 2 * LIMIT), self._up)
        self._down = np.where(told, np.clip(self._down - share - ALLOWED, 0, 2 * LIMIT), self._down)
        return (*_over(self._up, share, number, rises=True), *_over(self._down, -share, number, rises=False))

    def _summed(self, table: NDArray[np.int8]) -> NDArray[np.float64]:
        """Per group and metric."""
        if not len(self._starts):
            return np.zeros_like(self._up)
        sums: NDArray[np.float64] = np.add.reduceat(table[self._order], self._starts, axis=0, dtype=np.float64)
        return sums


def _over(
    sums: NDArray[np.float64], share: NDArray[np.float64], number: NDArray[np.float64], *, rises: bool
) -> Iterator[Shift]:
    for group, metric in np.argwhere(sums >= LIMIT):
        yield Shift(
            group=int(group),
            metric=int(metric),
            rises=rises,
            share=float(share[group, metric]),
            devices=int(number[group, metric]),
        )
