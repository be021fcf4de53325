"""Does a day in which nothing breaks stay quiet? Stores with background life, a day of their own clock, no fault.

``quiet_day.py --stores 200 --hours 24 --poll 60`` plays them in virtual time: tills and guests come and go, people
look and change things, shops open and close. Every finding is a false one and is printed; looks with something coming
are those after which a store's page told of what went by again. Written to ``results/quiet-day.json``.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from results import keep_record

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the bench is the tests' own
from anomaly.watch import Watch
from controller.timing import load_timing
from lab.life import Life
from tests.anomaly.lab_bench import Bench

QUESTION = "Does a day in which nothing breaks stay without a finding?"
SHARD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Some stores' day. ``told``: looks with something coming, ``found``: every false finding."""

    looks: int
    happened: int
    told: int
    found: tuple[str, ...]


def main() -> None:
    """Play the day and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=200)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--poll", type=float, default=60, help="seconds between two looks")
    parser.add_argument("--seed", type=int, default=950)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    began = time.monotonic()
    shards = [
        (asked.seed + n, min(SHARD, asked.stores - n), asked.hours, asked.poll) for n in range(0, asked.stores, SHARD)
    ]
    with ProcessPoolExecutor(asked.jobs) as workers:
        played = list(workers.map(_day, shards))
    keep_record(record(asked, played, (time.monotonic() - began) / 60), quick=False)


def record(asked: argparse.Namespace, played: Sequence[Day], minutes: float) -> dict[str, Any]:
    """What came of it, as it is kept."""
    row = {
        "stores": asked.stores,
        "hours": asked.hours,
        "a look every (s)": asked.poll,
        "looks": sum(day.looks for day in played),
        "things that happened": sum(day.happened for day in played),
        "looks with something coming": sum(day.told for day in played),
        "false findings": sum(len(day.found) for day in played),
    }
    found = sorted(line for day in played for line in day.found)
    notes = [f"seeds from {asked.seed}; {minutes:.0f} minutes in {asked.jobs} processes", *found]
    return {"benchmark": "quiet-day", "question": QUESTION, "rows": [row], "notes": notes}


def _day(shard: tuple[int, int, float, float]) -> Day:
    """Play some stores."""
    seed, stores, hours, poll = shard
    bench = Bench(seed=seed, stores=stores)
    watch = Watch(bench.watch.library, bench.chain.chain, load_timing(None, "standard").seconds)
    life = Life(bench.world, seed, 1.0)
    life.begin()
    found: Counter[str] = Counter()
    looks, told = int(hours * 3600 / poll), 0
    for _ in range(looks):
        bench.forward(poll, step=poll / 4)
        for store in bench.chain.chain.stores:
            sight = watch.observe(store, bench.answers(watch.looks(store)), bench.clock.now())
            told += any(not sign.firing for sign in sight.signs)
            for one in sight.findings:
                line = f"seed {seed} {one.signature} at {one.device} {one.subject}"
                if not found[line]:
                    print(f"{bench.clock.now():%a %H:%M} {line}: {one.arithmetic}", flush=True)
                found[line] += 1
    return Day(looks=looks * stores, happened=life.happened, told=told, found=tuple(found))


if __name__ == "__main__":
    main()
