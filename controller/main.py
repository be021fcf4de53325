"""The composition root: wires adapters to ports, and offers everything as the command ``storenet``.

In: settings and a content directory. Out: a running controller, or an answer on the terminal.
Adapters (ledger, engine, scheduler, web server) are known here and nowhere else.
"""

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import structlog
import typer

import anomaly.library
import playbooks.library
from anomaly.cases.judging import check_cases
from controller.api.server import ServerError
from controller.cli import (
    agent,
    backtest,
    drift,
    exit_codes,
    init,
    models,
    playbook,
    poll,
    push,
    read,
    render,
    rollouts,
    signature,
)
from controller.cli import anomaly as recorded
from controller.cli.intended import intended_problems
from controller.cli.output import fail, say
from controller.content import load_content
from controller.intake.words_file import load_words
from controller.ledgers.database import LedgerError
from controller.logs import configure_logs
from controller.running import Running
from controller.settings import Settings, SettingsError, load_settings
from controller.timing import load_timing
from inventory.yaml_file import ContentError, Problem

log = structlog.get_logger(__name__)
app = typer.Typer(name="storenet", no_args_is_help=True, help="The controller that keeps stores trading.")


@app.command()
def run(
    *,
    content: Annotated[Path | None, typer.Option(metavar="DIR", help="the chain's content directory")] = None,
    state: Annotated[Path | None, typer.Option(metavar="DIR", help="where the ledger is kept")] = None,
    profile: Annotated[str | None, typer.Option(help="the timing profile, such as standard or short")] = None,
    host: Annotated[str | None, typer.Option(help="the address of the page and the API")] = None,
    port: Annotated[int | None, typer.Option(help="the port of the page and the API")] = None,
    clock_offset: Annotated[float | None, typer.Option(help="seconds to move the clock by, for practice")] = None,
    record: Annotated[bool | None, typer.Option("--record/--no-record", help="keep every round's observations")] = None,
    lab: Annotated[Path | None, typer.Option(metavar="DIR", help="a lab to show on the page, for practice")] = None,
    parent_pipe: Annotated[bool, typer.Option("--parent-pipe", help="end when standard input closes")] = False,
) -> None:
    """Look after a chain: poll, recognise, heal, and serve the page and the API until interrupted."""
    settings = _settings(
        content=content,
        state=state,
        profile=profile,
        host=host,
        port=port,
        clock_offset_seconds=clock_offset,
        record=record,
        lab=lab,
    )
    configure_logs(settings.log_level, settings.log_format, settings.log_file)
    if settings.content is None:
        fail("name the content directory with --content DIR or STORENET_CONTENT", exit_codes.USAGE)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    if parent_pipe:
        threading.Thread(target=_watch_parent, args=(stopping,), name="parent", daemon=True).start()
    running = _started(settings, settings.content)
    try:
        stopping.wait()
    finally:
        running.stop()


def _started(settings: Settings, content: Path) -> Running:
    """A running controller; anything wrong ends the command with a message."""
    try:
        running = Running(settings, load_content(content, settings.profile))
        running.start()
    except ContentError as error:
        _refuse(error.problems)
    except (LedgerError, ServerError, OSError) as error:
        fail(str(error), exit_codes.FAILED)
    say(f"storenet runs with the timing profile {settings.profile}; the page is at {running.url}")
    return running


def _settings(**given: object) -> Settings:
    try:
        return load_settings(**given)
    except SettingsError as error:
        fail(str(error), exit_codes.USAGE)


def _refuse(problems: Sequence[Problem]) -> None:
    for problem in problems:
        say(str(problem))
    fail(f"the content has {len(problems)} problem(s)", exit_codes.BAD_CONTENT)


def _watch_parent(stopping: threading.Event) -> None:
    """End with whoever started us: its end of the pipe closes when it dies."""
    sys.stdin.read()
    stopping.set()


def _checked(load: Callable[[Path], object]) -> Callable[[Path], Sequence[Problem]]:
    """A loader as a checker: the problems it raises, or none."""

    def check(content: Path) -> Sequence[Problem]:
        try:
            load(content)
        except ContentError as error:
            return error.problems
        return ()

    return check


def _recipes(content: Path) -> object:
    """Check recipes against whichever signatures load; broken signatures are reported by their own checker."""
    try:
        known = frozenset(anomaly.library.load_library(content).signatures)
    except ContentError:
        known = None
    return playbooks.library.load_library(content, known)


def _timings(content: Path) -> object:
    """Check every timing profile the content brings, and the shipped ones under it."""
    brought = sorted(path.stem for path in (content / "controller" / "timing").glob("*.yaml"))
    return [load_timing(content, name) for name in {"standard", "short", *brought}]


def _wire(commands: typer.Typer) -> typer.Typer:
    libraries = [anomaly.library.load_library, _recipes, _timings, load_words, check_cases]
    checkers = [*map(_checked, libraries), intended_problems]
    read.register(commands, checkers)
    poll.register(commands)
    render.register(commands)
    drift.register(commands)
    playbook.register(commands)
    init.register(commands)
    push.register(commands)
    rollouts.register(commands)
    agent.register(commands)
    recorded.register(commands)
    signature.register(commands)
    backtest.register(commands)
    models.register(commands)
    for point in entry_points(group="storenet.commands"):
        if sys.argv[1:2] in ([point.name], [], ["--help"]):  # loaded when asked for: the product does not need it
            commands.add_typer(point.load(), name=point.name)
    return commands


def main() -> None:
    """Run the command ``storenet``."""
    _wire(app)()


if __name__ == "__main__":
    main()
