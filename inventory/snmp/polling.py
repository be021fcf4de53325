"""Many conversations at once in one thread: sends, waits, sends again, gives up in time.

In: conversations and where their agents are. Out: each one's outcome as soon as it is there, in no order. Called by
``snmp.reading``. Why: thousands of agents, most of which answer within a few milliseconds and some never.
"""

import contextlib
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from inventory.errors import DeviceError, DoubtfulOutputError, UnreachableError
from inventory.model import DeviceId
from inventory.snmp.asking import Ask, Conversation, Told
from inventory.snmp.ber import MalformedError

DATAGRAM = 65535
DATAGRAMS_AT_ONCE = 32
"""Whoever floods one line does not hold up the others."""
TICK_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an answer is waited for at each try, and a whole conversation, in seconds."""

    tries: tuple[float, ...] = (0.6, 1.0, 1.4)
    whole: float = 10.0
    at_once: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A conversation to be had with a device at an address."""

    device: DeviceId
    address: str
    port: int
    conversation: Conversation


Done = Callable[[DeviceId, Told | DeviceError], None]


def talk_all(calls: Iterable[Call], done: Done, patience: Patience) -> None:
    """Have every conversation; ``done`` is called once for each. An agent past its time is ``UnreachableError``."""
    waiting = iter(calls)
    with selectors.DefaultSelector() as ears:
        lines = _Lines(ears, done, patience)
        while lines.fill(waiting):
            lines.listen()


class _Lines:
    """The conversations under way."""

    def __init__(self, ears: selectors.BaseSelector, done: Done, patience: Patience) -> None:
        self._ears = ears
        self._done = done
        self._patience = patience
        self._open: set[_Line] = set()
        self._looked = time.monotonic()

    def fill(self, waiting: Iterator[Call]) -> bool:
        """Begin as many as may be open at once; return whether any is."""
        while len(self._open) < self._patience.at_once and (call := next(waiting, None)) is not None:
            try:
                line = _Line(call, self._patience)
            except OSError as error:
                self._done(call.device, UnreachableError(call.device, f"no socket to ask through: {error.strerror}"))
                continue
            outcome = line.begin()
            if outcome is None:
                self._open.add(line)
                self._ears.register(line.door, selectors.EVENT_READ, line)
            else:
                self._end(line, outcome, listened=False)
        return bool(self._open)

    def listen(self) -> None:
        """Wait for a moment, hear what came, and look whose time is over."""
        for key, _ in self._ears.select(TICK_SECONDS):
            self._settle(key.data, key.data.hear())
        now = time.monotonic()
        if now - self._looked >= TICK_SECONDS:
            self._looked = now
            for line in [line for line in self._open if line.until <= now]:
                self._settle(line, line.insist(now))

    def _settle(self, line: "_Line", outcome: "Told | DeviceError | None") -> None:
        if outcome is not None and line in self._open:
            self._open.discard(line)
            self._end(line, outcome, listened=True)

    def _end(self, line: "_Line", outcome: Told | DeviceError, *, listened: bool) -> None:
        if listened:
            self._ears.unregister(line.door)
        line.close()
        self._done(line.device, outcome)


class _Line:
    """One conversation on a socket of its own: what comes late for an earlier one finds nobody."""

    def __init__(self, call: Call, patience: Patience) -> None:
        self.device = call.device
        self._call = call
        self._patience = patience
        family = socket.AF_INET6 if ":" in call.address else socket.AF_INET
        self.door = socket.socket(family, socket.SOCK_DGRAM)
        self.until = self._end = time.monotonic() + patience.whole
        self._ask: Ask | None = None
        self._tries = 0
        self._garbled = False

    def begin(self) -> "Told | DeviceError | None":
        """Send the first question; return the outcome where there is one at once."""
        self.door.setblocking(False)  # noqa: FBT003
        try:
            self.door.connect((self._call.address, self._call.port))
        except OSError as error:
            return UnreachableError(self.device, f"no way to its SNMP agent: {error.strerror or 'no such address'}")
        return self._go_on(lambda: next(self._call.conversation))

    def hear(self) -> "Told | DeviceError | None":
        """Take what came; return the outcome when that was the last of it."""
        for _ in range(DATAGRAMS_AT_ONCE):
            try:
                wire = self.door.recv(DATAGRAM)
            except OSError:  # there is no more; or nothing listens there at the moment, which is as good as lost
                return None
            outcome = self._take(wire)
            if outcome is not None:
                return outcome
        return None

    def _take(self, wire: bytes) -> "Told | DeviceError | None":
        asked = self._ask
        try:
            came = asked.accept(wire) if asked else None
        except MalformedError:
            self._garbled = True
            return None
        if came is None:
            return None
        self._garbled = False
        return self._go_on(lambda: self._call.conversation.send(came))

    def _go_on(self, step: Callable[[], Ask]) -> "Told | DeviceError | None":
        """Send the next question; return the outcome when there is none."""
        try:
            self._ask = step()
        except StopIteration as end:
            told: Told = end.value
            return told
        except DeviceError as error:
            return error
        self._tries = 0
        return self.insist(time.monotonic())

    def insist(self, now: float) -> "Told | DeviceError | None":
        """Send the question (again); return the error when it was asked often enough."""
        if self._ask is None or self._tries >= len(self._patience.tries) or now >= self._end:
            return self._silent()
        self.until = min(now + self._patience.tries[self._tries], self._end)
        self._tries += 1
        with contextlib.suppress(OSError):  # as good as lost
            self.door.send(self._ask.wire)
        return None

    def _silent(self) -> DeviceError:
        where = f"{self._call.address} port {self._call.port}"
        if self._garbled:
            return DoubtfulOutputError(self.device, f"what comes from {where} cannot be read or is not by its keys")
        return UnreachableError(self.device, f"no SNMP answer from {where}; a wrong community is met by silence too")

    def close(self) -> None:
        """Hang up."""
        self._call.conversation.close()
        self.door.close()
