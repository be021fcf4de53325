"""Incidents that people confirmed, as prototypes; the next one like them is named at once.

In: the words of confirmed incidents and their kinds. Out: the kind of the most alike one and how alike it is. Called
by ``anomaly.replay.learned``. Why: yes/no symptoms of all devices together tell kinds apart where raw numbers do not,
and one example is enough. The gate comes first: what resembles nothing stays unknown. A word of the device itself
counts four times, of a neighbour twice, of others once: what happens far away differs from one incident to the next.
What the device itself showed in every confirmed incident of a kind and in none of another is the mark of that kind:
nothing without it is named so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

GATE = 0.5
_WEIGHTS = {"self": 4, "near": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prototype:
    """One confirmed incident: its words and where it was."""

    kind: str
    words: frozenset[str]
    run: str
    device: str
    ts: float


class Prototypes:
    """Nearest neighbour by Jaccard distance over the prototypes' words (scikit-learn, brute force: they are few)."""

    def __init__(self, known: Sequence[Prototype]) -> None:
        import numpy as np  # noqa: PLC0415 - with scikit-learn a second or two of start-up, for learned names only
        from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

        self._known = tuple(p for p in known if p.words)
        vocabulary = sorted(frozenset[str]().union(*(p.words for p in self._known)))
        self._columns = [word for word in vocabulary for _ in range(_weight(word))]
        self._marks = {p.kind: self._mark(p.kind) for p in self._known}
        self._model = None
        if self._known:
            table = np.array([[word in p.words for word in self._columns] for p in self._known], dtype=bool)
            self._model = NearestNeighbors(n_neighbors=len(table), metric="jaccard", algorithm="brute").fit(table)

    def nearest(self, words: frozenset[str]) -> tuple[str, float]:
        """(kind, likeness 0 to 1) of the most alike prototype that may be it; ("", likeness) below the gate.

        Words that no prototype has count as unlike, so a fault with new symptoms is gated out.
        """
        if self._model is None:
            return "", 0.0
        import numpy as np  # noqa: PLC0415 - as above

        asked = np.array([[word in words for word in self._columns]], dtype=bool)
        if not asked.any():
            return "", 0.0
        _, indexes = self._model.kneighbors(asked)
        able = (p for p in (self._known[int(index)] for index in indexes[0]) if self._marks[p.kind] <= words)
        nearest = next(able, None)
        if nearest is None:
            return "", 0.0
        likeness = _heavy(nearest.words & words) / _heavy(nearest.words | words)
        return (nearest.kind, likeness) if likeness >= GATE else ("", likeness)

    def _mark(self, kind: str) -> frozenset[str]:
        """The device's own words that all incidents of a kind had and no other; of a single one nobody knows them."""
        mine = [p.words for p in self._known if p.kind == kind]
        others = frozenset[str]().union(*(p.words for p in self._known if p.kind != kind))
        own = (word for word in frozenset.intersection(*mine) - others if word.startswith("self:"))
        return frozenset(own) if len(mine) > 1 else frozenset()


def _heavy(words: frozenset[str]) -> int:
    return sum(map(_weight, words))


def _weight(word: str) -> int:
    return _WEIGHTS.get(word.split(":", 1)[0], 1)
