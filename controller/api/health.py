"""``/livez``, ``/readyz`` and ``/metrics``: for those who watch the watcher.

In: GET from a probe or a scraper. Out: whether the loop moves, whether the controller can do its work, and numbers.
Mounted by ``build_app`` beside the pages.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from controller.api.metrics import Metrics
from controller.api.problems import problem
from controller.api.records import Alive, FieldProblem, Problem, Ready, ReadyCheck
from controller.api.source import Source
from controller.api.views import KILL
from controller.ports import LedgerError

_PROBE = "readiness"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRoutes:
    """The three addresses."""

    source: Source
    metrics: Metrics

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["controller"])
        router.get(
            "/livez",
            summary="Whether the controller's loop moves",
            response_model=None,
            responses={200: {"model": Alive}, 503: {"model": Problem, "description": "The loop stands still"}},
        )(self.livez)
        router.get(
            "/readyz",
            summary="Whether the controller can do its work, check by check",
            response_model=None,
            responses={
                200: {"model": Ready},
                503: {"model": Problem, "description": "What is missing, check by check"},
            },
        )(self.readyz)
        router.get(
            "/metrics",
            summary="Numbers in Prometheus' text format",
            response_model=None,
            response_class=PlainTextResponse,
        )(self.scrape)
        return router

    def livez(self) -> Response:
        """Return 200 while the controller's pulse is fresh, else 503."""
        if not self.source.is_alive():
            return problem(503, "The controller's loop has not moved lately.")
        alive = Alive(status="alive", pulse_at=self.source.pulse_at())
        return Response(alive.model_dump_json(), media_type="application/json")

    def readyz(self) -> Response:
        """Return 200 when every check is passed, else 503 with those that are not."""
        checks = (*self._ledger(), self._pulse(), *self._leases())
        failed = [FieldProblem(field=check.name, message=check.says) for check in checks if not check.ok]
        if failed:
            missing = ", ".join(f.field.replace("_", " ") for f in failed)
            return problem(503, f"The controller cannot do its work; not in order: {missing}.", errors=failed)
        return Response(Ready(status="ready", checks=checks).model_dump_json(), media_type="application/json")

    def scrape(self) -> Response:
        """Return what there is to count."""
        return Response(self.metrics.text(), headers={"content-type": CONTENT_TYPE_LATEST})

    def _ledger(self) -> tuple[ReadyCheck, ...]:
        """Read, and take a writer's turn by taking back a switch that nobody throws: nothing is changed."""
        ledger = self.source.ledger
        try:
            last = ledger.last_seq()
            says = "writing is stopped by the kill switch" if ledger.switch(KILL) else "writing is not stopped"
            polled = self._first_poll()
        except LedgerError as error:
            return (ReadyCheck(name="ledger_read", ok=False, says=str(error)),)
        read = ReadyCheck(name="ledger_read", ok=True, says=f"{last} is the newest event; {says}")
        try:
            ledger.throw(_PROBE, None)
        except LedgerError as error:
            return (read, ReadyCheck(name="ledger_write", ok=False, says=str(error)), polled)
        return (read, ReadyCheck(name="ledger_write", ok=True, says="a writer gets its turn"), polled)

    def _first_poll(self) -> ReadyCheck:
        views = {view.store: view.seen_at for view in self.source.ledger.stores()}
        stores = self.source.chain.stores
        seen = sum(views.get(store) is not None for store in stores)
        done = self.source.pulse is None or self.source.pulse_at() is not None
        return ReadyCheck(name="first_poll", ok=done, says=f"{seen} of {len(stores)} stores were looked at")

    def _pulse(self) -> ReadyCheck:
        at = self.source.pulse_at()
        says = f"last pulse {at:%Y-%m-%d %H:%M:%S} UTC" if at else "no pulse yet"
        return ReadyCheck(name="pulse", ok=self.source.is_alive(), says=says)

    def _leases(self) -> tuple[ReadyCheck, ...]:
        """Leases that are not ours make nobody unready: another controller looks after those stores."""
        if self.source.leases is None:
            return ()
        held, stores = self.source.leases(), len(self.source.chain.stores)
        return (ReadyCheck(name="leases", ok=True, says=f"this controller looks after {held} of {stores} stores"),)
