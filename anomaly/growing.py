"""How fast counters grow: a device's counter in, so much a minute out. Pure.

In: observations, among them counters named ``<x>_total``, and the samples kept of earlier looks. Out: for each counter
``<x>_per_minute``, and the samples to keep. Called by ``watch`` in every round and before every write. Why: a device
counts since its last restart; only two looks tell whether anything happens now.

A rate is taken against the newest sample that is old enough to tell (``SPAN``), else against the oldest there is, at
least ``APART`` old: looks may be half a minute or two seconds apart. It is unknown at the first look, and after the
counter went backwards: a restart, or a person who cleared it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from anomaly.model import Observation, Value
from inventory.model import DeviceId

TOTAL, PER_MINUTE = "_total", "_per_minute"
SPAN = timedelta(seconds=10)
APART = timedelta(seconds=3)
WINDOW = timedelta(seconds=90)
MOST = 5
MOST_OF_PROBES = 10
"""Losses need many tries: probes are counted further back (``losing``)."""


class Sample(NamedTuple):
    """A counter's value at a look."""

    at: datetime
    value: float


Counter = tuple[DeviceId, str, str]
"""Device, subject and name of a counter, within one store."""
Samples = Mapping[Counter, tuple[Sample, ...]]
"""The counters' last values, oldest first: at most ``MOST`` each, or ``MOST_OF_PROBES``."""
NO_SAMPLES: Samples = MappingProxyType({})


def rates(observations: Iterable[Observation], samples: Samples) -> tuple[Observation, ...]:
    """How fast every counter among these observations grows. Changes nothing that is remembered."""
    return tuple(
        Observation(
            store=seen.store,
            device=seen.device,
            subject=seen.subject,
            name=rate_name(seen.name),
            value=_rate(_number(seen.value), seen.at, samples.get(_key(seen), ())),
            at=seen.at,
        )
        for seen in observations
        if seen.name.endswith(TOTAL)
    )


def remember(observations: Iterable[Observation], samples: Samples) -> Samples:
    """The samples to keep after this round; a round without counters keeps what there is.

    A counter that its place no longer tells while it tells others begins anew: it is told under another name now.
    """
    fresh: dict[Counter, Sample] = {}
    for seen in observations:
        value = _number(seen.value) if seen.name.endswith(TOTAL) else None
        if value is not None:
            fresh[_key(seen)] = Sample(seen.at, value)
    if not fresh:
        return samples
    newest = max(sample.at for sample in fresh.values())
    places = {key[:2] for key in fresh}
    kept = {k: told for k, told in samples.items() if k[:2] not in places and newest - told[-1].at <= WINDOW}
    return kept | {
        key: _with(samples.get(key, ()), sample, MOST_OF_PROBES if key[2].startswith("probe_") else MOST)
        for key, sample in fresh.items()
    }


def rate_name(counter: str) -> str:
    """What the growth of a counter is called."""
    return counter.removesuffix(TOTAL) + PER_MINUTE


def is_rate(name: str) -> bool:
    """Whether an observation is the growth of a counter: the first look at it tells nothing."""
    return name.endswith(PER_MINUTE)


def with_rates(names: Iterable[str]) -> frozenset[str]:
    """These observations, and the rates that follow from the counters among them."""
    told = frozenset(names)
    return told | {rate_name(name) for name in told if name.endswith(TOTAL)}


def _key(seen: Observation) -> Counter:
    return seen.device, seen.subject, seen.name


def _number(value: Value) -> float | None:
    return None if value is None or isinstance(value, str | bool) else float(value)


def _rate(value: float | None, at: datetime, before: tuple[Sample, ...]) -> float | None:
    """Growth a minute; None when it cannot be told."""
    usable = [sample for sample in before if APART <= at - sample[0] <= WINDOW]
    if value is None or not usable:
        return None
    began, first = next((old for old in reversed(usable) if at - old[0] >= SPAN), usable[0])
    last = next((told for when, told in reversed(before) if when < at), first)
    if value < last:  # samples never fall: a fall begins them anew
        return None
    return (value - first) * 60.0 / (at - began).total_seconds()


def _with(before: tuple[Sample, ...], sample: Sample, most: int = MOST) -> tuple[Sample, ...]:
    """Keep one more sample. Of looks in quick succession not every one is kept, so that few reach back far enough."""
    at, value = sample
    if before and value < before[-1][1]:
        return (sample,)
    recent = [old for old in before if timedelta(0) < at - old[0] <= WINDOW]
    if len(recent) > 1 and recent[-1][0] - recent[-2][0] < APART:
        recent.pop()
    if recent and recent[-1][1] == value:
        value = recent[-1][1]  # the same object: most counters of errors stand still, everywhere
    return (*recent[1 - most :], Sample(at, value))
