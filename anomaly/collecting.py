"""All collectors together: which looks a device is asked, and its answers as observations.

In: a device and its answers. Out: looks to take, observations made. Called by ``watch`` and ``proof``: the same
collectors detect and verify (flow law 4).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import cast

from anomaly.answers import Answers, Collector, LooksFor
from anomaly.model import Observation
from inventory.discover import discover
from inventory.looks import Look
from inventory.model import Chain, Device
from inventory.platforms import load_platforms
from inventory.snmp.dialects import AGENT_LOOKS

WHOLE_CONFIG = "running_config"


@cache
def collectors() -> Mapping[str, Collector]:
    """Every collector by name: the shipped ones and what installed packages offer."""
    return cast("Mapping[str, Collector]", discover("anomaly.collectors"))


def looks_of(
    device: Device, chain: Chain, observations: Iterable[str] | None = None, *, slow: bool = True
) -> tuple[Look, ...]:
    """The looks to take at a device: all of a poll, or only those that tell of the named observations.

    ``slow`` False leaves out what is not asked in every poll.
    """
    if not device.is_asked:
        return ()
    wanted = None if observations is None else frozenset(observations)
    asked = {
        look.key: look
        for collector in collectors().values()
        if device.role in collector.ROLES
        and (wanted is None or wanted & collector.OBSERVES)
        and (slow or not is_slow(collector))
        for look in _looks(collector, device, chain)
    }
    offered = _offered(device.platform or "") | (AGENT_LOOKS[device.snmp.dialect] if device.snmp else frozenset())
    return tuple(asked[key] for key in sorted(asked) if asked[key].getter in offered)


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Everything a device's answers (by look) tell; what was not answered becomes unknown.

    A slow collector of whose own getters none was asked tells nothing, not even that.
    """
    asked = frozenset(key.partition(" ")[0] for key in answers)
    return tuple(
        observation
        for collector, own in _called()
        if device.role in collector.ROLES and (own is None or not own.isdisjoint(asked))
        for observation in collector.collect(device, chain, answers, now)
    )


def is_slow(collector: Collector) -> bool:
    """Whether its looks are taken now and then only, and when something is suspicious."""
    return getattr(collector, "PACE", "") == "slow"


@cache
def _called() -> tuple[tuple[Collector, frozenset[str] | None], ...]:
    """Every collector, and for a slow one the getters that nothing else asks in every poll."""
    every = tuple(collectors().values())
    frequent = frozenset(getter for one in every if not is_slow(one) for getter in one.GETTERS)
    return tuple((one, one.GETTERS - frequent if is_slow(one) else None) for one in every)


def observed_names() -> frozenset[str]:
    """The name of every observation there is."""
    collected = frozenset(name for collector in collectors().values() for name in collector.OBSERVES)
    return collected | FUNCTION_OBSERVES | MEMORY_OBSERVES


def _looks(collector: Collector, device: Device, chain: Chain) -> Iterator[Look]:
    """A collector's getters as looks - or its own, where a look needs arguments."""
    if isinstance(collector, LooksFor):
        yield from collector.looks(device, chain)
    else:
        yield from (Look(getter=getter) for getter in collector.GETTERS)


@cache
def _offered(platform: str) -> frozenset[str]:
    """What can be asked in every poll; a whole configuration only where it costs little."""
    known = load_platforms().get(platform)
    if known is None:
        return frozenset()
    return frozenset(known.getters) - (frozenset() if known.cheap_config else {WHOLE_CONFIG})


FUNCTION_OBSERVES = frozenset({"function_down", "store_hurt", "store_at_rest", "config_drift", "far_from_usual"})
"""Made by ``service_path`` out of the others, and by the controller out of the intent."""
MEMORY_OBSERVES = frozenset({"management_lapsed", "configured_before"})
"""Made by ``lapses`` out of what was seen and told before."""
