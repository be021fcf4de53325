"""What is pending on this router, and who takes it back when nobody confirms it.

In: marks on the router's own memory file system. Out: a router as it was before, or with what was confirmed. Called by
``main``. A sleeper belongs to nobody: it outlives the session, and the one that is killed has a twin.
"""

import contextlib
import json
import os
import signal
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .ground import APPLY_SECONDS, Code, EndedError, Lock, at, end_group, read, write
from .router import become, running, save

SLEEPERS = 2
NAP_SECONDS, STUCK_SECONDS, AGAIN_SECONDS = 0.5, 15.0, 3.0
MOST_FILES = 256
DEAF_TO = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)
LEFT_OVER = ("worker", "check.conf", "mark.conf", "compare.conf", "reload/frr.conf")


@dataclass(frozen=True)
class Pending:
    """A change that waits: until when, by ``clock``, and whether it was confirmed on the way."""

    deadline: float
    kept: bool = False


def clock() -> float:
    """Seconds since the start of the machine, sleep included; nobody can set it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def marker() -> Pending | None:
    """What is pending; a marker that cannot be read has run out."""
    text = read(at("pending"))
    if not text:
        return None
    try:
        found = json.loads(text)
        return Pending(deadline=float(found["deadline"]), kept=bool(found["kept"]))
    except (ValueError, KeyError, TypeError):
        return Pending(deadline=0.0)


def mark(pending: Pending) -> None:
    """Note what is pending."""
    write(at("pending"), json.dumps(asdict(pending)))


def hurry() -> None:
    """Let what is pending run out now."""
    if (found := marker()) is not None:
        mark(replace(found, deadline=clock()))


def tidy() -> None:
    """Nothing is pending any more. The marker goes first: without it nobody takes anything back."""
    for name in ("pending", *LEFT_OVER):
        at(name).unlink(missing_ok=True)


def keep() -> None:
    """Save what runs, then forget that it was pending."""
    save(running())
    tidy()


def take_back(lock: Lock, *, note: bool = True) -> None:
    """Bring the configuration from before the change back, then forget the change.

    What FRR itself cannot go back to is told; trying it for ever would not help.
    """
    before = read(at("rollback.conf"))
    if not before:
        tidy()
        raise EndedError(Code.STUCK, "the file to go back to is gone")
    left = become(before, lock, note=note) and become(before, lock, note=note)
    tidy()
    if left:
        raise EndedError(Code.STUCK, f"not all of it could be taken back: {left}")


def settle(lock: Lock) -> Pending | None:
    """Bring to its end what was left: keep what was confirmed, take back what nobody watches over any more."""
    found = marker()
    if found is None:
        return None
    if found.kept:
        keep()
        return None
    if watched() and clock() < found.deadline:
        return found
    take_back(lock)
    return None


def watched() -> bool:
    """Whether a sleeper lives."""
    try:
        with Lock(0, "sleepers"):
            return False
    except EndedError:
        return True


def arm() -> None:
    """Start the sleepers and wait until each of them watches, apart from us and our session."""
    ready, told = os.pipe()
    for _ in range(SLEEPERS):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.close(ready)
                _sleep(told)
            os._exit(0)
        os.wait()
    os.close(told)
    for _ in range(SLEEPERS):
        if os.read(ready, 1) != b".":
            raise EndedError(Code.REFUSED, "the timer could not be armed")
    os.close(ready)


def _sleep(told: int) -> None:
    """Be a sleeper, and never return."""
    try:
        _let_go(but=told)
        with Lock(APPLY_SECONDS, "sleepers", shared=True):
            os.write(told, b".")
            os.close(told)
            while _watch():
                pass
    finally:
        os._exit(0)


def _let_go(*, but: int) -> None:
    """Be deaf to hang-ups, hold no file of whoever started us (its lock among them), and be the last to be killed."""
    for number in DEAF_TO:
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("-1000", encoding="ascii")
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    for held in range(3, MOST_FILES):
        if held != but:
            with contextlib.suppress(OSError):
                os.close(held)


def _watch() -> bool:
    """Nap, or do what is due; tell whether anything is still pending."""
    found = marker()
    if found is None:
        return False
    left = found.deadline - clock()
    if left > 0 and not found.kept:
        time.sleep(min(left, NAP_SECONDS))
        return True
    try:
        with Lock(STUCK_SECONDS) as lock:
            _do_what_is_due(lock)
    except EndedError as error:
        if error.code is Code.BUSY:
            _end_worker()
        time.sleep(AGAIN_SECONDS)
    except OSError:
        time.sleep(AGAIN_SECONDS)
    return True


def _do_what_is_due(lock: Lock) -> None:
    now = marker()
    if now is not None and now.kept:
        keep()
    elif now is not None and clock() >= now.deadline:
        take_back(lock, note=False)


def _end_worker() -> None:
    """Kill what a command has started and what still holds the lock after the time is over."""
    group = read(at("worker"))
    if group.isdigit():
        end_group(int(group))
