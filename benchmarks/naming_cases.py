"""Makes the frozen sets of cases: every fault of the lab in virtual time, printed by devices, read by the real readers.

``naming_cases.py`` writes ``anomaly/learn/cases/training.jsonl.gz`` and ``replay.jsonl.gz``; about eight minutes. The
seeds of the two are apart. Nothing is repaired: what is recorded is what a fault looks like for ``SECONDS``. Training
keeps the words only, of whole and of partial sight; ``replay`` keeps all observations, and also holds pairs of faults
in one store. Same code, same bytes.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the bench is the tests' own
from anomaly.frozen import Case, Kind, Sight, shipped, write_cases, write_examples
from anomaly.library import load_library
from anomaly.recordings.rounds import Round, Session
from anomaly.trial import examine, examples_of, partly_seen
from anomaly.watch import Watch
from controller.timing import load_timing
from inventory.model import Chain, StoreId
from lab.fault import Target
from tests.anomaly.lab_bench import Bench

SEEDS: dict[Kind, Sequence[int]] = {"training": (101, 102, 103, 104, 105), "replay": (211, 212)}
LEFT_OUT = frozenset({"ap_dead", "fleet_common_cause", "management_lost_after_change"})
"""The first looks like a hung access point and is repaired like one; the second is no fault of one store; the third
needs a device's own timer, which runs in real time only."""
POLL, CALM, SECONDS, PAIRS = 2, 3, 50, 30


def main() -> None:
    """Make one set or both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=tuple(SEEDS), help="one of the two sets")
    only = parser.parse_args().only
    for kind in (only,) if only else SEEDS:
        cases, path = list(make(kind, SEEDS[kind])), shipped(kind)
        if kind == "training":
            both = (*cases, *map(partly_seen, cases))
            write_examples(path, tuple(dict.fromkeys(examples_of(examine(load_library(), both)))))
        else:
            write_cases(path, cases)
        print(f"{len(cases)} cases in {path}, {path.stat().st_size} bytes", flush=True)


def make(kind: Kind, seeds: Sequence[int]) -> Iterator[Case]:
    """Yield every case of a set."""
    for seed in seeds:
        chain: Chain | None = None
        chosen = targets(seed)
        pairs = _pairs(chosen, Random(seed)) if kind == "replay" else ()  # noqa: S311 - repeatable on purpose
        for faults in (*((one,) for one in chosen), *pairs):
            case = _run(seed, faults, chain)
            if case is not None:
                chain = case.chain
                yield case


def targets(seed: int) -> list[tuple[str, Target]]:
    """One target of every fault and variant, in the first store."""
    bench = Bench(seed=seed, stores=1)
    random = Random(seed)  # noqa: S311 - as above
    found: list[tuple[str, Target]] = []
    for name, fault in bench.breakages.faults.items():
        if fault.kind != "fault" or name in LEFT_OUT:
            continue
        targets = [t for t in fault.targets(bench.chain, bench.clock.now()) if t.store]
        variants = dict.fromkeys(t.variant for t in targets)
        found += [(name, random.choice([t for t in targets if t.variant == variant])) for variant in variants]
    return found


def _pairs(chosen: Sequence[tuple[str, Target]], random: Random) -> list[tuple[tuple[str, Target], ...]]:
    """Two faults that are not at one place."""
    made: list[tuple[tuple[str, Target], ...]] = []
    while len(made) < PAIRS:
        first, second = random.sample(list(chosen), 2)
        if first[0] != second[0] and first[1].device != second[1].device:
            made.append((first, second))
    return made


def _run(seed: int, faults: Sequence[tuple[str, Target]], chain: Chain | None) -> Case | None:
    """Play one case; None when a fault cannot be put in beside the other."""
    bench = Bench(seed=seed, stores=1)
    chain = bench.chain.chain if chain is None else chain
    store = next(iter(chain.stores))
    profile = load_timing(None, "short")
    title = "+".join(f"{name}:{t.variant}@{t.device}/{t.port}" for name, t in faults)
    session = Session(id=f"{seed} {title}", profile=profile.name, seconds=profile.seconds)
    heard: list[Round] = []

    def hear(at_store: StoreId, seen: object, now: object, hinted: object) -> None:
        heard.append(Round(store=at_store, at=now, observations=seen, session=session, hinted=hinted))  # type: ignore[arg-type]

    watch = Watch(bench.watch.library, bench.chain.chain, profile.seconds, heard=hear)
    for number in range(CALM + SECONDS // POLL):
        if number == CALM:
            for name, target in faults:
                bench.breakages.put_in(name, target)
        bench.forward(POLL)
        watch.observe(store, bench.answers(watch.looks(store)), bench.clock.now())
    sight: Sight = "whole" if len(faults) == 1 else "pair"
    labels = tuple(name for name, _ in faults)
    return Case(
        name=session.id, source=session.id, labels=labels, sight=sight, store=store, chain=chain, rounds=tuple(heard)
    )


if __name__ == "__main__":
    main()
