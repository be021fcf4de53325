"""The seams of the controller: what it needs from a clock, a ledger and an engine.

Adapters live in ``controller/ledgers`` and ``controller/engines`` and are wired only by ``controller.main``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from controller.events import Event, Reviewed
from controller.incident import Incident
from controller.model_rows import ModelRow, Pointer, Sighting
from controller.rollout import Rollout, Target, TargetPlan
from controller.rollout_events import RolloutAsked


class LedgerError(Exception):
    """The ledger could not be opened, read or written; the message is fit for people and holds no secret."""


class StoppingError(Exception):
    """The controller stops; what is under way is left as journalled and resumed by the next one."""


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """Return the time, aware UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait. Raises ``StoppingError`` when the controller stops meanwhile, or has stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionView:
    """One store function as last seen: ``why`` is a sentence, ``since`` when it got into this state.

    ``served``: the part of its tills or access points that is served, None when that is not known.
    """

    name: str
    state: Literal["working", "degraded", "down", "unknown"]
    why: str
    since: datetime | None = None
    served: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingView:
    """A fault that a store shows, and that becomes an incident if it goes on until its hold time is over."""

    signature: str
    device: str
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreView:
    """One store as last seen; ``seen_at`` None before the first look."""

    store: str
    name: str
    state: Literal["trading", "degraded", "stopped", "unknown"]
    functions: tuple[FunctionView, ...]
    seen_at: datetime | None
    coming: tuple[ComingView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A journalled write. ``change`` is the whole planned change as JSON-able data, so that it can be resumed."""

    id: str
    incident: str
    store: str
    device: str
    token: int
    change: Mapping[str, object]
    created_at: datetime
    outcome: Literal["open", "ran", "not_run", "unknown", "undone"] = "open"


class Ledger(Protocol):
    """What is remembered for ever. Every write is durable when the call returns."""

    def append(self, *events: Event) -> None:
        """Append events in one transaction."""

    def events(self, incident: str, store: str | None = None) -> tuple[Event, ...]:
        """Return one incident's or rollout's events (in one store), oldest first."""

    def incident(self, incident: str) -> Incident | None:
        """Return one incident, folded."""

    def incidents(
        self,
        *,
        store: str | None = None,
        open_only: bool = False,
        parent: str | None = None,
        limit: int = 1000,
    ) -> tuple[Incident, ...]:
        """Return incidents, newest first; ``parent``: only those that joined it ("": those that joined none)."""

    def next_incident(self, store: str) -> str:
        """Return a fresh incident id for the store (``s001-0001``), never given twice."""

    def save_stores(self, views: Sequence[StoreView]) -> None:
        """Replace the projections of these stores."""

    def stores(self) -> tuple[StoreView, ...]:
        """Return every store's projection."""

    def reviews(self) -> tuple[Reviewed, ...]:
        """Return the last review of every incident that has one, oldest first."""

    def last_review(self) -> int:
        """Return the number of the newest review, 0 when there is none; it changes with every review."""

    def switch(self, name: str) -> str | None:
        """Return a switch's text (``kill`` holds the reason it was thrown), or None when it is off."""

    def switches(self, prefix: str) -> Mapping[str, str]:
        """Return the thrown switches whose names begin with ``prefix``, by name, with their reasons."""

    def throw(self, name: str, reason: str | None) -> None:
        """Throw a switch with a reason, or take it back with None."""

    def events_after(self, seq: int, limit: int = 500) -> tuple[tuple[int, Event], ...]:
        """Return (sequence number, event) of what came after ``seq``, oldest first, at most ``limit``."""

    def last_seq(self) -> int:
        """Return the sequence number of the newest event, 0 when there is none."""

    def rollout(self, rollout: str) -> Rollout | None:
        """Return one rollout with its counts."""

    def rollouts(self, *, open_only: bool = False, limit: int = 50) -> tuple[Rollout, ...]:
        """Return rollouts, newest first."""

    def targets(self, rollout: str) -> tuple[Target, ...]:
        """Return a rollout's devices, in the order they come."""

    def writing_in(self, store: str) -> tuple[str, ...]:
        """Return the rollouts that are writing to a device of the store right now."""

    def models(self) -> tuple[ModelRow, ...]:
        """Return every trained model, oldest first."""

    def pointer(self) -> Pointer:
        """Return which model is active."""


class ModelShelf(Ledger, Protocol):
    """A ledger as those see it who train models and ask them."""

    def shelve(self, *rows: ModelRow, pointer: Pointer | None = None) -> None:
        """Write models and the pointer in one transaction."""

    def sightings(self, since: datetime | None = None) -> tuple[Sighting, ...]:
        """Return what was seen at the opening of incidents, oldest first."""

    def save_sighting(self, sighting: Sighting) -> None:
        """Write a sighting, or what is now known of it."""


class RolloutStore(Ledger, Protocol):
    """A ledger as those see it who ask for rollouts and carry them out."""

    def next_rollout(self) -> str:
        """Return the id the next rollout will have."""

    def ask_rollout(self, event: RolloutAsked, plans: Sequence[TargetPlan]) -> None:
        """Write a new rollout with its plans in one transaction."""

    def plan(self, rollout: str, device: str) -> TargetPlan | None:
        """Return what a rollout is to do to one device, word for word."""


class JournalStore(Protocol):
    """The durable half of the journal: leases, intents and steps."""

    def acquire(self, store: str, holder: str, now: datetime, ttl_seconds: float) -> int | None:
        """Take or renew the store's lease. Return its fencing token, or None while another live holder has it.

        A new holder gets a token one higher than any before; a renewing holder keeps its own.
        """

    def live_token(self, store: str) -> int:
        """Return the newest token given for the store (0 when none was)."""

    def open_intent(self, intent: Intent, event: Event) -> None:
        """Write an intent and its event in one transaction, before the effect."""

    def end_intent(self, intent: str, outcome: str, event: Event) -> None:
        """Write an intent's outcome and its event in one transaction."""

    def intents(
        self, *, incident: str | None = None, store: str | None = None, open_only: bool = False
    ) -> tuple[Intent, ...]:
        """Return intents, oldest first."""

    def step(self, workflow: str, name: str) -> str | None:
        """Return the recorded JSON result of a step, or None."""

    def record_step(self, workflow: str, name: str, result: str, *events: Event) -> None:
        """Record a step's result and its events in one transaction; the first record wins."""

    def unfinished(self) -> tuple[str, ...]:
        """Return ids of workflows begun and not finished."""

    def begin(self, workflow: str, kind: str, argument: str) -> None:
        """Note that a workflow has begun (again: no effect)."""

    def workflow(self, workflow: str) -> tuple[str, str] | None:
        """Return (kind, argument) of a workflow."""

    def finish(self, workflow: str) -> None:
        """Note that a workflow has finished."""


class Steps(Protocol):
    """Given to a workflow by the engine: runs a named step once, or returns what it returned before."""

    @property
    def workflow(self) -> str:
        """The workflow's id."""

    def do(self, name: str, step: Callable[[], str]) -> str:
        """Run ``step`` unless ``name`` is recorded; its JSON result is recorded and returned."""


class Engine(Protocol):
    """Runs workflows by id so that a restart resumes them."""

    def run(self, workflow: str, kind: str, argument: str) -> None:
        """Run a workflow of a registered kind to its end, in the caller's thread; resumes recorded steps."""

    def unfinished(self) -> tuple[tuple[str, str, str], ...]:
        """Return (workflow, kind, argument) of what a restart has to resume."""

    def fresh(self, stem: str) -> str:
        """Return an id that begins with ``stem`` and was never begun."""

    def drop(self, workflow: str) -> None:
        """Give up a begun workflow; it is not resumed."""
