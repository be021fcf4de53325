"""Names what the hand rules left unknown: the gate first, then the calibrated classifier.

In: ``Example``s to learn from; then the words of one unknown fault. Out: a ``Suggestion``, never an act. Called by
``anomaly.trial`` and ``controller.learning``. A model is its ``Card`` (plain words and numbers, kept as JSON) and one
scikit-learn object, kept by ``packing``.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from anomaly.learn.classifier import Kind, fit_classifier, probabilities, taught
from anomaly.learn.features import Example, Words, columns_of
from anomaly.learn.gate import Gate, table_of

LEAST_PROBABILITY = 0.7
Verdict = Literal["named", "doubtful", "novel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What a model says of one unknown fault.

    ``named``: alike enough and sure enough; ``doubtful``: alike, but no kind is likely; ``novel``: it resembles
    nothing. ``nearest`` are the sources of the most alike examples.
    """

    verdict: Verdict
    kind: str
    probability: float
    likeness: float
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything of a model that is not a scikit-learn object; rows are the column numbers of an example's words."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...]
    sources: tuple[str, ...]
    cut: float
    least: float

    @property
    def kinds(self) -> dict[str, int]:
        """How many incidents of each kind it learned from."""
        return dict(sorted(Counter(label for label, _ in set(zip(self.labels, self.sources, strict=True))).items()))


class Naming:
    """A model that names. ``classifier`` None: it only gates, and everything is doubtful."""

    def __init__(self, card: Card, classifier: Any | None) -> None:
        self.card = card
        self.classifier = classifier
        table = np.zeros((len(card.rows), len(card.columns)), dtype=bool)
        for row, ones in zip(table, card.rows, strict=True):
            row[list(ones)] = True
        self._gate = Gate(card.columns, table, card.sources, card.cut)

    def suggest(self, words: Words, *, gated: bool = True) -> Suggestion:
        """Say what it looks like. ``gated`` False asks the classifier whatever the gate says (for comparison)."""
        alike, nearest = self._gate.nearest(words)
        if gated and not self._gate.passes(alike):
            return Suggestion(verdict="novel", kind="", probability=0.0, likeness=alike, nearest=nearest)
        told = probabilities(self.classifier, table_of([words], self.card.columns)) if self.classifier else {}
        kind = max(told, key=lambda k: (told[k], k), default="")
        probability = told.get(kind, 0.0)
        return Suggestion(
            verdict="named" if probability >= self.card.least else "doubtful",
            kind=kind,
            probability=probability,
            likeness=alike,
            nearest=nearest,
        )


def train(examples: Sequence[Example], kind: Kind = "linear") -> Naming:
    """Learn from confirmed faults; the same examples in any order give the same model."""
    ordered = sorted({(e.label, e.source, tuple(sorted(e.words))) for e in examples if e.words})
    kept = [Example(label=label, words=frozenset(words), source=source) for label, source, words in ordered]
    columns = columns_of(kept)
    gate = Gate.fit(kept, columns)
    labels, sources = tuple(e.label for e in kept), tuple(e.source for e in kept)
    card = Card(
        columns=columns,
        rows=tuple(tuple(np.flatnonzero(row).tolist()) for row in gate.table),
        labels=labels,
        sources=sources,
        cut=gate.cut,
        least=LEAST_PROBABILITY,
    )
    return Naming(card, fit_classifier(gate.table, labels, sources, kind))


def taught_kinds(model: Naming) -> frozenset[str]:
    """The kinds that a model can name."""
    return taught(model.card.labels, model.card.sources) if model.classifier is not None else frozenset()
