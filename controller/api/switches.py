"""The kill switch: stop every write in the chain.

In: HTTP; throwing the switch only from this machine. Out: the ledger's switch ``kill``, which every guard asks.
"""

from typing import Any

from fastapi import APIRouter, HTTPException, Request

from controller.api.door import is_local
from controller.api.plain import is_plain_line
from controller.api.problems import RefusedFieldError
from controller.api.records import KillSwitchOrder, KillSwitchRecord, Problem
from controller.api.source import Source
from controller.api.views import KILL, kill_switch

_PATH = "/kill-switch"
_LOCAL_ONLY: dict[int | str, dict[str, Any]] = {403: {"model": Problem, "description": "Not from this machine"}}


class SwitchRoutes:
    """The kill switch under ``/api/v1``."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def router(self) -> APIRouter:
        """Return the kill switch's routes."""
        router = APIRouter(tags=["controller"])
        router.get(_PATH, summary="Whether all writing is stopped, and why")(self.show)
        router.put(
            _PATH,
            summary="Stop all writing, with a reason (from this machine only)",
            responses=_LOCAL_ONLY,
        )(self.throw)
        router.delete(_PATH, summary="Allow writing again (from this machine only)", responses=_LOCAL_ONLY)(
            self.take_back
        )
        return router

    def show(self) -> KillSwitchRecord:
        """Return whether the switch is thrown."""
        return kill_switch(self._source.ledger.switch(KILL))

    def throw(self, request: Request, order: KillSwitchOrder) -> KillSwitchRecord:
        """Throw the switch. From now on no device is written to."""
        self._only_from_here(request)
        reason = order.reason.strip()
        if not is_plain_line(reason):
            raise RefusedFieldError("body.reason", "must be plain words", "1-200 printable characters")
        self._source.ledger.throw(KILL, reason)
        return self.show()

    def take_back(self, request: Request) -> KillSwitchRecord:
        """Take the switch back."""
        self._only_from_here(request)
        self._source.ledger.throw(KILL, None)
        return self.show()

    def _only_from_here(self, request: Request) -> None:
        if not is_local(request.scope):
            raise HTTPException(403, "The kill switch is only thrown from the controller's own machine.")
