"""Turns observations into symptoms. Pure: what was seen before comes in as ``Memory`` and goes out again.

In: observations of one round, the memory, the time, the timing profile. Out: every symptom that is pending, firing
or lately cleared, and the new memory. Called by ``watch``. A condition fires after its hold time, seen by at least
two looks with nothing against it between them; one contrary look ends a pending one; a firing one clears after
``clear_after`` seconds of contrary looks. An unknown value (None) neither advances nor clears anything, and the time
around it is credited to neither side.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from anomaly.library import Library, SymptomSpec
from anomaly.model import NOTHING_TOLD, Hinted, Observation, Symptom
from inventory.model import DeviceId, StoreId

SAMPLES = 2


class Key(NamedTuple):
    """One symptom at one place."""

    store: StoreId
    device: DeviceId
    subject: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A symptom and what still has to pass.

    ``at``: the last look of any value. ``run``: looks in a row for the symptom (pending) or against it (firing),
    and ``run_seconds`` the time between them. ``blind``: the last look showed nothing.
    """

    symptom: Symptom
    at: datetime
    run: int = 1
    run_seconds: float = 0.0
    blind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What ``detect`` remembers between rounds; never changed in place."""

    entries: Mapping[Key, Entry] = field(default_factory=dict)


def detect(
    library: Library,
    observations: Iterable[Observation],
    memory: Memory,
    now: datetime,
    seconds: Mapping[str, float],
    hinted: Hinted = NOTHING_TOLD,
) -> tuple[tuple[Symptom, ...], Memory]:
    """Advance every symptom by one round. ``hinted``: when devices told of what, lately.

    ``seconds`` gives ``hold_brief``, ``hold_steady``, ``hold_patient`` and ``clear_after``. A cleared symptom is
    remembered for ``hold_patient``: what it explained may take longer to recover than it did.
    """
    entries = dict(memory.entries)
    for observation in observations:
        for spec in library.watching.get(observation.name, ()):
            key = Key(observation.store, observation.device, observation.subject, spec.name)
            before, holds = entries.get(key), spec.when.holds(observation.value)
            if before is None and not holds:
                continue
            entry = _advance(before, spec, observation, seconds, holds=holds)
            if entry is not None and _told_of(spec, observation, hinted):
                entry = _hurried(entry)
            if entry is None:
                entries.pop(key, None)
            else:
                entries[key] = entry
    kept = {key: entry for key, entry in entries.items() if not _forgotten(entry, now, seconds)}
    return tuple(entry.symptom for entry in kept.values()), Memory(entries=kept)


def unheld(library: Library, observations: Iterable[Observation]) -> Iterator[Symptom]:
    """The symptoms that one set of observations shows by itself, without waiting for any hold time."""
    for observation in observations:
        for spec in library.watching.get(observation.name, ()):
            if spec.when.holds(observation.value):
                yield replace(_first(spec, observation).symptom, state="firing")


def _advance(
    entry: Entry | None, spec: SymptomSpec, seen: Observation, seconds: Mapping[str, float], *, holds: bool | None
) -> Entry | None:
    """One look at one symptom. A look not newer than the last one is a repetition and says nothing."""
    if entry is not None and seen.at <= entry.at:
        return entry
    if holds is None:
        if entry is None or entry.symptom.state == "cleared":
            return entry
        return replace(entry, at=seen.at, blind=True)
    if entry is None or entry.symptom.state == "cleared":
        return _first(spec, seen) if holds else entry
    if entry.symptom.state == "pending":
        return _pending(entry, seen, seconds[f"hold_{spec.hold}"]) if holds else None
    return _supported(entry, seen) if holds else _fading(entry, seen, seconds["clear_after"])


def _told_of(spec: SymptomSpec, seen: Observation, hinted: Hinted) -> bool:
    """Whether the device told of it first, and a look since then shows it."""
    told = hinted.get((seen.device, spec.hurried_by or ""))
    return told is not None and seen.at >= told and spec.when.holds(seen.value) is True


def _hurried(entry: Entry) -> Entry:
    """No hold time: the device's own word and our look are two witnesses."""
    if entry.symptom.state != "pending":
        return entry
    return Entry(symptom=replace(entry.symptom, state="firing"), at=entry.at)


def _first(spec: SymptomSpec, seen: Observation) -> Entry:
    symptom = Symptom(
        name=spec.name,
        store=seen.store,
        device=seen.device,
        subject=seen.subject,
        state="pending",
        value=seen.value,
        since=seen.at,
        seen_at=seen.at,
    )
    return Entry(symptom=symptom, at=seen.at)


def _pending(entry: Entry, seen: Observation, hold_seconds: float) -> Entry:
    run, run_seconds = entry.run + 1, entry.run_seconds + _credit(entry, seen)
    ripe = run >= SAMPLES and run_seconds >= hold_seconds
    symptom = replace(entry.symptom, value=seen.value, seen_at=seen.at, state="firing" if ripe else "pending")
    return Entry(symptom=symptom, at=seen.at, run=run, run_seconds=run_seconds)


def _supported(entry: Entry, seen: Observation) -> Entry:
    symptom = replace(entry.symptom, value=seen.value, seen_at=seen.at, fading=False)
    return Entry(symptom=symptom, at=seen.at)


def _fading(entry: Entry, seen: Observation, clear_seconds: float) -> Entry:
    """A look against a firing symptom: the first starts the time, later ones let it pass."""
    if not entry.symptom.fading:
        return Entry(symptom=replace(entry.symptom, fading=True), at=seen.at)
    run, run_seconds = entry.run + 1, entry.run_seconds + _credit(entry, seen)
    if run >= SAMPLES and run_seconds >= clear_seconds:
        return Entry(symptom=replace(entry.symptom, state="cleared", fading=False), at=seen.at)
    return Entry(symptom=entry.symptom, at=seen.at, run=run, run_seconds=run_seconds)


def _credit(entry: Entry, seen: Observation) -> float:
    return 0.0 if entry.blind else (seen.at - entry.at).total_seconds()


def _forgotten(entry: Entry, now: datetime, seconds: Mapping[str, float]) -> bool:
    cleared = entry.symptom.state == "cleared"
    return cleared and now - entry.at > timedelta(seconds=seconds["hold_patient"])
