"""Learning from labelled incidents, and naming by what was learned.

In: a folder and a table of labelled incidents; later the registry file. Out: the registry (JSON, versioned, with the
hash of what it was made from), and a ``Naming``. Called by the command ``storenet anomaly``. Why: what a person
confirmed once is recognised the next time; without the file the hand rules stand alone.
"""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from anomaly.learn.prototypes import Prototype, Prototypes
from anomaly.replay import rules
from anomaly.replay.folder import Folder
from anomaly.replay.incidents import BY_RULES, Incidents, Naming
from anomaly.replay.rates import RateReader
from anomaly.replay.records import UNKNOWN, Links, Run
from anomaly.replay.stream import hold_seconds, seen
from inventory.yaml_file import ContentError, Problem

_LOOK_SECONDS = 45.0
_PHASES = frozenset({"fault", "change", "restore", ""})
_STRICT = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One labelled incident."""

    run: str
    ts: float
    device: str
    kind: str


class _Entry(BaseModel):
    model_config = _STRICT
    kind: str
    words: tuple[Annotated[str, Field(max_length=80)], ...]
    run: str
    device: str
    ts: float


class Registry(BaseModel):
    """The registry file."""

    model_config = _STRICT
    version: Literal[1] = 1
    events_sha256: str
    data_sha256: str
    prototypes: tuple[_Entry, ...]

    def runs_of(self) -> Mapping[str, int]:
        """How many runs each kind was confirmed in."""
        kinds = sorted({entry.kind for entry in self.prototypes})
        return {kind: len({e.run for e in self.prototypes if e.kind == kind}) for kind in kinds}


def read_events(path: Path) -> tuple[Event, ...]:
    """Labelled incidents of a csv with run, ts, device, kind and perhaps phase. Raises ``ContentError``."""
    problems: list[Problem] = []
    events: list[Event] = []
    try:
        with path.open(newline="") as text:
            reader = csv.DictReader(text, restval="")
            for name in ("run", "ts", "device", "kind"):
                if name not in (reader.fieldnames or ()):
                    raise ContentError([Problem(str(path), 1, name, "the column is missing")])
            for row in reader:
                events.extend(_event(path, reader.line_num, row, problems))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContentError([Problem(str(path), 0, "", f"cannot be read: {error}")]) from error
    if problems:
        raise ContentError(problems)
    return tuple(events)


def _event(path: Path, line: int, row: Mapping[str, str], problems: list[Problem]) -> Iterator[Event]:
    if row.get("phase", "") not in _PHASES:
        return
    try:
        yield Event(run=row["run"], ts=float(row["ts"]), device=row["device"], kind=row["kind"])
    except ValueError:
        problems.append(Problem(str(path), line, "ts", f"is no number of seconds: {row['ts'][:40]!r}"))


def learn(folder: Folder, events: Sequence[Event]) -> tuple[Prototype, ...]:
    """The prototypes of the labelled incidents that this folder's telemetry shows."""
    found: list[Prototype] = []
    for run in folder.runs():
        mine = sorted((e for e in events if e.run == run.name and e.kind != UNKNOWN), key=lambda e: e.ts)
        if mine:
            found.extend(_prototypes(run, folder.links, mine))
    return tuple(found)


def _prototypes(run: Run, links: Links, events: list[Event]) -> Iterator[Prototype]:
    """Replay one run; when an incident is 45 s old, its words are what all devices said since."""
    incidents = Incidents(run.name, links, hold_seconds(run))
    waiting = events[::-1]
    for tick, symptoms in seen(run, RateReader(run)):
        while waiting and tick.ts > waiting[-1].ts + _LOOK_SECONDS:
            event = waiting.pop()
            words = incidents.words(event.device, event.ts + _LOOK_SECONDS)
            if words:
                yield Prototype(kind=event.kind, words=words, run=run.name, device=event.device, ts=event.ts)
        for symptom in symptoms:
            list(incidents.take(symptom))
        list(incidents.tick(tick.ts))


def write_registry(path: Path, prototypes: Sequence[Prototype], *, events: Path, data: Path) -> Registry:
    """Write the registry file, whole or not at all."""
    registry = Registry(
        events_sha256=_hash([events]),
        data_sha256=_hash(sorted(p for p in data.iterdir() if p.is_file() and p.suffix in {".parquet", ".gz", ".csv"})),
        prototypes=tuple(
            _Entry(kind=p.kind, words=tuple(sorted(p.words)), run=p.run, device=p.device, ts=p.ts) for p in prototypes
        ),
    )
    partial = path.with_suffix(path.suffix + ".partial")
    partial.write_text(json.dumps(registry.model_dump(), indent=1) + "\n")
    partial.replace(path)
    return registry


def read_registry(path: Path) -> tuple[Prototype, ...]:
    """The prototypes of a registry file. Raises ``ContentError``."""
    try:
        registry = Registry.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problems = [
            Problem(str(path), 0, ".".join(str(part) for part in e["loc"]), e["msg"]) for e in error.errors()[:20]
        ]
        raise ContentError(problems) from error
    except OSError as error:
        raise ContentError([Problem(str(path), 0, "", f"cannot be read: {error}")]) from error
    return tuple(
        Prototype(kind=e.kind, words=frozenset(e.words), run=e.run, device=e.device, ts=e.ts)
        for e in registry.prototypes
    )


def naming_of(known: Sequence[Prototype], *, alone: bool = False) -> Naming:
    """A naming by hand rules and these prototypes; ``alone``: the prototypes name everything, the rules only open."""
    if not known and not alone:
        return BY_RULES
    prototypes = Prototypes(known)

    def name(words: frozenset[str], kind: str) -> tuple[str, float]:
        learned, likeness = prototypes.nearest(words)
        if alone:
            return (learned, likeness) if learned else (UNKNOWN, likeness)
        if learned and (kind == UNKNOWN or learned not in rules.KINDS):
            return learned, likeness
        return kind, 0.4 if kind == UNKNOWN else 0.9

    own = {word.removeprefix("self:") for p in known for word in p.words if word.startswith("self:")}
    return Naming(namer=name, patient=alone, wake=frozenset(own) if not alone else frozenset())


def _hash(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        with path.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
