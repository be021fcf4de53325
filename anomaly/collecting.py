"""All collectors together: which looks a device is asked, and its answers as observations.

In: a device and its answers. Out: looks to take, observations made. Called by ``watch`` and ``proof``: the same
collectors detect and verify (flow law 4).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import cast

from anomaly.answers import Answers, Collector
from anomaly.model import Observation
from inventory.discover import discover
from inventory.looks import Look
from inventory.model import Chain, Device


@cache
def collectors() -> Mapping[str, Collector]:
    """Every collector by name: the shipped ones and what installed packages offer."""
    return cast("Mapping[str, Collector]", discover("anomaly.collectors"))


def looks_of(device: Device, observations: Iterable[str] | None = None) -> tuple[Look, ...]:
    """The looks to take at a device: all of a poll, or only those that tell of the named observations."""
    if not device.has_session:
        return ()
    wanted = None if observations is None else frozenset(observations)
    getters = {
        getter
        for collector in collectors().values()
        if device.role in collector.ROLES and (wanted is None or wanted & collector.OBSERVES)
        for getter in collector.GETTERS
    }
    return tuple(Look(getter=getter) for getter in sorted(getters))


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Everything a device's answers (by getter) tell; what was not answered becomes unknown."""
    return tuple(
        observation
        for collector in collectors().values()
        if device.role in collector.ROLES
        for observation in collector.collect(device, chain, answers, now)
    )


def observed_names() -> frozenset[str]:
    """The name of every observation there is."""
    return frozenset(name for collector in collectors().values() for name in collector.OBSERVES) | FUNCTION_OBSERVES


FUNCTION_OBSERVES = frozenset({"function_down"})
"""Made by ``service_path`` out of the others."""
