"""One conversation with one agent: what to send, which answer counts, what to ask next. It sends nothing itself.

In: an agent, its secrets' values, the names wanted. Out: datagrams to send, one at a time, and in the end every value
the agent has of what is wanted. Called by ``polling``. A table is read to its end or not at all.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from secrets import randbits
from typing import Protocol

from inventory.errors import AuthRefusedError, DoubtfulOutputError
from inventory.model import DeviceId
from inventory.snmp import messages, usm
from inventory.snmp.ber import Oid
from inventory.snmp.messages import Missing, Pdu, Value
from inventory.snmp_agents import Auth

COLUMNS_AT_ONCE, ROWS_AT_ONCE = 4, 8
"""So much fits an answer of one Ethernet frame."""
MOST_VALUES = 20_000
MOST_TURNS = 3
Told = Mapping[Oid, int | bytes | Oid]
"""Every value there is, by its full name."""
REFUSED = {
    usm.NO_LEVEL: "the agent does not let this user sign and encrypt",
    usm.NO_USER: "the agent does not know the user",
    usm.WRONG_DIGEST: "the agent refuses the user's password",
    usm.NOT_DECRYPTED: "the agent cannot decrypt: the privacy password differs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of an agent: single objects by full name, and whole columns of tables."""

    scalars: tuple[Oid, ...]
    columns: tuple[Oid, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A datagram to send, until ``accept`` makes something of one that came. None: that one is no answer to this.

    ``accept`` raises ``MalformedError`` for what cannot be read.
    """

    wire: bytes
    accept: Callable[[bytes], "Pdu | usm.Came | None"]


Turn = Generator[Ask, "Pdu | usm.Came", Pdu]
Conversation = Generator[Ask, "Pdu | usm.Came", Told]


class Speaker(Protocol):
    """Speaks one version of the protocol."""

    def ask(self, kind: int, names: Sequence[Oid], repetitions: int = 0) -> Turn:
        """Ask once and return the answer. Raises ``DeviceError``."""


class Plain:
    """Version 2c."""

    def __init__(self, community: str) -> None:
        self._community = community.encode()

    def ask(self, kind: int, names: Sequence[Oid], repetitions: int = 0) -> Turn:
        """Ask; an answer under another community or to another request is none."""
        request = randbits(31)

        def accept(wire: bytes) -> Pdu | None:
            pdu = messages.disclosed(wire, self._community)
            return pdu if pdu.request == request else None

        pdu = messages.question(kind, request, names, repetitions)
        came = yield Ask(messages.enclosed(self._community, pdu), accept)
        return came if isinstance(came, Pdu) else came.pdu


class Private:
    """Version 3. It finds out who the engine is first, and again when that turns out to be another one."""

    def __init__(
        self, device: DeviceId, user: str, auth: Auth, words: tuple[str, str], now: Callable[[], float]
    ) -> None:
        """``words``: the password to sign with and the one to encrypt with. ``now``: a clock in seconds."""
        self._device = device
        self._user, self._auth, self._words = user, auth, words
        self._now = now
        self._engine, self._since = usm.NOBODY, 0.0
        self._keys: usm.Keys | None = None

    def ask(self, kind: int, names: Sequence[Oid], repetitions: int = 0) -> Turn:
        """Ask; an agent that has restarted in between is asked again by its new clock."""
        for _ in range(MOST_TURNS):
            if self._keys is None:
                yield from self._discover()
            came = yield self._question(kind, names, repetitions)
            if isinstance(came, Pdu):
                return came
            if came.pdu.kind == messages.RESPONSE:
                return came.pdu
            self._learn(came)
        raise DoubtfulOutputError(self._device, "the agent's clock or name changes with every answer")

    def _question(self, kind: int, names: Sequence[Oid], repetitions: int) -> Ask:
        keys, number, request = self._keys, randbits(31), randbits(31)
        engine = usm.later(self._engine, self._now() - self._since)
        assert keys is not None  # noqa: S101 - they are made by the discovery right before

        def accept(wire: bytes) -> usm.Came | None:
            came = usm.disclosed(wire, keys)
            if came.number != number:
                return None
            if came.pdu.kind == messages.REPORT:
                return came if came.proven or came.counter != usm.NOT_IN_TIME else None
            ours = came.proven and came.engine.identity == engine.identity and came.pdu.request == request
            return came if ours and usm.in_time(engine, came.engine) else None

        return Ask(usm.enclosed(keys, engine, number, messages.question(kind, request, names, repetitions)), accept)

    def _discover(self) -> Generator[Ask, "Pdu | usm.Came", None]:
        number = randbits(31)

        def accept(wire: bytes) -> usm.Came | None:
            came = usm.disclosed(wire, None)
            return came if came.number == number and came.counter and came.engine.identity else None

        came = yield Ask(usm.discovery(number, randbits(31)), accept)
        if isinstance(came, usm.Came):
            self._take(came.engine)
            self._keys = usm.keys_of(self._user, self._auth, *self._words, came.engine.identity)

    def _learn(self, report: usm.Came) -> None:
        """Take in why the agent did not answer. Raises ``AuthRefusedError`` when asking again cannot help."""
        if report.counter == usm.NOT_IN_TIME:
            self._take(report.engine)
        elif report.counter == usm.NO_ENGINE:
            self._keys = None
        else:
            reason = REFUSED.get(report.counter, "the agent refuses the user and does not say why")
            raise AuthRefusedError(self._device, f"{reason} (user {self._user}, {self._auth})")

    def _take(self, engine: usm.Engine) -> None:
        self._engine, self._since = engine, self._now()


def converse(device: DeviceId, speaker: Speaker, wish: Wish) -> Conversation:
    """Ask for everything wanted. Raises ``DeviceError`` when an answer cannot be trusted as complete."""
    told: dict[Oid, int | bytes | Oid] = {}
    if wish.scalars:
        pdu = yield from speaker.ask(messages.GET, wish.scalars)
        if pdu.status:
            raise DoubtfulOutputError(device, f"the agent answers {pdu.trouble}")
        told.update(_present(pdu, frozenset(wish.scalars)))
    reading = _Tables(device, wish.columns)
    while reading.open:
        names = reading.next_names()
        pdu = yield from speaker.ask(messages.GET_BULK, names, reading.rows_at_once)
        reading.take(pdu, told)
    return told


def _present(pdu: Pdu, wanted: frozenset[Oid]) -> Told:
    return {o: v for o, v in pdu.rows if o in wanted and v is not None and not isinstance(v, Missing)}


class _Tables:
    """Columns being read side by side."""

    def __init__(self, device: DeviceId, columns: Sequence[Oid]) -> None:
        self._device = device
        self.open: dict[Oid, Oid] = {column: column for column in columns}
        self._asked: tuple[Oid, ...] = ()
        self._columns_at_once = COLUMNS_AT_ONCE
        self.rows_at_once = ROWS_AT_ONCE

    def next_names(self) -> tuple[Oid, ...]:
        """Where to go on."""
        self._asked = tuple(self.open)[: self._columns_at_once]
        return tuple(self.open[column] for column in self._asked)

    def take(self, pdu: Pdu, told: dict[Oid, int | bytes | Oid]) -> None:
        """Take in the rows of an answer. Raises ``DoubtfulOutputError``."""
        if pdu.status == messages.TOO_BIG and (self._columns_at_once > 1 or self.rows_at_once > 1):
            self._columns_at_once = self.rows_at_once = 1
            return
        if pdu.status or not pdu.rows:
            raise DoubtfulOutputError(self._device, f"the agent breaks off: {pdu.trouble or 'an answer without rows'}")
        ended: set[Oid] = set()
        for number, (oid, value) in enumerate(pdu.rows):
            column = self._asked[number % len(self._asked)]
            if column not in ended and not self._add(column, oid, value, told):
                ended.add(column)
        for column in ended:
            del self.open[column]

    def _add(self, column: Oid, oid: Oid, value: Value, told: dict[Oid, int | bytes | Oid]) -> bool:
        """Add one row; return whether the column goes on."""
        if value is Missing.END or oid[: len(column)] != column:
            return False
        if oid <= self.open[column]:
            raise DoubtfulOutputError(self._device, "the agent's table goes round in circles")
        self.open[column] = oid
        if value is not None and not isinstance(value, Missing):
            told[oid] = value
        if len(told) > MOST_VALUES:
            raise DoubtfulOutputError(self._device, f"the agent's table has more than {MOST_VALUES} values")
        return True
