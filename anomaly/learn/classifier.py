"""Which known kind of fault a store's words show, with a probability that means what it says.

In: yes/no rows with labels and sources. Out: a fitted scikit-learn classifier, calibrated across incidents. Called by
``naming``. Logistic regression, because examples are few and words many (``benchmarks/naming_ablation.py`` asks trees,
too). Calibrated by one temperature for all kinds: kind by kind (sigmoid) it was right as often and hardly ever sure.
A kind seen in fewer than ``FEWEST`` incidents is left to prototypes: nothing can be calibrated on it.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from anomaly.learn.gate import Table

FEWEST = 4
FOLDS = 3
Kind = Literal["linear", "trees"]


def taught(labels: Sequence[str], sources: Sequence[str]) -> frozenset[str]:
    """The kinds with enough incidents."""
    told: dict[str, set[str]] = defaultdict(set)
    for label, source in zip(labels, sources, strict=True):
        told[label].add(source)
    return frozenset(label for label, those in told.items() if len(those) >= FEWEST)


def fit_classifier(table: Table, labels: Sequence[str], sources: Sequence[str], kind: Kind = "linear") -> Any | None:
    """Fit on the kinds with enough incidents; None when there are not two of them."""
    kinds = taught(labels, sources)
    if len(kinds) < 2:  # noqa: PLR2004 - there is nothing to choose between
        return None
    from sklearn.calibration import CalibratedClassifierCV  # noqa: PLC0415 - a second or two, and most runs never need it
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - comes with scikit-learn

    kept = np.array([label in kinds for label in labels])
    rows, told = table[kept].astype(np.float64), np.array(labels)[kept]
    of = [source for source, keep in zip(sources, kept, strict=True) if keep]
    model = CalibratedClassifierCV(_base(kind), method="temperature", cv=_folds(told.tolist(), of), ensemble=False)
    with threadpool_limits(1):  # tables this small only lose by being shared out
        return model.fit(rows, told)


def probabilities(model: Any, row: Table) -> dict[str, float]:
    """Every kind's probability for one row."""
    told: NDArray[np.float64] = model.predict_proba(row.reshape(1, -1).astype(np.float64))[0]
    return {str(label): float(p) for label, p in zip(model.classes_, told, strict=True)}


def _base(kind: Kind) -> Any:
    if kind == "trees":
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - as above

        return HistGradientBoostingClassifier(max_iter=60, min_samples_leaf=3, random_state=0)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - as above

    return LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000)


def _folds(labels: Sequence[str], sources: Sequence[str]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Folds that keep an incident together and show every kind to every one of them."""
    number: dict[tuple[str, str], int] = {}
    seen: dict[str, int] = defaultdict(int)
    for pair in zip(labels, sources, strict=True):
        if pair not in number:
            number[pair] = seen[pair[0]] % FOLDS
            seen[pair[0]] += 1
    fold = np.array([number[pair] for pair in zip(labels, sources, strict=True)])
    return [(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in range(FOLDS)]
