"""The demo: a lab, a controller that knows nothing of it, a deal of faults, and the score.

In: ``DemoOptions``. Out: a report and an exit code. Called by ``storenet demo``. The controller is a process of its
own, is given the content directory, secrets in its environment and the clock's offset, and is watched through its API.
"""

import json
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from lab.addresses import Listening, choose, free_port
from lab.client import LabClient, LabError
from lab.practice import keep_environment
from lab.printing import Progress, print_report
from lab.processes import Child
from lab.score import Report, score
from lab.server import SECRETS
from lab.watching import Watching

START_SECONDS = 60.0
SEEN_SECONDS = 90.0
CLOSE_SECONDS = 40.0
LOOK_SECONDS = 1.0
STEADY_SECONDS = 8.0


class DemoError(Exception):
    """The demo cannot go on; the message is fit for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """What ``storenet demo`` was told. ``duration`` in seconds; None: until the deal is over."""

    once: bool
    seed: int
    stores: int
    faults: int
    duration: float | None
    json_file: Path | None
    port: int | None
    directory: Path | None
    keep: bool
    also: tuple[str, ...] = ()


def run_demo(options: DemoOptions, console: Console) -> int:
    """Run the demo and return the exit code: 0 only when everything ended as expected."""
    with ExitStack() as leaving:
        _turn_sigterm_into_interrupt(leaving)
        directory = _directory(options, leaving)
        return Demo(options, console, directory).run()


def _directory(options: DemoOptions, leaving: ExitStack) -> Path:
    if options.directory is not None:
        if any((options.directory / name).exists() for name in ("lab", "state")):
            raise DemoError(f"{options.directory} holds an earlier demo; name another directory with --dir")
        options.directory.mkdir(parents=True, exist_ok=True)
        return options.directory.absolute()
    directory = Path(tempfile.mkdtemp(prefix="storenet-demo-"))
    if not options.keep:
        leaving.callback(shutil.rmtree, directory, ignore_errors=True)
    return directory


def _turn_sigterm_into_interrupt(leaving: ExitStack) -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    leaving.callback(signal.signal, signal.SIGTERM, before)


class Demo:
    """One run."""

    def __init__(self, options: DemoOptions, console: Console, directory: Path) -> None:
        self._options = options
        self._console = console
        self._directory = directory
        self._port = options.port or free_port()
        self._client = LabClient(directory)
        self._children: list[Child] = []

    def run(self) -> int:
        """Everything from start to score."""
        with ExitStack() as leaving:
            try:
                self._start(leaving)
                watching = Watching(f"http://127.0.0.1:{self._port}")
                leaving.callback(watching.close)
                self._get_ready(watching)
                self._deal(watching)
            except KeyboardInterrupt:
                self._say("stopping")
                with suppress(LabError):
                    self._client.ask("undeal")
        return self._score()

    def _start(self, leaving: ExitStack) -> None:
        """Start the lab, then the controller; they are ended in the opposite order."""
        output = self._directory / "output"
        output.mkdir(exist_ok=True)
        words = {name: secrets.token_urlsafe(18) for name in SECRETS}
        options = self._options
        listening = choose(options.seed, options.stores)
        self._say(f"starting a lab of {options.stores} stores (seed {options.seed})")
        self._children.append(
            leaving.enter_context(
                Child("lab", "lab.server", self._lab_arguments(listening), {**os.environ, **words}, output / "lab.txt")
            )
        )
        self._wait("the lab", START_SECONDS, self._client.up)
        status = self._client.ask("status")
        self._say(f"{status['devices']} devices; the lab's clock says {status['now']}")
        practice = keep_environment(self._directory, words, float(status["offset_seconds"]))
        self._say(f"to practise in another terminal: set -a; . {practice}; set +a; storenet push --all --dry-run")
        self._children.append(
            leaving.enter_context(
                Child(
                    "controller",
                    "controller.main",
                    self._controller_arguments(float(status["offset_seconds"])),
                    _controller_environment(words),
                    output / "controller.txt",
                )
            )
        )

    def _lab_arguments(self, listening: Listening) -> list[str]:
        options = self._options
        return [
            "--dir",
            str(self._directory),
            "--seed",
            str(options.seed),
            "--stores",
            str(options.stores),
            "--parent-pipe",
            *listening.arguments(),
        ]

    def _controller_arguments(self, offset: float) -> list[str]:
        return [
            "run",
            "--content",
            str(self._directory),
            "--state",
            str(self._directory / "state"),
            "--profile",
            "short",
            "--port",
            str(self._port),
            "--clock-offset",
            f"{offset:.6f}",
            "--parent-pipe",
        ]

    def _get_ready(self, watching: Watching) -> None:
        self._wait("the controller", START_SECONDS, watching.alive)
        self._wait("a look at every store", SEEN_SECONDS, lambda: watching.all_seen(self._options.stores))
        profile, seconds = watching.timing()
        self._say(f"timing profile {profile}: " + ", ".join(f"{k} {v:g}" for k, v in seconds.items()))
        self._say(f"the page is at http://127.0.0.1:{self._port}/")

    def _deal(self, watching: Watching) -> None:
        options = self._options
        began = time.monotonic()
        if options.faults:
            time.sleep(STEADY_SECONDS)
            self._client.ask("deal", faults=options.faults, endless=not options.once, also=list(options.also))
        with Progress(self._console) as progress:
            while not self._over(time.monotonic() - began):
                self._check()
                progress.show(self._headline(began), watching.incidents())
                time.sleep(LOOK_SECONDS)
            self._client.ask("undeal")
            self._let_close(watching, progress, began)

    def _over(self, elapsed: float) -> bool:
        options = self._options
        if options.duration is not None and elapsed >= options.duration:
            return True
        if options.faults == 0:
            return options.once and options.duration is None
        return not self._client.ask("status")["dealing"]

    def _let_close(self, watching: Watching, progress: Progress, began: float) -> None:
        until = time.monotonic() + CLOSE_SECONDS
        while time.monotonic() < until and watching.lasting():
            self._check()
            progress.show(self._headline(began), watching.incidents())
            time.sleep(LOOK_SECONDS)
        progress.show(self._headline(began), watching.incidents())

    def _headline(self, began: float) -> str:
        status = self._client.ask("status")
        active = sum(1 for fault in status["faults"] if fault["out_by"] is None)
        return (
            f"{time.monotonic() - began:4.0f} s   {status['done']} of {status['planned']} faults over, "
            f"{active} in   http://127.0.0.1:{self._port}/"
        )

    def _score(self) -> int:
        log, ledger = self._directory / "lab" / "log.jsonl", self._directory / "state" / "ledger.sqlite"
        if not (log.exists() and ledger.exists()):
            raise DemoError("nothing to score: it ended before anything was seen")
        report = score(log, ledger)
        print_report(self._console, report)
        _write_json(self._options.json_file, report)
        if self._options.keep or self._options.directory is not None:
            self._say(f"everything is in {self._directory}")
        return 0 if report.as_expected else 1

    def _wait(self, what: str, seconds: float, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while not ready():
            self._check()
            if time.monotonic() > until:
                raise DemoError(f"{what} did not come within {seconds:.0f} s")
            time.sleep(0.2)

    def _check(self) -> None:
        for child in self._children:
            child.check()

    def _say(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)


def _controller_environment(words: Mapping[str, str]) -> dict[str, str]:
    """The secrets, and nothing left over from another run's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STORENET_")}
    return {**kept, **words}


def _write_json(path: Path | None, report: Report) -> None:
    if path is not None:
        path.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
