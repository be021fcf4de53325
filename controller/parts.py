"""Everything a controller is made of, wired once: clock, ledger, sessions, journal, eyes, hands, guardrails.

In: settings and checked content. Out: what healing and pushing have at hand. Part of the composition root: called by
``controller.running`` (it looks after a chain) and by ``controller.pushing`` (a command that pushes once).
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from anomaly.answers import Answers
from anomaly.model import Observation
from anomaly.recordings.rounds import Session
from anomaly.recordings.writing import Writer
from anomaly.watch import Watch
from controller.budget import Budget, repairs_at_once
from controller.clock import SystemClock
from controller.content import Content
from controller.desk import Healer
from controller.drifting import Drifting
from controller.engines.loop import LoopEngine
from controller.eyes import Eyes
from controller.facts import Guardrail
from controller.fleet_watch import FleetWatch
from controller.hands import Hands
from controller.heal import heal
from controller.holder import this_process
from controller.journal import Journal
from controller.learning.desk import Learning
from controller.ledgers.sqlite import SqliteLedger
from controller.push import push
from controller.pusher import Pusher
from controller.recorder import Recorder
from controller.settings import Settings
from controller.taught import Taught
from inventory.discover import discover
from inventory.files import load_accounts
from inventory.fleet import Fleet
from inventory.model import DeviceId, StoreId
from inventory.platforms import load_platforms
from inventory.session import Sessions
from playbooks.push import push_actions

PUSHED_AT_ONCE = 16
Turn = Callable[[StoreId], threading.Lock]


class Parts:
    """A controller's parts; nothing is dialled and nothing runs yet."""

    def __init__(self, settings: Settings, content: Content) -> None:
        seconds, chain = content.timing.seconds, content.chain
        settings.state.mkdir(parents=True, exist_ok=True)
        self.content = content
        self.clock = SystemClock(settings.clock_offset_seconds)
        self.ledger = SqliteLedger.open(settings.ledger_path)
        deadline, accounts = seconds["device_deadline"], load_accounts(content.folder)
        self.sessions = Sessions(chain, accounts, content.folder, self.clock.now, deadline=deadline)
        self.fleet = Fleet(content.folder, chain, self.sessions, workers=settings.workers, deadline=deadline)
        self.journal = Journal(self.ledger, this_process(), self.clock, seconds["lease_ttl"])
        self.drifting = Drifting(content.folder, chain, self.ledger, lambda: self.clock.now().date())
        self.recorder = self._recorder(settings) if settings.record else None
        heard = self.recorder.note if self.recorder is not None else None
        self.learning = Learning(settings, content.symptoms, chain, self.ledger, self.clock)
        self.watch = Watch(content.symptoms, chain, seconds, self._beside, heard)
        self.taught = Taught(self.ledger, self.watch)
        self.eyes = Eyes(
            chain=chain,
            sessions=self.sessions,
            watch=self.watch,
            clock=self.clock,
            ours=accounts.names,
            intentions=self.drifting.intended,
        )
        self.hands = Hands(
            sessions=self.sessions,
            journal=self.journal,
            clock=self.clock,
            actions={**content.recipes.actions, **push_actions(load_platforms())},
            patience_seconds=seconds["proof"],
        )
        self._pushers = ThreadPoolExecutor(PUSHED_AT_ONCE, thread_name_prefix="push")
        self.fleet_watch = FleetWatch(
            chain,
            self.ledger,
            self.clock.now(),
            together_seconds=seconds["together"],
            quiet_seconds=seconds["quiet"] + seconds["clear_after"],
        )
        self.budget = Budget(settings.repairs_at_once or repairs_at_once(len(chain.stores)))
        self.guardrails = cast("dict[str, Guardrail]", discover("controller.guardrails"))

    def engine(self, turn: Turn) -> LoopEngine:
        """Return the engine with both workflows; ``turn`` gives the lock of a store."""
        workflows = {"heal": partial(heal, self._healer()), "push": partial(push, self._pusher(turn))}
        return LoopEngine(self.ledger, workflows)

    def _beside(self, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime) -> tuple[Observation, ...]:
        """Observations that the watch cannot make of answers alone: drift, and what is far from usual."""
        return self.drifting.observations(store, answers, now) + self.learning.usual(store, now)

    def _recorder(self, settings: Settings) -> Recorder:
        """Return what keeps the rounds; it writes nothing before it is started."""
        timing, began = self.content.timing, self.clock.now()
        session = Session(id=f"{this_process()} {began.isoformat()}", profile=timing.name, seconds=timing.seconds)
        keep, most = timedelta(days=settings.recording_days), settings.recording_mb * 1_000_000
        return Recorder(Writer(settings.recordings_path, session, keep=keep, most_bytes=most), session)

    def close(self) -> None:
        """Let pushes under way end their step, log out everywhere and close the ledger."""
        self.clock.stop()
        self._pushers.shutdown(wait=True, cancel_futures=True)
        if self.recorder is not None:
            self.recorder.stop()
        self.sessions.close_all()
        self.ledger.close()

    def _healer(self) -> Healer:
        return Healer(
            chain=self.content.chain,
            library=self.content.recipes,
            eyes=self.eyes,
            hands=self.hands,
            ledger=self.ledger,
            clock=self.clock,
            timing=self.content.timing,
            guardrails=self.guardrails,
            fleet=self.fleet_watch,
            budget=self.budget,
        )

    def _pusher(self, turn: Turn) -> Pusher:
        return Pusher(
            chain=self.content.chain,
            eyes=self.eyes,
            hands=self.hands,
            ledger=self.ledger,
            clock=self.clock,
            timing=self.content.timing,
            guardrails=self.guardrails,
            turn=turn,
            workers=self._pushers,
        )
