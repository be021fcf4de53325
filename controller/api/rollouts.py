"""Routes of pushes: the list, one of them device by device, and halting one.

In: HTTP; halting only from this machine. Out: projections from the ledger as records; a halt in the ledger, which
whoever carries the push out obeys before its next device. Mounted by ``build_app`` under ``/api/v1``.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from controller.api.door import is_local
from controller.api.plain import is_plain_line
from controller.api.problems import RefusedFieldError
from controller.api.records import Moment, Problem, Record, Text, Time
from controller.api.source import Source, is_id
from controller.halting import halt
from controller.rollout import Rollout, Target
from controller.rollout_story import rollout_story
from inventory.redact import redact

TargetState = Literal["waiting", "writing", "changed", "already_right", "undone", "held", "failed", "unknown"]
LONGEST_REASON = 200
LOCAL_ONLY = "A push is only halted from the controller's own machine."
_PATH = "/rollouts/{rollout}"
_NONE: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "No such rollout"}}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    **_NONE,
    403: {"model": Problem, "description": "Not from this machine"},
    409: {"model": Problem, "description": "It is over, or halting already"},
}


class RolloutRecord(Record):
    """One push in short: how it stands, and how many devices stand in each state."""

    id: Text = Field(examples=["push_0001"])
    title: Text
    by: Text
    status: Literal["asked", "running", "halting", "done", "partly", "halted"]
    reason: Text = Field(description="Why it halted, or how it ended")
    halted_by: Text
    asked_at: Time
    begun_at: Time | None
    ended_at: Time | None
    canary: Text = Field(description="The store that goes first and is proven before any other")
    wave: int = Field(description="The wave under way; 0 is the canary, -1 is none yet")
    waves: tuple[tuple[Text, ...], ...] = Field(description="The stores of each wave")
    devices: int
    counts: dict[TargetState, int]


class TargetRecord(Record):
    """One device of a push; ``diff`` is what was read back from it as changed."""

    device: Text
    store: Text
    wave: int
    state: TargetState
    reason: Text
    added: int
    removed: int
    diff: Text
    at: Time | None


class RolloutDetail(RolloutRecord):
    """One push with every device, in the order they come, and what happened, oldest first."""

    targets: tuple[TargetRecord, ...]
    story: tuple[Moment, ...]


class Rollouts(Record):
    """A list of pushes, newest first."""

    items: tuple[RolloutRecord, ...]


class HaltOrder(BaseModel):
    """An order to begin no further device. The reason is shown to everybody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str = Field(min_length=1, max_length=LONGEST_REASON, examples=["Tills are slow in Leeds"])


class RolloutQuery(BaseModel):
    """Which pushes are wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open: Literal["true", "false"] = Field("false", description="true: only those not over")
    limit: int = Field(50, ge=1, le=1000, description="At most so many, newest first")


class RolloutRoutes:
    """Answers about pushes, and the way to halt one."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["rollouts"])
        router.get("/rollouts", summary="Pushes of configuration, newest first")(self.many)
        router.get(_PATH, summary="One push, device by device", responses=_NONE)(self.one)
        router.post(
            f"{_PATH}/halt",
            summary="Begin no further device of a push, with a reason (from this machine only)",
            responses=_REFUSALS,
        )(self.halt)
        return router

    def many(self, query: Annotated[RolloutQuery, Query()]) -> Rollouts:
        """Return pushes, newest first."""
        found = self._source.ledger.rollouts(open_only=query.open == "true", limit=query.limit)
        return Rollouts(items=tuple(RolloutRecord.model_validate(_in_short(r)) for r in found))

    def one(self, rollout: str) -> RolloutDetail:
        """Return one push with every device."""
        known = self._known(rollout)
        targets = tuple(_target(t) for t in self._source.ledger.targets(rollout))
        story = tuple(Moment(at=at, text=text) for at, text in rollout_story(self._source.ledger.events(rollout)))
        return RolloutDetail.model_validate({**_in_short(known), "targets": targets, "story": story})

    def halt(self, request: Request, rollout: str, order: HaltOrder) -> RolloutRecord:
        """Halt a push: what is under way on a device is brought to its end, no further one is begun."""
        if not is_local(request.scope):
            raise HTTPException(403, LOCAL_ONLY)
        reason = order.reason.strip()
        if not is_plain_line(reason):
            raise RefusedFieldError("body.reason", "must be plain words", f"1-{LONGEST_REASON} printable characters")
        self._known(rollout)
        if not halt(self._source.ledger, rollout, "the API", reason, self._source.clock.now()):
            raise HTTPException(409, f"This push is {self._known(rollout).status}; there is nothing to halt.")
        return RolloutRecord.model_validate(_in_short(self._known(rollout)))

    def _known(self, rollout: str) -> Rollout:
        known = self._source.ledger.rollout(rollout) if is_id(rollout) else None
        if known is None:
            raise HTTPException(404, "There is no such rollout.")
        return known


def _in_short(rollout: Rollout) -> dict[str, object]:
    return {
        "id": rollout.id,
        "title": redact(rollout.title),
        "by": rollout.by,
        "status": rollout.status,
        "reason": redact(rollout.reason),
        "halted_by": rollout.halted_by,
        "asked_at": rollout.asked_at,
        "begun_at": rollout.begun_at,
        "ended_at": rollout.ended_at,
        "canary": rollout.canary,
        "wave": rollout.wave,
        "waves": rollout.waves,
        "devices": rollout.devices,
        "counts": dict(rollout.counts),
    }


def _target(target: Target) -> TargetRecord:
    return TargetRecord(
        device=target.device,
        store=target.store,
        wave=target.wave,
        state=target.state,
        reason=redact(target.reason),
        added=target.added,
        removed=target.removed,
        diff=redact(target.diff),
        at=target.at,
    )
