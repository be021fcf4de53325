"""``storenet signature learned | export NAME``: what was learned from closed incidents, as a list or a content file.

In: a state directory, and the content directory whose signatures count. Out: a table, JSON, or a signature file. Why:
a learned signature is only ever suggested; whoever trusts it puts the file into their content and edits it like any.
"""

import json
from typing import Annotated

import typer

from anomaly.learn.seen_before import Learned
from anomaly.library import Clue
from controller.api.plain import one_line
from controller.api.reviews import LearnedRecord, learned_records
from controller.cli import exit_codes
from controller.cli.opening import DEFAULT_STATE, ContentOption, StateOption, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_table, say
from controller.cli.signature_opening import library_in
from controller.taught import learned_of
from inventory.yaml_file import nearest


def add(group: typer.Typer) -> None:
    """Add the commands to the group ``signature``."""
    group.command("learned")(learned)
    group.command("export")(export)


def learned(
    state: StateOption = DEFAULT_STATE, content: ContentOption = None, output: OutputOption = Format.TABLE
) -> None:
    """List what was learned from closed incidents, and the signatures that people called wrong."""
    library = library_in(content)
    with ledger_in(state) as ledger:
        known = learned_records(ledger.reviews(), library)
    if output is Format.JSON:
        print_json(known)
        return
    if known.items:
        rows = [(r.name, str(len(r.examples)), _how(r), r.root, f"{r.prior:.0%}", r.title) for r in known.items]
        print_table(("signature", "examples", "state", "root", "prior", "what"), rows)
    else:
        say("Nothing was learned yet; 'storenet incidents close --help' tells how.")
    for one in known.weakened:
        only = "; it never heals by itself now" if one.suggest_only else ""
        say(f"{one.name} was called wrong {one.wrong} times more than right lately{only}.")


def export(
    name: Annotated[str, typer.Argument(help="as `storenet signature learned` lists it")],
    state: StateOption = DEFAULT_STATE,
    content: ContentOption = None,
) -> None:
    """Print a learned signature as a file for anomaly/signatures of a content directory, where it may be edited."""
    library = library_in(content)
    with ledger_in(state) as ledger:
        known = learned_of(ledger.reviews(), library).learned
    if name not in known:
        hint = nearest(name, sorted(known))
        fail(
            f"there is no learned signature {name!r}{hint} ('storenet signature learned' lists them)",
            exit_codes.NOT_FOUND,
        )
    typer.echo(as_yaml(known[name]), nl=False)


def as_yaml(one: Learned) -> str:
    """A learned signature as a content file; where it comes from stands above it."""
    spec = one.spec
    lines = [
        "# Learned from what people said of these incidents:",
        *(f"#   {e.incident}, {e.at:%Y-%m-%d %H:%M} UTC: {one_line(e.fix) or e.code}" for e in one.examples),
        f"name: {spec.name}",
        f"title: {json.dumps(spec.title, ensure_ascii=False)}",
        f"fault_class: {spec.fault_class}",
        f"root: {spec.root}",
        f"prior: {spec.prior:g}",
        "symptoms:",
        *(f"  - {_clue(c)}" for c in spec.symptoms),
        f"threshold: {spec.threshold:g}",
    ]
    return "\n".join(lines) + "\n"


def _clue(clue: Clue) -> str:
    required = ", required: true" * clue.required
    numbers = f"weight: {clue.weight:g}, missing: {clue.cost:g}"
    return f"{{symptom: {clue.symptom}, relation: {clue.relation}, {numbers}{required}}}"


def _how(record: LearnedRecord) -> str:
    state = "refined" if record.refined else "prototype"
    return ", ".join((state, *(("passed over",) * record.quiet), *(("not suggested",) * record.retired)))
