"""Routes that tell of trained models: which there are, what they learned from, whether they earn their place.

In: HTTP queries. Out: rows of the ledger as records. Mounted under ``/api/v1``; ``storenet models -o json`` gives the
same records. Nothing here loads a model.
"""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from controller.api.records import Record, Text, Time
from controller.api.source import Source
from controller.model_rows import ModelRow, Pointer


class ReplayRecord(Record):
    """How the hand rules did on the frozen replay set, and what the model made of what they left unknown."""

    library: Text = Field(description="SHA-256 of the rules it was compared with")
    cases: int
    right: int = Field(description="Named right by the rules alone")
    wrong: int
    unknown: int = Field(description="Left unknown by the rules: these the model was asked about")
    silent: int = Field(description="Nothing shown that is out of the ordinary, or nothing that stops a function")
    named_right: int
    named_wrong: int
    doubtful: int
    novel: int = Field(description="Rejected by the novelty gate")
    beats_rules: bool = Field(description="Whether it may go beyond shadow")


class ModelRecord(Record):
    """One trained model."""

    name: Text = Field(examples=["naming-0001"])
    state: Literal["shadow", "canary", "active", "retired"]
    made_at: Time
    changed_at: Time
    data: Text = Field(description="SHA-256 of what it learned from")
    examples: int
    incidents: tuple[Text, ...] = Field(description="Confirmed incidents of this controller among them")
    kinds: tuple[Text, ...]
    replay: ReplayRecord
    manifest: Text = Field(description="SHA-256 of its signed manifest")
    note: Text
    suggest_only: Text = Field(description="Why an active model may only suggest; empty when it may do more")


class Models(Record):
    """Every model, oldest first. ``active`` is the one that is heard; ``before``: what a rollback returns to."""

    items: tuple[ModelRecord, ...]
    active: Text
    before: Text


def model_record(row: ModelRow) -> ModelRecord:
    """Return a row for programs."""
    return ModelRecord.model_validate(row, from_attributes=True)


def model_records(rows: tuple[ModelRow, ...], pointer: Pointer) -> Models:
    """Return every row for programs."""
    return Models(items=tuple(map(model_record, rows)), active=pointer.active, before=pointer.before)


class ShiftsRecord(Record):
    """Silent shifts: what many devices of one region and role measure a little higher or lower than usual."""

    items: tuple[Text, ...] = Field(examples=[["probe_rtt_ms is higher than usual on devices of role edge in north"]])


class ModelRoutes:
    """Answers about what was learned."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["models"])
        router.get("/models", summary="Every trained model, and which of them is heard")(self.models)
        router.get("/shifts", summary="What many devices measure higher or lower than usual, together")(self.shifts)
        return router

    def models(self) -> Models:
        """Return every model."""
        ledger = self._source.ledger
        return model_records(ledger.models(), ledger.pointer())

    def shifts(self) -> ShiftsRecord:
        """Return the silent shifts."""
        return ShiftsRecord(items=self._source.shifts())
