"""A person closes an incident over HTTP; what was learned from such reviews.

In: what a person says of an incident, from this machine only. Out: a ``Reviewed`` event; learned signatures. Mounted
by ``build_app`` under ``/api/v1``; ``take`` also serves the page's form.
"""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, HTTPException, Request
from pydantic import Field

from anomaly.learn.prototype import REFINED_FROM
from anomaly.learn.seen_before import SUGGEST_ONLY_FROM, Learned
from anomaly.library import Library, load_library
from controller.api.door import is_local
from controller.api.problems import RefusedFieldError
from controller.api.records import Code, Problem, Record, ReviewRecord, Text, Time
from controller.api.source import Source, is_id
from controller.api.views import review
from controller.events import Reviewed
from controller.reviewing import LONGEST, ReviewError, Told, review_of
from controller.taught import learned_of

_FIELDS = {
    "incident": "This incident",
    "code": "The answer",
    "fixed_by": "What fixed it",
    "playbook": "The playbook",
    "root": "Where it was",
    "by": "Your name",
}
LOCAL_ONLY = "An incident is only closed from the controller's own machine."
_REFUSALS: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "Not from this machine"},
    404: {"model": Problem, "description": "No such incident"},
}


class ReviewOrder(Record):
    """What a person says of an incident as they close it."""

    code: Code = Field(description="What was suggested fixed it; something else did; it may be passed over; wrong")
    fixed_by: str = Field("", max_length=LONGEST, description="What fixed it, in plain words")
    playbook: str = Field("", max_length=80, description="The playbook that fixed it, or would")
    root: str = Field("", max_length=200, description="Where it was, if not as named", examples=["s001-sw1:Gi1/0/5"])
    by: str = Field("", max_length=80, description="Who says so")
    dry_run: bool = Field(default=False, description="Only tell what would be learned")


class ClueRecord(Record):
    """A symptom of a learned signature, with natural log-odds."""

    symptom: Text
    relation: Text
    weight: float = Field(description="Added when it is seen")
    missing: float = Field(description="Taken away when it was looked for in vain")
    required: bool


class ConfirmedRecord(Record):
    """An example that a learned signature was made of."""

    incident: Text
    store: Text
    at: Time
    code: Code
    fixed_by: Text


class LearnedRecord(Record):
    """A signature learned from people, of the same form as a written one. It is only ever suggested."""

    name: Text = Field(examples=["seen_s001_0004"])
    title: Text
    fault_class: Text
    root: Text
    prior: float
    threshold: float
    clues: tuple[ClueRecord, ...]
    refined: bool = Field(description="Made from five examples or more")
    quiet: bool = Field(description="Known, and passed over")
    retired: bool = Field(description="Called wrong so often that it is not suggested any more")
    examples: tuple[ConfirmedRecord, ...]


class WeakenedRecord(Record):
    """A written signature that people called wrong."""

    name: Text
    wrong: int = Field(description="How much oftener lately it was called wrong than right")
    suggest_only: bool = Field(description="It never heals by itself now")


class LearnedSignatures(Record):
    """What was learned from people, oldest first, and the written signatures they trust less."""

    items: tuple[LearnedRecord, ...]
    weakened: tuple[WeakenedRecord, ...]


class Reviews:
    """Takes reviews, and knows what was learned. ``library`` None: the one that ships."""

    def __init__(self, source: Source, library: Library | None, playbooks: Collection[str]) -> None:
        self._source = source
        self._given = library
        self._playbooks = playbooks

    @cached_property
    def _library(self) -> Library:
        return self._given or load_library()

    def take(self, incident: str, order: ReviewOrder, door: str) -> ReviewRecord:
        """Write down what a person says. Raises ``ReviewError``."""
        source = self._source
        told = Told(
            code=order.code,
            by=order.by.strip() or door,
            fixed_by=order.fixed_by.strip(),
            playbook=order.playbook.strip(),
            root=order.root.strip(),
        )
        event = review_of(source.ledger, source.chain, incident, told, source.clock.now(), self._playbooks)
        if not order.dry_run:
            source.ledger.append(event)
        return review(event)

    def refusal(self, incident: str, order: ReviewOrder) -> str:
        """Write down what a person says on the page; why not, when it does not fit."""
        try:
            if is_id(incident):
                self.take(incident, order, "the page")
        except ReviewError as error:
            allowed = f" Possible: {error.allowed}." if error.allowed else ""
            return f"{_FIELDS.get(error.field, error.field)} {error}.{allowed}"
        return ""

    def learned(self) -> LearnedSignatures:
        """Return what was learned."""
        return learned_records(self._source.ledger.reviews(), self._library)


def form_order(body: bytes) -> ReviewOrder | None:
    """Return what a page's form says; None when it is no order."""
    try:
        given = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8)
        fields = {name: (given.get(name) or [""])[0].strip() for name in _FIELDS if name != "incident"}
        return ReviewOrder.model_validate(fields)
    except ValueError:  # a field that does not fit, or too many of them
        return None


class ReviewRoutes:
    """Reviews under ``/api/v1``."""

    def __init__(self, source: Source, reviews: Reviews) -> None:
        self._source = source
        self._reviews = reviews

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.post(
            "/incidents/{incident}/review",
            tags=["incidents"],
            summary="Close an incident with what it was and what fixed it (from this machine only)",
            responses=_REFUSALS,
        )(self.close)
        router.get("/signatures/learned", tags=["incidents"], summary="What was learned from closed incidents")(
            self.learned
        )
        return router

    def close(self, request: Request, incident: str, order: ReviewOrder) -> ReviewRecord:
        """Say what an incident was. The next like it is suggested; the last review of an incident counts."""
        if not is_local(request.scope):
            raise HTTPException(403, LOCAL_ONLY)
        if not is_id(incident) or self._source.ledger.incident(incident) is None:
            raise HTTPException(404, "There is no such incident.")
        try:
            return self._reviews.take(incident, order, "the API")
        except ReviewError as error:
            field = "path.incident" if error.field == "incident" else f"body.{error.field}"
            raise RefusedFieldError(field, str(error), error.allowed) from None

    def learned(self) -> LearnedSignatures:
        """Return learned signatures, and written ones that people called wrong."""
        return self._reviews.learned()


def learned_records(reviews: Iterable[Reviewed], library: Library) -> LearnedSignatures:
    """Return what reviews, oldest first, taught."""
    known = learned_of(reviews, library)
    return LearnedSignatures(
        items=tuple(map(_record, known.learned.values())),
        weakened=tuple(
            WeakenedRecord(name=name, wrong=steps, suggest_only=steps >= SUGGEST_ONLY_FROM)
            for name, steps in sorted(known.steps.items())
            if steps and name in library.signatures
        ),
    )


def _record(one: Learned) -> LearnedRecord:
    spec = one.spec
    return LearnedRecord(
        name=spec.name,
        title=spec.title,
        fault_class=spec.fault_class,
        root=spec.root,
        prior=spec.prior,
        threshold=spec.threshold,
        clues=tuple(
            ClueRecord(symptom=c.symptom, relation=c.relation, weight=c.weight, missing=c.cost, required=c.required)
            for c in spec.symptoms
        ),
        refined=len(one.examples) >= REFINED_FROM,
        quiet=one.quiet,
        retired=one.retired,
        examples=tuple(
            ConfirmedRecord(incident=e.incident, store=e.store, at=e.at, code=e.code, fixed_by=e.fix)
            for e in one.examples
        ),
    )
