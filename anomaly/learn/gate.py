"""The novelty gate: what resembles no confirmed fault stays unknown, whatever a classifier would say.

In: the words of confirmed faults, and of one that is asked about. Out: how alike the most alike one is (Jaccard, 0 to
1), and whether that is enough. Called by ``naming`` before any classifier. Why: a classifier always answers with one
of the kinds it knows. The cut is calibrated, not chosen: it is where faults of a known kind, each compared with those
of other incidents, and faults whose own kind is taken away are told apart best; of equal cuts the stricter one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from anomaly.learn.features import Example, Words

Table = NDArray[np.bool_]
Likeness = NDArray[np.float64]
LEAST_CUT, MOST_CUT = 0.3, 0.9
NEAREST = 3


def table_of(every: Sequence[Words], columns: Sequence[str]) -> Table:
    """One row a fault, one column a word."""
    rows = [[word in words for word in columns] for words in every]
    return np.array(rows, dtype=bool).reshape(len(every), len(columns))


def likeness(asked: Table, known: Table, strange: NDArray[np.int64]) -> Likeness:
    """Jaccard of every asked row with every known one; ``strange`` counts each asked row's words beyond the columns."""
    both = asked.astype(np.float64) @ known.T.astype(np.float64)
    either = asked.sum(axis=1)[:, None] + strange[:, None] + known.sum(axis=1)[None, :] - both
    alike: Likeness = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return alike


@dataclass(frozen=True, slots=True)
class Gate:
    """The confirmed faults as rows, whose they are, and the cut."""

    columns: tuple[str, ...]
    table: Table
    sources: tuple[str, ...]
    cut: float

    @classmethod
    def fit(cls, examples: Sequence[Example], columns: Sequence[str]) -> Self:
        """Calibrate on examples of as many kinds as there are; with one kind alone the cut is half."""
        table = table_of([e.words for e in examples], columns)
        return cls(tuple(columns), table, tuple(e.source for e in examples), _cut(table, examples))

    def nearest(self, words: Words) -> tuple[float, tuple[str, ...]]:
        """How alike the most alike example is, and the sources of the most alike ones."""
        if not len(self.table):
            return 0.0, ()
        strange = np.array([len(words.difference(self.columns))])
        alike = likeness(table_of([words], self.columns), self.table, strange)[0]
        order = np.argsort(-alike, kind="stable")
        sources = dict.fromkeys(self.sources[i] for i in order if alike[i] > 0)
        return float(alike[order[0]]), tuple(sources)[:NEAREST]

    def passes(self, alike: float) -> bool:
        """Whether this is alike enough to be given a name at all."""
        return alike >= self.cut


def _cut(table: Table, examples: Sequence[Example]) -> float:
    labels, sources = np.array([e.label for e in examples]), np.array([e.source for e in examples])
    alike = likeness(table, table, np.zeros(len(table), dtype=np.int64))
    same, apart = labels[:, None] == labels[None, :], sources[:, None] != sources[None, :]
    familiar = np.where(same & apart, alike, 0.0).max(axis=1, initial=0.0)
    foreign = np.where(~same & apart, alike, 0.0).max(axis=1, initial=0.0)
    if len(set(labels.tolist())) < 2:  # noqa: PLR2004 - nothing foreign to tell apart from
        return 0.5
    cuts = np.linspace(LEAST_CUT, MOST_CUT, 61)
    gain = [(familiar >= cut).mean() - (foreign >= cut).mean() for cut in cuts]
    best = max(gain)
    return float(max(cut for cut, told in zip(cuts, gain, strict=True) if told >= best - 1e-9))
