"""Notifications of version 3: who signed and encrypted them, and whether they are news.

In: datagrams of anybody, the one user who may tell us something. Out: what was told, as it stood inside. Called by the
controller's listening process. Nobody is answered. An engine names itself (RFC 3414, 3.2): its keys follow from the
passwords, its clock is believed once a message with a right signature has shown it, and never runs backwards.
"""

from collections import OrderedDict
from dataclasses import dataclass

from inventory.snmp import ber, usm
from inventory.snmp.ber import MalformedError
from inventory.snmp_agents import UsmUser

MOST_ENGINES = 16_384
SHORTEST_ENGINE, LONGEST_ENGINE = 5, 32
LAST_BOOT = (1 << 31) - 1


class UnprovenError(Exception):
    """It can be read, but not believed: another user, no signature, another password, or an old message again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """What an engine's clock showed, and when by ours."""

    boots: int
    seconds: int
    at: float


class Notices:
    """One user's notifications. Only engines that know the passwords are remembered."""

    def __init__(self, user: UsmUser) -> None:
        """Resolve the passwords. Raises ``SecretMissingError``."""
        self._user = user.name
        self._auth = user.auth
        self._words = user.word.resolve(), user.privacy_word.resolve()
        self._clocks: OrderedDict[bytes, _Clock] = OrderedDict()

    def opened(self, wire: bytes, now: float) -> tuple[int, bytes]:
        """Return the kind and the contents of what was told; ``now`` in seconds of a clock that never turns back.

        Raises ``ValueError`` for what cannot be read, ``UnprovenError`` for what cannot be believed.
        """
        envelope = usm.opened(wire)
        engine = envelope.engine
        if envelope.user != self._user.encode():
            raise UnprovenError("another user")
        if envelope.flags & (usm.AUTHENTIC | usm.PRIVATE) != usm.AUTHENTIC | usm.PRIVATE:
            raise UnprovenError("not signed and encrypted")
        if not SHORTEST_ENGINE <= len(engine.identity) <= LONGEST_ENGINE or envelope.inner[0] != ber.OCTETS:
            raise MalformedError("no engine, or nothing encrypted")
        keys = usm.keys_of(self._user, self._auth, *self._words, engine.identity)
        try:
            usm.prove(wire, envelope, keys)
            plain, at, end = usm.decrypted(wire, envelope, keys)
            told = list(ber.each(plain, at, end))
        except MalformedError as error:
            raise UnprovenError(str(error)) from None
        self._be_in_time(engine, now)
        if [tag for tag, _, _ in told[:2]] != [ber.OCTETS, ber.OCTETS] or len(told) != 3:  # noqa: PLR2004
            raise MalformedError("no notification")
        tag, begin, stop = told[2]
        return tag, plain[begin:stop]

    def __len__(self) -> int:
        """How many engines are remembered."""
        return len(self._clocks)

    def _be_in_time(self, engine: usm.Engine, now: float) -> None:
        """Refuse an old message; else take in the clock it shows. Raises ``UnprovenError``."""
        if not 0 <= engine.boots < LAST_BOOT or engine.seconds < 0:
            raise UnprovenError("no clock")
        known = self._clocks.pop(engine.identity, None)
        shown = _Clock(boots=engine.boots, seconds=engine.seconds, at=now)
        newest = shown if known is None or _is_later(shown, known) else known
        self._clocks[engine.identity] = newest
        while len(self._clocks) > MOST_ENGINES:
            self._clocks.popitem(last=False)
        if newest is not shown and not _is_near(shown, newest):
            raise UnprovenError("an old message")


def _is_later(shown: _Clock, known: _Clock) -> bool:
    return (shown.boots, shown.seconds) > (known.boots, known.seconds)


def _is_near(shown: _Clock, known: _Clock) -> bool:
    runs = known.seconds + (shown.at - known.at)
    return shown.boots == known.boots and shown.seconds >= runs - usm.WINDOW_SECONDS
