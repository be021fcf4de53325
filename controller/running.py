"""A running controller: its parts, started in order and stopped in order. Part of the composition root.

In: settings and checked content. Out: polls, healings, rollouts, the page. Called by ``controller.main``.
APScheduler is the clock and nothing else: a memory job store, intervals, nothing durable (FACTS, APScheduler).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from fastapi import FastAPI

from anomaly.model import Hinted
from controller.api.app import build_app
from controller.api.lab_line import LabLine
from controller.api.server import serve
from controller.content import Content
from controller.dispatch import Dispatch
from controller.intake.desk import Intake
from controller.lanes import Desk, Lane
from controller.pace import Pace
from controller.parents import Parents
from controller.parts import Parts
from controller.poll import Poller, stores_of
from controller.settings import Settings
from inventory.files import load_accounts
from inventory.model import StoreId

HEALERS = 64
HURRIED_AT_ONCE = 16
PULSE_POLLS = 5
DISPATCH_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0


class Running:
    """A wired controller. ``start`` and ``stop`` are called once each."""

    def __init__(self, settings: Settings, content: Content) -> None:
        seconds, chain = content.timing.seconds, content.chain
        self._parts = parts = Parts(settings, content)
        self._healers = ThreadPoolExecutor(HEALERS, thread_name_prefix="heal")
        self._lane_workers = ThreadPoolExecutor(4, thread_name_prefix="lane")
        self._push_worker = ThreadPoolExecutor(1, thread_name_prefix="rollout")
        engine = parts.engine(lambda store: self._lanes[store].turn)
        desk = Desk(
            chain=chain,
            ledger=parts.ledger,
            journal=parts.journal,
            engine=engine,
            clock=parts.clock,
            workers=self._healers,
            watch=parts.watch,
            quiet_seconds=seconds["quiet"] + seconds["clear_after"],
            fleet=parts.fleet_watch,
            call_seconds=seconds["held_call"],
            told=self._told,
            noted=parts.learning.note,
        )
        parents = Parents(
            ledger=parts.ledger,
            journal=parts.journal,
            fleet=parts.fleet_watch,
            watch=parts.watch,
            clock=parts.clock,
            change_seconds=seconds["together"],
        )
        last = {view.store: view for view in parts.ledger.stores()}
        self._lanes = {store: Lane(store, desk, last.get(store)) for store in stores_of(chain)}
        self._runners = ThreadPoolExecutor(HURRIED_AT_ONCE, thread_name_prefix="hurry")
        pace = Pace(seconds["slow_look"], parts.watch.suspicious)
        self._poller = Poller(chain, parts.fleet, self._lanes, parts.clock, self._lane_workers, self._runners, pace)
        ours = (load_accounts(content.folder).write.username,)
        self._intake = Intake(settings, content.folder, chain, self._poller.hasten, parts.clock.now, ours)
        dispatch = Dispatch(parts.ledger, parts.journal, engine, parts.clock, self._push_worker)
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._every(seconds["poll_interval"], self._poller.tick)
        self._every(seconds["poll_interval"], parents.tick)
        self._every(seconds["poll_interval"], parts.drifting.refresh)
        self._every(seconds["poll_interval"], parts.taught.refresh)
        self._every(seconds["poll_interval"], parts.learning.tick)
        self._every(settings.learn_hours * 3600, parts.learning.look_after)
        self._every(DISPATCH_SECONDS, dispatch.tick)
        self._every(HEARTBEAT_SECONDS, self._intake.tick)
        self._server = serve(self._app(settings), settings.host, settings.port)

    def _told(self, store: StoreId, now: datetime) -> Hinted:
        """What a store's devices told of lately."""
        return self._intake.hints.fresh(store, now)

    def _app(self, settings: Settings) -> FastAPI:
        parts, timing = self._parts, self._parts.content.timing
        return build_app(
            parts.ledger,
            parts.content.chain,
            timing,
            parts.clock,
            pulse=lambda: self._poller.pulse,
            leases=lambda: parts.journal.held,
            shifts=lambda: parts.learning.shifts,
            recorder=parts.recorder,
            hosts=(settings.host,),
            stale_seconds=max(60.0, PULSE_POLLS * timing.seconds["poll_interval"]),
            lab=LabLine(settings.lab) if settings.lab is not None else None,
            intake=self._intake,
            library=parts.content.symptoms,
            playbooks=frozenset(p.name for p in parts.content.recipes.playbooks.values()),
            pulse_seconds=PULSE_POLLS * timing.seconds["poll_interval"] + timing.seconds["device_deadline"],
        )

    def _every(self, seconds: float, tick: Callable[[], object]) -> None:
        """Tick at an interval; a late or doubled tick is dropped, never queued."""
        self._scheduler.add_job(
            tick,
            IntervalTrigger(seconds=seconds, timezone="UTC"),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    @property
    def url(self) -> str:
        """Where the page is."""
        return self._server.url

    def start(self) -> None:
        """Serve the page and begin to poll; lanes take up what a restart interrupted. Raises ``ServerError``."""
        if self._parts.recorder is not None:
            self._parts.recorder.start()
        self._intake.start()
        self._server.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking, let steps under way end, close every session."""
        self._parts.clock.stop()
        self._intake.stop()
        self._parts.learning.stop()
        self._scheduler.shutdown(wait=True)
        for workers in (self._runners, self._push_worker, self._healers, self._lane_workers):
            workers.shutdown(wait=True, cancel_futures=True)
        self._server.stop()
        self._parts.close()
