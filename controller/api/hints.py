"""Hints over HTTP: Alertmanager, a signed webhook, heartbeats; and what came of all hints.

In: posts from those who know the secret. Out: ``controller.intake``; an extra look at most. Mounted by ``build_app``
while there is an intake. A hint never starts a write: there is no way from here to one.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request

from controller.api.hint_forms import (
    Accepted,
    Alert,
    AlertmanagerPost,
    Beat,
    Beats,
    HintRecord,
    HintRecords,
    WebhookHint,
)
from controller.api.plain import one_line
from controller.api.problems import RefusedFieldError
from controller.api.records import Problem
from controller.intake.desk import Intake
from controller.intake.heartbeats import Heartbeat
from controller.intake.hints import REMEMBERED
from controller.intake.model import LONGEST_TEXT, Hint, Told
from controller.intake.signing import WINDOW_SECONDS, RefusedError, Signatures
from inventory.model import Chain
from inventory.secrets import SecretMissingError

TIMESTAMP, SIGNATURE = "x-storenet-timestamp", "x-storenet-signature"
_PLACES = ("device", "hostname", "host", "nodename", "instance")
_STORES = ("store", "site")
_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "Not from who it should be"},
    403: {"model": Problem, "description": "Hints over HTTP are off"},
    503: {"model": Problem, "description": "The secret cannot be read"},
}


class HintRoutes:
    """Hints under ``/api/v1``."""

    def __init__(self, intake: Intake, chain: Chain) -> None:
        self._intake = intake
        self._chain = chain

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["hints"])
        router.get("/hints", summary="The newest hints and what came of them")(self.show)
        posts: tuple[tuple[str, str, Callable[..., Accepted], Callable[..., Any]], ...] = (
            ("alertmanager", "Alerts, as Alertmanager's webhook sends them", self.alerts, self._shown),
            ("webhook", "One hint, signed", self.webhook, self._signed),
            ("heartbeats", "When tills, gateways and web shops were last heard", self.beats, self._signed_or_shown),
        )
        for name, says, take, door in posts:
            router.post(
                f"/hints/{name}", summary=says, status_code=202, dependencies=[Depends(door)], responses=_REFUSALS
            )(take)
        return router

    def show(self, limit: Annotated[int, Query(ge=1, le=REMEMBERED)] = 100) -> HintRecords:
        """Return the newest hints, newest first."""
        hints = self._intake.hints
        return HintRecords(items=tuple(map(_record, hints.recent(limit))), looks_raised=hints.polls_raised)

    def alerts(self, request: Request, post: AlertmanagerPost) -> Accepted:
        """Take alerts: each names its device or store by a label. Bearer token: the secret for hints."""
        sender = _sender(request)
        return self._take((self._alert(alert, sender) for alert in post.alerts), sender)

    def webhook(self, request: Request, hint: WebhookHint) -> Accepted:
        """Take one hint, signed with HMAC-SHA256 over ``timestamp.body``."""
        if hint.store is None and hint.device is None:
            raise RefusedFieldError("body", "must name a store or a device", "store, device")
        device = self._intake.hints.whereabouts.device(hint.device or "", hint.device or "")
        sender = _sender(request)
        told = Told(
            source="webhook",
            sender=sender,
            mnemonic=hint.kind,
            kind=hint.kind,
            device=device,
            store=hint.store or "",
            text=hint.text,
        )
        return self._take((told,), sender)

    def beats(self, request: Request, beats: Beats) -> Accepted:
        """Take heartbeats; one that then stays away three times as long as it should becomes a hint."""
        for number, beat in enumerate(beats.items):
            self._check(number, beat)
        for beat in beats.items:
            self._intake.heartbeats.note(Heartbeat(sender=_sender(request), **beat.model_dump()))
        return Accepted(accepted=len(beats.items), looks_raised=0, unresolved=0)

    def _check(self, number: int, beat: Beat) -> None:
        if beat.store not in self._chain.stores:
            raise RefusedFieldError(f"body.items.{number}.store", "is not a store of this chain", "a store's id")
        if beat.last_seen - self._intake.now() > timedelta(seconds=WINDOW_SECONDS):
            raise RefusedFieldError(f"body.items.{number}.last_seen", "is in the future", "now or earlier")

    def _take(self, told: Iterable[Told], sender: str) -> Accepted:
        hints = self._intake.hints.take_over_http(told, sender)
        return Accepted(
            accepted=len(hints),
            looks_raised=sum(h.did == "looks" for h in hints),
            unresolved=sum(h.did == "unresolved" for h in hints),
        )

    def _alert(self, alert: Alert, sender: str) -> Told:
        labels, whereabouts = alert.labels, self._intake.hints.whereabouts
        names = [labels[label] for label in _PLACES if label in labels]
        found = (whereabouts.device(name) or whereabouts.device(name.rpartition(":")[0]) for name in names)
        said = alert.annotations.get("summary") or alert.annotations.get("description") or ""
        return Told(
            source="alertmanager",
            sender=sender,
            mnemonic=labels.get("alertname", ""),
            kind=f"alert_{alert.status}",
            device=next((device for device in found if device), ""),
            store=next((labels[label] for label in _STORES if label in labels), ""),
            text=said[:LONGEST_TEXT],
        )

    # who it is -------------------------------------------------------------------------------------------------

    def _shown(self, request: Request) -> None:
        _refuse(lambda: self._signatures().check_bearer(request.headers.get("authorization", "")))

    async def _signed(self, request: Request) -> None:
        stamp, signature = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
        body, now = await request.body(), self._intake.now()
        _refuse(lambda: self._signatures().check_signed(stamp, signature, body, now))

    async def _signed_or_shown(self, request: Request) -> None:
        if SIGNATURE in request.headers:
            await self._signed(request)
        else:
            self._shown(request)

    def _signatures(self) -> Signatures:
        if self._intake.signatures is None:
            raise HTTPException(403, "Hints over HTTP are off; STORENET_HINT_SECRET says where their secret is.")
        return self._intake.signatures


def _refuse(check: Callable[[], None]) -> None:
    try:
        check()
    except RefusedError as refused:
        raise HTTPException(401, str(refused), {"www-authenticate": "Bearer"}) from None
    except SecretMissingError:
        raise HTTPException(503, "The secret for hints cannot be read; the controller's settings name it.") from None


def _sender(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _record(hint: Hint) -> HintRecord:
    return HintRecord(
        received_at=hint.received_at,
        source=hint.source,
        sender=one_line(hint.sender),
        mnemonic=one_line(hint.mnemonic),
        kind=one_line(hint.kind),
        device=hint.device or "",
        store=hint.store or "",
        text=one_line(hint.text),
        did=hint.did,
    )
