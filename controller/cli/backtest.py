"""``storenet backtest WHAT --since 30d``: what a changed rule would have done, on what was recorded.

In: a signature, a playbook or a figure to change; recordings, content, the ledger. Out: a table, or JSON. It reads
only; nothing is asked of a device, and no running controller is needed.
"""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.progress import Progress

from controller.backtest.comparing import fired, moved
from controller.backtest.labels import Label, labels_of
from controller.backtest.playing import CHANGED, TODAY, Eyes, Job, Played, last_round, play_all, steps
from controller.backtest.rungs import Bench, known_changes
from controller.cli import exit_codes
from controller.cli.backtest_text import (
    Plans,
    Told,
    playbook_record,
    show_playbook,
    show_signature,
    show_threshold,
    signature_record,
    threshold_record,
)
from controller.cli.backtest_trial import WHAT, Trial, trial_of
from controller.cli.filters import FilterError, FilterOption, select
from controller.cli.opening import DEFAULT_STATE, ContentOption, StateOption, content_in, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, say
from controller.content import Content
from controller.facts import Guardrail
from controller.ledgers.sqlite import SqliteLedger
from controller.settings import Settings
from inventory.discover import discover

_SINCE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([mhdw])\Z")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def register(app: typer.Typer) -> None:
    """Add the command ``backtest`` to ``app``."""
    app.command("backtest")(backtest)


def backtest(
    what: Annotated[str, typer.Argument(metavar="WHAT", help=WHAT)],
    *,
    since: Annotated[str, typer.Option(metavar="TIME", help="30d, 12h, or a date: from when on")] = "30d",
    content: ContentOption = None,
    state: StateOption = DEFAULT_STATE,
    recordings: Annotated[
        Path | None, typer.Option(metavar="DIR", help="recordings, if not those of the state directory")
    ] = None,
    filters: FilterOption = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="processes at once; as many as there are cores")] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Try a signature, a playbook or a figure on what was recorded, and compare with what the ledger knows."""
    known = content_in(content, "standard")
    folder = recordings or Settings.model_construct(state=state).recordings_path
    with _ledger(state) as ledger:
        trial = trial_of(what, known, ledger)
        job = _job(trial, known, folder, since, filters or ())
        played = _played(job, trial.eyes, jobs)
        told = Told(what=what, job=job, played=played, has_ledger=ledger is not None)
        _answer(told, trial, ledger, labels_of(ledger, job.stores, job.since), output)


def _job(trial: Trial, known: Content, folder: Path, since: str, filters: Sequence[str]) -> Job:
    """Return what is to be played; anything wrong ends the command."""
    try:
        stores = frozenset(device.store for device in select(known.chain, filters))
    except FilterError as error:
        fail(str(error), exit_codes.USAGE)
    newest = last_round(folder) if folder.is_dir() else None
    if newest is None:
        message = f"nothing is recorded in {folder}; `storenet run` records unless --no-record is given"
        fail(message, exit_codes.NOT_FOUND)
    keep = frozenset({trial.playbook.signature}) if trial.playbook is not None else frozenset[str]()
    return Job(recordings=folder, since=_since(since, newest), stores=stores, keep=keep)


def _since(text: str, newest: datetime) -> datetime:
    """Return the moment meant: so long before the newest recorded round, or a date."""
    found = _SINCE.match(text.strip())
    try:
        if found is not None:
            return newest - float(found.group(1)) * _UNITS[found.group(2)]
        at = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        fail(
            f"--since {text!r} is neither a time such as 30d, 12h, 90m nor a date such as 2026-11-01", exit_codes.USAGE
        )
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


@contextmanager
def _ledger(state: Path) -> Iterator[SqliteLedger | None]:
    """Give the ledger, if there is one: without it there is nothing to compare with, and that is said."""
    path = Settings.model_construct(state=state).ledger_path
    if not path.is_file():
        say(f"storenet: there is no ledger at {path}: what really was wrong is not known")
    with ledger_in(state) if path.is_file() else nullcontext() as ledger:
        yield ledger


def _played(job: Job, eyes: Eyes, jobs: int | None) -> Played:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("playing", total=steps(job))
        try:
            played = play_all(job, eyes, jobs or os.cpu_count() or 1, lambda done: progress.advance(bar, done))
        except BrokenProcessPool:
            fail("a process that played was ended from outside; try fewer with --jobs 1", exit_codes.FAILED)
        except KeyboardInterrupt:
            fail("interrupted; nothing was changed", exit_codes.INTERRUPTED)
    for trouble in played.troubles:
        say(f"storenet: {trouble}")
    return played


def _answer(told: Told, trial: Trial, ledger: SqliteLedger | None, labels: Sequence[Label], output: Format) -> None:
    """Compare and tell."""
    played, is_json = told.played, output is Format.JSON
    if trial.figure is not None:
        rows = moved(played.episodes[TODAY], played.tried, labels)
        if is_json:
            print_json(threshold_record(told, trial.figure, rows))
        else:
            show_threshold(told, trial.figure, rows)
    elif trial.playbook is not None:
        plans = _plans(trial, ledger, labels, played)
        if is_json:
            print_json(playbook_record(told, trial.playbook, plans))
        else:
            show_playbook(told, trial.playbook, trial.spec.fault_class, plans)
    else:
        today = played.episodes[TODAY] if CHANGED in played.episodes else None
        found = fired(trial.spec.name, played.tried, labels, played.spans, today)
        if is_json:
            print_json(signature_record(told, trial.spec.name, found))
        else:
            show_signature(told, trial.spec.name, found)


def _plans(trial: Trial, ledger: SqliteLedger | None, labels: Sequence[Label], played: Played) -> Plans:
    """Judge every rung of the playbook, each time its fault was seen."""
    assert trial.playbook is not None  # noqa: S101 - asked for one only
    changes = [intent.change for intent in ledger.intents()] if ledger is not None else []
    bench = Bench(
        chain=trial.eyes.chain,
        guardrails=cast("dict[str, Guardrail]", discover("controller.guardrails")),
        ledger=ledger,
        labels=labels,
        known=known_changes(changes),
    )
    mine = [one for one in played.tried if one.site.signature == trial.playbook.signature]
    return [(episode, bench.rungs(trial.playbook, trial.spec.fault_class, episode)) for episode in mine]
