"""Tells what happened in a rollout, in sentences. Pure.

In: a rollout's events. Out: (time, sentence) for those that people ask about. Called by the API and the pages.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from controller.events import Event
from controller.rollout_events import Halted, RolloutAsked, RolloutEnded, TargetEnded, WaveBegun
from inventory.redact import redact

ENDED = {
    "changed": "was changed, read back and proven",
    "already_right": "was as intended already",
    "undone": "was taken back",
    "held": "was left as it was",
    "failed": "failed",
    "unknown": "is in doubt",
}


def rollout_story(events: Iterable[Event]) -> tuple[tuple[datetime, str], ...]:
    """Return what happened, oldest first; devices held for the same reason at the same time are told together."""
    told: list[tuple[datetime, str]] = []
    held: Counter[tuple[datetime, str]] = Counter()
    for event in events:
        if isinstance(event, TargetEnded) and event.state == "held":
            held[(event.at, event.reason)] += 1
            continue
        sentence = _sentence(event)
        if sentence:
            told.append((event.at, redact(sentence)))
    told += [(at, redact(f"{_devices(n)} left as before: {why}.")) for (at, why), n in held.items()]
    return tuple(sorted(told, key=lambda row: row[0]))


def _devices(number: int) -> str:
    return "1 device was" if number == 1 else f"{number} devices were"


def _sentence(event: Event) -> str:
    match event:
        case RolloutAsked():
            return f"{event.by} asked for it after seeing every difference: {_count(event)}."
        case WaveBegun():
            what = f"The canary store {event.stores[0]}" if event.wave == 0 else f"Wave {event.wave}"
            return f"{what} was begun ({len(event.stores)} store{'s' if len(event.stores) > 1 else ''})."
        case TargetEnded():
            why = "" if event.state in ("changed", "already_right") else f": {event.reason}"
            return f"{event.device} {ENDED.get(event.state, event.state)}{why}."
        case Halted():
            return f"Halted by {event.by}: {event.reason}."
        case RolloutEnded():
            return f"Over ({event.how}): {event.reason}."
        case _:
            return ""


def _count(event: RolloutAsked) -> str:
    stores = len({aim.store for aim in event.aims})
    return f"{len(event.aims)} device{'s' if len(event.aims) > 1 else ''} in {stores} store{'s' if stores > 1 else ''}"
