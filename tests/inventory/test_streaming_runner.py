import threading
import time

import pytest
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.state import GlobalState
from nornir.core.task import MultiResult, Task

from inventory.streaming_runner import HostDeadlineError, StreamingRunner


def nornir(names: list[str], runner: StreamingRunner) -> Nornir:
    hosts = Hosts({name: Host(name=name) for name in names})
    return Nornir(
        inventory=Inventory(hosts=hosts, groups=Groups(), defaults=Defaults()), data=GlobalState(), runner=runner
    )


@pytest.fixture
def release():
    event = threading.Event()
    yield event
    event.set()


def test_every_host_has_one_result_as_it_comes() -> None:
    seen: list[str] = []
    runner = StreamingRunner(workers=3, on_result=lambda host, _: seen.append(host.name))
    names = [f"h{n}" for n in range(20)]
    result = nornir(names, runner).run(task=lambda task: task.host.name.upper())
    assert sorted(seen) == sorted(names)
    assert {name: r[0].result for name, r in result.items()} == {name: name.upper() for name in names}


def test_hosts_that_hang_delay_nobody_and_miss_their_deadline(release: threading.Event) -> None:
    """Four hang on two workers: without replacement the others would never run."""
    order: list[str] = []

    def task(task: Task) -> str:
        if task.host.name.startswith("hang"):
            release.wait(30)
        return "done"

    runner = StreamingRunner(workers=2, deadline_seconds=0.2, on_result=lambda host, _: order.append(host.name))
    names = ["hang1", "hang2", "ok1", "hang3", "hang4", "ok2", "ok3"]
    result = nornir(names, runner).run(task=task)
    assert sorted(order) == sorted(names)
    assert {n for n, r in result.items() if r.failed} == {"hang1", "hang2", "hang3", "hang4"}
    assert isinstance(result["hang1"][0].exception, HostDeadlineError)
    assert result["ok3"][0].result == "done"


def test_a_late_result_is_thrown_away(release: threading.Event) -> None:
    results: list[tuple[str, bool]] = []
    ended = threading.Event()

    def task(task: Task) -> str:
        release.wait(30)
        ended.set()
        return "late"

    def on_result(host: Host, result: MultiResult) -> None:
        results.append((host.name, result.failed))

    nornir(["slow"], StreamingRunner(deadline_seconds=0.05, on_result=on_result)).run(task=task)
    release.set()
    assert ended.wait(5)
    assert results == [("slow", True)]


def test_never_more_hosts_at_once_than_workers() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def task(task: Task) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.005)
        with lock:
            now[0] -= 1

    nornir([f"h{n}" for n in range(30)], StreamingRunner(workers=4)).run(task=task)
    assert most[0] <= 4


def test_a_task_that_raises_is_a_failed_result() -> None:
    def task(task: Task) -> None:
        raise ValueError("no")

    result = nornir(["a"], StreamingRunner()).run(task=task)
    assert result["a"].failed
    assert isinstance(result["a"][0].exception, ValueError)
