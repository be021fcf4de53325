"""The known faults that look most like what is seen.

In: the symptoms that fire, and the symptoms of every signature. Out: names, nearest first. Called by ``correlate``
for an unknown fault, so that people have a place to start. Yes/no symptoms, not raw numbers: they tell kinds apart.
"""

from collections.abc import Iterable
from functools import lru_cache

COUNT = 3


def nearest(
    fired: Iterable[str], signatures: Iterable[tuple[str, frozenset[str]]], count: int = COUNT
) -> tuple[str, ...]:
    """Up to ``count`` signatures that share a symptom with ``fired``, by Jaccard distance, ties by name."""
    return _nearest(frozenset(fired), tuple(sorted(signatures, key=lambda pair: pair[0])), count)


@lru_cache(maxsize=1024)
def _nearest(fired: frozenset[str], signatures: tuple[tuple[str, frozenset[str]], ...], count: int) -> tuple[str, ...]:
    vocabulary = sorted(fired.union(*(symptoms for _, symptoms in signatures)))
    if not fired or not signatures:
        return ()
    import numpy as np  # noqa: PLC0415 - with scikit-learn a second or two of start-up, and most runs never need it
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

    known = np.array([[word in symptoms for word in vocabulary] for _, symptoms in signatures], dtype=bool)
    asked = np.array([[word in fired for word in vocabulary]], dtype=bool)
    model = NearestNeighbors(n_neighbors=len(signatures), metric="jaccard", algorithm="brute")
    model.fit(known)
    distances, indexes = model.kneighbors(asked)
    ranked = sorted(zip(distances[0].tolist(), indexes[0].tolist(), strict=True))
    return tuple(signatures[index][0] for distance, index in ranked[:count] if distance < 1.0)
