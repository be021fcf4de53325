"""What happened in a rollout, in the past tense: the frozen events a rollout is folded from.

In: made by ``controller.push`` and by whoever asks for or halts a rollout. Out: appended to the ledger before any
effect; folded by ``controller.rollout``; read by the API and the page. What happens to a device inside a rollout
(intended, judged, write ended, proved) is told with the same events as a repair, under the rollout's id.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

TargetState = Literal["waiting", "writing", "changed", "already_right", "undone", "held", "failed", "unknown"]
Ending = Literal["done", "partly", "halted"]
_ID = re.compile(r"push_\d{4,}")


def is_rollout(subject: str) -> bool:
    """Whether an event's subject is a rollout; incidents' ids end with a dash and a number, never like this."""
    return _ID.fullmatch(subject) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One device of a rollout as planned: in which wave, and how many lines would come and go."""

    device: str
    store: str
    wave: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutAsked:
    """Somebody asked for a rollout after seeing every device's difference. Wave 0 is the canary store."""

    kind: ClassVar[str] = "rollout_asked"
    rollout: str
    at: datetime
    by: str
    title: str
    aims: tuple[Aim, ...]
    revert_in_seconds: int
    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveBegun:
    """The stores of a wave are begun; the wave before was proven."""

    kind: ClassVar[str] = "wave_begun"
    rollout: str
    at: datetime
    wave: int
    stores: tuple[str, ...]
    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEnded:
    """How it ended for one device, as read back from it."""

    kind: ClassVar[str] = "target_ended"
    rollout: str
    store: str
    at: datetime
    device: str
    state: TargetState
    reason: str
    diff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halted:
    """No further device is begun: a person said so, or a proof failed."""

    kind: ClassVar[str] = "halted"
    rollout: str
    at: datetime
    by: str
    reason: str
    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutEnded:
    """The rollout is over. ``partly``: some devices were held and are as before."""

    kind: ClassVar[str] = "rollout_ended"
    rollout: str
    at: datetime
    how: Ending
    reason: str
    store: str = ""


RolloutEvent = RolloutAsked | WaveBegun | TargetEnded | Halted | RolloutEnded
