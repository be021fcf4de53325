"""What became of what we were told: hints, counted, remembered for a while, and an extra look raised for some.

In: messages that matter, from the listening process and over HTTP. Out: hints for the API, counts for ``/metrics``, and
``hasten(store)``. Built by ``controller.running``. Nothing here can reach a device or the ledger: that is the whole
safety of it. What raises a look is bounded by whoever looks, not by who asks.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta

from anomaly.model import Hinted
from controller.intake.buckets import Buckets
from controller.intake.model import LONGEST_TEXT, LONGEST_WORD, SOURCES, Did, Hint, Source, Told
from controller.intake.whereabouts import Whereabouts, whereabouts_of
from inventory.model import Chain, Device, DeviceId, StoreId

REMEMBERED = 500
FRESH = timedelta(seconds=15)
_OWN_WORD: tuple[Source, ...] = ("syslog", "trap")
COUNTS = ("received", "unlisted", "unreadable", "refused", "unresolved", "dropped", "kept")
Hasten = Callable[[StoreId], bool]
Counts = Mapping[tuple[str, ...], int]


class Hints:
    """Takes messages, from any thread. ``hasten`` says whether it will look at the store now.

    ``ours``: names of accounts; what a device tells of their doing is no news.
    """

    def __init__(self, chain: Chain, hasten: Hasten, now: Callable[[], datetime], ours: Collection[str] = ()) -> None:
        self._chain = chain
        self.whereabouts: Whereabouts = whereabouts_of(chain)
        self._hasten = hasten
        self._ours = tuple(ours)
        self._fresh: dict[StoreId, dict[tuple[str, str], datetime]] = {}
        self._now = now
        self._lock = threading.Lock()
        self._recent: deque[Hint] = deque(maxlen=REMEMBERED)
        self._buckets = Buckets()
        self._http: Counter[tuple[str, str]] = Counter()
        self._heard: Counter[tuple[str, str]] = Counter()
        self._past: Counter[tuple[str, str]] = Counter()
        self.polls_raised = 0

    def take(self, told: Told) -> Hint:
        """Turn a message into a hint, and hurry a look at its store unless that was hurried lately."""
        device = self._chain.devices.get(DeviceId(told.device))
        store = device.store if device else StoreId(told.store) if told.store in self._chain.stores else None
        at = self._now()
        did: Did = "unresolved"
        if store is not None and any(name in told.text for name in self._ours):
            did = "ours"
        elif store is not None:
            if device is not None and told.source in _OWN_WORD:
                self._note_fresh(device, told.kind, at)
            did = "looks" if self._hasten(store) else "looked_lately"
        hint = Hint(
            source=told.source,
            sender=told.sender[:LONGEST_WORD],
            mnemonic=told.mnemonic[:LONGEST_WORD],
            kind=told.kind[:LONGEST_WORD],
            device=device.id if device else None,
            store=store,
            text=told.text[:LONGEST_TEXT],
            received_at=at,
            did=did,
        )
        with self._lock:
            self._recent.append(hint)
            self.polls_raised += did == "looks"
        return hint

    def fresh(self, store: StoreId, now: datetime) -> Hinted:
        """Return what the devices of a store told of in the last seconds, themselves: not what others say of them."""
        with self._lock:
            told = self._fresh.get(store, {})
            return {key: at for key, at in told.items() if timedelta(0) <= now - at <= FRESH}

    def _note_fresh(self, device: Device, kind: str, at: datetime) -> None:
        """Kinds come from the list of words: what is kept is bounded by devices times kinds."""
        with self._lock:
            self._fresh.setdefault(device.store, {})[str(device.id), kind] = at

    def take_over_http(self, told: Iterable[Told], sender: str) -> tuple[Hint, ...]:
        """Take messages of one request; a sender that says too much is listened to for one message of each device."""
        kept: list[Told] = []
        places: set[tuple[str, str]] = set()
        at = self._now().timestamp()
        for one in told:
            place = (one.device, one.store)
            self._count(one.source, "received")
            with self._lock:
                has = self._buckets.take(sender, at)
            if not has and place in places:
                self._count(one.source, "dropped")
                continue
            places.add(place)
            kept.append(one)
        taken = tuple(map(self.take, kept))
        for hint in taken:
            self._count(hint.source, "unresolved" if hint.did == "unresolved" else "kept")
        return taken

    def recent(self, most: int) -> tuple[Hint, ...]:
        """Return the newest hints, newest first."""
        with self._lock:
            return tuple(self._recent)[: -most - 1 : -1]

    def note_counts(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Note what the listening process has counted since it began."""
        with self._lock:
            self._heard = Counter(counts)

    def begin_counting_anew(self) -> None:
        """The listening process begins anew: what the last one counted stays counted."""
        with self._lock:
            self._past += self._heard
            self._heard = Counter()

    def counts(self) -> Counts:
        """Return how many by source and fate, all of them, also those that never were."""
        with self._lock:
            whole = self._past + self._heard + self._http
        return {(source, fate): whole[source, fate] for source in SOURCES for fate in COUNTS}

    def _count(self, source: str, fate: str) -> None:
        with self._lock:
            self._http[source, fate] += 1
