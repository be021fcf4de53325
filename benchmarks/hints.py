"""Syslog taken in: messages a second beside plain Python loggers, and how soon a true hint comes through a flood.

First, contestants in processes of their own read the same mix over UDP, as fast as another process sends it: one in
ten tells of something that matters, from a thousand devices. storenet counts, resolves and keeps; the two peers are
what people write: ``socketserver`` with a regular expression and ``logging``, and the same on asyncio.
Second, the controller's own listening process under 20,000 messages and 500 traps a second, paced: how many were lost,
whose CPU it cost, and how long a message of a device that is not part of the flood took to become a hint.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import re
import socket
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from frame import Spread, Taken, compare, spread
from pouring import DEVICES, HERE, MATTERS, name_of
from results import keep_record

from controller.intake.ear import Ear
from controller.intake.hints import Hints
from controller.intake.listening import Listening, Wanted
from controller.intake.words_file import load_words
from controller.places import Place
from inventory.model import Chain, Device, DeviceId, Store, StoreId

BUFFER = 8 << 20
SYSLOG_RATE, TRAP_RATE = 20_000, 500
OLD_FORM = re.compile(r"<(\d{1,3})>(\w{3} [ \d]\d \d\d:\d\d:\d\d) (\S+) (?:\d+: )?(?:%([\w-]+): )?(.*)", re.DOTALL)


def receiver() -> socket.socket:
    """Return a socket with a large buffer, the same for everybody."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    sock.bind((HERE, 0))
    return sock


@contextlib.contextmanager
def pouring(what: str, port: int, rate: float = 0.0) -> Iterator[None]:
    """Have another process send meanwhile; rate 0: as fast as it goes."""
    command = [sys.executable, str(Path(__file__).with_name("pouring.py")), what, str(port), str(rate)]
    sender = subprocess.Popen(command)  # noqa: S603  # our own script
    try:
        yield
    finally:
        sender.kill()
        sender.wait()


def under_flood(port: int, work: Callable[[], None]) -> None:
    """Do the work while another process sends."""
    with pouring("mix", port):
        work()


@dataclass(kw_only=True)
class Storenet:
    """The listening process's own loop: counted, resolved, kept."""

    number: int
    name: str = "storenet"

    def setup(self) -> str:
        """Make the ear."""
        self.sock = receiver()
        self.sock.settimeout(0)
        self.port = self.sock.getsockname()[1]
        spoken, trapped = load_words(None)
        names = {name_of(n): name_of(n) for n in range(DEVICES)}
        orders = {"sockets": {"syslog_udp": self.sock.fileno()}, "names": names, "addresses": {}}
        self.sink = os.open(os.devnull, os.O_WRONLY)
        self.over = os.pipe()
        self.ear = Ear({**orders, "syslog": spoken.kinds, "traps": trapped.kinds}, self.sink, self.over[0])
        return "counted, resolved to devices, the newest kept"

    def round(self, _number: int) -> int:
        """Take so many messages."""
        counts = self.ear.sieve.counts
        until = counts["syslog", "received"] + self.number

        def take() -> None:
            while counts["syslog", "received"] < until:
                self.ear.turn()

        under_flood(self.port, take)
        return self.number

    def teardown(self) -> None:
        """Nothing is held."""


class Written:
    """What a plain logger does with a line: a regular expression, a record, a file."""

    def __init__(self) -> None:
        self.seen = 0
        self.log = logging.getLogger("peer")
        self.log.setLevel(logging.INFO)
        self.log.propagate = False
        self.file = tempfile.NamedTemporaryFile("w", suffix=".log")  # noqa: SIM115  # open as long as the process
        self.log.addHandler(logging.StreamHandler(self.file))

    def take(self, raw: bytes) -> None:
        """Take one message."""
        self.seen += 1
        found = OLD_FORM.match(raw.decode("utf-8", "replace"))
        if found:
            self.log.info("%s %s %s", found[3], found[4], found[5])


@dataclass(kw_only=True)
class SocketServer:
    """``socketserver.UDPServer``, one handler per message."""

    number: int
    name: str = "socketserver, regex, logging"

    def setup(self) -> str:
        """Make the server."""
        self.written = written = Written()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                written.take(self.request[0])

        self.server = socketserver.UDPServer((HERE, 0), Handler)
        self.server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        return "every message read and written to a file"

    def round(self, _number: int) -> int:
        """Take so many messages."""
        until = self.written.seen + self.number

        def take() -> None:
            while self.written.seen < until:
                self.server.handle_request()

        under_flood(self.server.server_address[1], take)
        return self.number

    def teardown(self) -> None:
        """Close it."""
        self.server.server_close()


@dataclass(kw_only=True)
class Asyncio:
    """An asyncio datagram protocol that does the same."""

    number: int
    name: str = "asyncio, regex, logging"

    def setup(self) -> str:
        """Make the loop."""
        self.written = Written()
        self.loop = asyncio.new_event_loop()
        return "every message read and written to a file"

    def round(self, _number: int) -> int:
        """Take so many messages."""
        written, until = self.written, self.written.seen + self.number
        done = self.loop.create_future()

        class Protocol(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:  # noqa: ARG002  # asyncio's form
                written.take(data)
                if written.seen >= until and not done.done():
                    done.set_result(None)

        sock = receiver()
        made = self.loop.create_datagram_endpoint(Protocol, sock=sock)
        transport, _ = self.loop.run_until_complete(made)
        under_flood(sock.getsockname()[1], lambda: self.loop.run_until_complete(done))
        transport.close()
        self.loop.run_until_complete(asyncio.sleep(0))
        return self.number

    def teardown(self) -> None:
        """Close it."""
        self.loop.close()


def speed(number: int, rounds: int) -> list[dict[str, Any]]:
    """Compare; return a row per contestant."""
    run = compare([Storenet(number=number), SocketServer(number=number), Asyncio(number=number)], rounds)
    ours = run.rounds["storenet"]
    return [{**_row(name, taken, ours), "does": run.notes[name]} for name, taken in run.rounds.items()]


def _row(name: str, taken: list[Taken], ours: list[Taken]) -> dict[str, Any]:
    ratios = spread([o.devices_per_second / t.devices_per_second for o, t in zip(ours, taken, strict=True)])
    return {
        "contestant": name,
        "messages_per_second": _told(spread([t.devices_per_second for t in taken])),
        "cpu_us_per_message": _told(spread([1000 * t.cpu_ms for t in taken])),
        "storenet_times_faster": _told(ratios),
    }


def _told(values: Spread) -> str:
    return f"{values.median:.3g} ({values.low:.3g}-{values.high:.3g})"


def chain() -> Chain:
    """Return the flooding devices, each a store of its own, and one that is not part of the flood."""
    names = [*map(name_of, range(DEVICES)), "quiet-edge"]
    shops = {
        StoreId(n): Store(
            id=StoreId(n), name=n, region="r", time_zone=ZoneInfo("UTC"), trading_hours={}, takings_per_hour=0,
            carriers=(), functions=(),
        )
        for n in names
    }  # fmt: skip
    devices = {DeviceId(n): Device(id=DeviceId(n), store=StoreId(n), role="edge", address="") for n in names}
    return Chain(stores=shops, devices=devices, functions={})


def through_the_flood(seconds: float) -> dict[str, Any]:
    """Run the real listening process under the flood; return what became of it."""
    heard = threading.Event()
    place = Place(host=HERE, port=0)
    spoken, trapped = load_words(None)
    hints = Hints(
        chain(), lambda store: heard.set() is None if store == "quiet-edge" else True, lambda: datetime.now(UTC)
    )
    ear = Listening(Wanted(syslog=place, traps=place, spoken=spoken, trapped=trapped), hints)
    ear.start()
    with pouring("mix", ear.port("syslog_udp"), SYSLOG_RATE), pouring("traps", ear.port("traps_udp"), TRAP_RATE):
        time.sleep(1.0)
        before, own, start = _taken(hints), time.process_time(), time.perf_counter()
        waits = _waits(ear.port("syslog_udp"), heard, start + seconds)
        passed = time.perf_counter() - start
        after, own = _taken(hints), time.process_time() - own
        most = _most_mb(ear.pid)
    ear.stop()
    return {
        "seconds": round(passed, 1),
        "syslog_per_second": round((after["syslog"] - before["syslog"]) / passed),
        "traps_per_second": round((after["trap"] - before["trap"]) / passed),
        "true_hints": len(waits),
        "median_ms_to_hint": round(1000 * statistics.median(waits), 1),
        "worst_ms_to_hint": round(1000 * max(waits), 1),
        "controller_cpu_share": round(own / passed, 3),
        "listening_process_mb": most,
    }


def _most_mb(pid: int | None) -> int:
    """The most memory a process has had, in MB; 0 where that cannot be asked."""
    status = Path(f"/proc/{pid}/status")
    told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8")) if status.exists() else None
    return round(int(told[1]) / 1024) if told else 0


def _taken(hints: Hints) -> dict[str, int]:
    counts = hints.counts()
    return {source: counts[source, "received"] for source in ("syslog", "trap")}


def _waits(port: int, heard: threading.Event, until: float) -> list[float]:
    """Seconds from a true message to its hint, one every 1.1 seconds."""
    waits = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        while time.perf_counter() < until:
            heard.clear()
            at = time.perf_counter()
            sock.sendto(f"<189>Nov 21 08:00:00 quiet-edge 7: {MATTERS}".encode(), (HERE, port))
            if not heard.wait(5):
                raise RuntimeError("a true message was lost in the flood")
            waits.append(time.perf_counter() - at)
            time.sleep(1.1)
    return waits


def main() -> None:
    """Run both, keep and show the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="fewer messages, 2 rounds, 3 seconds")
    options = parser.parse_args()
    number, rounds, seconds = (20_000, 2, 3.0) if options.quick else (100_000, options.rounds, 20.0)
    question = f"{number} syslog messages over UDP as fast as they come, one in ten of them matters."
    keep_record({"benchmark": "hints", "question": question, "rows": speed(number, rounds)}, quick=options.quick)
    question = f"The listening process under {SYSLOG_RATE} syslog messages and {TRAP_RATE} traps a second, paced."
    row = through_the_flood(seconds)
    keep_record({"benchmark": "hints_flood", "question": question, "rows": [row]}, quick=options.quick)


if __name__ == "__main__":
    main()
