"""``storenet signature test NAME|FILE``: does a signature hold where it should, and only there?

In: a signature, its cases, everybody else's. Out: each case with its whole sum, and whose cases it takes; exit code 1
when anything is not as expected. Nothing is asked of a device.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from anomaly.cases.judging import Theft, Verdict, by_itself, judge_case, load_cases, read_cases, thefts
from anomaly.cases.shape import Case, CaseFile
from anomaly.cases.staging import CaseError, Stage
from anomaly.changed import with_file
from anomaly.library import Library, SignatureSpec, log_odds
from anomaly.match import Match, Weighed
from controller.cli import exit_codes
from controller.cli.opening import ContentOption
from controller.cli.output import Format, OutputOption, fail, print_json, print_text
from controller.cli.signature_opening import library_in, named, refuse
from inventory.yaml_file import ContentError, Problem


def try_signature(
    signature: Annotated[str, typer.Argument(metavar="NAME|FILE", help="a signature's name, or a file with one")],
    case: Annotated[Path | None, typer.Option(metavar="FILE", help="cases of your own, instead of the shipped")] = None,
    content: ContentOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Test a signature against its written cases, and against the cases of every other one."""
    library, spec = _wanted(signature, content)
    cases = _cases(library, content)
    told = _own_cases(library, spec, case, cases)
    stage = Stage(library)
    try:
        verdicts = [judge_case(stage, spec, one) for one in told]
        taken = list(thefts(stage, spec, cases))
    except CaseError as error:
        fail(str(error), exit_codes.BAD_CONTENT)
    if output is Format.JSON:
        print_json(_record(spec, verdicts, taken))
    else:
        print_text(_text(spec, verdicts, taken, len(library.signatures) - 1))
    if any(one.wrong for one in verdicts) or any(not one.known for one in taken):
        raise typer.Exit(exit_codes.FAILED)


def _wanted(signature: str, content: Path | None) -> tuple[Library, SignatureSpec]:
    """Return the signature of a name, or of a file, and the library with it."""
    library = library_in(content)
    path = Path(signature)
    if not (path.suffix in (".yaml", ".yml") or path.is_file()):
        return library, named(signature, library.signatures)
    if not path.is_file():
        fail(f"there is no file {path}", exit_codes.NOT_FOUND)
    try:
        return with_file(library, path)
    except ContentError as error:
        refuse(error)


def _cases(library: Library, content: Path | None) -> Mapping[str, CaseFile]:
    problems: list[Problem] = []
    cases = load_cases(content, library, problems)
    if problems:
        refuse(ContentError(problems))
    return cases


def _own_cases(
    library: Library, spec: SignatureSpec, path: Path | None, cases: Mapping[str, CaseFile]
) -> tuple[Case, ...]:
    """Return the cases of a file, else those known of the signature, else the one every signature must pass."""
    if path is None:
        return cases[spec.name].cases if spec.name in cases else (by_itself(spec),)
    if not path.is_file():
        fail(f"there is no file {path}", exit_codes.NOT_FOUND)
    problems: list[Problem] = []
    told = read_cases(path, library, problems)
    if told is None:
        refuse(ContentError(problems))
    if told.signature != spec.name:
        message = f"the cases are of {told.signature!r}, the signature is {spec.name!r}"
        refuse(ContentError([Problem(str(path), 1, "signature", message)]))
    return told.cases


def _text(spec: SignatureSpec, verdicts: list[Verdict], taken: list[Theft], others: int) -> str:
    lines = [f"{spec.name}: {spec.title}"]
    for one in verdicts:
        lines += ["", f"{'wrong' if one.wrong else 'right'}: {one.title}", *_sum(one.match)]
        lines += [f"        wrong: {why}" for why in one.wrong]
    lines += ["", f"in the cases of {others} other signatures:"]
    for theft in taken:
        told = "holds, and the other explains it away" if theft.known else "STEALS it"
        lines.append(f"  {theft.case_of} ({theft.title}): {told}, at {_place(theft)} with {theft.confidence:.3f}")
    if not taken:
        lines.append("  it holds in none")
    wrong = sum(bool(one.wrong) for one in verdicts)
    steals = sum(not one.known for one in taken)
    lines += ["", f"{len(verdicts) - wrong} of {len(verdicts)} cases right, {steals} stolen"]
    return "\n".join(lines)


def _sum(match: Match) -> list[str]:
    """The whole arithmetic, one summand a line."""
    spec = match.signature
    prior = log_odds(spec.prior)
    total = prior + sum(one.log_odds for one in match.weighed)
    lines = [f"  {prior:+6.2f}  {spec.prior:.1%} beforehand", *(_summand(one) for one in match.weighed)]
    holds = "it holds" if match.holds else "it does not hold"
    lines.append(f"  {total:+6.2f}  makes {match.confidence:.3f}, threshold {spec.threshold:g}: {holds}")
    lines += [f"          {one.clue.symptom} is required" for one in match.lacking]
    lines += [f"          {s.name} on {s.device} {s.subject} speaks against it" for s in match.vetoes]
    return lines


def _summand(one: Weighed) -> str:
    where = "" if one.clue.relation == "self" else f" ({one.clue.relation.replace('_', ' ')})"
    if not one.known:
        return f"     -    {one.clue.symptom}{where}: nobody could look, skipped"
    state = f"seen at {_spots(one)}" if one.found else "looked for in vain"
    return f"  {one.log_odds:+6.2f}  {one.clue.symptom}{where}: {state}"


def _spots(one: Weighed) -> str:
    first = one.found[0]
    more = f" and {len(one.found) - 1} more" if len(one.found) > 1 else ""
    return f"{first.device} {first.subject}{more}" if first.device != first.subject else f"{first.device}{more}"


def _place(theft: Theft) -> str:
    device, subject = theft.root
    return device if device == subject else f"{device} {subject}"


def _record(spec: SignatureSpec, verdicts: list[Verdict], taken: list[Theft]) -> dict[str, object]:
    return {
        "signature": spec.name,
        "prior": spec.prior,
        "threshold": spec.threshold,
        "cases": [_case_record(one) for one in verdicts],
        "others": [
            {
                "case_of": theft.case_of,
                "case": theft.title,
                "device": theft.root.device,
                "subject": theft.root.subject,
                "confidence": theft.confidence,
                "stolen": not theft.known,
            }
            for theft in taken
        ],
        "ok": not any(one.wrong for one in verdicts) and all(theft.known for theft in taken),
    }


def _case_record(one: Verdict) -> dict[str, object]:
    match = one.match
    return {
        "title": one.title,
        "ok": not one.wrong,
        "wrong": list(one.wrong),
        "device": match.root.device,
        "subject": match.root.subject,
        "holds": match.holds,
        "confidence": match.confidence,
        "prior_log_odds": round(log_odds(match.signature.prior), 3),
        "clues": [
            {
                "symptom": w.clue.symptom,
                "relation": w.clue.relation,
                "state": "seen" if w.found else "missing" if w.known else "unknown",
                "log_odds": round(w.log_odds, 3),
            }
            for w in match.weighed
        ],
        "lacking": [w.clue.symptom for w in match.lacking],
        "vetoes": sorted({s.name for s in match.vetoes}),
        "named": list(one.named),
    }
