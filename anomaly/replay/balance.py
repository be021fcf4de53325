"""What goes in must come out: a device that drops what it should forward shows it in its sums.

In: kbps of a device's ports in both directions at one tick. Out: the share that is missing, once it is clear. Called by
``rates``. Why: a removed route is silent in every state column, but a router that forwards sends on what it hears, to a
thousandth. A device that keeps or makes traffic itself (out/in is not about one) says nothing that way.
"""

import numpy as np

from anomaly.replay.records import Floats

_WINDOW = 20
_FEWEST = 6
_Z = 8.0
_LEAST_SHARE = 0.004
# a few ratios that happen to agree are no narrow spread: so much is believed before, and weighs as much as so many
_PRIOR_SPREAD = 0.0005
_PRIOR_WEIGHT = 6.0
# a device whose out/in is farther from one than this keeps or makes traffic itself: no law holds for it
_FORWARDS = 0.05


class Balance:
    """The usual out/in of every device; routes that change do not change it."""

    def __init__(self, devices: int) -> None:
        self._ratios = np.full((devices, _WINDOW), np.nan)
        self._leaking = np.zeros(devices, dtype=np.int64)

    def missing(self, device: int, ins: Floats, outs: Floats) -> tuple[float, int]:
        """(share of the traffic that went missing, samples in a row). Sums with a missing port are not judged."""
        if not len(ins) or np.isnan(ins).any() or np.isnan(outs).any():
            return 0.0, 0
        total = float(ins.sum())
        if total <= 0:
            return 0.0, 0
        ratio = float(outs.sum()) / total
        kept = self._ratios[device]
        known = kept[~np.isnan(kept)]
        share = self._deficit(known, ratio)
        if share > 0:
            self._leaking[device] += 1
            return share, int(self._leaking[device])
        self._leaking[device] = 0
        kept[:-1] = kept[1:]
        kept[-1] = ratio
        return 0.0, 0

    @staticmethod
    def _deficit(known: Floats, ratio: float) -> float:
        if len(known) < _FEWEST:
            return 0.0
        level = float(np.median(known))
        if abs(level - 1) > _FORWARDS:
            return 0.0
        spread = float(np.median(np.abs(known - level))) * 1.4826
        believed = np.hypot(spread * len(known) ** 0.5, _PRIOR_SPREAD * _PRIOR_WEIGHT**0.5)
        share = (level - ratio) / level
        return share if share > max(_LEAST_SHARE, _Z * float(believed) / (len(known) + _PRIOR_WEIGHT) ** 0.5) else 0.0
