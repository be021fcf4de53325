"""A Nornir runner whose results stream and whose slow hosts delay nobody.

In: a Nornir task and hosts. Out: each host's result as soon as it is there; a host past its deadline counts as failed
at that moment and its worker is replaced. Called by Nornir on behalf of ``inventory.fleet``; registered as
``storenet-streaming``. Why: Nornir's own threaded runner waits for the slowest host.
"""

import queue
import threading
import time
from collections.abc import Callable

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

NAME = "storenet-streaming"
OnResult = Callable[[Host, MultiResult], None]


class HostDeadlineError(Exception):
    """The host's task did not end in time; it is left to end by itself and its result is thrown away."""


def _nothing(_host: Host, _result: MultiResult) -> None:
    """Tell nobody."""


class StreamingRunner:
    """Runs a task with at most ``workers`` hosts at a time, each for at most ``deadline_seconds``."""

    def __init__(self, workers: int = 32, deadline_seconds: float = 30.0, on_result: OnResult = _nothing) -> None:
        self.workers = workers
        self.deadline_seconds = deadline_seconds
        self.on_result = on_result

    def run(self, task: Task, hosts: list[Host]) -> AggregatedResult:
        """Run the task on every host. Each host gets exactly one result."""
        return _Run(self, task, hosts).collect()


class _Run:
    """One task over its hosts."""

    def __init__(self, runner: StreamingRunner, task: Task, hosts: list[Host]) -> None:
        self._runner = runner
        self._task = task
        self._hosts = hosts
        self._waiting: queue.SimpleQueue[Host] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Host, MultiResult]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._started: dict[str, float] = {}
        self._given_up: set[str] = set()

    def collect(self) -> AggregatedResult:
        results = AggregatedResult(self._task.name)
        for host in self._hosts:
            self._waiting.put(host)
        for _ in range(min(self._runner.workers, len(self._hosts))):
            if self._waiting.empty():  # those who began first have already taken everything
                break
            self._start_worker()
        while len(results) < len(self._hosts):
            for host, result in self._next():
                results[host.name] = result
                self._runner.on_result(host, result)
        return results

    def _start_worker(self) -> None:
        threading.Thread(target=self._work, name=NAME, daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                host = self._waiting.get_nowait()
            except queue.Empty:
                return
            with self._lock:
                self._started[host.name] = time.monotonic()
            result = self._task.copy().start(host)
            with self._lock:
                late = host.name in self._given_up
                self._started.pop(host.name, None)
            if late:
                return
            self._done.put((host, result))

    def _next(self) -> list[tuple[Host, MultiResult]]:
        """Return the next result, or the hosts whose deadline has come."""
        try:
            return [self._done.get(timeout=self._seconds_left())]
        except queue.Empty:
            return [self._give_up(host) for host in self._overdue()]

    def _seconds_left(self) -> float:
        with self._lock:
            oldest = min(self._started.values(), default=time.monotonic())
        return max(oldest + self._runner.deadline_seconds - time.monotonic(), 0.001)

    def _overdue(self) -> list[Host]:
        limit = time.monotonic() - self._runner.deadline_seconds
        with self._lock:
            late = {name for name, started in self._started.items() if started <= limit}
            self._given_up |= late
            for name in late:
                del self._started[name]
        return [host for host in self._hosts if host.name in late]

    def _give_up(self, host: Host) -> tuple[Host, MultiResult]:
        self._start_worker()
        error = HostDeadlineError(f"{host.name}: not done within {self._runner.deadline_seconds:g} s")
        result = MultiResult(self._task.name)
        result.append(Result(host, exception=error, failed=True))
        return host, result
