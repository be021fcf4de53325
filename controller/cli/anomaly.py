"""``storenet anomaly replay`` and ``storenet anomaly learn``: recorded telemetry, replayed and learned from.

In: a folder of recorded telemetry, labelled incidents. Out: a table of detections; a registry of prototypes. No
running controller is needed. Why: how good the eyes are can be measured on any recording, by anybody.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli import exit_codes
from controller.cli.output import fail, print_text, say
from inventory.yaml_file import ContentError

if TYPE_CHECKING:
    from anomaly.replay.incidents import Naming

_Directory = Annotated[Path, typer.Argument(metavar="DIR", help="device.parquet, interface.parquet, perhaps a log")]
_DEFAULT_REGISTRY = Path("anomaly-prototypes.json")


class Names(StrEnum):
    """Who names what was found."""

    RULES = "rules"
    LEARNED = "learned"


def register(commands: typer.Typer) -> None:
    """Add the group ``anomaly``."""
    group = typer.Typer(no_args_is_help=True, help="Replay recorded telemetry, and learn from labelled incidents.")
    group.command("replay")(_replay)
    group.command("learn")(_learn)
    commands.add_typer(group, name="anomaly")


def _replay(
    directory: _Directory,
    detections: Annotated[Path, typer.Option(metavar="CSV", help="where the detections are written")],
    models: Annotated[Path | None, typer.Option(metavar="FILE", help="a registry of learned prototypes")] = None,
    names: Annotated[Names, typer.Option(help="rules first, or learned prototypes alone")] = Names.RULES,
) -> None:
    """Read a folder of recorded telemetry in the order of time and write what is told, when it is told."""
    from anomaly.replay.folder import read_folder  # noqa: PLC0415 - half a second of start-up no other command needs
    from anomaly.replay.replaying import replay, write_detections  # noqa: PLC0415

    with _refused():
        naming = _naming(models, names)
        kinds: Counter[str] = Counter()
        found = list(replay(read_folder(directory), naming))
        kinds.update(d.kind for d in found)
        count = write_detections(detections, found)
    counted = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())) or "nothing"
    print_text(f"{count} lines in {detections}: {counted}.")


def _learn(
    directory: _Directory,
    events: Annotated[Path, typer.Option(metavar="CSV", help="labelled incidents: run, ts, device, kind")],
    models: Annotated[Path, typer.Option(metavar="FILE", help="the registry to write")] = _DEFAULT_REGISTRY,
) -> None:
    """Take labelled incidents as confirmed ones, and keep a prototype of each."""
    from anomaly.replay import learned  # noqa: PLC0415 - as above
    from anomaly.replay.folder import read_folder  # noqa: PLC0415

    with _refused():
        labelled = learned.read_events(events)
        prototypes = learned.learn(read_folder(directory), labelled)
        registry = learned.write_registry(models, prototypes, events=events, data=directory)
    told = ", ".join(f"{kind} from {runs} run(s)" for kind, runs in registry.runs_of().items()) or "nothing"
    print_text(f"{len(prototypes)} of {len(labelled)} incidents are prototypes in {models}: {told}.")


def _naming(models: Path | None, names: Names) -> "Naming":
    from anomaly.replay.learned import naming_of, read_registry  # noqa: PLC0415 - as above

    if names is Names.LEARNED and models is None:
        fail("--names learned needs the registry: --models FILE", exit_codes.USAGE)
    return naming_of(read_registry(models) if models else (), alone=names is Names.LEARNED)


@contextmanager
def _refused() -> Iterator[None]:
    """Bad input ends the command with everything that is wrong; a file that cannot be written with why."""
    try:
        yield
    except ContentError as error:
        for problem in error.problems:
            say(str(problem))
        fail(f"the input has {len(error.problems)} problem(s)", exit_codes.BAD_CONTENT)
    except OSError as error:
        fail(str(error), exit_codes.FAILED)
