"""Follows the ledger: writes down what every store showed when an incident was opened, and asks the models.

In: every round's sight, from the lanes; new events, once a poll. Out: ``Sighting``s; for what the hand rules left
unknown, and an active model (or a canary in its stores) can name, the event ``Guessed``. Called by the lanes and the
scheduler. Nothing waits for it, and nothing is done upon what it says: without a model it only takes notes.
"""

import zlib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

import structlog

from anomaly.learn.errors import BadModelError
from anomaly.learn.features import Words, spotted, words_of
from anomaly.topology import Place
from anomaly.watch import StoreSight
from controller.events import Event, Guessed, Opened
from controller.learning.registry import Registry
from controller.learning.signing import KeyRefusedError, TamperedError
from controller.model_rows import ASKED, Answer, ModelRow, Sighting
from controller.ports import Clock, ModelShelf
from inventory.model import Chain, DeviceId, StoreId

if TYPE_CHECKING:
    from anomaly.learn.naming import Naming, Suggestion

UNKNOWN = "unknown"
CANARY_PART = 10
MOST_EVENTS = 500
MOST_AGAIN = 5
MOST_PENDING = 1000
CANARY_CAUTION = "the model is on trial in a tenth of the stores"
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Pending:
    """An unknown incident that no model has named yet, and how often they were asked."""

    sighting: Sighting
    asked: int = 0


class Follower:
    """Notes and asks. ``normal``: the symptoms that hold in health too. ``refused`` says why a model is not asked."""

    def __init__(
        self, shelf: ModelShelf, registry: Registry, chain: Chain, clock: Clock, normal: frozenset[str]
    ) -> None:
        self._shelf, self._registry, self._chain, self._clock = shelf, registry, chain, clock
        self._normal = normal
        self._lock = Lock()
        self._sights: dict[StoreId, StoreSight] = {}
        self._pending: deque[_Pending] = deque(maxlen=MOST_PENDING)
        self._loaded: dict[str, tuple[str, Naming]] = {}
        self.refused: dict[str, str] = {}
        self._seq = shelf.last_seq()

    def note(self, sight: StoreSight) -> None:
        """Remember a store's last round while something is wrong there. Costs nothing."""
        with self._lock:
            if sight.findings:
                self._sights[sight.store] = sight
            else:
                self._sights.pop(sight.store, None)

    def tick(self) -> None:
        """Take what was opened since; ask again where a store shows more than before."""
        new = self._shelf.events_after(self._seq, MOST_EVENTS)
        for seq, event in new:
            self._seq = seq
            self._take(event)
        rows = tuple(row for row in self._shelf.models() if row.state in ASKED)
        for pending in tuple(self._pending):
            if not rows or self._ask_again(pending, rows):
                self._pending.remove(pending)

    def _take(self, event: Event) -> None:
        if not isinstance(event, Opened) or StoreId(event.store) not in self._chain.stores:
            return
        device = self._chain.devices.get(DeviceId(event.device))
        sighting = Sighting(
            incident=event.incident,
            store=event.store,
            region=self._chain.stores[StoreId(event.store)].region,
            role=device.role if device is not None else "",
            signature=event.signature,
            at=event.at,
            words=tuple(sorted(self._words(event))),
        )
        self._shelf.save_sighting(sighting)
        if event.signature == UNKNOWN:
            self._pending.append(_Pending(sighting))

    def _words(self, event: Opened) -> Words:
        """What the whole store shows; when that is over already, what the incident rests on."""
        store = StoreId(event.store)
        now = self._now_shown(store)
        seen = [(e.symptom, Place(DeviceId(e.device), e.subject)) for e in event.evidence]
        odd = [(name, place) for name, place in seen if name not in self._normal]
        return now or words_of(odd, self._chain, store)

    def _now_shown(self, store: StoreId) -> Words:
        with self._lock:
            sight = self._sights.get(store)
        return frozenset() if sight is None else words_of(spotted(sight.symptoms, self._normal), self._chain, store)

    def _ask_again(self, pending: _Pending, rows: Iterable[ModelRow]) -> bool:
        """Ask when it is new or shows something new; whether it is done with."""
        before = pending.sighting
        words = self._now_shown(StoreId(before.store)) or frozenset(before.words)
        if pending.asked and words == frozenset(before.words):
            return not self._is_unknown(before.store)
        said = {row.name: (row, self._answer(row, words)) for row in rows}
        told = {name: (row, s) for name, (row, s) in said.items() if s is not None}
        answers = tuple(_answer(row, s) for row, s in told.values())
        pending.sighting = replace(before, words=tuple(sorted(words)), answers=answers)
        pending.asked += 1
        self._shelf.save_sighting(pending.sighting)
        return self._tell(pending.sighting, told) or pending.asked >= MOST_AGAIN

    def _is_unknown(self, store: str) -> bool:
        with self._lock:
            sight = self._sights.get(StoreId(store))
        return sight is not None and any(f.signature == UNKNOWN for f in sight.findings)

    def _tell(self, sighting: Sighting, told: "Mapping[str, tuple[ModelRow, Suggestion]]") -> bool:
        """Say what the model that is heard in this store takes it for; whether there was anything to say."""
        states = {row.state: (row, said) for row, said in told.values()}
        on_trial = is_canary_store(sighting.store) and "canary" in states
        row, said = states.get("canary" if on_trial else "active", (None, None))
        if row is None or said is None or said.verdict != "named":
            return False
        self._shelf.append(
            Guessed(
                incident=sighting.incident,
                store=sighting.store,
                at=self._clock.now(),
                model=row.name,
                names=said.kind,
                probability=round(said.probability, 3),
                likeness=round(said.likeness, 3),
                nearest=said.nearest,
                caution=CANARY_CAUTION if on_trial else row.suggest_only,
            )
        )
        log.info("incident.guessed", incident=sighting.incident, names=said.kind, model=row.name)
        return True

    def _answer(self, row: ModelRow, words: Words) -> "Suggestion | None":
        model = self._model(row)
        return None if model is None else model.suggest(words)

    def _model(self, row: ModelRow) -> "Naming | None":
        """The model, loaded once; one that was tampered with is told of once and not asked."""
        known = self._loaded.get(row.name)
        if known is not None and known[0] == row.manifest:
            return known[1]
        try:
            model = self._registry.load(row)
        except (TamperedError, BadModelError, KeyRefusedError) as error:
            if self.refused.get(row.name) != str(error):
                log.warning("model.refused", model=row.name, reason=str(error))
            self.refused[row.name] = str(error)
            return None
        self.refused.pop(row.name, None)
        self._loaded[row.name] = (row.manifest, model)
        return model


def is_canary_store(store: str) -> bool:
    """Whether a model on trial is heard in this store: always the same tenth."""
    return zlib.crc32(store.encode()) % CANARY_PART == 0


def _answer(row: ModelRow, said: "Suggestion") -> Answer:
    return Answer(
        model=row.name,
        state=row.state,
        verdict=said.verdict,
        kind=said.kind,
        probability=round(said.probability, 3),
        likeness=round(said.likeness, 3),
    )
