"""What per-device baselines add: faults that no rule names and a device far from usual shows, and marks in health.

``usual_ablation.py``: every fault of the lab in virtual time, after two minutes of calm; some minutes on one core.
``--quick`` takes a tenth of the faults.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the bench is the tests' own
from naming_cases import POLL, targets
from results import keep_record

from anomaly.watch import Watch
from controller.learning.usual import NAME, Usual
from controller.timing import load_timing
from lab.fault import Target
from tests.anomaly.lab_bench import Bench

SEED, CALM, SICK = 301, 60, 30
QUESTION = "Which faults make a device far from usual, and how often is one far from usual in health?"


def main() -> None:
    """Play every fault, count, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the faults; shown, not kept")
    quick = parser.parse_args().quick
    endings: Counter[tuple[str, bool]] = Counter()
    marks, hours, found = 0, 0.0, set()
    for name, target in targets(SEED)[:: 10 if quick else 1]:
        named, far, in_calm, metrics = play(name, target)
        endings[named, far] += 1
        marks, hours = marks + in_calm, hours + CALM * POLL / 3600
        if far and named != "right":
            found.add(f"{name} ({metrics})")
    rows = [
        {"the rules": ending, "cases": endings[ending, True] + endings[ending, False], "far too": endings[ending, True]}
        for ending in ("right", "wrong", "unknown", "silent")
    ]
    notes = [
        f"in health: {marks} device-polls far from usual in {hours:.1f} store-hours",
        f"far from usual and not named by the rules: {'; '.join(sorted(found)) or 'none'}",
    ]
    keep_record({"benchmark": "usual_ablation", "question": QUESTION, "rows": rows, "notes": notes}, quick=quick)


def play(name: str, target: Target) -> tuple[str, bool, int, str]:
    """How the rules end, whether a device was far from usual meanwhile, how often one was in calm, and by what."""
    bench = Bench(seed=SEED, stores=1)
    store = next(iter(bench.chain.chain.stores))
    usual, seconds = Usual(bench.chain.chain), load_timing(None, "short").seconds
    watch = Watch(bench.watch.library, bench.chain.chain, seconds, lambda at, _, now: usual.observations(at, now))
    in_calm, far, named, unknown = 0, set[str](), set[str](), False
    for number in range(CALM + SICK):
        if number == CALM:
            bench.breakages.put_in(name, target)
        bench.forward(POLL)
        sight = watch.observe(store, bench.answers(watch.looks(store)), bench.clock.now())
        usual.note(sight)
        usual.tick()
        told = {str(o.value) for o in sight.observations if o.name == NAME and o.value}
        in_calm += len(told) if number < CALM else 0
        far |= told if number > CALM else set()
        named = {f.signature for f in sight.findings}
        unknown = "unknown" in named
    named -= {"unknown"}
    ending = "wrong" if named - {name} else "unknown" if unknown else "right" if named else "silent"
    return ending, bool(far), in_calm, ", ".join(sorted(far))


if __name__ == "__main__":
    main()
