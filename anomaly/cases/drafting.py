"""Drafts a signature's case file out of the signature itself, for a person to go on from.

In: a stage and a signature. Out: YAML text. Called by ``storenet signature draft``. A draft holds what the signature
does today: everything there, only what is required, each required symptom missing, each excluder there.
"""

from collections.abc import Iterator, Sequence

from anomaly.cases.judging import Verdict, judge_case
from anomaly.cases.shape import Case, Expected, Spot
from anomaly.cases.staging import CaseError, Stage
from anomaly.library import Relation, SignatureSpec

Word = tuple[str, Relation]
_ROOM = 0.03


def draft(stage: Stage, signature: SignatureSpec) -> str:
    """Return a case file. Raises ``CaseError`` when the small store has no place for the signature's symptoms."""
    return "\n".join((f"signature: {signature.name}", "cases:", *_lines(stage, signature))) + "\n"


def _lines(stage: Stage, signature: SignatureSpec) -> Iterator[str]:
    every: list[Word] = [(clue.symptom, clue.relation) for clue in signature.symptoms]
    required: list[Word] = [(clue.symptom, clue.relation) for clue in signature.symptoms if clue.required]
    rest = [word for word in every if word not in required]
    yield from _weighed(stage, signature, "everything shows", every, ())
    if rest:
        yield from _weighed(
            stage, signature, "only what is required shows, the rest could not be looked for", required, rest
        )
        yield from _weighed(
            stage, signature, "only what is required shows, the rest was looked for in vain", required, ()
        )
    for word in required:
        without = [one for one in every if one != word]
        if word[0] not in {symptom for symptom, _ in without}:
            yield from _refuted(stage, signature, f"{word[0]} is not there", without, word[0])
    for one in signature.excluders:
        seen = [*every, (one.symptom, one.relation)]
        yield from _refuted(stage, signature, f"{one.symptom} speaks against it", seen, one.symptom)


def _weighed(
    stage: Stage, signature: SignatureSpec, title: str, seen: Sequence[Word], unknown: Sequence[Word]
) -> Iterator[str]:
    """A case with the confidence it has today, with some room."""
    told = _judged(stage, signature, seen, unknown)
    low, high = max(0.0, told.match.confidence - _ROOM), min(1.0, told.match.confidence + _ROOM)
    expect = f"holds: {str(told.match.holds).lower()}, confidence: [{low:.2f}, {high:.2f}]"
    beside = [name for name in told.named if name != signature.name]
    if told.match.holds and beside:
        expect += f", beside: [{', '.join(beside)}]"
    yield from _case(title, seen, unknown, expect)


def _refuted(stage: Stage, signature: SignatureSpec, title: str, seen: Sequence[Word], against: str) -> Iterator[str]:
    """A case in which it does not hold; one that has no place in the small store is left out."""
    try:
        told = _judged(stage, signature, seen, ())
    except CaseError:
        return
    said = {one.clue.symptom for one in told.match.lacking} | {s.name for s in told.match.vetoes}
    if against in said:
        yield from _case(title, seen, (), f"holds: false, against: [{against}]")


def _judged(stage: Stage, signature: SignatureSpec, seen: Sequence[Word], unknown: Sequence[Word]) -> Verdict:
    spots = [tuple(Spot(symptom=symptom, at=at) for symptom, at in words) for words in (seen, unknown)]
    case = Case(title="draft", seen=spots[0], unknown=spots[1], expect=Expected(holds=True))
    return judge_case(stage, signature, case)


def _case(title: str, seen: Sequence[Word], unknown: Sequence[Word], expect: str) -> Iterator[str]:
    yield f"  - title: {title}"
    for field, words in (("seen", seen), ("unknown", unknown)):
        if words:
            yield f"    {field}:"
            yield from (f"      - {{symptom: {symptom}, at: {at}}}" for symptom, at in words)
    yield f"    expect: {{{expect}}}"
