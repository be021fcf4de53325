"""Devices that stopped talking while the others go on.

In: who was heard at each tick. Out: the ``Symptom`` ``silent``, once per silence. Called by ``stream``. Why: missing
data never reads as healthy; but when everybody is silent it is the collector, and a stream that breaks off is opened
again within minutes. A device that died is told at once by its neighbours' ports and sessions; this is for what nobody
else sees, and may wait. A device that has been late before is given more time.
"""

from collections.abc import Iterator

import numpy as np

from anomaly.replay.records import Ints, Run, Symptom

SILENT_SECONDS = 300.0
_SILENT_POLLS = 6
_USUAL_GAPS = 2.5
_FEWEST_OTHERS = 2


class Hearing:
    """When each device was heard last."""

    def __init__(self, run: Run, poll_seconds: float) -> None:
        self._run, self._poll = run, poll_seconds
        self._patience = np.full(len(run.devices), max(SILENT_SECONDS, _SILENT_POLLS * poll_seconds))
        self._last = np.full(len(run.devices), np.nan)
        numbers = {device: number for number, device in enumerate(run.devices)}
        self._owner = np.array([numbers.get(device, -1) for device, _ in run.ports], dtype=np.int64)
        self._told = np.zeros(len(run.devices), dtype=np.bool_)

    def hear(self, ts: float, devices: Ints, ports: Ints) -> None:
        """These devices talked at ``ts``, of themselves or of their ports."""
        owners = self._owner[ports]
        for talking in (devices, owners[owners >= 0]):
            gap = np.nan_to_num(ts - self._last[talking])
            self._patience[talking] = np.maximum(self._patience[talking], _USUAL_GAPS * gap)
            self._last[talking] = ts
            self._told[talking] = False

    def silences(self, ts: float) -> Iterator[Symptom]:
        """Devices silent for too long, while most of the others were heard just now."""
        silent = ts - self._last > self._patience  # NaN, never heard, is not silent
        talking = int((ts - self._last <= 2 * self._poll).sum())
        if talking < _FEWEST_OTHERS or talking <= int(silent.sum()):
            return
        for number in np.flatnonzero(silent & ~self._told):
            self._told[number] = True
            yield Symptom(ts=ts, device=self._run.devices[number], name="silent", amount=float(ts - self._last[number]))
