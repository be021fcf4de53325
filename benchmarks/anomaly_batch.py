"""What one poll of a whole fleet costs the eyes: 100,000 devices, 30 metrics each, one core.

All devices in one call beside one call per device, the same code and the same answers. Needs no lab. Fewer devices are
shown, not kept.
"""

import argparse
import os
import statistics
import time

import numpy as np
from results import keep_record

from anomaly.learn.baselines import FleetBaselines

WHOLE = 100_000
TARGET_MS = 100.0
SAMPLE = 2_000
MISSING = 0.01


def polls(rng: np.random.Generator, devices: int, metrics: int, count: int) -> list[np.ndarray]:
    """Polls around each metric's own level, a hundredth missing, a handful far off in the last two."""
    level = rng.lognormal(6, 2, (devices, metrics)).astype(np.float32)
    made: list[np.ndarray] = []
    for number in range(count):
        values = level * rng.normal(1, 0.02, level.shape).astype(np.float32)
        values[rng.random(level.shape, dtype=np.float32) < MISSING] = np.nan
        if number >= count - 2:
            values[:5, 0] = level[:5, 0] * 10
        made.append(values)
    return made


def batched(groups: np.ndarray, made: list[np.ndarray]) -> tuple[float, np.ndarray]:
    """(median milliseconds a poll, the last poll's alarms)."""
    eyes = FleetBaselines(groups, made[0].shape[1])
    times = []
    for values in made:
        start = time.process_time()
        alarms = eyes.poll(values)
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times[2:]), alarms


def one_by_one(groups: np.ndarray, made: list[np.ndarray], sample: int) -> tuple[float, np.ndarray]:
    """The same for the first ``sample`` devices, each in calls of its own; milliseconds for all of ``groups``."""
    eyes = [FleetBaselines(groups[n : n + 1], made[0].shape[1]) for n in range(sample)]
    times = []
    for values in made:
        start = time.process_time()
        alarms = np.concatenate([each.poll(values[n : n + 1]) for n, each in enumerate(eyes)])
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times[2:]) * len(groups) / sample, alarms


def main() -> None:
    """Measure, print, and fail when the target is missed or the two ways disagree."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--devices", type=int, default=WHOLE)
    asked.add_argument("--metrics", type=int, default=30)
    asked.add_argument("--polls", type=int, default=9)
    chosen = asked.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 24, chosen.devices)
    made = polls(rng, chosen.devices, chosen.metrics, chosen.polls)
    batch_ms, all_alarms = batched(groups, made)
    sample = min(SAMPLE, chosen.devices)
    single_ms, some_alarms = one_by_one(groups, made, sample)
    rows = [
        {"way": "all at once", "cpu ms a poll": f"{batch_ms:.1f}", "times": "1"},
        {"way": "device by device", "cpu ms a poll": f"{single_ms:.0f}", "times": f"{single_ms / batch_ms:.0f}"},
    ]
    notes = [
        f"CPU time of one core, the median of {chosen.polls - 2} polls; the target is {TARGET_MS:.0f} ms",
        f"device by device was measured on {sample} devices and multiplied",
        f"{int(all_alarms.sum())} alarms in the last poll, 5 were put in",
    ]
    question = f"What does one poll of {chosen.devices} devices x {chosen.metrics} metrics cost?"
    record = {"benchmark": "anomaly_batch", "question": question, "rows": rows, "notes": notes}
    keep_record(record, quick=chosen.devices < WHOLE)
    if not all_alarms[:5, 0].all() or not some_alarms[:5, 0].all():
        raise SystemExit("an alarm was missed")
    if batch_ms > TARGET_MS:
        raise SystemExit(f"over the target of {TARGET_MS:.0f} ms")


if __name__ == "__main__":
    main()
