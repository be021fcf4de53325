"""A running controller: every adapter wired, started in order and stopped in order. Part of the composition root.

In: settings and checked content. Out: polls, healings, the page. Called by ``controller.main``.
APScheduler is the clock and nothing else: a memory job store, one interval, nothing durable (FACTS, APScheduler).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

import anomaly.library
import playbooks.library
from anomaly.watch import Watch
from controller.api.app import build_app
from controller.api.server import serve
from controller.clock import SystemClock
from controller.desk import Healer
from controller.engines.loop import LoopEngine
from controller.eyes import Eyes
from controller.facts import Guardrail
from controller.hands import Hands
from controller.heal import heal
from controller.holder import this_process
from controller.journal import Journal
from controller.lanes import Desk, Lane
from controller.ledgers.sqlite import SqliteLedger
from controller.poll import Poller, stores_of
from controller.settings import Settings
from controller.timing import Timing, load_timing
from inventory.discover import discover
from inventory.files import load_accounts, load_chain
from inventory.fleet import Fleet
from inventory.model import Chain
from inventory.session import Sessions
from inventory.yaml_file import ContentError, Problem

HEALERS = 64
PULSE_POLLS = 5
Loaded = TypeVar("Loaded")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything a content directory says, checked."""

    folder: Path
    chain: Chain
    symptoms: anomaly.library.Library
    recipes: playbooks.library.Library
    timing: Timing


def load_content(folder: Path, profile: str) -> Content:
    """Load every room's content. Raises ``ContentError`` with the problems of all of them at once."""
    problems: list[Problem] = []
    chain = _attempt(lambda: load_chain(folder), problems)
    symptoms = _attempt(lambda: anomaly.library.load_library(folder), problems)
    timing = _attempt(lambda: load_timing(folder, profile), problems)
    known = frozenset(symptoms.signatures) if symptoms is not None else None
    recipes = _attempt(lambda: playbooks.library.load_library(folder, known), problems)
    if problems or chain is None or symptoms is None or timing is None or recipes is None:
        raise ContentError(tuple(problems))
    return Content(folder=folder, chain=chain, symptoms=symptoms, recipes=recipes, timing=timing)


def _attempt(load: Callable[[], Loaded], problems: list[Problem]) -> Loaded | None:
    try:
        return load()
    except ContentError as error:
        problems.extend(error.problems)
        return None


class Running:
    """A wired controller. ``start`` and ``stop`` are called once each."""

    def __init__(self, settings: Settings, content: Content) -> None:
        seconds, chain = content.timing.seconds, content.chain
        settings.state.mkdir(parents=True, exist_ok=True)
        self._clock = SystemClock(settings.clock_offset_seconds)
        self._ledger = SqliteLedger.open(settings.ledger_path)
        self._sessions = Sessions(
            chain, load_accounts(content.folder), content.folder, self._clock.now, deadline=seconds["device_deadline"]
        )
        self._healers = ThreadPoolExecutor(HEALERS, thread_name_prefix="heal")
        self._lane_workers = ThreadPoolExecutor(4, thread_name_prefix="lane")
        journal = Journal(self._ledger, this_process(), self._clock, seconds["lease_ttl"])
        watch = Watch(content.symptoms, chain, seconds)
        healer = self._healer(
            content, journal, Eyes(chain=chain, sessions=self._sessions, watch=watch, clock=self._clock)
        )
        desk = Desk(
            chain=chain,
            ledger=self._ledger,
            journal=journal,
            engine=LoopEngine(self._ledger, {"heal": partial(heal, healer)}),
            clock=self._clock,
            workers=self._healers,
            watch=watch,
            quiet_seconds=seconds["quiet"] + seconds["clear_after"],
        )
        self._lanes = {store: Lane(store, desk) for store in stores_of(chain)}
        fleet = Fleet(
            content.folder, chain, self._sessions, workers=settings.workers, deadline=seconds["device_deadline"]
        )
        self._poller = Poller(chain, fleet, self._lanes, self._clock, self._lane_workers)
        self._scheduler = _scheduler(self._poller, seconds["poll_interval"])
        app = build_app(
            self._ledger,
            chain,
            content.timing,
            self._clock,
            pulse=lambda: self._poller.pulse,
            hosts=(settings.host,),
            stale_seconds=max(60.0, PULSE_POLLS * seconds["poll_interval"]),
            pulse_seconds=PULSE_POLLS * seconds["poll_interval"] + seconds["device_deadline"],
        )
        self._server = serve(app, settings.host, settings.port)

    def _healer(self, content: Content, journal: Journal, eyes: Eyes) -> Healer:
        hands = Hands(
            sessions=self._sessions,
            journal=journal,
            clock=self._clock,
            actions=content.recipes.actions,
            patience_seconds=content.timing.seconds["proof"],
        )
        guards = cast("dict[str, Guardrail]", discover("controller.guardrails"))
        return Healer(
            chain=content.chain,
            library=content.recipes,
            eyes=eyes,
            hands=hands,
            ledger=self._ledger,
            clock=self._clock,
            timing=content.timing,
            guardrails=guards,
        )

    @property
    def url(self) -> str:
        """Where the page is."""
        return self._server.url

    def start(self) -> None:
        """Serve the page and begin to poll; lanes take up what a restart interrupted. Raises ``ServerError``."""
        self._server.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking, let steps under way end, close every session."""
        self._clock.stop()
        self._scheduler.shutdown(wait=True)
        self._healers.shutdown(wait=True, cancel_futures=True)
        self._lane_workers.shutdown(wait=True, cancel_futures=True)
        self._server.stop()
        self._sessions.close_all()
        self._ledger.close()


def _scheduler(poller: Poller, seconds: float) -> BackgroundScheduler:
    """One interval tick; a late or doubled tick is dropped, never queued."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        poller.tick,
        IntervalTrigger(seconds=seconds, timezone="UTC"),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    return scheduler
