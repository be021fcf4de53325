"""Everything learned by a running controller: notes, guesses, and once a day a look at the models themselves.

In: settings, content, the ledger, a clock. Out: ``note`` for the lanes, ``tick`` and ``look_after`` for the scheduler.
Wired by ``controller.parts``. Training runs in a process of its own: it takes a core for most of a minute, and polls
must not feel it. Without a model, without a key, without scikit-learn even, healing is the same.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock

import structlog

from anomaly.library import Library
from anomaly.model import Observation
from anomaly.watch import StoreSight
from controller.learning.drift import drifted, rates
from controller.learning.follower import Follower
from controller.learning.registry import Registry
from controller.learning.teaching import is_due, library_hash, own_lesson
from controller.learning.usual import Usual
from controller.ports import Clock, ModelShelf
from controller.settings import Settings
from inventory.model import Chain, StoreId

TRAINING_SECONDS = 1800
MOST_SAID = 3
IN_USE = ("canary", "active")
LONGEST = 500
log = structlog.get_logger(__name__)


class Learning:
    """The learning half of a controller; it reads, remembers and suggests."""

    def __init__(self, settings: Settings, library: Library, chain: Chain, shelf: ModelShelf, clock: Clock) -> None:
        self._settings, self._shelf, self._clock = settings, shelf, clock
        self.registry = Registry(settings.state, shelf, settings.model_key)
        normal = frozenset(name for name, spec in library.symptoms.items() if spec.normal)
        self._rules = library_hash(library)
        self._usual = Usual(chain)
        self._follower = Follower(shelf, self.registry, chain, clock, normal)
        self._lock = Lock()
        self._training: subprocess.Popen[str] | None = None
        self._stopped = False

    def note(self, sight: StoreSight) -> None:
        """Take one round of a store; costs nothing."""
        self._follower.note(sight)
        self._usual.note(sight)

    def usual(self, store: StoreId, now: datetime) -> tuple[Observation, ...]:
        """What was far from usual in the poll before."""
        return self._usual.observations(store, now)

    @property
    def shifts(self) -> tuple[str, ...]:
        """The silent shifts that are there, in words."""
        return self._usual.shifts

    def tick(self) -> None:
        """Follow the ledger. Called once a poll."""
        self._usual.tick()
        self._follower.tick()

    def look_after(self) -> None:
        """Once in a while: what drifted may only suggest; enough news is learned; new rules are a new judge."""
        self._watch_drift()
        rows = self._shelf.models()
        outdated = any(row.state in IN_USE and row.replay.library != self._rules for row in rows)
        if outdated or is_due(own_lesson(self._shelf), rows):
            self._train()

    def stop(self) -> None:
        """End a training that is under way; the next day's begins anew."""
        with self._lock:
            self._stopped = True
            if self._training is not None:
                self._training.kill()

    def _watch_drift(self) -> None:
        for row in self._shelf.models():
            if row.state != "active" or row.suggest_only:
                continue
            found = drifted(rates(self._shelf.sightings(), row.name, self._clock.now()))
            if found:
                why = "; ".join(rate.words for rate in found[:MOST_SAID])
                self._shelf.shelve(replace(row, suggest_only=f"what is seen has drifted ({why})"))
                log.warning("model.drifted", model=row.name, why=why)

    def _train(self) -> None:
        """Have another process train, and see whether those in use still beat the hand rules."""
        settings = self._settings
        asked = [sys.executable, "-m", "controller.main", "models", "train", "--if-due", "--state", str(settings.state)]
        asked += ["--content", str(settings.content)] if settings.content is not None else []
        asked += ["--model-key", settings.model_key] if settings.model_key is not None else []
        try:
            child = self._begin(asked)
        except OSError as error:
            log.warning("model.training_failed", reason=str(error))
            return
        if child is None:
            return
        try:
            _, said = child.communicate(timeout=TRAINING_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            _, said = child.communicate()
        tell = log.info if child.returncode == 0 else log.warning
        tell("model.looked_after", code=child.returncode, said=said.strip()[-LONGEST:])

    def _begin(self, asked: Sequence[str]) -> "subprocess.Popen[str] | None":
        with self._lock:
            if self._stopped:
                return None
            self._training = subprocess.Popen(  # noqa: S603 - our own command, our own words
                asked, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            return self._training
