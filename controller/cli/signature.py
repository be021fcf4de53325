"""``storenet signature list | show NAME | test NAME|FILE | schema KIND``: the faults we know by sight.

In: names or files as typed, a content directory. Out: a table, prose or JSON. No controller is needed, nothing is asked
of a device.
"""

from typing import Annotated

import typer

from anomaly.cases.drafting import draft
from anomaly.cases.staging import CaseError, Stage
from controller.cli import exit_codes, learned, signature_cases
from controller.cli.opening import ContentOption
from controller.cli.output import Format, OutputOption, fail, print_json, print_table, print_text
from controller.cli.signature_opening import library_in, named
from controller.cli.signature_text import signature_record, signature_text
from controller.schemas import KINDS, schema_of

_NAME = "the signature's name, as `storenet signature list` lists it"


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    commands = typer.Typer(no_args_is_help=True, help="The faults we know by sight.")
    commands.command("list")(list_all)
    commands.command("show")(show)
    commands.command("test")(signature_cases.try_signature)
    commands.command("draft")(draft_cases)
    commands.command("schema")(schema)
    learned.add(commands)
    app.add_typer(commands, name="signature")


def list_all(content: ContentOption = None, output: OutputOption = Format.TABLE) -> None:
    """List every signature: its class, where it sits, how sure it must be."""
    library = library_in(content)
    known = sorted(library.signatures.values(), key=lambda spec: spec.name)
    if output is Format.JSON:
        print_json({"items": [signature_record(spec, library) for spec in known]})
        return
    rows = [
        (s.name, s.fault_class, s.root, f"{s.prior:.0%}", f"{s.threshold:.0%}", str(len(s.symptoms)), s.title)
        for s in known
    ]
    print_table(("signature", "class", "root", "prior", "threshold", "symptoms", "what"), rows)


def show(
    name: Annotated[str, typer.Argument(help=_NAME)],
    content: ContentOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show one signature: every symptom with its weight and condition, and what speaks against it."""
    library = library_in(content)
    spec = named(name, library.signatures)
    if output is Format.JSON:
        print_json(signature_record(spec, library))
    else:
        print_text(signature_text(spec, library))


def draft_cases(
    name: Annotated[str, typer.Argument(help=_NAME)],
    content: ContentOption = None,
) -> None:
    """Print a case file drafted from the signature as it is today, to go on from."""
    library = library_in(content)
    try:
        typer.echo(draft(Stage(library), named(name, library.signatures)), nl=False)
    except CaseError as error:
        fail(str(error), exit_codes.FAILED)


def schema(
    kind: Annotated[str, typer.Argument(metavar="|".join(KINDS), help="the kind of file")] = "signature",
) -> None:
    """Print the JSON Schema of a kind of content file."""
    if kind not in KINDS:
        fail(f"there is no schema of {kind!r} (allowed: {', '.join(KINDS)})", exit_codes.NOT_FOUND)
    print_json(schema_of(kind))
