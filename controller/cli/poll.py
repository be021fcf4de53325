"""``storenet poll``: one look, now, at the devices a filter names.

In: ``--limit KEY=VALUE``, a content directory. Out: a row per device, or JSON, and exit code 5 when one is
silent. It reads only, with the read account, and needs no running controller.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from anomaly.answers import Answers
from anomaly.collecting import collect, looks_of
from anomaly.model import Observation
from controller.cli import exit_codes
from controller.cli.filters import FilterError, select
from controller.cli.opening import ContentOption, chain_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_table
from controller.eyes import by_getter
from inventory.files import load_accounts
from inventory.fleet import Fleet
from inventory.looks import Reading
from inventory.model import Chain, Device
from inventory.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one device said, as observations, and why some of it was not said."""

    device: str
    store: str
    observations: tuple[Observation, ...]
    problems: tuple[str, ...]


def register(app: typer.Typer) -> None:
    """Add the command ``poll`` to ``app``."""
    app.command("poll")(poll)


def poll(
    limit: Annotated[
        list[str] | None, typer.Option("--limit", "-F", metavar="KEY=VALUE", help="only these devices")
    ] = None,
    content: ContentOption = None,
    deadline: Annotated[float, typer.Option(min=0.1, help="seconds a device may take")] = 15.0,
    output: OutputOption = Format.TABLE,
) -> None:
    """Look once at the named devices and show what they said."""
    chain = chain_in(content)
    try:
        devices = tuple(d for d in select(chain, limit or ()) if d.is_asked)
    except FilterError as error:
        fail(str(error), exit_codes.USAGE)
    if not devices:
        fail("none of these devices has a session or an SNMP agent to look through", exit_codes.USAGE)
    assert content is not None  # noqa: S101 - chain_in has ended the command otherwise
    sessions = Sessions(chain, load_accounts(content), content, lambda: datetime.now(UTC), deadline=deadline)
    fleet = Fleet(content, chain, sessions, deadline=deadline)
    rows = _look(fleet, devices, chain)
    sessions.close_all()
    _show(rows, output)
    if any(row.problems for row in rows):
        raise typer.Exit(exit_codes.UNREACHABLE)


def _look(fleet: Fleet, devices: tuple[Device, ...], chain: Chain) -> list[Seen]:
    by_name = {d.id: d for d in devices}
    rows = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("looking", total=len(devices))
        for name, answers in fleet.look(devices, partial(looks_of, chain=chain)):
            rows.append(_seen(by_name[name], by_getter(looks_of(by_name[name], chain), answers), chain))
            progress.advance(bar)
    return sorted(rows, key=lambda row: row.device)


def _seen(device: Device, answers: Answers, chain: Chain) -> Seen:
    problems = {str(a.reason) for a in answers.values() if not isinstance(a, Reading)}
    return Seen(
        device=device.id,
        store=device.store,
        observations=collect(device, chain, answers, datetime.now(UTC)),
        problems=tuple(sorted(problems)),
    )


def _show(rows: list[Seen], output: Format) -> None:
    if output is Format.JSON:
        print_json({"items": [_record(row) for row in rows]})
        return
    cells = [(row.device, row.store, _in_words(row), "; ".join(row.problems)) for row in rows]
    print_table(("device", "store", "seen", "problem"), cells)


def _record(row: Seen) -> dict[str, object]:
    told = [{"name": o.name, "device": o.device, "subject": o.subject, "value": o.value} for o in row.observations]
    return {"device": row.device, "store": row.store, "observations": told, "problems": list(row.problems)}


def _in_words(row: Seen) -> str:
    known = [o for o in row.observations if o.value not in (None, "")]
    return ", ".join(f"{o.name}({o.subject})={o.value}" for o in known)
