"""Changing the switch under its own timer: committed, then confirmed - or taken back by the switch itself.

In: lines, seconds. Out: nothing, or ``RefusedError``. Called by ``shell`` and ``main``. One marker file says what is
under way: it holds the text before, the text after and the time. It is written before the first effect and after a
sleeper is armed, and every step replaces it whole, so that whoever comes after a kill at any point knows what is left
to do: a confirmed change is saved, any other is taken back. The startup text is written by the confirmation alone.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from . import dnsmasq_files, dnsmasq_process
from .config import Config, Owns, difference, text_of
from .editor import edited, replaced
from .ground import LOCK, PENDING, STARTUP, CannotTellError, RefusedError, note, remove, write_whole
from .running import running
from .switch import apply_ports

TURN_SECONDS, ARM_SECONDS, STEP = 5.0, 5.0, 0.05
LEAST_SECONDS, MOST_SECONDS = 2, 7200
KEPT_SECONDS = 20
GRACE_SECONDS, AGAIN_SECONDS, MOST_TRIES = 1.0, 2.0, 300


@dataclass(frozen=True, slots=True)
class Marker:
    """A change under way. ``state``: waiting, reverting or confirmed. ``until``: on the clock since boot."""

    id: str
    state: str
    by: str
    seconds: int
    until: float
    before: str
    after: str

    @property
    def left(self) -> float:
        """Seconds until the switch takes it back; a clock that was set back by a reboot has none left."""
        left = self.until - _clock()
        return 0.0 if left > self.seconds + GRACE_SECONDS else max(left, 0.0)


def _clock() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@contextlib.contextmanager
def alone(seconds: float = TURN_SECONDS) -> Iterator[None]:
    """Be the only one who changes the switch. Raises ``RefusedError``."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("a") as file:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= deadline:
                    raise RefusedError("somebody else is changing the switch") from None
                time.sleep(STEP)
        yield


# --- what is under way -------------------------------------------------------------------------------------------


def _marker() -> Marker | None:
    try:
        return Marker(**json.loads(PENDING.read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        note("the marker of a change cannot be read; removed")
        remove(PENDING)
        return None


def _mark(marker: Marker) -> None:
    write_whole(PENDING, json.dumps(asdict(marker)))


def pending_seconds() -> float | None:
    """Return how long the switch still waits for a confirmation; None when nothing waits."""
    marker = _marker()
    return None if marker is None or marker.state == "confirmed" else marker.left


def guard() -> None:
    """Finish what a killed process has left: called before everything else, cheap when nothing is under way."""
    marker = _marker()
    if marker is None or (marker.state == "waiting" and marker.left > 0):
        return
    overdue = marker.state != "waiting" or marker.until + GRACE_SECONDS < _clock() or marker.until - _clock() > 0
    if overdue:
        with contextlib.suppress(RefusedError, CannotTellError, OSError), alone(0.0):
            _finish()


def _finish() -> None:
    """Save what was confirmed, take back what was not and is over. The lock is held."""
    marker = _marker()
    if marker is None:
        return
    if marker.state == "confirmed":
        _save(marker)
    elif marker.state == "reverting" or marker.left <= 0:
        _take_back(marker, "its time was over")


def _save(marker: Marker) -> None:
    write_whole(STARTUP, marker.after)
    remove(PENDING)
    note(f"change {marker.id} of {marker.by} confirmed and saved")


def _take_back(marker: Marker, why: str) -> None:
    note(f"change {marker.id} of {marker.by} is taken back: {why}")
    _mark(replace(marker, state="reverting"))
    _become(marker.before, marker.after)
    remove(PENDING)


def _become(text: str, left: str = "") -> None:
    """Make the switch say this text; ``left`` is what a change was about to make, and may have made by half."""
    now, owns = running()
    wanted, skipped = replaced(now, owns, text)
    for section in skipped:
        note(f"{section} is not there; left out")
    half = replaced(now, owns, left)[0] if left else now
    come = _ports_in(left) - _ports_in(text)
    ports = {name: port for name, port in wanted.ports.items() if name not in come}
    _apply(now, replace(wanted, ports=ports), owns, restart=half.services != wanted.services)


def _ports_in(text: str) -> set[str]:
    return {line.removeprefix("interface ") for line in text.splitlines() if line.startswith("interface ")}


def _apply(before: Config, after: Config, owns: Owns, *, restart: bool = False) -> None:
    apply_ports(before.ports, after.ports)
    if restart or before.services != after.services:
        dnsmasq_files.write_services(after, owns)
        dnsmasq_process.restart("its configuration has changed")


# --- the steps -----------------------------------------------------------------------------------------------------


def commit(lines: Sequence[str], seconds: int, *, by: str, agent: str, keep: bool) -> None:
    """Make the change; without a confirmation the switch takes it back after ``seconds``.

    ``keep``: it stands as soon as it is made, and is not saved. Raises ``RefusedError``: nothing is changed then.
    """
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise RefusedError(f"the switch waits {LEAST_SECONDS} to {MOST_SECONDS} seconds")
    with alone():
        _finish()
        if (other := _marker()) is not None:
            raise RefusedError(f"a change of {other.by} waits for its confirmation")
        before, owns = running()
        after = edited(before, owns, lines)
        if before.services != after.services:
            dnsmasq_files.check_services(after, owns)
        until, texts = _clock() + seconds, (text_of(before), text_of(after))
        marker = Marker(uuid.uuid4().hex[:12], "waiting", by, seconds, until, *texts)
        _arm(marker, agent)
        _mark(marker)
        note(f"change {marker.id} of {by}, {len(lines)} lines, for {seconds} s" + (" at most" if keep else ""))
        _make(marker, before, after, owns)
        if keep:
            remove(PENDING)


def _make(marker: Marker, before: Config, after: Config, owns: Owns) -> None:
    """Make the change and look that it is there; else take it back."""
    try:
        _apply(before, after, owns)
        _look_again(after)
    except (CannotTellError, OSError) as error:
        _take_back(marker, str(error))
        raise RefusedError(f"{error}; the change was taken back") from None


def _look_again(after: Config) -> None:
    now, _ = running()
    if text_of(now) != text_of(after):
        otherwise = " | ".join(difference(after, now).splitlines())
        raise CannotTellError(f"the switch says otherwise afterwards: {otherwise}")


def _arm(marker: Marker, agent: str) -> None:
    """Start who takes the change back; returns when it waits. It belongs to no session."""
    read, write = os.pipe()
    with os.fdopen(read, "rb") as said:
        with os.fdopen(write, "wb") as told:
            subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-I", agent, "revert-after", marker.id, str(marker.until), str(told.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(told.fileno(),),
                start_new_session=True,
                cwd="/",
            )
        if said.read(1) != b"!":
            raise RefusedError("the timer could not be armed")


def revert_after(identity: str, until: float, told: int) -> None:
    """Be the sleeper: wait, then take the change back unless it is confirmed or gone."""
    os.write(told, b"!")
    os.close(told)
    while (left := until - _clock()) > 0:
        time.sleep(left)
    for _ in range(MOST_TRIES):
        marker = _marker()
        if marker is None or marker.id != identity:
            return
        try:
            with alone():
                _finish()
        except (RefusedError, CannotTellError, OSError) as error:
            note(f"change {identity} cannot be taken back yet: {error}")
            time.sleep(AGAIN_SECONDS)


def confirm() -> None:
    """Keep what is pending, and save it."""
    with alone():
        marker = _marker()
        if marker is None:
            raise RefusedError("nothing is pending: confirmed before, or taken back")
        if marker.state != "waiting" or marker.left <= 0:
            _finish()
            raise RefusedError("too late: the change was taken back")
        _mark(replace(marker, state="confirmed"))
        _save(marker)


def rollback() -> None:
    """Take back what is pending now."""
    with alone():
        marker = _marker()
        if marker is None or marker.state == "confirmed":
            _finish()
            raise RefusedError("nothing is pending: confirmed before, or taken back")
        _take_back(marker, "asked for")


def save() -> None:
    """Write what runs to the startup text."""
    with alone():
        if _marker() is not None:
            raise RefusedError("a change waits for its confirmation")
        write_whole(STARTUP, text_of(running()[0]))


def boot() -> None:
    """Come up as last confirmed, whatever was under way when the power went; start dnsmasq."""
    with alone():
        marker = _marker()
        if marker is not None and marker.state == "confirmed":
            _save(marker)
            marker = None
        if STARTUP.exists():
            _become(STARTUP.read_text())
        elif marker is not None:
            _become(marker.before, marker.after)
        remove(PENDING)
        if dnsmasq_process.process() is None:
            dnsmasq_process.restart("boot")
    note("booted")
