"""The controller's end of the listening process: its sockets, its start, its words, and its restart when it dies.

In: places to listen at, words, ``Hints``. Out: messages handed to ``Hints``. Built, started and stopped by
``controller.running``. The sockets stay ours, so nothing that arrives while the process starts anew is lost.
"""

import contextlib
import io
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import structlog

from controller.intake.hints import Hints
from controller.intake.model import Told
from controller.intake.sockets import bind
from controller.intake.words import Words
from controller.places import Place

log = structlog.get_logger(__name__)
LONGEST_LINE = 65536
RESTART_SECONDS = 1.0
END_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where to listen, which words matter, and whose traps of version 3 count (a name, and references)."""

    syslog: Place | None
    traps: Place | None
    spoken: Words
    trapped: Words
    user: Mapping[str, str] | None = None


class Listening:
    """The listening process. ``start`` raises ``OSError`` when a place is taken; ``stop`` ends the process."""

    def __init__(self, wanted: Wanted, hints: Hints) -> None:
        self._wanted = wanted
        self._hints = hints
        self._sockets: dict[str, socket.socket] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="hints", daemon=True)

    def start(self) -> None:
        """Bind the sockets and start to listen."""
        syslog, traps = self._wanted.syslog, self._wanted.traps
        with contextlib.ExitStack() as undo:
            undo.callback(self._close)
            if syslog is not None:
                self._sockets["syslog_udp"] = udp = bind(syslog)
                same = Place(host=syslog.host, port=udp.getsockname()[1])
                self._sockets["syslog_tcp"] = bind(same, stream=True)
            if traps is not None:
                self._sockets["traps_udp"] = bind(traps)
            undo.pop_all()
        if self._sockets:
            self._process = self._launch()
            self._thread.start()

    def stop(self) -> None:
        """End the process and close the sockets."""
        self._stopping.set()
        process = self._process
        if process is not None:
            _end(process)
            self._thread.join(END_SECONDS)
        self._close()

    def port(self, name: str) -> int:
        """Return the port of ``syslog_udp``, ``syslog_tcp`` or ``traps_udp``."""
        return int(self._sockets[name].getsockname()[1])

    @property
    def pid(self) -> int | None:
        """The process's id, while there is one."""
        return self._process.pid if self._process is not None else None

    def _launch(self) -> subprocess.Popen[bytes]:
        numbers = {name: sock.fileno() for name, sock in self._sockets.items()}
        process = subprocess.Popen(  # our own module, no shell
            [sys.executable, "-m", "controller.intake.ear"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=tuple(numbers.values()),
            start_new_session=True,  # an interrupt from the terminal is ours to pass on
        )
        whereabouts = self._hints.whereabouts
        orders = {
            "sockets": numbers,
            "syslog": self._wanted.spoken.kinds,
            "traps": self._wanted.trapped.kinds,
            "names": dict(whereabouts.names),
            "addresses": dict(whereabouts.addresses),
            "user": dict(self._wanted.user) if self._wanted.user else None,
        }
        with contextlib.suppress(BrokenPipeError):  # it died at once: ``_follow`` sees that and starts it anew
            _input(process).write(json.dumps(orders).encode() + b"\n")
            _input(process).flush()
        return process

    def _follow(self) -> None:
        """Read what the process says; when it dies, start another."""
        while self._process is not None:
            self._read(self._process)
            if self._stopping.wait(RESTART_SECONDS):
                return
            log.warning("hints.listening_anew", code=self._process.returncode)
            self._hints.begin_counting_anew()
            self._process = self._launch()
            if self._stopping.is_set():
                self._process.kill()
                self._read(self._process)
                return

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Take every line until the process is over."""
        with process.stdout or io.BytesIO() as lines:
            while line := lines.readline(LONGEST_LINE):
                try:
                    self._take(json.loads(line))
                except (ValueError, KeyError, TypeError):
                    log.warning("hints.unreadable_line")
        _end(process)

    def _take(self, row: dict[str, Any]) -> None:
        if "counts" in row:
            self._hints.note_counts({(source, fate): number for source, fate, number in row["counts"]})
        else:
            self._hints.take(Told(**row["told"]))

    def _close(self) -> None:
        for sock in self._sockets.values():
            sock.close()
        self._sockets.clear()


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdin is None:
        raise BrokenPipeError
    return process.stdin


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close its input, upon which it ends; a process that does not is killed."""
    with contextlib.suppress(OSError):
        _input(process).close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
