"""Child processes that cannot outlive us.

In: a module to run and its whole environment. Out: a started process, its output in a file. Called by ``lab.demo`` and
``lab.cli``. Every child is a process group of its own, gets a pipe as standard input and ends when that closes -
so it ends even when we are killed - and is ended by ``stop`` in every other case.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

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
                [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=out,
                stderr=subprocess.STDOUT, env=env, start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, which is also its group's."""
        return self._process.pid

    def check(self) -> None:
        """Raise ``ChildError`` when it has ended."""
        code = self._process.poll()
        if code is not None:
            tail = self._output.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
            raise ChildError("\n".join((f"the {self.name} ended with code {code}", *tail)))

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


def start_detached(module: str, arguments: Sequence[str], env: Mapping[str, str], output: Path) -> int:
    """Start a process that stays when we end. Return its process id."""
    with output.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            [sys.executable, "-m", module, *arguments], stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.STDOUT, env=env, start_new_session=True,
        )
    return process.pid
