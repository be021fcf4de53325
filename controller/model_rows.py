"""What the ledger knows of trained models, and of the faults they were asked about.

In: made by ``controller.learning``. Out: rows of the ledger; read by the API and ``storenet models``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ModelState = Literal["shadow", "canary", "active", "retired"]
STATES: tuple[ModelState, ...] = ("shadow", "canary", "active", "retired")
ASKED: tuple[ModelState, ...] = ("shadow", "canary", "active")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How rules and model did on the frozen replay set (``anomaly.trial.Score``), and with which rules."""

    library: str
    cases: int
    right: int
    wrong: int
    unknown: int
    silent: int
    named_right: int
    named_wrong: int
    doubtful: int
    novel: int
    beats_rules: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model. ``manifest`` is the SHA-256 of its signed manifest; ``data`` of what it learned from.

    ``incidents`` are those of the ledger it learned from. ``suggest_only`` says why an active model may not do more.
    """

    name: str
    state: ModelState
    made_at: datetime
    changed_at: datetime
    data: str
    examples: int
    incidents: tuple[str, ...]
    kinds: tuple[str, ...]
    replay: Replayed
    manifest: str
    note: str = ""
    suggest_only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which model is active, and which was before it. Empty: none."""

    active: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one model said of one fault."""

    model: str
    state: ModelState
    verdict: Literal["named", "doubtful", "novel"]
    kind: str
    probability: float
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One incident as the models see it: the words of the whole store when it was opened."""

    incident: str
    store: str
    region: str
    role: str
    signature: str
    at: datetime
    words: tuple[str, ...]
    answers: tuple[Answer, ...] = ()
