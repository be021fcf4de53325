"""Signs of life that others hear: a till's last sale, the payment gateway, the web shop. Silence becomes a hint.

In: what a person's system posts (when something was last seen, how often it should be), and ticks. Out: messages, one
when something falls silent. Called by ``controller.api.hints`` and ``controller.running``. At most ``MOST`` are known.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.intake.model import Told

MOST = 50_000
PATIENCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Something that should be heard every ``every_seconds``; ``kind`` is ``till``, ``payment_gateway``, ``web_shop``.

    ``told``: its silence was.
    """

    kind: str
    name: str
    store: str
    sender: str
    last_seen: datetime
    every_seconds: float
    told: bool = False

    def silent(self, now: datetime) -> bool:
        """Whether it has missed so many in a row."""
        return now - self.last_seen > timedelta(seconds=PATIENCE * self.every_seconds)


class Heartbeats:
    """Remembers when each was last seen; the one told of longest ago is forgotten when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str, str], Heartbeat] = OrderedDict()

    def note(self, beat: Heartbeat) -> None:
        """Note one; an older sighting than the known one changes nothing."""
        key = (beat.kind, beat.store, beat.name)
        with self._lock:
            known = self._known.pop(key, None)
            if known is not None and known.last_seen >= beat.last_seen:
                beat = replace(beat, last_seen=known.last_seen, told=known.told)
            self._known[key] = beat
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def silent(self, now: datetime) -> tuple[Told, ...]:
        """Return those that fell silent since the last time, once each."""
        with self._lock:
            fresh = [(k, b) for k, b in self._known.items() if not b.told and b.silent(now)]
            for key, beat in fresh:
                self._known[key] = replace(beat, told=True)
        return tuple(_told(beat) for _, beat in fresh)

    def __len__(self) -> int:
        """How many are known."""
        return len(self._known)


def _told(beat: Heartbeat) -> Told:
    return Told(
        source="heartbeat",
        sender=beat.sender,
        mnemonic=beat.kind,
        kind="silent",
        store=beat.store,
        text=f"{beat.name} was last seen at {beat.last_seen:%Y-%m-%d %H:%M:%S} UTC",
    )
