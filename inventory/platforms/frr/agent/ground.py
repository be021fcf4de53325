"""What the agent stands on: files that are whole or not there, commands that end, one lock.

Called by every module of the agent.
"""

import contextlib
import enum
import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

STATE = Path("/run/storenet-frr")
STARTUP = Path("/etc/frr/frr.conf")
VTYSH = "/usr/bin/vtysh"
RELOAD = "/usr/lib/frr/frr-reload.py"
LOCK_SECONDS, SHOW_SECONDS, APPLY_SECONDS = 5.0, 10.0, 60.0
STEP_SECONDS = 0.05
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


class Code(enum.IntEnum):
    """How a command ended. ``UNDONE``: refused on the way, all is as before. ``STUCK``: not even that is sure."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    BUSY = 3
    UNDONE = 4
    STUCK = 5


class EndedError(Exception):
    """The command ends with a code and a reason."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def at(name: str) -> Path:
    """A file of ours."""
    return STATE / name


def write(path: Path, text: str, mode: int = 0o600, owner: str = "") -> None:
    """Put a file there whole, or not at all."""
    fresh = path.with_name(f"{path.name}.storenet-new")
    with open(fresh, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if owner:
        shutil.chown(fresh, owner, owner)
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def read(path: Path) -> str:
    """A file's text; empty when it is not there."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


class Lock:
    """One at a time, or ``shared``. Held as well by what we start with it, until that ends."""

    def __init__(self, seconds: float = LOCK_SECONDS, name: str = "lock", *, shared: bool = False) -> None:
        self.seconds, self.name = seconds, name
        self.kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self.file = -1

    def __enter__(self) -> Self:
        """Take it. Raises ``EndedError`` when somebody else has it for too long."""
        self.file = os.open(at(self.name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + self.seconds
        while True:
            try:
                fcntl.flock(self.file, self.kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    os.close(self.file)
                    raise EndedError(Code.BUSY, "somebody else is changing this router") from None
                time.sleep(STEP_SECONDS)
            else:
                return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Let it go."""
        os.close(self.file)


def run(command: list[str], seconds: float, *, lock: Lock | None = None, note: bool = False) -> tuple[int, str]:
    """Run a command, for so long at most. Return its code and all it said; a killed one has the code -9.

    It holds the ``lock`` with us, so that nobody else starts while it still works without us; ``note`` writes down
    whom to kill then.
    """
    process = subprocess.Popen(  # noqa: S603 - FRR's own programs, by their full names
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=() if lock is None else (lock.file,),
        env=ENVIRONMENT,
    )
    if note:
        write(at("worker"), str(process.pid))
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        end_group(process.pid)
        process.communicate()
        return -9, f"no answer from FRR within {seconds:g} s"
    return process.returncode, said.decode("utf-8", "replace").strip()


def end_group(leader: int) -> None:
    """Kill a command and all it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
