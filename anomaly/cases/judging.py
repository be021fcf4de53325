"""Judges a signature by its cases, and by everybody else's: does it hold where it should, and only there?

In: a library and case files. Out: ``Verdict``s, with the whole arithmetic. Called by ``storenet signature test``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anomaly.cases.shape import Case, CaseFile, Expected, Spot
from anomaly.cases.staging import CaseError, Stage, Staged
from anomaly.correlate import correlate
from anomaly.library import SHIPPED, Library, SignatureSpec, load_library
from anomaly.match import Match, fit, roots
from anomaly.topology import Place
from inventory.yaml_file import ContentError, Located, Problem, nearest, read_located

FOLDER = Path("signatures") / "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One case, judged. ``wrong``: what is not as expected, in sentences; empty when all is well."""

    title: str
    match: Match
    named: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theft:
    """A signature that holds in another one's case. ``known``: the other explains it away, or both are meant."""

    case_of: str
    title: str
    root: Place
    confidence: float
    known: bool


def load_cases(content: Path | None, library: Library, problems: list[Problem]) -> Mapping[str, CaseFile]:
    """Return the shipped cases by signature, overlaid by ``content``'s; what is wrong is added to ``problems``."""
    found: dict[str, CaseFile] = {}
    for base in (SHIPPED, *(() if content is None else (content / "anomaly",))):
        for path in sorted((base / FOLDER).glob("*.yaml")):
            if (told := read_cases(path, library, problems)) is not None:
                found[told.signature] = told
    return found


def read_cases(path: Path, library: Library, problems: list[Problem]) -> CaseFile | None:
    """Return one file's cases, every word in them known; else None, and why in ``problems``."""
    written = read_located(path, CaseFile, problems)
    if written is None:
        return None
    wrong = list(_unknown_words(written, library))
    problems += wrong
    return None if wrong else written.model


def by_itself(signature: SignatureSpec) -> Case:
    """Return the case that every signature must pass: all of its symptoms there, nothing else."""
    seen = tuple(Spot(symptom=clue.symptom, at=clue.relation) for clue in signature.symptoms)
    return Case(title="all of its symptoms", seen=seen, expect=Expected(holds=True))


def judge_case(stage: Stage, signature: SignatureSpec, case: Case) -> Verdict:
    """Judge one case of a signature. Raises ``CaseError`` for a place the small store does not have."""
    staged = stage.put(signature, case)
    match = fit(stage.library, signature, staged.root, staged.scene)
    named = _named(stage.library, staged)
    return Verdict(title=case.title, match=match, named=named, wrong=tuple(_mistakes(staged, match, named)))


def thefts(stage: Stage, signature: SignatureSpec, cases: Mapping[str, CaseFile]) -> Iterator[Theft]:
    """Yield where a signature holds in the cases of others; those of signatures without a case are made up."""
    for name, other in stage.library.signatures.items():
        if name == signature.name:
            continue
        for case in _positive(other, cases.get(name)):
            try:
                staged = stage.put(other, case)
            except CaseError:
                continue
            best = _best(stage.library, signature, staged)
            if best is not None:
                is_told = signature.name in _named(stage.library, staged) and signature.name not in case.expect.beside
                yield Theft(
                    case_of=name, title=case.title, root=best.root, confidence=best.confidence, known=not is_told
                )


def _positive(signature: SignatureSpec, told: CaseFile | None) -> Sequence[Case]:
    """The cases in which a signature is there."""
    return [case for case in told.cases if case.expect.holds] if told is not None else [by_itself(signature)]


def _best(library: Library, signature: SignatureSpec, staged: Staged) -> Match | None:
    """The surest place at which a signature holds."""
    tried = (fit(library, signature, root, staged.scene) for root in roots(staged.tree, signature.root))
    return max((m for m in tried if m.holds), key=lambda m: m.confidence, default=None)


def _named(library: Library, staged: Staged) -> tuple[str, ...]:
    """What the whole library makes of the case."""
    found = correlate(library, staged.symptoms, staged.chain, staged.now, sights=staged.sights)
    return tuple(dict.fromkeys(f.signature for f in found))


def _mistakes(staged: Staged, match: Match, named: Sequence[str]) -> Iterator[str]:
    expect, name = staged.case.expect, staged.signature.name
    if match.holds is not expect.holds:
        yield f"it {'holds' if match.holds else 'does not hold'}"
    if expect.confidence is not None and not expect.confidence[0] <= match.confidence <= expect.confidence[1]:
        low, high = expect.confidence
        yield f"its confidence is {match.confidence:.3f}, not within {low:g} to {high:g}"
    said = {one.clue.symptom for one in match.lacking} | {s.name for s in match.vetoes}
    for word in expect.against:
        if word not in said:
            yield f"{word} does not speak against it"
    if expect.holds and name not in named and not set(expect.beside) & set(named):
        yield f"the library names {', '.join(named) or 'nothing'} instead"
    for other in named:
        if expect.holds and other not in (name, *expect.beside):
            yield f"{other} is named too"


def _unknown_words(written: Located[CaseFile], library: Library) -> Iterator[Problem]:
    told = written.model
    if told.signature not in library.signatures:
        yield _not_known(written, ("signature",), told.signature, library.signatures)
    for number, case in enumerate(told.cases):
        for field in ("seen", "unknown"):
            for index, spot in enumerate(getattr(case, field)):
                if spot.symptom not in library.symptoms:
                    loc = ("cases", number, field, index, "symptom")
                    yield _not_known(written, loc, spot.symptom, library.symptoms)


def _not_known(
    written: Located[CaseFile], loc: Sequence[str | int], word: str, allowed: Mapping[str, object]
) -> Problem:
    words = sorted(allowed)
    return written.problem(loc, f"{word!r} is not known{nearest(word, words)}", words)


def check_cases(content: Path) -> None:
    """Raise ``ContentError`` for wrong case files; a library that is wrong itself is somebody else's to tell of."""
    try:
        library = load_library(content)
    except ContentError:
        return
    problems: list[Problem] = []
    load_cases(content, library, problems)
    if problems:
        raise ContentError(problems)
