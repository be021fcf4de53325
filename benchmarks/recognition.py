"""Is every fault named, at the right place, and soon? Every fault of the lab alone, pairs in one store, every decoy.

``recognition.py --seeds 901 902 --pairs 40`` plays each case in virtual time on a store of its own: devices print, the
real readers read, nothing is repaired. Counted per case: looks from the first that shows all a signature requires until
the store's page names it, and until an incident does; the device it is named at; whether the functions that truth says
are hurt are those touched (by no way in: all); what was named besides; of pairs, what one fault hid until it was
mended. Written to ``results/recognition.json``; the misses are printed. The seeds are none that anything was tried on
or learned from. ``--vendors arista_eos`` asks the same of stores with other switches, and writes nothing.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from results import keep_record

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the bench is the tests' own
from anomaly.common_cause import Spot
from anomaly.correlate import UNKNOWN, correlate, sights_of
from anomaly.detect import unheld
from anomaly.model import Finding
from anomaly.watch import StoreSight, Watch
from controller.pace import Pace
from controller.timing import load_timing
from lab.breakages import Broken
from lab.fault import Target
from lab.layout import Stock
from tests.anomaly.lab_bench import Bench

QUESTION = "Is every fault named, at the right device, soon, with the functions it hurts?"
LEFT_OUT = frozenset({"fleet_common_cause", "management_lost_after_change"})
"""The first is no fault of one store, the second needs a device's own timer; both are played in ``tests/scenarios``."""
OTHER_NAMES = {("ap_dead", "brick"): "ap_hung", ("ap_dead", "dark"): "ap_no_power"}
"""What a fault is taken for when only a repair can tell."""
NO_WAY_IN = "store_dark"
"""So it is called when no path leads to a device of the store any more; what is behind it cannot be seen."""
CALM, LOOKS, SETTLE = 6, 110, 15
SPREADS = ("looks until named", "looks until told")
USUAL = Stock()
Placed = tuple[str, Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How one fault of a case was seen. ``after``: looks from the first that shows it until an incident names it.

    ``told_after``: until the store's page named it, which waits for no hold time. ``later``: it was named as soon as
    the other one was mended, which hid it.
    """

    fault: str
    variant: str
    named: bool
    later: bool
    right_device: bool
    after: int | None
    told_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One case. ``besides``: what was named that nobody put in; ``hurt``: the functions that truth says suffered."""

    seed: int
    kind: str
    faults: tuple[Seen, ...]
    besides: tuple[str, ...]
    hurt: tuple[str, ...]
    functions_right: bool


@dataclass(slots=True)
class Trace:
    """What happened to one fault over the looks."""

    shown: int | None = None
    told: int | None = None
    named: int | None = None
    finding: Finding | None = None


def main() -> None:
    """Play everything and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[901, 902, 903])
    parser.add_argument("--pairs", type=int, default=40, help="pairs per seed")
    parser.add_argument("--only", nargs="*", default=(), help="these faults alone, no pairs and no decoys")
    parser.add_argument("--profile", default="short", help="timing: how often is looked, how long symptoms must hold")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--vendors", nargs="+", default=USUAL.vendors, help="whose switches: platforms")
    asked = parser.parse_args()
    stock = Stock(vendors=tuple(asked.vendors))
    only, play = frozenset(asked.only), partial(_play, asked.profile, stock)
    cases = [case for seed in asked.seeds for case in _cases(seed, asked.pairs, only, stock)]
    with ProcessPoolExecutor(asked.jobs) as workers:
        played = list(workers.map(play, cases, chunksize=4))
    summary = _summary(played)
    if not asked.only and stock == USUAL:
        notes = [
            f"seeds {', '.join(map(str, asked.seeds))}; timing {asked.profile}",
            f"{len(summary['misses'])} cases with a miss or more named",
        ]
        told = {"benchmark": "recognition", "question": QUESTION, "rows": _rows(summary), "notes": notes}
        keep_record({**told, "seeds": asked.seeds, **summary}, quick=False)
    print(json.dumps({key: value for key, value in summary.items() if key != "misses"}, indent=1))
    for miss in summary["misses"]:
        print(miss)


def _cases(seed: int, pairs: int, only: frozenset[str], stock: Stock) -> list[tuple[int, str, tuple[Placed, ...]]]:
    """Every fault and variant once, decoys, and pairs of faults that are not at one device."""
    bench, random = Bench(seed=seed, stores=1, stock=stock), Random(seed)  # noqa: S311 - repeatable on purpose
    found: dict[str, list[Placed]] = {"fault": [], "decoy": []}
    for name, fault in bench.breakages.faults.items():
        if name in LEFT_OUT or (only and name not in only):
            continue
        targets = [t for t in fault.targets(bench.chain, bench.clock.now()) if t.store]
        for variant in dict.fromkeys(t.variant for t in targets):
            target = random.choice([t for t in targets if t.variant == variant])
            harmless = fault.expected(bench.chain, target, bench.clock.now()) == "untouched"
            found["decoy" if harmless else fault.kind].append((name, target))
    alone = [(seed, kind, (one,)) for kind, those in found.items() for one in those if not only or kind == "fault"]
    return alone if only else [*alone, *((seed, "pair", pair) for pair in _pairs(found["fault"], pairs, random))]


def _pairs(faults: Sequence[Placed], count: int, random: Random) -> Iterable[tuple[Placed, Placed]]:
    made = 0
    while made < count:
        first, second = random.sample(list(faults), 2)
        whole = {"store_dark", "store_closed"} & {first[0], second[0]}
        if first[0] != second[0] and first[1].device != second[1].device and not whole:
            made += 1
            yield first, second


def _play(profile: str, stock: Stock, case: tuple[int, str, tuple[Placed, ...]]) -> Played:
    """Play one case; where a device's own timer is asked for there has to be a loop, and it stands still."""

    async def play() -> Played:
        return _played(profile, stock, case)

    return asyncio.run(play())


def _played(profile: str, stock: Stock, case: tuple[int, str, tuple[Placed, ...]]) -> Played:
    seed, kind, faults = case
    shop = Shop(seed, faults, profile, stock)
    shop.play(CALM)
    shop.put_in()
    shop.play(LOOKS)
    named = [trace.named is not None for trace in shop.traces]
    if kind == "pair":
        shop.mend_what_hides()
    seen = zip(faults, shop.traces, named, strict=True)
    return Played(
        seed=seed,
        kind=kind,
        faults=tuple(_seen(one, trace, named=at_once) for one, trace, at_once in seen),
        besides=tuple(sorted(shop.besides)),
        hurt=tuple(sorted(shop.hurt)),
        functions_right=shop.hurt <= shop.touched,
    )


class Shop:
    """A store, looked at again and again. ``hurt``: functions that truth says suffered; ``touched``: those told of."""

    def __init__(self, seed: int, faults: Sequence[Placed], profile: str, stock: Stock) -> None:
        self.bench = Bench(seed=seed, stores=1, stock=stock)
        self.store = next(iter(self.bench.chain.chain.stores))
        seconds = load_timing(None, profile).seconds
        self.poll = seconds["poll_interval"]
        self.watch = Watch(self.bench.watch.library, self.bench.chain.chain, seconds)
        self.pace = Pace(seconds["slow_look"], self.watch.suspicious)
        self.faults = faults
        self.broken: list[Broken] = []
        self.traces = [Trace() for _ in faults]
        self.besides, self.hurt, self.touched = Counter[str](), set[str](), set[str]()
        self.before = self.bench.world.functions(self.store)
        self.looks = 0

    def put_in(self) -> None:
        """Break everything at once."""
        self.before = self.bench.world.functions(self.store)
        self.broken = [self.bench.breakages.put_in(name, target) for name, target in self.faults]

    def play(self, looks: int) -> None:
        """Look so often, or until everything has been named for a while."""
        for _ in range(looks):
            if self.broken and all(t.named is not None and self.looks > t.named + SETTLE for t in self.traces):
                break
            self.bench.forward(self.poll)
            self._look()
            self.looks += 1

    def mend_what_hides(self) -> None:
        """As repairs go on: for each that is not named yet, mend all others and look again."""
        for one, trace in zip(self.broken, self.traces, strict=True):
            if trace.named is None and one.out_by is None:
                for other in self.broken:
                    if other is not one and other.out_by is None:
                        self.bench.breakages.take_out(other)
                self.play(LOOKS)

    def _look(self) -> None:
        now = self.bench.clock.now()
        answers = self.bench.answers(self.watch.looks(self.store, slow=self.pace.due(self.store, now)))
        sight = self.watch.observe(self.store, answers, now)
        self._note(sight)
        wanted = {NO_WAY_IN, *(_name(name, target) for name, target in self.faults)}
        told = [f for f in sight.findings if f.signature in wanted]
        self.touched |= {name for finding in told for name in self.watch.functions_touched(finding)}
        served = self.bench.world.functions(self.store)
        self.hurt |= {name for name, share in served.items() if self.broken and share < self.before[name]}

    def _note(self, sight: StoreSight) -> None:
        """Who is named by this look, and by what it shows without any hold time."""
        library, chain, now = self.watch.library, self.bench.chain.chain, self.bench.clock.now()
        symptoms = tuple(unheld(library, sight.observations))
        raw = correlate(library, symptoms, chain, now, sights=sights_of(sight.observations))
        for (name, target), trace in zip(self.faults, self.traces, strict=True):
            wanted = _name(name, target)
            if trace.shown is None and any(f.signature == wanted and _at(f, target) for f in raw):
                trace.shown = self.looks
            if trace.told is None and any(s.spot.signature == wanted and _at(s.spot, target) for s in sight.signs):
                trace.told = self.looks
            here = [f for f in sight.findings if f.signature == wanted]
            if here and trace.named is None:
                trace.named = self.looks
                trace.finding = next((f for f in here if _at(f, target)), here[0])
        known = {_name(name, target) for name, target in self.faults}
        self.besides.update(f"{f.signature} at {f.device}" for f in sight.findings if f.signature not in known)


def _name(fault: str, target: Target) -> str:
    return OTHER_NAMES.get((fault, target.variant), fault)


def _at(finding: Finding | Spot, target: Target) -> bool:
    """Whether a finding is at the device the fault is about, or at the one whose port leads there."""
    return str(finding.device) in (
        target.device,
        target.upstream,
        f"{target.store}-edge" * (target.device == "payments"),
    )


def _seen(placed: Placed, trace: Trace, *, named: bool) -> Seen:
    name, target = placed
    found = trace.finding
    after = None if trace.named is None or trace.shown is None else max(0, trace.named - trace.shown)
    return Seen(
        fault=name,
        variant=target.variant,
        named=named,
        later=found is not None and not named,
        right_device=named and found is not None and _at(found, target),
        after=after,
        told_after=None if trace.told is None or trace.shown is None else max(0, trace.told - trace.shown),
    )


def _summary(played: Sequence[Played]) -> dict[str, Any]:
    """Counts by kind of case, and every miss in a line."""
    told: dict[str, Any] = {}
    misses: list[str] = []
    for kind in ("fault", "pair", "decoy"):
        those = [p for p in played if p.kind == kind]
        seen = [s for p in those for s in p.faults]
        told[kind] = {
            "cases": len(those),
            "faults": len(seen),
            "named": sum(s.named for s in seen),
            "right_device": sum(s.right_device for s in seen),
            "named_after_the_other": sum(s.later for s in seen),
            "no_way_in": sum(not s.named and not s.later for p in those for s in p.faults if NO_WAY_IN in _names(p)),
            "cases_with_functions_right": sum(p.functions_right for p in those),
            "looks_until_named": _spread([s.after for s in seen if s.after is not None]),
            "looks_until_told": _spread([s.told_after for s in seen if s.told_after is not None]),
            "cases_with_something_besides": sum(bool(p.besides) for p in those),
            "unknown_besides": sum(any(b.startswith(UNKNOWN) for b in p.besides) for p in those),
        }
        for one in those:
            bad = [
                f"{s.fault} {'named when the other was mended' if s.later else 'elsewhere' if s.named else 'not named'}"
                for s in one.faults
                if not _good(s)
            ]
            if not one.functions_right:
                bad.append(f"hurt {list(one.hurt)}")
            if (bad and kind != "decoy") or one.besides:
                what = " + ".join(f"{s.fault}:{s.variant}" for s in one.faults)
                misses.append(
                    f"seed {one.seed} {kind} {what}: {', '.join(bad) or 'named'}; besides {list(one.besides)}"
                )
    return {**told, "misses": misses}


def _good(seen: Seen) -> bool:
    return seen.named and seen.right_device


def _names(played: Played) -> frozenset[str]:
    return frozenset(line.partition(" at ")[0] for line in played.besides)


def _rows(summary: Mapping[str, Any]) -> list[dict[str, object]]:
    """The counts as a table, a row for each kind of case."""
    rows = []
    for kind in ("fault", "pair", "decoy"):
        told = {key.replace("_", " "): value for key, value in summary[kind].items()}
        spreads = {f"{name} (median/95 %/most)": _in_short(told.pop(name)) for name in SPREADS}
        if kind == "decoy":
            told |= dict.fromkeys(("named", "right device", "named after the other", "cases with functions right"), "-")
        rows.append({"played": kind, **told, **spreads})
    return rows


def _in_short(looks: Mapping[str, int]) -> str:
    return "/".join(str(looks[name]) for name in ("median", "p95", "most")) if looks else "-"


def _spread(looks: Sequence[int]) -> dict[str, int]:
    ordered = sorted(looks)
    if not ordered:
        return {}
    return {"median": ordered[len(ordered) // 2], "p95": ordered[int(0.95 * (len(ordered) - 1))], "most": ordered[-1]}


if __name__ == "__main__":
    main()
