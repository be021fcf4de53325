"""``storenet models list | show | verify``: what was learned, what it was worth, whether its files are ours.

In: a state directory. Out: rows of the ledger, checked files. ``model_orders`` holds what changes anything.
"""

from typing import Annotated

import typer

from anomaly.learn.errors import BadModelError
from controller.api.models import model_record, model_records
from controller.api.records import iso
from controller.cli import exit_codes, model_orders
from controller.cli.model_words import KeyOption, NameArgument, refused, replay_words
from controller.cli.opening import DEFAULT_STATE, StateOption, ledger_in
from controller.cli.output import Format, OutputOption, print_json, print_table, say
from controller.clock import SystemClock
from controller.learning.drift import drifted, rates
from controller.learning.registry import Registry
from controller.learning.signing import KeyRefusedError, TamperedError
from controller.learning.teaching import record_of
from controller.model_rows import ModelRow


def register(commands: typer.Typer) -> None:
    """Add the group ``models``."""
    group = typer.Typer(no_args_is_help=True, help="Trained models: they suggest names for unknown faults.")
    group.command("list")(list_)
    group.command("show")(show)
    model_orders.add_to(group)
    group.command("verify")(verify)
    commands.add_typer(group, name="models")


def list_(state: StateOption = DEFAULT_STATE, output: OutputOption = Format.TABLE) -> None:
    """List every model, oldest first."""
    with ledger_in(state) as shelf:
        rows, pointer = shelf.models(), shelf.pointer()
    if output is Format.JSON:
        print_json(model_records(rows, pointer))
    elif not rows:
        say("There is no model. `storenet models train` makes one.")
    else:
        head = ("model", "state", "made", "examples", "own incidents", "kinds", "on the replay set", "note")
        print_table(head, [_columns(row) for row in rows])


def show(
    name: NameArgument,
    state: StateOption = DEFAULT_STATE,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show one model: what it learned from, how it did on the replay set and since, and what has drifted."""
    with refused(), ledger_in(state) as shelf:
        row = Registry(state, shelf).find(name)
        record, found = record_of(shelf, name), rates(shelf.sightings(), name, SystemClock(0.0).now())
    if output is Format.JSON:
        print_json(
            {
                **model_record(row).model_dump(mode="json"),
                "record": record,
                "rates": [
                    {
                        "what": r.what,
                        "name": r.name,
                        "group": r.group,
                        "before": r.before,
                        "late": r.late,
                        "counted_before": r.counted_before,
                        "counted_late": r.counted_late,
                        "drifted": r.has_drifted,
                    }
                    for r in found
                ],
            }
        )
        return
    told = model_record(row).model_dump(mode="json", exclude={"replay", "kinds", "incidents"})
    rows = [(key.replace("_", " "), str(value)) for key, value in told.items() if value != ""]
    rows += [("kinds", ", ".join(row.kinds)), ("own incidents", ", ".join(row.incidents) or "none")]
    rows += [("on the replay set", replay_words(row.replay)), ("since it is asked", _record_words(record))]
    rows += [("drifted", rate.words) for rate in drifted(found)]
    print_table(("what", "value"), rows)


def verify(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="one model; without it all of them")] = None,
    state: StateOption = DEFAULT_STATE,
    key: KeyOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Check every file of a model against its signed manifest and the ledger, and load it."""
    with refused(), ledger_in(state) as shelf:
        registry = Registry(state, shelf, key)
        rows = shelf.models() if name is None else (registry.find(name),)
        told = [(row.name, row.state, _trouble(registry, row)) for row in rows]
    if output is Format.JSON:
        print_json({"items": [{"name": n, "state": s, "ok": not t, "trouble": t} for n, s, t in told]})
    elif told:
        print_table(("model", "state", "files"), [(n, s, t or "as signed") for n, s, t in told])
    else:
        say("There is no model.")
    if any(trouble for _, _, trouble in told):
        raise typer.Exit(exit_codes.FAILED)


def _trouble(registry: Registry, row: ModelRow) -> str:
    try:
        registry.load(row)
    except (TamperedError, BadModelError, KeyRefusedError) as error:
        return str(error)
    return ""


def _columns(row: ModelRow) -> tuple[str, ...]:
    note = "; ".join(part for part in (row.note, row.suggest_only) if part)
    made = iso(row.made_at)[:19] + "Z"
    numbers = (str(row.examples), str(len(row.incidents)), str(len(row.kinds)))
    return (row.name, row.state, made, *numbers, replay_words(row.replay), note or "-")


def _record_words(record: dict[str, int]) -> str:
    return ", ".join(f"{key.replace('_', ' ')} {number}" for key, number in record.items())
