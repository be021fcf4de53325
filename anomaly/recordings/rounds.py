"""What is recorded: one round of a store's observations, as ``anomaly.watch.look`` was given them.

In: made by the watch, or read back from a folder. Out: read by everything that replays. Why a type of its own: a
replay needs the hints and the hold times of that moment, and to know when the controller began with an empty memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from anomaly.model import NOTHING_TOLD, Hinted, Observation
from inventory.model import StoreId

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One life of a controller: it began with an empty memory, under this timing profile (seconds by name)."""

    id: str
    profile: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round in one store. ``hinted``: when devices told of what, as it was known in that round."""

    store: StoreId
    at: datetime
    observations: tuple[Observation, ...]
    session: Session
    hinted: Hinted = field(default_factory=lambda: NOTHING_TOLD)


def micros(moment: datetime) -> int:
    """Return a moment as whole microseconds since 1970: exact, where a float is not."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(number: int) -> datetime:
    """Return the moment of ``micros``."""
    return EPOCH + number * MICROSECOND
