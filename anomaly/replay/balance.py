"""What goes in must come out: a device that drops what it should forward shows it in its sums.

In: kbps of a device's ports in both directions at one tick. Out: the share that is missing, once it is clear. Called by
``rates``. Why: a removed route is silent in every state column, but real routers keep out/in constant to a thousandth.
"""

import numpy as np

from anomaly.replay.records import Floats

_WINDOW = 20
_FEWEST = 6
_Z = 8.0
_LEAST_SHARE = 0.004
_FLOOR_KBPS = 100_000.0


class Balance:
    """The usual out/in of every device."""

    def __init__(self, devices: int) -> None:
        self._ratios = np.full((devices, _WINDOW), np.nan)
        self._leaking = np.zeros(devices, dtype=np.int64)

    def forget(self) -> None:
        """Start anew."""
        self._ratios[:, :] = np.nan
        self._leaking[:] = 0

    def missing(self, device: int, ins: Floats, outs: Floats) -> tuple[float, int]:
        """(share of the traffic that went missing, samples in a row). Sums with a missing port are not judged."""
        if not len(ins) or np.isnan(ins).any() or np.isnan(outs).any():
            return 0.0, 0
        total = float(ins.sum())
        if total < _FLOOR_KBPS:
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
        spread = float(np.median(np.abs(known - level))) * 1.4826
        share = (level - ratio) / level if level > 0 else 0.0
        return share if share > max(_LEAST_SHARE, _Z * spread / max(level, 1e-9)) else 0.0
