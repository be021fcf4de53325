"""Devices whose management was lost, is, or just was, and what they told before: memory and hints in. Pure.

In: the symptoms as remembered, this round's observations, hints. Out, per device: ``management_lapsed`` (it did not
answer for a while and that is not long ago) and, while it does not answer, ``configured_before`` (it told of a change
of its configuration right before). Called by ``watch``. Why: what cuts a device off is over before it can be asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from anomaly.detect import Memory
from anomaly.model import Hinted, Observation
from inventory.model import DeviceId, StoreId

SILENT = "device_silent"
CONFIGURED = "configured"
REACHABLE = "device_reachable"
BEFORE = timedelta(minutes=3)
KEPT = timedelta(minutes=15)


def keep_told(before: Hinted, hinted: Hinted, now: datetime) -> Hinted:
    """What devices told of within the last minutes: a hint is gone before a silence has lasted long enough to count."""
    if not before and not hinted:
        return before
    return {key: at for key, at in {**before, **hinted}.items() if key[1] == CONFIGURED and now - at <= KEPT}


def lapses(
    store: StoreId, memory: Memory, seen: Iterable[Observation], told: Hinted, now: datetime
) -> Iterator[Observation]:
    """Yield both for every device of a store that was looked at."""
    known = {
        DeviceId(key.device): entry.symptom
        for key, entry in memory.entries.items()
        if key.name == SILENT and key.store == store and entry.symptom.state != "pending"
    }
    for answered in [o for o in seen if o.name == REACHABLE and o.store == store]:
        silence = known.get(answered.device)
        yield _about(answered, "management_lapsed", silence is not None, now)
        hint = told.get((answered.device, CONFIGURED))
        if answered.value is False and silence is not None:
            yield _about(answered, "configured_before", hint is not None and _right_before(hint, silence.since), now)


def _right_before(hint: datetime, since: datetime) -> bool:
    return since - BEFORE <= hint <= since + BEFORE


def _about(seen: Observation, name: str, value: bool, now: datetime) -> Observation:  # noqa: FBT001 - as it is seen
    return replace(seen, name=name, value=value, at=now)
