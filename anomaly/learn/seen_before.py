"""What was seen before: learned signatures, and how far people trust the written ones.

In: examples and verdicts of people (``learn``), then findings of a round (``suggest``). Out: the same findings, some
with a suggestion; the library with what people called wrong made weaker. Called by ``watch``. Pure. Why only
suggestions: what a person did once in one store is no proof that a machine may do it in another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from anomaly.learn.examples import DEAD, Example, Seen, likeness, words_of
from anomaly.learn.prototype import lowered, signature_of
from anomaly.library import Library, SignatureSpec, library_of
from anomaly.match import Match, Scene, fit, roots
from anomaly.model import Finding, SeenExample, Suggestion
from anomaly.reasons import arithmetic
from anomaly.topology import Place
from inventory.model import Chain, FunctionName

UNKNOWN = "unknown"
SUGGEST_ONLY_FROM = 2
RETIRED_FROM = 3
ALIKE_FROM = 0.6
SHOWN = 3
LAST_VERDICTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a person found that a signature, written or learned, named an incident rightly."""

    signature: str
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A learned signature with the examples it was made of, oldest first.

    ``retired``: people called it wrong so often that it is not suggested any more.
    """

    spec: SignatureSpec
    examples: tuple[Example, ...]
    retired: bool = False

    @property
    def quiet(self) -> bool:
        """Whether people said of every example that it may be passed over."""
        return all(e.quiet for e in self.examples)

    @property
    def fix(self) -> str:
        """What fixed most of them, the latest of several; empty when nobody said."""
        told = [e.fix for e in self.examples if e.fix]
        return max(reversed(told), key=told.count, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBefore:
    """Everything learned from people. ``steps``: how much oftener a signature was called wrong than right, lately."""

    learned: Mapping[str, Learned] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)

    def over(self, library: Library) -> Library:
        """The library with what people called wrong lowered, and after two steps left to people."""
        weak = {name: _weakened(spec, self.steps.get(name, 0)) for name, spec in library.signatures.items()}
        return library_of(library.symptoms, weak) if weak != library.signatures else library


def learn(examples: Sequence[Example], verdicts: Sequence[Verdict], library: Library) -> SeenBefore:
    """Make signatures of examples, oldest first. A written signature of the same name takes a learned one's place."""
    steps = {name: _steps(told) for name, told in _by_signature(verdicts).items()}
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.learned and example.learned not in library.signatures:
            groups[example.learned].append(example)
    learned: dict[str, Learned] = {}
    for name, own in groups.items():
        others = [e for e in examples if e.learned and e.learned != name]
        weak = steps.get(name, 0)
        spec = signature_of(name, own, others, library, weak)
        shown = spec or signature_of(name, own, others, library)
        if shown is not None:
            learned[name] = Learned(spec=shown, examples=tuple(own), retired=spec is None or weak >= RETIRED_FROM)
    return SeenBefore(learned=learned, steps=steps)


def belongs_to(example: Example, known: Sequence[Example]) -> str:
    """The learned signature an example is one more of; empty when it makes a new one."""
    alike = [
        (likeness(example.words, e.words), e.learned)
        for e in known
        if (e.root_kind, e.quiet) == (example.root_kind, example.quiet)
    ]
    best, name = max(alike, default=(0.0, ""))
    return name if best >= ALIKE_FROM else ""


def suggest(
    known: SeenBefore, library: Library, findings: Iterable[Finding], scene: Scene, chain: Chain
) -> tuple[Finding, ...]:
    """The findings of one store, each with what was seen before and looks most like it."""
    if not known.learned:
        return tuple(findings)
    return tuple(replace(f, suggestion=_best(known, library, f, scene, chain)) for f in findings)


def _best(known: SeenBefore, library: Library, finding: Finding, scene: Scene, chain: Chain) -> Suggestion | None:
    """The surest; one that people pass over only when nothing else speaks for a fault of another kind."""
    fitting = [
        (one, matches)
        for one in known.learned.values()
        if not one.retired and (matches := _matches(one, library, finding, scene))
    ]
    if not fitting:
        return None
    loud = [pair for pair in fitting if not pair[0].quiet]
    one, matches = max(loud or fitting, key=lambda pair: (pair[1][0].confidence, pair[0].spec.name))
    return _suggestion(one, matches, finding, scene, chain)


def _matches(one: Learned, library: Library, finding: Finding, scene: Scene) -> list[Match]:
    """Where a learned signature fits a finding best: one place, or several alike."""
    here = Place(finding.device, finding.subject)
    if finding.signature != UNKNOWN and all(e.of != finding.signature for e in one.examples):
        return []
    if not all(clue.symptom in scene.symptoms for clue in one.spec.symptoms if clue.required):
        return []
    places = roots(scene.tree, one.spec.root) if finding.signature == UNKNOWN else (here,)
    fits = (fit(library, one.spec, root, scene, mode="standing") for root in places)
    holding = [m for m in fits if m.holds]
    best = max((m.confidence for m in holding), default=0.0)
    alike = [m for m in holding if m.confidence == best]
    return [m for m in alike if m.root == here] or alike


def _suggestion(one: Learned, matches: Sequence[Match], finding: Finding, scene: Scene, chain: Chain) -> Suggestion:
    match = matches[0]
    devices = {m.root.device for m in matches}
    device = match.root.device if len(devices) == 1 else ""
    seen = [Seen(s.name, Place(s.device, s.subject)) for s in finding.evidence]
    words = words_of(scene.tree, match.root, seen)
    ranked = sorted(one.examples, key=lambda e: (likeness(words, e.words), e.at), reverse=True)
    return Suggestion(
        learned=one.spec.name,
        device=device,
        subject=match.root.subject if len(matches) == 1 else device,
        confidence=match.confidence,
        arithmetic=arithmetic(match),
        evidence=match.evidence,
        examples=tuple(
            SeenExample(
                incident=e.incident,
                store=e.store,
                at=e.at,
                fixed_by="known and ignorable" if e.quiet and not e.fix else e.fix,
                likeness=round(likeness(words, e.words), 2),
            )
            for e in ranked[:SHOWN]
        ),
        fix=one.fix,
        quiet=one.quiet and len(matches) == 1 and _nothing_more(one, words, finding, chain),
    )


def _nothing_more(one: Learned, words: Iterable[object], finding: Finding, chain: Chain) -> bool:
    """Whether there is nothing here that people did not see when they said that it may be passed over.

    A most critical function that is dead is passed over only in a store where they said so of it.
    """
    told = {word for e in one.examples for word in e.words}
    return set(words) <= told and all(_passed_over(one, name, finding, chain) for name in _dead(finding))


def _passed_over(one: Learned, name: str, finding: Finding, chain: Chain) -> bool:
    function = chain.functions.get(FunctionName(name))
    everywhere = function is not None and function.criticality > 1
    return any(name in e.functions and (everywhere or e.store == finding.store) for e in one.examples)


def _dead(finding: Finding) -> Iterator[str]:
    return (s.subject for s in finding.evidence if s.name == DEAD)


def _weakened(spec: SignatureSpec, steps: int) -> SignatureSpec:
    if steps <= 0:
        return spec
    left_to_people = steps >= SUGGEST_ONLY_FROM and spec.fault_class in ("A", "G")
    return spec.model_copy(
        update={
            "prior": lowered(spec.prior, steps),
            "fault_class": "H" if left_to_people else spec.fault_class,
        }
    )


def _by_signature(verdicts: Iterable[Verdict]) -> Mapping[str, list[bool]]:
    told: dict[str, list[bool]] = defaultdict(list)
    for verdict in verdicts:
        told[verdict.signature].append(verdict.right)
    return told


def _steps(told: Sequence[bool]) -> int:
    last = told[-LAST_VERDICTS:]
    return max(0, last.count(False) - last.count(True))
