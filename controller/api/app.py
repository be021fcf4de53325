"""The web application: REST and events under ``/api/v1``, pages at ``/``, ``/livez``, ``/readyz``, ``/metrics``.

In: a ledger to read, the chain, the timing and a clock. Out: a FastAPI application. Built by ``controller.main``.
Why so: it only reads projections, so nothing a browser does can delay or steer healing.
"""

from collections.abc import Collection
from typing import Any

from fastapi import FastAPI

from anomaly.library import Library
from controller.api import problems
from controller.api.door import Door
from controller.api.feed import MOST_LISTENERS, Feed
from controller.api.frame import Frame
from controller.api.health import HealthRoutes
from controller.api.hints import HintRoutes
from controller.api.incidents import IncidentRoutes
from controller.api.lab_line import LabLine
from controller.api.listening import EventRoutes
from controller.api.metrics import Metrics
from controller.api.models import ModelRoutes
from controller.api.page import PageRoutes, static_files
from controller.api.records import Problem
from controller.api.rehearsal import LAB_PAGE, RehearsalRoutes
from controller.api.reviews import ReviewRoutes, Reviews
from controller.api.rollouts import RolloutRoutes
from controller.api.source import Leases, Pulse, Shifts, Source
from controller.api.stores import StoreRoutes
from controller.api.switches import SwitchRoutes
from controller.intake.desk import Intake
from controller.ports import Clock, Ledger
from controller.recorder import Recorder
from controller.timing import Timing
from inventory.model import Chain

_REFUSED: dict[int | str, dict[str, Any]] = {422: {"model": Problem, "description": "The request does not fit"}}
_STALE_POLLS, _STALE_AT_LEAST = 5, 15.0
_ABOUT = (
    "What the controller knows of every store's network: incidents as stories, stores and their functions. "
    "Everything is read from the ledger. The only things that can be written are the kill switch, a push's halt and "
    "what a person says of an incident, all from the controller's own machine; hints that others post hurry a look and "
    "do nothing else. "
    "Errors are RFC 9457 problem details. Times are UTC."
)


def build_app(
    ledger: Ledger,
    chain: Chain,
    timing: Timing,
    clock: Clock,
    *,
    pulse: Pulse | None = None,
    leases: Leases | None = None,
    shifts: Shifts = tuple,
    recorder: Recorder | None = None,
    hosts: Collection[str] = (),
    stale_seconds: float | None = None,
    pulse_seconds: float = 15.0,
    most_listeners: int = MOST_LISTENERS,
    lab: LabLine | None = None,
    intake: Intake | None = None,
    library: Library | None = None,
    playbooks: Collection[str] = (),
    version: str = "0.1.0",
) -> FastAPI:
    """Return the web application.

    ``pulse`` returns when the controller's loop last moved (None: not yet); ``leases`` how many stores it looks after;
    ``shifts`` what many devices measure otherwise than usual. ``hosts`` are names the door answers to besides loopback
    and the address dialled. A store seen longer than ``stale_seconds`` ago counts as not seen; by default that is five
    polls of the timing profile, at least 15 seconds. At most ``most_listeners`` listen to the stream of events. ``lab``
    has a page; ``recorder`` counts rounds; ``intake`` takes hints. ``library``, ``playbooks``: what may be said to fix.
    """
    source = Source(
        ledger=ledger,
        chain=chain,
        timing=timing,
        clock=clock,
        pulse=pulse,
        leases=leases,
        shifts=shifts,
        stale_seconds=stale_seconds if stale_seconds is not None else _stale_seconds(timing),
        pulse_seconds=pulse_seconds,
    )
    app = FastAPI(title="storenet", description=_ABOUT, version=version, docs_url=None, redoc_url=None)
    problems.register(app)
    app.state.feed = feed = Feed(ledger, most_listeners)
    reviews = Reviews(source, library, playbooks)
    _offer(app, source, feed, reviews, intake)
    metrics = Metrics(source, feed, version, intake.hints if intake is not None else None, recorder)
    _show(app, source, reviews, metrics, lab)
    app.add_middleware(Door, hosts=hosts)
    return app


def _offer(app: FastAPI, source: Source, feed: Feed, reviews: Reviews, intake: Intake | None) -> None:
    """Put every group of routes under ``/api/v1``."""
    read = (
        IncidentRoutes(source),
        StoreRoutes(source),
        RolloutRoutes(source),
        SwitchRoutes(source),
        ModelRoutes(source),
    )
    hints = (HintRoutes(intake, source.chain),) if intake is not None else ()
    for routes in (*read, ReviewRoutes(source, reviews), EventRoutes(source, feed), *hints):
        app.include_router(routes.router(), prefix="/api/v1", responses=_REFUSED)


def _show(app: FastAPI, source: Source, reviews: Reviews, metrics: Metrics, lab: LabLine | None) -> None:
    """Put the pages at ``/`` and what they are made of, and what monitoring asks."""
    app.include_router(HealthRoutes(source=source, metrics=metrics).router())
    frame = Frame(source, (LAB_PAGE,) if lab is not None else ())
    app.include_router(PageRoutes(source, frame, reviews).router())
    if lab is not None:
        app.include_router(RehearsalRoutes(source, frame, lab).router())
    app.mount("/static", static_files(), name="static")


def _stale_seconds(timing: Timing) -> float:
    return max(_STALE_AT_LEAST, _STALE_POLLS * timing.seconds.get("poll_interval", 0.0))
