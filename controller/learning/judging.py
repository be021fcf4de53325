"""Trains a model and judges it on the frozen replay set, with the rules of today, and on incidents it never saw.

In: a lesson, a library. Out: a model; how rules and model do. Called by ``storenet models train`` and ``promote``,
which load it when they need it: numpy and scikit-learn come with it.
"""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain as joined
from pathlib import Path

from anomaly.frozen import read_cases, shipped
from anomaly.learn.naming import Naming, train
from anomaly.library import Library
from anomaly.trial import Examined, examine, partly_seen, score
from controller.learning.teaching import UNKNOWN, Lesson, confirmed, is_kept_for_judging, library_hash
from controller.model_rows import Replayed, Sighting
from controller.ports import ModelShelf


def teach(lesson: Lesson) -> Naming:
    """Train a model. Takes seconds."""
    return train(lesson.examples)


def examined_set(library: Library, shelf: ModelShelf, cases: Path | None = None) -> tuple[Examined, ...]:
    """The replay set: shipped cases as the rules of today see them, whole and in part, and one's own that were kept.

    Takes the better part of a minute.
    """
    whole = tuple(read_cases(cases or shipped("replay")))
    own = (_own(label, seen) for label, seen in confirmed(shelf) if is_kept_for_judging(seen.incident))
    return (*examine(library, joined(whole, map(partly_seen, whole))), *own)


def _own(label: str, seen: Sighting) -> Examined:
    """A confirmed incident of one's own, as the rules of its day saw it."""
    unknown = seen.signature == UNKNOWN
    named = frozenset[str]() if unknown else frozenset({seen.signature})
    return Examined(
        source=seen.incident, labels=(label,), named=named, asked=frozenset(seen.words) if unknown else None
    )


def replayed(library: Library, examined: Sequence[Examined], model: Naming | None) -> Replayed:
    """How rules and model do on it."""
    told = score(examined, model)
    return Replayed(library=library_hash(library), beats_rules=told.beats_rules, **asdict(told))
