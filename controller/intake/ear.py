"""The listening process: ``python -m controller.intake.ear``. It may be flooded; the controller beside it is not.

In: one JSON line on standard input (numbers of bound sockets it inherited, words, whereabouts, where the passwords of
version 3 are), then datagrams and TCP streams. Out: JSON lines on standard output: messages that matter, and once a
second the counts.
Started and read by ``listening``. It ends when its standard input closes, so it never outlives the controller.

Why a process: twenty thousand messages a second would take turns with polls and repairs in one interpreter.
"""

import contextlib
import json
import os
import selectors
import socket
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from controller.intake.framing import Frames
from controller.intake.sieve import Sieve
from controller.intake.traps import Opens, open_none
from controller.intake.whereabouts import Whereabouts
from controller.intake.words import Words
from inventory.secrets import SecretMissingError

AT_ONCE = 256
MOST_STREAMS = 256
MOST_STREAMS_EACH = 16
MOST_BYTES = 9000
STREAM_BYTES = 65536
GIVEN_AT_ONCE = 16
FLUSH_SECONDS = 0.02
COUNT_SECONDS = 1.0
POLITENESS = 5
Take = Callable[[bytes, str, float], None]


class Ear:
    """Listens until its standard input closes."""

    def __init__(self, orders: dict[str, Any], out: int, over: int) -> None:
        whereabouts = Whereabouts(names=orders["names"], addresses=orders["addresses"])
        self.sieve = Sieve(Words(orders["syslog"]), Words(orders["traps"]), whereabouts, _opens(orders.get("user")))
        self._out = out
        self._over = over
        self._unsent = b""
        self._streams: OrderedDict[socket.socket, tuple[Frames, str]] = OrderedDict()
        self._flush_at = self._count_at = 0.0
        self._selector = selectors.DefaultSelector()
        self._selector.register(over, selectors.EVENT_READ, None)
        taking: tuple[tuple[str, Take], ...] = (
            ("syslog_udp", self.sieve.take_syslog),
            ("traps_udp", self.sieve.take_trap),
        )
        for name, take in taking:
            if name in orders["sockets"]:
                sock = socket.socket(fileno=orders["sockets"][name])
                self._selector.register(sock, selectors.EVENT_READ, _Datagrams(sock, take))
        if "syslog_tcp" in orders["sockets"]:
            door = socket.socket(fileno=orders["sockets"]["syslog_tcp"])
            self._selector.register(door, selectors.EVENT_READ, lambda now: self._let_in(door, now))

    def listen(self) -> None:
        """Take what comes, pass on what matters."""
        while self.turn():
            pass

    def turn(self) -> bool:
        """Wait for something, or a moment, and deal with it. Return whether to go on."""
        ready = self._selector.select(self._patience())
        now = time.monotonic()
        for key, _ in ready:
            if key.fileobj == self._over:
                return False
            key.data(now)
        self._flush(now)
        return True

    def _patience(self) -> float:
        busy = self._unsent or not self.sieve.idle()
        return FLUSH_SECONDS if busy else COUNT_SECONDS

    # TCP ---------------------------------------------------------------------------------------------------------

    def _let_in(self, door: socket.socket, _now: float) -> None:
        with contextlib.suppress(OSError):
            for _ in range(AT_ONCE):
                stream, peer = door.accept()
                stream.settimeout(0)
                self._make_room(peer[0])
                self._streams[stream] = (Frames(), peer[0])
                self._selector.register(stream, selectors.EVENT_READ, lambda now, s=stream: self._read(s, now))

    def _make_room(self, peer: str) -> None:
        """The one silent for longest goes: of the same peer when that has many, else of all."""
        own = [s for s, (_, of) in self._streams.items() if of == peer]
        if len(own) >= MOST_STREAMS_EACH:
            self._hang_up(own[0])
        elif len(self._streams) >= MOST_STREAMS:
            self._hang_up(next(iter(self._streams)))

    def _read(self, stream: socket.socket, now: float) -> None:
        if stream not in self._streams:  # hung up for another, a moment ago
            return
        frames, peer = self._streams[stream]
        try:
            more = stream.recv(STREAM_BYTES)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._hang_up(stream)
            return
        self._streams.move_to_end(stream)
        for message in frames.feed(more):
            self.sieve.take_syslog(message, peer, now)

    def _hang_up(self, stream: socket.socket) -> None:
        del self._streams[stream]
        self._selector.unregister(stream)
        stream.close()

    # passing on --------------------------------------------------------------------------------------------------

    def _flush(self, now: float) -> None:
        """Write a little at a time; while the controller does not read, everything stays in the sieve."""
        if now < self._flush_at:
            return
        self._flush_at = now + FLUSH_SECONDS
        if not self._unsent:
            rows: list[dict[str, Any]] = [{"told": asdict(told)} for told in self.sieve.ready(now, GIVEN_AT_ONCE)]
            if now >= self._count_at:
                self._count_at = now + COUNT_SECONDS
                counts = [[*key, number] for key, number in sorted(self.sieve.counts.items())]
                rows.append({"counts": counts})
            self._unsent = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        if self._unsent:
            with contextlib.suppress(BlockingIOError):
                self._unsent = self._unsent[os.write(self._out, self._unsent) :]


class _Datagrams:
    """Reads what a socket has, so many at once that the selector is asked rarely and nobody else starves."""

    def __init__(self, sock: socket.socket, take: Take) -> None:
        self._sock = sock
        self._take = take

    def __call__(self, now: float) -> None:
        receive, take = self._sock.recvfrom, self._take
        with contextlib.suppress(BlockingIOError, InterruptedError):
            for _ in range(AT_ONCE):
                raw, peer = receive(MOST_BYTES)
                take(raw, peer[0], now)


def _opens(user: dict[str, str] | None) -> Opens:
    """What opens traps of version 3. Passwords gone since the controller began cost those traps, not the listening."""
    if user is None:
        return open_none
    from controller.intake.private_traps import opener  # noqa: PLC0415 - only who has a user loads the cryptography

    with contextlib.suppress(SecretMissingError):
        return opener(user)
    return open_none


def main() -> None:
    """Listen as told by the first line of standard input."""
    orders = json.loads(sys.stdin.buffer.readline())
    out, over = sys.stdout.fileno(), sys.stdin.fileno()
    os.set_blocking(out, False)
    os.nice(POLITENESS)  # polls and repairs come first
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        Ear(orders, out, over).listen()


if __name__ == "__main__":
    main()
