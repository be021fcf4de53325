"""Whether the faults of late are still those a model learned from. Pure.

In: sightings of incidents, the time. Out: shares of then and now, per region and role: symptoms seen, faults that the
hand rules left unknown, faults that the model's gate rejected. Called by ``watching`` once in a while and by ``storenet
models show``. What drifted does not stop a model; it may only suggest until somebody has looked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Literal

from controller.model_rows import Sighting

LATE = timedelta(days=7)
BEFORE = timedelta(days=90)
FEWEST = 20
LEAST_STEP = 0.15
SIGMAS = 4.0
UNKNOWN = "unknown"
What = Literal["symptom", "unknown", "rejected"]
Key = tuple[What, str, str]
"""What, which symptom, in which region or role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One share, before and of late. ``name`` is the symptom's, where it is one; ``group`` a region or a role."""

    what: What
    name: str
    group: str
    before: float
    late: float
    counted_before: int
    counted_late: int

    @property
    def has_drifted(self) -> bool:
        """Whether chance would hardly make such a step; never on few incidents."""
        if min(self.counted_before, self.counted_late) < FEWEST or abs(self.late - self.before) < LEAST_STEP:
            return False
        pooled = (self.before * self.counted_before + self.late * self.counted_late) / (
            self.counted_before + self.counted_late
        )
        spread = sqrt(max(pooled * (1 - pooled), 1e-9) * (1 / self.counted_before + 1 / self.counted_late))
        return abs(self.late - self.before) > SIGMAS * spread

    @property
    def words(self) -> str:
        """``unknown in region north: 4% before, 40% of late``."""
        what = self.name if self.what == "symptom" else self.what
        return f"{what} in {self.group}: {self.before:.0%} before, {self.late:.0%} of late"


def rates(sightings: Sequence[Sighting], model: str, now: datetime) -> tuple[Rate, ...]:
    """Return every share that can be told, per region and role; ``model``: whose gate is asked about ("": nobody's)."""
    late = [s for s in sightings if now - LATE <= s.at <= now]
    before = [s for s in sightings if now - LATE - BEFORE <= s.at < now - LATE]
    then, lately = _counted(before, model), _counted(late, model)
    return tuple(_rate(key, then, lately) for key in sorted({*then.had, *lately.had}))


def drifted(every: Iterable[Rate]) -> tuple[Rate, ...]:
    """Those that drifted, the largest step first."""
    return tuple(sorted((r for r in every if r.has_drifted), key=lambda r: -abs(r.late - r.before)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """How often a thing was so, and how often it was asked."""

    had: Mapping[Key, int]
    asked: Mapping[tuple[What, str], int]

    def of(self, key: Key) -> tuple[int, int]:
        """How many had it, of how many."""
        what, _, group = key
        return self.had.get(key, 0), self.asked.get(("unknown" if what == "symptom" else what, group), 0)


def _rate(key: Key, then: _Counts, lately: _Counts) -> Rate:
    (had, before), (has, late) = then.of(key), lately.of(key)
    return Rate(
        what=key[0],
        name=key[1],
        group=key[2],
        before=had / before if before else 0.0,
        late=has / late if late else 0.0,
        counted_before=before,
        counted_late=late,
    )


def _counted(sightings: Sequence[Sighting], model: str) -> _Counts:
    had: dict[Key, int] = defaultdict(int)
    asked: dict[tuple[What, str], int] = defaultdict(int)
    for one in sightings:
        for group in _groups(one):
            for what, name, is_so in _told(one, model):
                asked[what, group] += not name
                had[what, name, group] += is_so
    return _Counts(had=had, asked=asked)


def _groups(one: Sighting) -> tuple[str, ...]:
    return tuple(f"{kind} {name}" for kind, name in (("region", one.region), ("role", one.role)) if name)


def _told(one: Sighting, model: str) -> Iterator[tuple[What, str, bool]]:
    yield "unknown", "", one.signature == UNKNOWN
    for name in {word.partition("@")[0] for word in one.words}:
        yield "symptom", name, True
    for answer in one.answers:
        if answer.model == model:
            yield "rejected", "", answer.verdict == "novel"
