"""The journal: no write without a lease, a journalled intent and a live fencing token.

In: leases asked for by a store's lane, intents by ``controller.hands``. Out: ``Permit``s, made nowhere else.
Why: a crash must never repeat an effect (the intent is read back first), and a controller that was frozen and wakes
up must not write over its successor (its token is stale).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.events import Event
from controller.ports import Clock, Intent, JournalStore
from inventory.errors import StaleTokenError
from inventory.writes import Permit


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Leave to look after a store until ``expires_at``, under a fencing token."""

    store: str
    token: int
    expires_at: datetime


class Journal:
    """One controller process's side of the journal. ``ttl_seconds`` is how long a lease lasts unrenewed."""

    def __init__(self, store: JournalStore, holder: str, clock: Clock, ttl_seconds: float) -> None:
        self._journal = store
        self._holder = holder
        self._clock = clock
        self._ttl = timedelta(seconds=ttl_seconds)
        self._leases: dict[str, Lease] = {}

    def lease(self, store: str) -> Lease | None:
        """Take or renew the store's lease; None while another controller has it. Called on every tick of the lane."""
        now, held = self._clock.now(), self._leases.get(store)
        if held is not None and self._ttl / 2 < held.expires_at - now <= self._ttl:  # more: our clock went back
            return held
        token = self._journal.acquire(store, self._holder, now, self._ttl.total_seconds())
        if token is None:
            self._leases.pop(store, None)
            return None
        self._leases[store] = Lease(store=store, token=token, expires_at=now + self._ttl)
        return self._leases[store]

    @property
    def held(self) -> int:
        """How many stores this process looks after right now."""
        now = self._clock.now()
        return sum(lease.expires_at > now for store, lease in tuple(self._leases.items()) if not store.startswith("@"))

    def token(self, store: str) -> int:
        """Return the live lease's token, renewing it; ``StaleTokenError`` when another controller has the store."""
        lease = self.lease(store)
        if lease is None:
            raise StaleTokenError(f"{store}: another controller has the lease")
        return lease.token

    def intend(self, intent: Intent, event: Event) -> Permit:
        """Journal an intent with its event, durably, and return the permit to carry it out.

        Raises ``StaleTokenError`` when the intent's token is not that of our live lease.
        """
        if intent.token != self.token(intent.store):
            raise StaleTokenError(f"{intent.store}: token {intent.token} is not our lease's")
        self._journal.open_intent(intent, event)
        return _Permit(self, intent)

    def end(self, intent: str, outcome: str, event: Event) -> None:
        """Journal how an intent ended, with its event. Needs no lease: what was read back stays true."""
        self._journal.end_intent(intent, outcome, event)

    def intents(self, incident: str, store: str | None = None) -> tuple[Intent, ...]:
        """Return every intent of an incident or rollout (in one store), oldest first."""
        return self._journal.intents(incident=incident, store=store)

    def open_intents(self, incident: str | None = None, store: str | None = None) -> tuple[Intent, ...]:
        """Return intents whose ending is not known: after a restart, to be read back before anything else."""
        return self._journal.intents(incident=incident, store=store, open_only=True)

    def assert_live(self, intent: Intent) -> None:
        """Raise ``StaleTokenError`` unless the lease lasts, the token is the newest and the intent is still open."""
        held = self._leases.get(intent.store)
        if held is None or held.token != intent.token or held.expires_at <= self._clock.now():
            raise StaleTokenError(f"{intent.store}: our lease has run out")
        if self._journal.live_token(intent.store) != intent.token:
            self._leases.pop(intent.store, None)
            raise StaleTokenError(f"{intent.store}: token {intent.token} is no longer the newest")
        if intent.id not in {known.id for known in self.open_intents(intent.incident, intent.store)}:
            raise StaleTokenError(f"{intent.store}: intent {intent.id} has ended")


class _Permit:
    """Leave to carry out one journalled intent (``inventory.writes.Permit``)."""

    __slots__ = ("_intent", "_journal")

    def __init__(self, journal: Journal, intent: Intent) -> None:
        self._journal = journal
        self._intent = intent

    @property
    def intent(self) -> str:
        """Id of the journalled intent."""
        return self._intent.id

    def assert_live(self) -> None:
        """Raise ``StaleTokenError`` unless this very intent may still be carried out by us."""
        self._journal.assert_live(self._intent)
