"""Does a day in which nothing breaks stay quiet? Stores with background life, a day of their own clock, no fault.

``quiet_day.py --stores 200 --hours 24 --poll 60`` plays them in virtual time: tills and guests come and go, people
look and change things, shops open and close. Every finding is a false one and is printed; ``told_looks`` counts the
looks after which a store's page told of something coming that went by again. Written to ``results/quiet-day.json``.
"""

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the bench is the tests' own
from anomaly.watch import Watch
from controller.timing import load_timing
from lab.life import Life
from tests.anomaly.lab_bench import Bench

RESULT = Path(__file__).parent / "results" / "quiet-day.json"
SHARD = 10


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
    told = {
        "stores": asked.stores,
        "hours": asked.hours,
        "poll_seconds": asked.poll,
        "looks": sum(looks for looks, *_ in played),
        "things_that_happened": sum(happened for _, happened, *_ in played),
        "told_looks": sum(told for _, _, told, _ in played),
        "false_findings": sorted(line for *_, found in played for line in found),
        "minutes_it_took": round((time.monotonic() - began) / 60, 1),
    }
    RESULT.write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps(told, indent=1))


def _day(shard: tuple[int, int, float, float]) -> tuple[int, int, int, tuple[str, ...]]:
    """Looks taken, things that happened, looks with something coming, and every false finding, of some stores."""
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
    return looks * stores, life.happened, told, tuple(found)


if __name__ == "__main__":
    main()
