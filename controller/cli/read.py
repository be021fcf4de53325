"""The commands that read: ``incidents``, ``explain``, ``inventory show``, ``check``, ``kill-switch``, ``quarantine``.

In: a typer application and every room's content checkers, from ``controller.main``. Out: commands on it.
The JSON of ``-o json`` is the API's: one shape for programs, whichever door they come through.
"""

from collections.abc import Sequence
from typing import Annotated

import typer

from controller.api import views
from controller.api.plain import clean
from controller.api.records import Devices, IncidentDetail
from controller.api.source import count_children
from controller.cli import exit_codes
from controller.cli.check import Checker, check_command
from controller.cli.filters import FilterError, FilterOption, select
from controller.cli.incidents import incidents_app, iso_seconds
from controller.cli.kill_switch import kill_switch_app
from controller.cli.opening import DEFAULT_STATE, ContentOption, StateOption, chain_if_named, chain_in, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_table, print_text
from controller.cli.quarantine import quarantine_app


def register(app: typer.Typer, checkers: Sequence[Checker]) -> None:
    """Add the reading commands to ``app``; ``checkers`` look at a content directory, one per room."""
    app.add_typer(incidents_app(), name="incidents")
    app.command("explain")(explain)
    app.command("check")(check_command(checkers))
    inventory = typer.Typer(no_args_is_help=True, help="What there is.")
    inventory.command("show")(inventory_show)
    inventory.callback()(_inventory)
    app.add_typer(inventory, name="inventory")
    app.add_typer(kill_switch_app(), name="kill-switch")
    app.add_typer(quarantine_app(), name="quarantine")


def _inventory() -> None:
    """What there is."""


def explain(
    incident: Annotated[str, typer.Argument(help="the incident's id, as `storenet incidents` lists it")],
    state: StateOption = DEFAULT_STATE,
    story: Annotated[bool, typer.Option("--story", help="line by line, with times")] = False,  # noqa: FBT002
    content: ContentOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Tell what happened in an incident, what was decided, done and proven."""
    detail = _detail(incident, state, content)
    if output is Format.JSON:
        print_json(detail)
    elif story:
        print_table(("at", "what"), [(iso_seconds(m.at), m.text) for m in detail.story])
    else:
        print_text(detail.explanation)


def _detail(incident: str, state: StateOption, content: ContentOption) -> IncidentDetail:
    chain = chain_if_named(content)
    with ledger_in(state) as ledger:
        folded = ledger.incident(clean(incident))
        if folded is None:
            fail(f"there is no incident {incident}; `storenet incidents` lists them", exit_codes.NOT_FOUND)
        return views.incident_detail(folded, ledger.events(folded.id), chain, count_children(ledger, folded))


def inventory_show(
    filters: FilterOption = None,
    content: ContentOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show the devices of the inventory, or those a filter keeps."""
    chain = chain_in(content)
    try:
        devices = select(chain, filters or ())
    except FilterError as error:
        fail(str(error), exit_codes.USAGE)
    records = tuple(views.device_record(d, chain) for d in devices)
    if output is Format.JSON:
        print_json(Devices(items=records))
        return
    columns = ("device", "store", "role", "platform", "address", "region", "functions")
    rows = [
        (r.device, r.store, r.role, r.platform or "-", r.address, r.region, ", ".join(r.functions)) for r in records
    ]
    print_table(columns, rows)
