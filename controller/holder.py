"""Who holds a lease: one process, named so that a restart can tell whether it still lives.

Out: ``host:pid:starttime``. Called by ``controller.main`` (its own name) and by the ledger (is the other one gone?).
Why: after ``kill -9`` the next process on the same host goes on at once instead of waiting for the lease to run out.
The host part names the pid namespace too: a pid means nothing in another container.
"""

import os
import socket
from pathlib import Path

_PROC = Path("/proc")


def this_process() -> str:
    """Return this process's name as a lease holder."""
    pid = os.getpid()
    state = _state_and_start(pid)
    return f"{_host()}:{pid}:{state[1] if state else 0}"


def is_gone(holder: str) -> bool:
    """Whether the holder is known to be dead: a process of this very host which has ended. In doubt: no."""
    host, _, rest = holder.rpartition(":")
    host, _, pid = host.rpartition(":")
    if host != _host() or not pid.isdecimal() or not rest.isdecimal():
        return False
    if not (_PROC / "self" / "stat").exists():
        return not _answers(int(pid))
    state = _state_and_start(int(pid))
    return state is None or state[0] in "ZX" or state[1] != int(rest)


def _host() -> str:
    try:
        namespace = str((_PROC / "self" / "ns" / "pid").readlink()).strip("pid:[]")
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{namespace}"


def _state_and_start(pid: int) -> tuple[str, int] | None:
    """State letter and start time (clock ticks since boot) of a process; proc(5), fields 3 and 22 of ``stat``."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return fields[0], int(fields[19])


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
