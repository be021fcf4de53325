"""What the pages of pushes show, worked out before any HTML.

In: rollouts with their devices and events, the chain, now. Out: frozen rows for the templates. Called by ``page``.
What failed or was held comes first; a wave's devices that went as planned are counted, not listed, when there are many.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from controller.api.plain import clean
from controller.api.signs import Sign, age, span
from controller.events import Event
from controller.rollout import Rollout, Target
from controller.rollout_story import rollout_story
from inventory.model import Chain, StoreId
from inventory.redact import redact

ROWS_SHOWN = 60
BEATS_SHOWN = 120
STATUS_SIGNS = {
    "asked": Sign(symbol="◌", word="Waiting", tone="watch"),
    "running": Sign(symbol="↻", word="Pushing", tone="watch"),
    "halting": Sign(symbol="■", word="Halting", tone="bad"),
    "done": Sign(symbol="✓", word="Done", tone="good"),
    "partly": Sign(symbol="◐", word="Done in part", tone="watch"),
    "halted": Sign(symbol="■", word="Halted", tone="bad"),
}
TARGET_SIGNS = {
    "unknown": Sign(symbol="?", word="nobody can tell", tone="bad"),
    "failed": Sign(symbol="✕", word="failed", tone="bad"),
    "undone": Sign(symbol="↩", word="taken back", tone="bad"),
    "held": Sign(symbol="‖", word="left as it was", tone="watch"),
    "writing": Sign(symbol="↻", word="writing", tone="watch"),
    "changed": Sign(symbol="✓", word="changed and proven", tone="good"),
    "already_right": Sign(symbol="✓", word="was right", tone="good"),
    "waiting": Sign(symbol="◌", word="waiting", tone="quiet"),
}
_ORDER = tuple(TARGET_SIGNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRow:
    """One push in a list. ``over`` of ``devices`` were written to or were right; ``at`` is its latest change."""

    id: str
    title: str
    by: str
    sign: Sign
    words: str
    reason: str
    devices: int
    over: int
    when: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One device of a push; ``diff`` as (kind, line)."""

    device: str
    store: str
    store_name: str
    sign: Sign
    added: int
    removed: int
    reason: str
    diff: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRows:
    """One wave with the devices that need eyes; ``more`` are not shown."""

    title: str
    words: str
    rows: tuple[TargetRow, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of what happened."""

    at: datetime
    offset: str
    text: str


def push_row(rollout: Rollout, now: datetime) -> PushRow:
    """Return one push in short."""
    at = rollout.ended_at or rollout.begun_at or rollout.asked_at
    over = sum(n for state, n in rollout.counts.items() if state not in ("waiting", "writing", "held"))
    return PushRow(
        id=rollout.id,
        title=rollout.title,
        by=rollout.by,
        sign=STATUS_SIGNS[rollout.status],
        words=_words(rollout),
        reason=rollout.reason if rollout.status in ("halting", "halted", "partly") else "",
        devices=rollout.devices,
        over=over,
        when=f"{'ended' if rollout.ended_at else 'begun' if rollout.begun_at else 'asked for'} {age(at, now)}",
        at=at,
    )


def wave_rows(rollout: Rollout, targets: Sequence[Target], chain: Chain) -> tuple[WaveRows, ...]:
    """Return the push's waves with their devices."""
    return tuple(_wave(n, [t for t in targets if t.wave == n], chain) for n in range(len(rollout.waves)))


def beats(rollout: Rollout, events: Iterable[Event]) -> tuple[Told, ...]:
    """Return what happened, newest first, without the single writes."""
    rows = rollout_story(events)[::-1][:BEATS_SHOWN]
    return tuple(Told(at=at, offset=span(rollout.asked_at, at), text=text) for at, text in rows)


def _words(rollout: Rollout) -> str:
    counted = (f"{rollout.counts[s]} {TARGET_SIGNS[s].word}" for s in _ORDER if rollout.counts.get(s))  # type: ignore[index, call-overload]
    stage = {-1: "not begun", 0: f"canary store {rollout.canary}"}.get(rollout.wave, f"wave {rollout.wave}")
    stores = sum(len(wave) for wave in rollout.waves)
    what = f"{rollout.devices} devices in {stores} stores" if stores > 1 else f"{rollout.devices} devices in 1 store"
    now = f"; {stage}" if rollout.ended_at is None else ""
    return f"{what}{now}: {', '.join(counted)}"


def _wave(number: int, targets: Sequence[Target], chain: Chain) -> WaveRows:
    ordered = sorted(targets, key=lambda t: _ORDER.index(t.state))
    counted = Counter(TARGET_SIGNS[t.state].word for t in ordered)
    return WaveRows(
        title="Canary" if number == 0 else f"Wave {number}",
        words=", ".join(f"{n} {word}" for word, n in counted.items()),
        rows=tuple(_target(t, chain) for t in ordered[:ROWS_SHOWN]),
        more=max(0, len(ordered) - ROWS_SHOWN),
    )


def _target(target: Target, chain: Chain) -> TargetRow:
    store = chain.stores.get(StoreId(target.store))
    lines = clean(redact(target.diff)).splitlines()
    return TargetRow(
        device=target.device,
        store=target.store,
        store_name=store.name if store else target.store,
        sign=TARGET_SIGNS[target.state],
        added=target.added,
        removed=target.removed,
        reason=redact(target.reason),
        diff=tuple((_kind(line), line) for line in lines),
    )


def _kind(line: str) -> str:
    return "added" if line.startswith("+") else "taken" if line.startswith("-") else "kept"
