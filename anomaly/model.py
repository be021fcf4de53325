"""What recognising is made of: an Observation becomes a Symptom, Symptoms become a Finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from inventory.model import DeviceId, StoreId

Value = str | float | bool | None
SymptomState = Literal["pending", "firing", "cleared"]
FaultClass = Literal["A", "G", "H", "E"]
Hinted = Mapping[tuple[str, str], datetime]
"""(device, kind of happening) -> when the device itself told of it, lately. It never says that something is so."""
NOTHING_TOLD: Hinted = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One fact seen at a time. ``value`` None means it was looked for and could not be seen."""

    store: StoreId
    device: DeviceId
    subject: str
    name: str
    value: Value
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """A condition that holds: pending until its hold time is over, then firing, until it clears.

    ``seen_at``: the last look that showed it. ``fading``: the newest look speaks against it, not yet for long enough.
    """

    name: str
    store: StoreId
    device: DeviceId
    subject: str
    state: SymptomState
    value: Value
    since: datetime
    seen_at: datetime
    fading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenExample:
    """An incident of before that looked alike: when and where, and what fixed it. ``likeness``: 0 to 1."""

    incident: str
    store: str
    at: datetime
    fixed_by: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What was seen before looks like this. It is shown to people and never acted on.

    ``learned``: the learned signature; ``device`` empty when several devices fit alike. ``quiet``: people said that
    it may be passed over, and there is nothing more here than there was then.
    """

    learned: str
    device: str
    subject: str
    confidence: float
    arithmetic: str
    evidence: tuple[Symptom, ...]
    examples: tuple[SeenExample, ...]
    fix: str
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A recognised fault, or ``unknown``: where, how sure (0-1), on what evidence, and who came second.

    ``arithmetic`` is the sum behind the confidence.
    """

    signature: str
    fault_class: FaultClass
    title: str
    store: StoreId
    device: DeviceId
    subject: str
    confidence: float
    evidence: tuple[Symptom, ...]
    at: datetime
    runner_up: str = ""
    nearest: tuple[str, ...] = ()
    suggestion: Suggestion | None = None
    arithmetic: str = ""
