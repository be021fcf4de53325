"""dnsmasq's process: is it there, does it hold its ports, and starting it anew.

In: /proc. Out: ``Process``; ``restart``. Called by ``looks``, ``trial`` and ``shell``. Why so careful: a start before
the old process has ended finds the port taken, and a stopped process never hears that it should end.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .dnsmasq_files import lease_file
from .ground import DNSMASQ_FILES, RUN, CannotTellError, note, settings, write_whole

REMEMBERED = RUN / "dnsmasq.json"
FOREGROUND = frozenset({"-k", "--keep-in-foreground", "-d", "--no-daemon"})
PROC = Path("/proc")
DHCP, DNS = 67, 53
END_SECONDS, START_SECONDS, STEP = 1.5, 3.0, 0.01


@dataclass(frozen=True, slots=True)
class Process:
    """A process of dnsmasq. ``hung``: stopped, or dead and not yet buried."""

    number: int
    hung: bool
    command: tuple[str, ...]
    udp_ports: frozenset[int]


def process() -> Process | None:
    """Return dnsmasq's main process; how it was started is remembered for when it is gone."""
    numbers = sorted(_numbers())
    parents = {number: _stat(number) for number in numbers}
    mains = [n for n in numbers if parents[n] is not None and parents[n][1] not in numbers]  # type: ignore[index]
    for number in mains:
        state = parents[number]
        command = _command(number)
        if state is not None and state[0] not in "ZX" and command:
            _remember(command)
            return Process(number, state[0] in "Tt", command, _udp_ports(number))
    return None


def _numbers() -> Iterator[int]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if (folder / "comm").read_text().strip() == "dnsmasq":
                    yield int(folder.name)


def _stat(number: int) -> tuple[str, int] | None:
    """Return state and parent."""
    try:
        words = (PROC / str(number) / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return None
    return words[0], int(words[1])


def _command(number: int) -> tuple[str, ...]:
    try:
        text = (PROC / str(number) / "cmdline").read_bytes()
    except OSError:
        return ()
    return tuple(word.decode(errors="replace") for word in text.split(b"\0") if word)


def _udp_ports(number: int) -> frozenset[int]:
    """The UDP ports the process holds."""
    held = set()
    with contextlib.suppress(OSError):
        for handle in (PROC / str(number) / "fd").iterdir():
            with contextlib.suppress(OSError):
                held.add(str(handle.readlink()))
    rows = (PROC / "net/udp").read_text().splitlines()[1:]
    found = (row.split() for row in rows)
    return frozenset(int(words[1].rpartition(":")[2], 16) for words in found if f"socket:[{words[9]}]" in held)


def _remember(command: Sequence[str]) -> None:
    text = json.dumps(list(command))
    with contextlib.suppress(OSError):
        if not REMEMBERED.exists() or REMEMBERED.read_text() != text:
            write_whole(REMEMBERED, text)


def start_command() -> list[str]:
    """How dnsmasq is started: as the installer says, as it ran before, or as on any Debian."""
    chosen = settings()["dnsmasq"]
    if chosen:
        return [str(word) for word in chosen]
    with contextlib.suppress(OSError, ValueError):
        return [str(word) for word in json.loads(REMEMBERED.read_text()) if word not in FOREGROUND]
    return ["/usr/sbin/dnsmasq", f"--conf-dir={DNSMASQ_FILES},*.conf"]


def restart(reason: str) -> None:
    """End dnsmasq, wait until it is gone, start it. Raises ``CannotTellError`` unless it holds its ports then."""
    note(f"restart dnsmasq: {reason}")
    if settings()["restart"]:
        _run([str(word) for word in settings()["restart"]])
    else:
        end()
        _run(start_command())
    until_ready()


def end() -> None:
    """End every process of dnsmasq; returns when all are gone."""
    process()
    for strength, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, START_SECONDS)):
        deadline = time.monotonic() + seconds
        numbers = _living()
        for number in numbers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, strength)
        while (left := _living()) and time.monotonic() < deadline:
            if strength == signal.SIGTERM and all((_stat(n) or ("Z", 0))[0] in "Tt" for n in left):
                break
            time.sleep(STEP)
        if not left:
            return
    raise CannotTellError("dnsmasq does not end")


def _living() -> list[int]:
    return [number for number in _numbers() if (_stat(number) or ("Z", 0))[0] not in "ZX"]


def until_ready() -> None:
    """Wait until dnsmasq holds its ports."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        found = process()
        if found is not None and not found.hung and DNS in found.udp_ports:
            return
        if time.monotonic() > deadline:
            raise CannotTellError("dnsmasq was started and does not serve")
        time.sleep(STEP)


def _run(command: Sequence[str]) -> None:
    """Run what goes to the background by itself, with nothing of ours held open."""
    try:
        done = subprocess.run(  # noqa: S603 - the installer's or our own words
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=START_SECONDS,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotTellError(f"dnsmasq cannot be started ({type(error).__name__})") from None
    if done.returncode:
        raise CannotTellError(f"dnsmasq does not start (code {done.returncode})")


def release(addresses: Sequence[str]) -> int:
    """Take leases away and return how many there were; dnsmasq keeps them in memory, so it is ended before."""
    path = lease_file()
    end()
    rows = path.read_text().splitlines() if path.exists() else []
    kept = [row for row in rows if not _is_lease_of(row, addresses)]
    if len(kept) != len(rows):
        path.write_text("".join(f"{row}\n" for row in kept))  # in place: dnsmasq's user must keep owning it
    restart(f"released {len(rows) - len(kept)} of {' '.join(addresses)}")
    return len(rows) - len(kept)


def _is_lease_of(row: str, addresses: Sequence[str]) -> bool:
    words = row.split()
    return len(words) > 2 and words[2] in addresses  # noqa: PLR2004 - expiry, MAC, address
