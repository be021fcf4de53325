"""A rollout is a fold of its events: a header, and one row per device.

In: events in order. Out: frozen records the API, the page, the command line and ``controller.push`` read.
Why two parts: a rollout over thousands of devices changes one small row per event, never the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from controller.events import Event, Intended
from controller.rollout_events import (
    Halted,
    RolloutAsked,
    RolloutEnded,
    TargetEnded,
    TargetState,
    WaveBegun,
)

Status = Literal["asked", "running", "halting", "done", "partly", "halted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One device of a rollout, as it stands. ``diff`` is what was read back as changed."""

    device: str
    store: str
    wave: int
    added: int
    removed: int
    state: TargetState = "waiting"
    reason: str = ""
    diff: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """One configuration change over many devices. ``wave`` is the one under way (-1 before the first).

    ``counts`` says how many devices stand in each state; ``reason`` why it halted, or how it ended.
    """

    id: str
    title: str
    by: str
    status: Status
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    canary: str
    wave: int
    waves: tuple[tuple[str, ...], ...]
    devices: int
    revert_in_seconds: int
    halted_by: str = ""
    reason: str = ""
    counts: Mapping[TargetState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPlan:
    """What a rollout is to do to one device, word for word: kept so that a restart can go on with it.

    ``remedy`` and ``undo`` are configuration lines; ``intended`` is the whole rendered configuration.
    """

    device: str
    store: str
    platform: str
    intended: str
    fingerprint: str
    remedy: tuple[str, ...]
    undo: tuple[str, ...]
    diff: str


def begin(event: RolloutAsked) -> tuple[Rollout, tuple[Target, ...]]:
    """Begin a rollout with the event that asked for it."""
    number = 1 + max(aim.wave for aim in event.aims)
    waves = tuple(tuple(dict.fromkeys(a.store for a in event.aims if a.wave == wave)) for wave in range(number))
    rollout = Rollout(
        id=event.rollout,
        title=event.title,
        by=event.by,
        status="asked",
        asked_at=event.at,
        begun_at=None,
        ended_at=None,
        canary=waves[0][0],
        wave=-1,
        waves=waves,
        devices=len(event.aims),
        revert_in_seconds=event.revert_in_seconds,
    )
    targets = tuple(
        Target(device=a.device, store=a.store, wave=a.wave, added=a.added, removed=a.removed) for a in event.aims
    )
    return rollout, targets


def advance(rollout: Rollout, event: Event) -> Rollout:
    """Take one more event into the header."""
    match event:
        case WaveBegun():
            return replace(rollout, status="running", wave=event.wave, begun_at=rollout.begun_at or event.at)
        case Halted():
            return replace(rollout, status="halting", halted_by=event.by, reason=event.reason)
        case RolloutEnded():
            return replace(rollout, status=event.how, ended_at=event.at, reason=event.reason)
        case _:
            return rollout


def device_of(event: Event) -> str | None:
    """The device whose row an event moves, or None."""
    return event.device if isinstance(event, TargetEnded | Intended) else None


def move(target: Target, event: Event) -> Target:
    """Take one more event into a device's row."""
    match event:
        case Intended():
            return replace(target, state="writing", reason=event.summary, at=event.at)
        case TargetEnded():
            return replace(target, state=event.state, reason=event.reason, diff=event.diff, at=event.at)
        case _:
            return target
