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

from lab.addresses import NoRoomError, choose
from lab.callers import COMMUNITIES, WORDS
from lab.chain import USUAL
from lab.client import LabClient, LabError
from lab.demo import DemoError, DemoOptions, run_demo
from lab.hardware import KINDS
from lab.layout import SIZES, Stock
from lab.numbering import MOST_STORES
from lab.practice import keep_environment
from lab.printing import console, print_coming, print_faults, print_report
from lab.processes import ChildError, start_detached
from lab.rehearsal import NoScenarioError, Rehearsal, load
from lab.scenario import Scenario, play
from lab.score import score
from lab.server import SECRETS
from lab.told import UnreadableError

DOWN_SECONDS = 20.0


class Shape(StrEnum):
    """The shapes of an answer."""

    TABLE = "table"
    JSON = "json"


Output = Annotated[Shape, typer.Option("--output", "-o", help="table for people, json for programs")]
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
    life: Annotated[float, typer.Option(min=0, help="how lively stores are besides faults; 0 for not at all")] = 1.0,
    vendors: Annotated[str, typer.Option(help=f"platforms of switches: {', '.join(KINDS)}")] = ",".join(USUAL.vendors),
    sizes: Annotated[str, typer.Option(help=f"sizes of stores: {', '.join(SIZES)}")] = ",".join(USUAL.sizes),
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Start a lab in the background; it stays until `storenet lab down`."""
    client = LabClient(directory)
    if client.up():
        _refuse(f"a lab is up in {directory}")
    (directory / "lab").mkdir(parents=True, exist_ok=True)
    words = {name: os.environ.get(name) or secrets.token_urlsafe(18) for name in (*SECRETS, *COMMUNITIES, *WORDS)}
    try:
        listening = choose(seed, stores, Stock(vendors=tuple(vendors.split(",")), sizes=tuple(sizes.split(","))))
    except (NoRoomError, ValueError) as error:
        _refuse(str(error))
    arguments = ["--dir", str(directory.absolute()), "--seed", str(seed), "--stores", str(stores), "--life", str(life)]
    arguments += ["--vendors", vendors, "--sizes", sizes, "--snmp"]
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
def status(directory: Directory = DEFAULT_DIRECTORY, output: Output = Shape.TABLE) -> None:
    """Tell how the lab stands."""
    state = _ask(directory, "status")
    if _told_as_json(output, state):
        return
    typer.echo(
        f"seed {state['seed']}, {state['stores']} stores, {state['devices']} devices; the lab's clock says "
        f"{state['now']}, {state['offset_seconds']:.0f} s from ours"
    )
    if state.get("dealing"):
        typer.echo(f"{state['done']} of {state['planned']} faults are over")
    print_faults(state["faults"])


@lab_app.command("break")
def break_(
    fault: Annotated[str, typer.Argument(help="a kind of fault; see `storenet lab faults`")],
    *,
    store: Annotated[str | None, typer.Option()] = None,
    device: Annotated[str | None, typer.Option()] = None,
    port: Annotated[str | None, typer.Option()] = None,
    variant: Annotated[str | None, typer.Option()] = None,
    carrier: Annotated[str | None, typer.Option(help="for a fault of the fleet: whose line fails")] = None,
    stores: Annotated[int | None, typer.Option(min=1, help="for a fault of the fleet: under how many stores")] = None,
    seconds: Annotated[
        float | None, typer.Option("--for", min=0, metavar="SECONDS", help="it passes by itself")
    ] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    output: Output = Shape.TABLE,
) -> None:
    """Put a fault in, at the first place that fits."""
    where = {"store": store, "device": device, "port": port, "variant": variant, "carrier": carrier, "stores": stores}
    row = _ask(directory, "break", kind=fault, seconds=seconds, **where)
    if not _told_as_json(output, row):
        print_faults([row])


@lab_app.command()
def mend(
    fault_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="every fault that is in")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
    output: Output = Shape.TABLE,
) -> None:
    """Take a fault out, or all of them."""
    if (fault_id is None) is not everything:
        _refuse("name one fault, or say --all")
    mended = _ask(directory, "mend", **({"all": True} if everything else {"id": fault_id}))
    if not _told_as_json(output, mended):
        print_faults(mended["faults"])


@lab_app.command("mix")
def mix_(
    incidents: Annotated[int, typer.Option(min=1, help="how many incidents")] = 40,
    minutes: Annotated[float, typer.Option(min=0.01, help="over how many minutes of life they come")] = 60.0,
    shorten: Annotated[float, typer.Option(min=0.01, help="divide all times: 10 plays an hour in six minutes")] = 1.0,
    seed: Annotated[int | None, typer.Option(help="the same seed makes the same mix; the lab's when left out")] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    output: Output = Shape.TABLE,
) -> None:
    """Let incidents come as in life: 58 % access points, 26 % switches, and half of all pass by themselves."""
    wanted = {"incidents": incidents, "minutes": minutes, "shorten": shorten}
    coming = _ask(directory, "mix", **wanted, **({} if seed is None else {"seed": seed}))
    if not _told_as_json(output, coming):
        print_coming(coming["coming"])


@lab_app.command()
def faults(directory: Directory = DEFAULT_DIRECTORY, output: Output = Shape.TABLE) -> None:
    """List the kinds of fault and decoy."""
    told = _ask(directory, "faults")
    if _told_as_json(output, told):
        return
    for row in told["faults"]:
        typer.echo(f"{row['fault']:<28} {row['type']:<6} {row['class'] or '-'}")


@lab_app.command()
def truth(directory: Directory = DEFAULT_DIRECTORY, output: Output = Shape.TABLE) -> None:
    """Tell what is really served in every store, and what is broken."""
    told = _ask(directory, "truth")
    if _told_as_json(output, told):
        return
    for store, functions in told["stores"].items():
        typer.echo(f"{store}  " + "  ".join(f"{name} {share:.0%}" for name, share in functions.items()))
    print_faults(told["faults"])


@lab_app.command("score")
def score_(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="the lab's log (lab/log.jsonl)")],
    ledger: Annotated[Path, typer.Argument(metavar="LEDGER", help="the controller's ledger (ledger.sqlite)")],
    output: Output = Shape.TABLE,
) -> None:
    """Compare what the ledger claims with what the log knows; end with 0 only if all is as expected."""
    try:
        report = score(log, ledger)
    except UnreadableError as error:
        _refuse(str(error))
    if not _told_as_json(output, report.as_json()):
        print_report(console(), report)
    raise typer.Exit(0 if report.as_expected else 1)


@lab_app.command("play")
def play_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="a Python file with scenarios; see docs/lab.md")],
    url: Annotated[str, typer.Option(help="the controller's page")] = "http://127.0.0.1:8080",
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Play scenarios on the lab and a running controller; end with 0 only if all was seen as wanted."""
    missed = 0
    try:
        for scenario in load(path):
            missed += _rehearse(scenario, Rehearsal(directory, url))
    except (LabError, NoScenarioError, UnreadableError) as error:
        _refuse(str(error))
    raise typer.Exit(1 if missed else 0)


def _rehearse(scenario: Scenario, stage: Rehearsal) -> int:
    try:
        if not stage.ready():
            _refuse("no controller answers; start one with `storenet run`, or name its page with --url")
        typer.echo(scenario.title)
        missed = play(scenario, stage, tell=typer.echo)
    finally:
        stage.close()
    for one in missed:
        typer.echo(f"  {one}")
    return len(missed)


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


def _told_as_json(output: Shape, told: dict[str, Any]) -> bool:
    """Print it for programs, if that is what was asked for."""
    if output is Shape.JSON:
        typer.echo(json.dumps(told, indent=2))
    return output is Shape.JSON


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
