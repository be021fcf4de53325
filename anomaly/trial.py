"""Does a model earn its place? Hand rules alone and with the model, on frozen cases that neither learned from.

In: a library, cases, a model. Out: what the rules make of each case, examples to learn from, counts. Called by
``controller.learning`` before a model is promoted and while it is active, and by ``benchmarks/naming_ablation.py``.
Pure but for the time it takes: a case is watched again round by round.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from anomaly.frozen import Case
from anomaly.learn.features import Example, Words, spotted, words_of
from anomaly.learn.naming import Naming
from anomaly.library import Library
from anomaly.model import Observation
from anomaly.rewatch import rewatch
from anomaly.watch import StoreSight

UNKNOWN = "unknown"
LATER = 2
BLANK = 0.35
LEAST_RIGHT = 5
LEAST_PRECISION = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One fault that is known by now, as the hand rules saw it.

    ``named``: the signatures they named. ``asked``: the words of the last sight that left something unknown; None when
    none did. ``shown``: the words at each moment worth learning from.
    """

    source: str
    labels: tuple[str, ...]
    named: frozenset[str]
    asked: Words | None
    shown: tuple[Words, ...] = ()

    @property
    def ending(self) -> str:
        """How the rules do alone: ``right``, ``wrong``, ``unknown`` or ``silent``."""
        if self.named - set(self.labels):
            return "wrong"
        if self.asked is not None:
            return "unknown"
        return "right" if self.named else "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of cases. The first four are the rules'; the others say what the model makes of the ``unknown`` ones."""

    cases: int
    right: int
    wrong: int
    unknown: int
    silent: int
    named_right: int = 0
    named_wrong: int = 0
    doubtful: int = 0
    novel: int = 0

    @property
    def beats_rules(self) -> bool:
        """Whether rules and model together name more than the rules alone, and what it adds can be relied on."""
        added = self.named_right + self.named_wrong
        return self.named_right >= LEAST_RIGHT and self.named_right >= LEAST_PRECISION * added

    @property
    def told(self) -> str:
        """The counts in words."""
        return (
            f"of {self.cases} cases the rules name {self.right} right and {self.wrong} wrong and leave {self.unknown} "
            f"unknown; of these the model names {self.named_right} right and {self.named_wrong} wrong"
        )


def examine(library: Library, cases: Iterable[Case]) -> Iterator[Examined]:
    """Watch every case again."""
    normal = frozenset(name for name, spec in library.symptoms.items() if spec.normal)
    for case in cases:
        sights = tuple(rewatch(library, case.chain, case.rounds))
        if sights:
            yield _examined(case, sights, normal)


def partly_seen(case: Case) -> Case:
    """The same case with a third of the looks in vain, the same ones in every round; reachability is always seen."""
    random = Random(zlib.crc32(case.name.encode()))  # noqa: S311 - the same every time is the point
    names = sorted({(o.device, o.name) for told in case.rounds for o in told.observations})
    blank = frozenset(key for key in names if random.random() < BLANK and key[1] != "device_reachable")

    def seen(one: Observation) -> Observation:
        return replace(one, value=None) if (one.device, one.name) in blank else one

    rounds = tuple(replace(told, observations=tuple(map(seen, told.observations))) for told in case.rounds)
    return replace(case, name=f"{case.name} partly", sight="partial", rounds=rounds)


def examples_of(examined: Iterable[Examined]) -> Iterator[Example]:
    """What single faults showed, each moment an example of its run."""
    for one in examined:
        if len(one.labels) == 1:
            for words in dict.fromkeys(one.shown):
                yield Example(label=one.labels[0], words=words, source=one.source)


def score(examined: Sequence[Examined], model: Naming | None = None, *, gated: bool = True) -> Score:
    """Count. A pair counts as named right when either of its faults is named."""
    endings = [one.ending for one in examined]
    told = {"named_right": 0, "named_wrong": 0, "doubtful": 0, "novel": 0}
    for one in examined if model is not None else ():
        if one.ending == UNKNOWN and one.asked is not None and model is not None:
            said = model.suggest(one.asked, gated=gated)
            right = "right" if said.kind in one.labels else "wrong"
            told[f"named_{right}" if said.verdict == "named" else said.verdict] += 1
    return Score(
        cases=len(endings),
        right=endings.count("right"),
        wrong=endings.count("wrong"),
        unknown=endings.count("unknown"),
        silent=endings.count("silent"),
        **told,
    )


def without(library: Library, signature: str) -> Library:
    """The library as if nobody had written this signature."""
    return replace(library, signatures={n: s for n, s in library.signatures.items() if n != signature})


def _examined(case: Case, sights: Sequence[StoreSight], normal: frozenset[str]) -> Examined:
    def words(sight: StoreSight) -> Words:
        return words_of(spotted(sight.symptoms, normal), case.chain, case.store)

    left = next((s for s in reversed(sights) if any(f.signature == UNKNOWN for f in s.findings)), None)
    first = next((n for n, s in enumerate(sights) if spotted(s.symptoms, normal)), None)
    asked = None if left is None else words(left)
    moments = () if first is None else (words(sights[min(first + LATER, len(sights) - 1)]), words(sights[-1]))
    return Examined(
        source=case.source,
        labels=case.labels,
        named=frozenset(f.signature for f in sights[-1].findings) - {UNKNOWN},
        asked=asked,
        shown=tuple(w for w in (*moments, asked) if w),
    )
