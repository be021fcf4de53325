"""Child processes that cannot outlive us.

In: a module to run and its whole environment. Out: a started process, its output in a file. Called by ``lab.demo`` and
``lab.cli``. Every child is a process group of its own, gets a pipe as standard input and ends when that closes -
so it ends even when we are killed - and is ended by ``stop`` in every other case.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

START_SECONDS = 60.0
STOP_SECONDS = 12.0
TAIL_LINES = 12


class ChildError(Exception):
    """A child did not come up, or ended too early; the message holds the end of its output."""


class Child:
    """A Python module running as a process. A context manager: leaving it ends the process."""

    def __init__(self, name: str, module: str, arguments: Sequence[str], env: Mapping[str, str], output: Path) -> None:
        self.name = name
        self._output = output
        with output.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, which is also its group's."""
        return self._process.pid

    def check(self) -> None:
        """Raise ``ChildError`` when it has ended."""
        code = self._process.poll()
        if code is not None:
            raise ChildError("\n".join((f"the {self.name} ended with code {code}", *_tail(self._output))))

    def stop(self) -> int:
        """End it: SIGTERM, then - after ``STOP_SECONDS`` - its whole group by SIGKILL. Return its exit code."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        return self._process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_detached(
    module: str, arguments: Sequence[str], env: Mapping[str, str], output: Path, ready: Callable[[], bool]
) -> None:
    """Start a process that stays when we end; return once it is ready. Raises ``ChildError`` otherwise."""
    with output.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
        )
    until = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise ChildError("\n".join((f"it did not come up (code {process.wait()})", *_tail(output))))
        time.sleep(0.1)
    process.returncode = 0  # nobody will wait for it: it is meant to outlive us


def _tail(output: Path) -> list[str]:
    return output.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
