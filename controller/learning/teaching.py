"""What there is to learn from, and what a model's answers were worth.

In: the ledger's sightings and what became of their incidents, the shipped examples. Out: a ``Lesson``; counts. Called
by ``storenet models`` and ``desk``. What counts as confirmed: a fault that we named and healed with proof, and one that
a person closed and named. A wrong or passed-over one teaches nothing here.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anomaly.frozen import read_examples, shipped
from anomaly.learn.features import Example
from anomaly.library import Library
from controller.incident import Incident
from controller.model_rows import ModelRow, Sighting
from controller.ports import ModelShelf

UNKNOWN = "unknown"
FEWEST_NEW = 20
"""So many newly confirmed incidents are worth a new model."""
KEPT_PART = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What there is to learn from. ``data`` is its hash; ``incidents`` those of the ledger in it."""

    examples: tuple[Example, ...]
    incidents: tuple[str, ...]
    data: str


def lesson_of(shelf: ModelShelf, beginning: Path | None = None) -> Lesson:
    """Return the shipped examples and the ledger's. Raises ``ContentError`` or ``OSError`` for broken shipped ones."""
    own = tuple(_taught(shelf))
    first = read_examples(beginning or shipped("training"))
    examples = tuple(sorted({*first, *own}, key=lambda e: (e.label, e.source, sorted(e.words))))
    exact = json.dumps([(e.label, e.source, sorted(e.words)) for e in examples], separators=(",", ":"))
    incidents = tuple(sorted({e.source for e in own}))
    return Lesson(examples=examples, incidents=incidents, data=hashlib.sha256(exact.encode()).hexdigest())


def own_lesson(shelf: ModelShelf) -> Lesson:
    """Return only what the ledger teaches: enough to know whether something is new."""
    own = tuple(_taught(shelf))
    return Lesson(examples=own, incidents=tuple(sorted({e.source for e in own})), data="")


def confirmed(shelf: ModelShelf) -> Iterator[tuple[str, Sighting]]:
    """Every sighting whose incident was confirmed, with what it was."""
    for sighting in shelf.sightings():
        label = label_of(shelf.incident(sighting.incident))
        if label and sighting.words:
            yield label, sighting


def is_kept_for_judging(incident: str) -> bool:
    """Whether a confirmed incident is never learned from, but asked about: always the same fifth."""
    return zlib.crc32(incident.encode()) % KEPT_PART == 0


def _taught(shelf: ModelShelf) -> Iterator[Example]:
    for label, seen in confirmed(shelf):
        if not is_kept_for_judging(seen.incident):
            yield Example(label=label, words=frozenset(seen.words), source=seen.incident)


def label_of(incident: Incident | None) -> str:
    """What the incident proved to be; empty when nobody knows."""
    if incident is None:
        return ""
    if incident.review is not None:
        said = incident.review
        return {"suggested": said.names.removeprefix("guess/"), "another": said.learned}.get(said.code, "")
    return incident.signature if incident.status == "healed" and incident.signature != UNKNOWN else ""


def library_hash(library: Library) -> str:
    """Which rules they are."""
    specs = (*library.symptoms.values(), *library.signatures.values())
    words = sorted(f"{type(spec).__name__} {spec.model_dump_json(by_alias=True)}" for spec in specs)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def is_due(lesson: Lesson, rows: Iterable[ModelRow]) -> bool:
    """Whether enough was confirmed since the newest model."""
    known = [set(row.incidents) for row in rows]
    return len(set(lesson.incidents) - (known[-1] if known else set())) >= FEWEST_NEW


def record_of(shelf: ModelShelf, name: str) -> dict[str, int]:
    """What a model's answers were worth: of those whose incident was confirmed later, how many were right."""
    counts = dict.fromkeys(("asked", "novel", "doubtful", "named", "confirmed_right", "confirmed_wrong"), 0)
    for sighting in shelf.sightings():
        for answer in sighting.answers:
            if answer.model == name:
                _count(counts, answer.verdict, _verdict(shelf, sighting, answer.kind))
    return counts


def _verdict(shelf: ModelShelf, sighting: Sighting, kind: str) -> str:
    label = label_of(shelf.incident(sighting.incident))
    return "" if not label else "confirmed_right" if label == kind else "confirmed_wrong"


def _count(counts: dict[str, int], verdict: str, proved: str) -> None:
    counts["asked"] += 1
    counts[verdict] += 1
    if verdict == "named" and proved:
        counts[proved] += 1
