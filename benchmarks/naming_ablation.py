"""Does each stage of naming earn its place? Hand rules; + gate; + classifier; on frozen cases.

``naming_ablation.py`` reads the two shipped sets (``naming_cases.py`` makes them; seeds apart), asks the hand rules of
today about every case, and lets each way name what they left unknown. Then the same with every kind's own rule taken
away, one kind after the other: what a model is for is what nobody has written a rule for. Then with the kind also taken
out of what was learned: whatever is named now is wrong. Minutes on one core; ``--quick`` asks a sixth of the cases.
What baselines add is measured by ``usual_ablation.py``.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from results import keep_record

from anomaly.frozen import Case, read_cases, read_examples, shipped
from anomaly.learn.features import Example, Words, columns_of
from anomaly.learn.gate import Gate, table_of
from anomaly.learn.naming import Naming, Suggestion, train
from anomaly.library import Library, load_library
from anomaly.trial import Examined, examine, partly_seen, without

Say = Callable[[Words], str]
"""What a way calls a fault; empty: it leaves it unknown."""
Way = Callable[[Sequence[Example]], Say]
QUESTION = "What does each stage of naming add to the hand rules?"


def main() -> None:
    """Ask, show, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sixth of the cases; shown, not kept")
    quick = parser.parse_args().quick
    library, known = load_library(), read_examples(shipped("training"))
    cases = list(read_cases(shipped("replay")))[:: 6 if quick else 1]
    told = list(_sets(library, cases))
    rows = [_rules_row(name, examined) for name, examined in told]
    for title, way in WAYS.items():
        rows += [_row(title, name, examined, _asked(way, known, examined, name)) for name, examined in told]
    notes = [
        "right, wrong, unknown, silent: the hand rules alone; named right or wrong: what the way calls the unknown.",
        f"learned from {len(known)} examples of {len({e.source for e in known})} runs; asked about {len(cases)} runs.",
        "partial sight: a third of the looks in vain; no rule: each kind's own rule taken away in turn.",
        "never seen: each kind's rule and its examples taken away, so that every name is wrong.",
    ]
    keep_record({"benchmark": "naming_ablation", "question": QUESTION, "rows": rows, "notes": notes}, quick=quick)


def _sets(library: Library, cases: Sequence[Case]) -> Iterator[tuple[str, tuple[Examined, ...]]]:
    single = [case for case in cases if case.sight == "whole"]
    yield "whole sight", tuple(examine(library, single))
    yield "two faults", tuple(examine(library, [case for case in cases if case.sight == "pair"]))
    yield "partial sight", tuple(examine(library, map(partly_seen, cases)))
    unruled = tuple(one for case in single for one in examine(without(library, case.labels[0]), [case]))
    yield "no rule", unruled
    yield "never seen", unruled


def _asked(way: Way, known: Sequence[Example], examined: Iterable[Examined], name: str) -> list[tuple[Examined, str]]:
    """What a way says of every case that the rules left unknown."""
    left = [one for one in examined if one.ending == "unknown" and one.asked is not None]
    if name != "never seen":
        say = way(known)
        return [(one, say(one.asked or frozenset())) for one in left]
    told: list[tuple[Examined, str]] = []
    for label in sorted({one.labels[0] for one in left}):
        say = way([e for e in known if e.label != label])
        told += [(one, say(one.asked or frozenset())) for one in left if one.labels[0] == label]
    return told


# the ways ---------------------------------------------------------------------------------------------------------


def _nearest(known: Sequence[Example]) -> Say:
    """The gate alone: the kind of the most alike example, if it is alike enough."""
    gate, of = Gate.fit(known, columns_of(known)), {e.source: e.label for e in known}

    def say(words: Words) -> str:
        alike, sources = gate.nearest(words)
        return of[sources[0]] if gate.passes(alike) else ""

    return say


def _named(told: Suggestion) -> str:
    return told.kind if told.verdict == "named" else ""


@cache
def _taught(known: tuple[Example, ...]) -> Naming:
    """One training for all ways that share it."""
    return train(known)


def _classified(known: Sequence[Example]) -> Say:
    model = _taught(tuple(known))
    return lambda words: _named(model.suggest(words, gated=False))


def _gated(known: Sequence[Example]) -> Say:
    model = _taught(tuple(known))
    return lambda words: _named(model.suggest(words))


def _trees(known: Sequence[Example]) -> Say:
    model = train(known, "trees")
    return lambda words: _named(model.suggest(words))


def _outlier(known: Sequence[Example]) -> Say:
    """Local outlier factor as the gate."""
    from sklearn.neighbors import LocalOutlierFactor  # noqa: PLC0415 - one way of several

    model = _taught(tuple(known))
    columns = model.card.columns
    gate = LocalOutlierFactor(n_neighbors=5, novelty=True, metric="jaccard")
    gate.fit(np.unique(table_of([e.words for e in known], columns), axis=0))

    def say(words: Words) -> str:
        inside = gate.predict(table_of([words], columns))[0] == 1
        return _named(model.suggest(words, gated=False)) if inside else ""

    return say


WAYS: dict[str, Way] = {
    "rules + gate (nearest example)": _nearest,
    "rules + classifier, no gate": _classified,
    "rules + gate + classifier (what runs)": _gated,
    "rules + gate + trees": _trees,
    "rules + outlier factor + classifier": _outlier,
}


def _rules_row(name: str, examined: Sequence[Examined]) -> dict[str, Any]:
    return _row("hand rules", name, examined, [])


def _row(title: str, name: str, examined: Sequence[Examined], told: Sequence[tuple[Examined, str]]) -> dict[str, Any]:
    endings = [one.ending for one in examined]
    right = sum(kind in one.labels for one, kind in told if kind)
    named = sum(1 for _, kind in told if kind)
    return {
        "way": title,
        "cases of": name,
        "cases": len(endings),
        **{ending: endings.count(ending) for ending in ("right", "wrong", "unknown", "silent")},
        "named right": right if name != "never seen" else 0,
        "named wrong": named - right if name != "never seen" else named,
    }


if __name__ == "__main__":
    main()
