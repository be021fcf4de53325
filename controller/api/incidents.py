"""Routes that tell of incidents: the list and the whole story of one.

In: HTTP queries. Out: projections from the ledger as records. Mounted by ``build_app`` under ``/api/v1``.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from controller.api.problems import RefusedFieldError
from controller.api.records import IncidentDetail, Incidents, IncidentStatus, Problem
from controller.api.source import Source, is_id
from inventory.model import StoreId


class IncidentQuery(BaseModel):
    """Which incidents are wanted. An unknown name is refused: a mistyped filter must not look like an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: str | None = Field(None, max_length=80, description="Only this store")
    status: IncidentStatus | None = Field(None, description="Only incidents that stand or ended like this")
    open: Literal["true", "false"] | None = Field(None, description="true: still lasting; false: closed")
    limit: int = Field(100, ge=1, le=1000, description="At most so many, newest first, out of the newest 1,000")
    parent: str | None = Field(
        None,
        max_length=80,
        description="Only those that share the cause this one tells of; empty: those that share none",
    )


class IncidentRoutes:
    """Answers about incidents."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["incidents"])
        router.get(
            "/incidents",
            summary="Incidents as sentences, newest first",
        )(self.many)
        router.get(
            "/incidents/{incident}",
            summary="One incident: story, evidence, verdicts, changes and proof",
            responses={404: {"model": Problem, "description": "No such incident"}},
        )(self.one)
        return router

    def many(self, query: Annotated[IncidentQuery, Query()]) -> Incidents:
        """Return incidents, newest first, by store, status and whether they last."""
        source = self._source
        if query.store is not None and StoreId(query.store) not in source.chain.stores:
            raise RefusedFieldError("query.store", "is not a store of this chain", "see /api/v1/stores")
        if query.parent and not self._is_there(query.parent):
            raise RefusedFieldError("query.parent", "is not an incident", "see /api/v1/incidents")
        pick = source.open_incidents if query.open == "true" else source.recent_incidents
        found = [
            i
            for i in pick(query.store, query.parent)
            if query.status in (None, i.status) and not (query.open == "false" and i.closed_at is None)
        ]
        return Incidents(items=source.in_short(found[: query.limit]))

    def one(self, incident: str) -> IncidentDetail:
        """Return everything that is known of one incident."""
        detail = self._source.detail(incident)
        if detail is None:
            raise HTTPException(404, "There is no such incident.")
        return detail

    def _is_there(self, incident: str) -> bool:
        return is_id(incident) and self._source.ledger.incident(incident) is not None
