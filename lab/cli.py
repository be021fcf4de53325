"""The commands ``storenet demo`` and ``storenet lab``.

In: what people type. Out: a demo, or a lab in the background and what it tells. Found by the entry points
``storenet.commands``; nothing in the controller imports it.
"""

import json
import os
import secrets
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table
from rich.text import Text

from lab.addresses import NoRoomError, choose
from lab.client import LabClient, LabError
from lab.demo import DemoError, DemoOptions, run_demo
from lab.numbering import MOST_STORES
from lab.practice import keep_environment
from lab.printing import console, print_report
from lab.processes import ChildError, start_detached
from lab.score import score
from lab.server import SECRETS
from lab.told import UnreadableError

DOWN_SECONDS = 20.0


class Shape(StrEnum):
    """The shapes of an answer."""

    TABLE = "table"
    JSON = "json"


DEFAULT_DIRECTORY = Path(".storenet") / "lab"
demo_app = typer.Typer(help="Virtual stores break, the controller heals, and the truth is told.")
lab_app = typer.Typer(help="Virtual stores to practise on.", no_args_is_help=True)
Directory = Annotated[Path, typer.Option("--dir", metavar="DIR", help="the lab's directory")]
Seed = Annotated[int, typer.Option(help="the same seed makes the same stores and faults")]
Stores = Annotated[int, typer.Option(min=1, max=MOST_STORES, help="how many stores")]


@demo_app.callback(invoke_without_command=True)
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="deal the faults once, score, and end")] = False,
    seed: Seed = 7,
    stores: Stores = 6,
    faults: Annotated[int, typer.Option(min=0, help="how many faults; 0 only watches")] = 12,
    duration: Annotated[float | None, typer.Option(min=1, metavar="SECONDS", help="end after so long")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="write the report")] = None,
    port: Annotated[int | None, typer.Option(help="the page's port; a free one when left out")] = None,
    directory: Annotated[Path | None, typer.Option("--dir", metavar="DIR", help="keep everything here")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="keep the temporary directory")] = False,
    also: Annotated[list[str] | None, typer.Option(metavar="FAULT", help="deal this kind, too; repeatable")] = None,
) -> None:
    """Run stores that break and a controller that heals; end with 0 only if everything ended as expected."""
    options = DemoOptions(
        once=once,
        seed=seed,
        stores=stores,
        faults=faults,
        duration=duration,
        json_file=json_file,
        port=port,
        directory=directory,
        keep=keep,
        also=tuple(also or ()),
    )
    try:
        code = run_demo(options, console())
    except (DemoError, ChildError, LabError, NoRoomError, UnreadableError) as error:
        _refuse(str(error))
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code)


@lab_app.command()
def up(
    stores: Stores = 6,
    seed: Seed = 7,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Start a lab in the background; it stays until `storenet lab down`."""
    client = LabClient(directory)
    if client.up():
        _refuse(f"a lab is up in {directory}")
    (directory / "lab").mkdir(parents=True, exist_ok=True)
    words = {name: os.environ.get(name) or secrets.token_urlsafe(18) for name in SECRETS}
    try:
        listening = choose(seed, stores)
    except NoRoomError as error:
        _refuse(str(error))
    arguments = ["--dir", str(directory.absolute()), "--seed", str(seed), "--stores", str(stores)]
    output = directory / "lab" / "output.txt"
    try:
        start_detached("lab.server", [*arguments, *listening.arguments()], {**os.environ, **words}, output, client.up)
    except ChildError as error:
        _refuse(str(error))
    state = client.ask("status")
    typer.echo(f"{state['stores']} stores and {state['devices']} devices are up; the lab's clock says {state['now']}")
    path = keep_environment(directory, words, float(state["offset_seconds"]))
    typer.echo(f"set -a; . {path}; set +a")
    typer.echo("storenet run")


@lab_app.command()
def status(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Tell how the lab stands."""
    state = _ask(directory, "status")
    typer.echo(
        f"seed {state['seed']}, {state['stores']} stores, {state['devices']} devices; the lab's clock says "
        f"{state['now']}, {state['offset_seconds']:.0f} s from ours"
    )
    _print_faults(state["faults"])


@lab_app.command("break")
def break_(
    fault: Annotated[str, typer.Argument(help="a kind of fault; see `storenet lab faults`")],
    store: Annotated[str | None, typer.Option()] = None,
    device: Annotated[str | None, typer.Option()] = None,
    port: Annotated[str | None, typer.Option()] = None,
    variant: Annotated[str | None, typer.Option()] = None,
    carrier: Annotated[str | None, typer.Option(help="for a fault of the fleet: whose line fails")] = None,
    stores: Annotated[int | None, typer.Option(min=1, help="for a fault of the fleet: under how many stores")] = None,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Put a fault in, at the first place that fits."""
    where = {"store": store, "device": device, "port": port, "variant": variant, "carrier": carrier, "stores": stores}
    _print_faults([_ask(directory, "break", kind=fault, **where)])


@lab_app.command()
def mend(fault_id: Annotated[str, typer.Argument(metavar="ID")], directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Take a fault out."""
    _print_faults([_ask(directory, "mend", id=fault_id)])


@lab_app.command()
def faults(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """List the kinds of fault and decoy."""
    for row in _ask(directory, "faults")["faults"]:
        typer.echo(f"{row['fault']:<22} {row['type']:<6} {row['class'] or '-'}")


@lab_app.command()
def truth(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Tell what is really served in every store, and what is broken."""
    told = _ask(directory, "truth")
    for store, functions in told["stores"].items():
        typer.echo(f"{store}  " + "  ".join(f"{name} {share:.0%}" for name, share in functions.items()))
    _print_faults(told["faults"])


@lab_app.command("score")
def score_(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="the lab's log (lab/log.jsonl)")],
    ledger: Annotated[Path, typer.Argument(metavar="LEDGER", help="the controller's ledger (ledger.sqlite)")],
    output: Annotated[Shape, typer.Option("--output", "-o", help="table for people, json for programs")] = Shape.TABLE,
) -> None:
    """Compare what the ledger claims with what the log knows; end with 0 only if all is as expected."""
    try:
        report = score(log, ledger)
    except UnreadableError as error:
        _refuse(str(error))
    if output is Shape.JSON:
        typer.echo(json.dumps(report.as_json(), indent=2))
    else:
        print_report(console(), report)
    raise typer.Exit(0 if report.as_expected else 1)


@lab_app.command()
def down(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """End the lab."""
    _ask(directory, "stop")
    client = LabClient(directory)
    until = time.monotonic() + DOWN_SECONDS
    while client.up() and time.monotonic() < until:
        time.sleep(0.1)
    typer.echo("the lab is down")


def _ask(directory: Path, command: str, **fields: object) -> dict[str, Any]:
    try:
        return LabClient(directory).ask(command, **fields)
    except LabError as error:
        _refuse(str(error))


def _print_faults(rows: list[dict[str, object]]) -> None:
    table = Table(box=None, pad_edge=False)
    names = ("id", "fault", "store", "device", "port", "variant", "expected", "out_by")
    for name in names:
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(*(Text(str(row[name] or "-")) for name in names))
    if rows:
        console().print(table)


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
