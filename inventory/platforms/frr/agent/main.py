"""The agent's command line.

In: ``storenet-frr COMMAND``, a candidate on standard input. Out: text; the exit code is a ``Code``. Called over SSH by
``inventory.platforms.frr``, and at the start of the machine (``boot-revert``).
"""

import argparse
import contextlib
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TextIO

from .ground import APPLY_SECONDS, STARTUP, STATE, Code, EndedError, Lock, at, read, write
from .router import MOST_CHARACTERS, become, check, difference, merged, running, save, type_in
from .router import replace as replace_all
from .timer import Pending, arm, clock, hurry, keep, mark, marker, settle, take_back, tidy, watched

VERSION = "1"
CHANGES = ("apply", "rollback", "confirm")
Args = argparse.Namespace
Command = Callable[[Args, Lock], str]


def _told() -> str:
    """The candidate, from standard input; every line is one that vtysh understands."""
    text = sys.stdin.buffer.read(MOST_CHARACTERS + 1).decode("utf-8", "replace").replace("\r", "")
    check(text)
    return text


def _check(_args: Args, _lock: Lock) -> str:
    """Refuse what cannot be a configuration; the running one is not touched."""
    _told()
    return ""


def _diff(args: Args, _lock: Lock) -> str:
    """Print what would change."""
    text, now = _told(), running()
    return difference(text if args.replace else merged(now, text), now)


def _apply(args: Args, lock: Lock) -> str:
    """Change, under the timer if one is given; a refusal leaves everything as before."""
    if settle(lock) is not None:
        raise EndedError(Code.REFUSED, "another change waits for its confirmation")
    text = _told()
    write(at("rollback.conf"), running())
    mark(Pending(deadline=clock() + (args.seconds or 2 * APPLY_SECONDS)))
    arm()
    try:
        (replace_all if args.replace else type_in)(text, lock)
    except EndedError as error:
        _undone(error, lock)
    return "" if args.seconds else _confirm(args, lock)


def _undone(error: EndedError, lock: Lock) -> None:
    """Take back what was done before the refusal, and tell of it."""
    try:
        take_back(lock)
    except EndedError as failed:
        hurry()
        raise EndedError(Code.STUCK, f"{error}; going back failed: {failed}") from None
    raise EndedError(Code.UNDONE, str(error)) from None


def _pending(_args: Args, lock: Lock) -> str:
    """Print ``none``, or ``pending`` and the seconds left."""
    found = settle(lock)
    return "none\n" if found is None else f"pending {max(found.deadline - clock(), 0):.0f}\n"


def _confirm(_args: Args, lock: Lock) -> str:
    """Keep the change: from the mark on it is kept, whatever happens to us."""
    found = settle(lock)
    if found is None:
        raise EndedError(Code.REFUSED, "nothing is pending")
    running()  # a router that does not answer is not confirmed
    mark(replace(found, kept=True))
    keep()
    return ""


def _rollback(_args: Args, lock: Lock) -> str:
    """Take the pending change back; without one, go to what was before the last change, and keep that."""
    if marker() is not None:
        if settle(lock) is not None:
            take_back(lock)
        return ""
    before = read(at("rollback.conf"))
    if not before:
        raise EndedError(Code.REFUSED, "there is nothing to go back to")
    replace_all(before, lock)
    save(running())
    return ""


def _boot_revert(_args: Args, lock: Lock) -> str:
    """For the start of the machine, where /run outlived it: nothing that was pending does."""
    if (found := marker()) is not None and not found.kept and not watched():
        with contextlib.suppress(EndedError):
            become(read(STARTUP), lock)
        tidy()
    return ""


def _version(_args: Args, _lock: Lock) -> str:
    return f"storenet-frr {VERSION}\n"


COMMANDS: Mapping[str, Command] = {
    "check": _check,
    "diff": _diff,
    "apply": _apply,
    "pending": _pending,
    "confirm": _confirm,
    "rollback": _rollback,
    "boot-revert": _boot_revert,
    "version": _version,
}


def main() -> int:
    """Run one command under the lock; return its code."""
    parser = argparse.ArgumentParser(prog="storenet-frr")
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("--replace", action="store_true", help="the candidate is a whole configuration")
    parser.add_argument("--seconds", type=int, default=0, help="take the change back after so long")
    args = parser.parse_args()
    for number in (signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    try:
        STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
        with Lock() as lock:
            said = COMMANDS[args.command](args, lock)
        _say(sys.stdout, said)
    except EndedError as error:
        _say(sys.stderr, f"{error}\n")
        return error.code
    except OSError as error:
        _say(sys.stderr, f"the router's own disk or memory refuses: {error}\n")
        return Code.STUCK if args.command in CHANGES else Code.REFUSED
    return Code.OK


def _say(stream: TextIO, text: str) -> None:
    """Say it, unless nobody listens any more."""
    with contextlib.suppress(OSError):
        stream.write(text)
        stream.flush()
