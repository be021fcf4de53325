"""Routes of what happens: as a stream while it happens, and as a list of what has happened.

In: HTTP; ``Last-Event-ID`` or ``after`` says what the caller knows already. Out: server-sent events and JSON.
Mounted by ``build_app`` under ``/api/v1``. What is told are ids to ask again with, never a device's text.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from controller.api.feed import Feed
from controller.api.problems import RefusedFieldError, problem
from controller.api.records import Happened, History, Problem
from controller.api.source import Source
from controller.events import subject_of

STREAM_PATH = "/events"
BIGGEST = 2**62
_NUMBER = re.compile(r"[0-9]{1,18}")
_HEADERS = {"x-accel-buffering": "no"}


class After(BaseModel):
    """What the caller knows already."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: int | None = Field(None, ge=0, le=BIGGEST, description="Only what came after this number")


class Page(After):
    """Which part of history is wanted."""

    limit: int = Field(100, ge=1, le=1000, description="At most so many, oldest first")


class _Stream(StreamingResponse):
    """A stream that has a seat from its first byte until it ends, however it ends."""

    def __init__(self, feed: Feed, after: int | None) -> None:
        super().__init__(feed.listen(after), media_type="text/event-stream", headers=_HEADERS)
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, or turn the caller away."""
        with self._feed.seat() as seated:
            full = problem(503, "Too many listen already; ask again in a moment.", headers={"retry-after": "5"})
            await (super().__call__ if seated else full)(scope, receive, send)


class EventRoutes:
    """The stream and the history of events."""

    def __init__(self, source: Source, feed: Feed) -> None:
        self._source = source
        self._feed = feed

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["events"])
        router.get(
            STREAM_PATH,
            summary="Server-sent events: what happens, as it happens",
            description=(
                "`id` is the event's number in the ledger, `event` its kind, `data` JSON with the ids to ask again "
                "with. A stream that broke goes on right after `Last-Event-ID` (or `?after=`); without either it "
                "begins now. A `tick` comes at the beginning and whenever all is quiet."
            ),
            response_class=StreamingResponse,
            response_model=None,
            responses={
                200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
                503: {"model": Problem, "description": "Too many listen already"},
            },
        )(self.stream)
        router.get("/events/history", summary="What happened, oldest first, by number in the ledger")(self.history)
        return router

    async def stream(
        self, query: Annotated[After, Query()], last_event_id: Annotated[str, Header(max_length=40)] = ""
    ) -> Response:
        """Return the stream; it ends when the caller goes or the controller stops."""
        return _Stream(self._feed, query.after if not last_event_id else _number(last_event_id))

    def history(self, query: Annotated[Page, Query()]) -> History:
        """Return events in short, with the number to go on from."""
        after = query.after or 0
        found = self._source.ledger.events_after(after, query.limit)
        items = tuple(Happened(seq=seq, at=e.at, kind=e.kind, id=subject_of(e), store=e.store) for seq, e in found)
        next_after = items[-1].seq if items else after
        return History(items=items, next_after=next_after, last=self._source.ledger.last_seq())


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise RefusedFieldError("header.last-event-id", "is not the number of an event", "digits")
    return int(text)
