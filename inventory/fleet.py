"""Looking at many devices at once.

In: a chain, its sessions, and what to look at per device. Out: answers per device, streamed as they come. Called by the
controller's poll and by ``storenet poll``. Nornir holds the hosts (its own SimpleInventory files, unchanged) and runs
the task; our runner gives every device its own deadline. Devices without a session are asked through their SNMP agents.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.inventory import Host, Inventory
from nornir.core.plugins.runners import RunnersPluginRegister
from nornir.core.state import GlobalState
from nornir.core.task import MultiResult, Result, Task

from inventory.connection import quiet_libraries
from inventory.errors import DeviceError, UnreachableError
from inventory.looks import Look, Reading
from inventory.model import Chain, Device, DeviceId
from inventory.session import Now, Sessions
from inventory.snmp.polling import Patience
from inventory.snmp.reading import look_at
from inventory.streaming_runner import NAME, HostDeadlineError, StreamingRunner

Answers = tuple[Reading | DeviceError, ...]
Looked = tuple[DeviceId, Answers]
Ready = queue.SimpleQueue[Looked | None]


class Fleet:
    """Every device of a chain, to be looked at."""

    def __init__(
        self, content: Path, chain: Chain, sessions: Sessions, *, workers: int = 256, deadline: float = 30.0
    ) -> None:
        """Load the hosts. At most ``workers`` devices are looked at at once, each for at most ``deadline`` seconds."""
        quiet_libraries()
        self.chain = chain
        self._sessions = sessions
        self._workers = workers
        self._deadline = deadline
        self._nornir = _nornir(content / "inventory", workers, deadline)

    def look(self, devices: Iterable[Device], looks_for: Callable[[Device], Sequence[Look]]) -> Iterator[Looked]:
        """Yield each device's answers as soon as they are there, in no order; one entry per device with looks.

        A device past its deadline answers ``UnreachableError`` to every look. Nothing about it is remembered.
        """
        asked = [(d, looks) for d in devices if d.is_asked and (looks := tuple(looks_for(d)))]
        ready: Ready = queue.SimpleQueue()
        threads = (
            self._through_sessions({d.id: looks for d, looks in asked if d.has_session}, ready),
            self._through_agents({d.id: (d, looks) for d, looks in asked if not d.has_session}, ready),
        )
        under_way = [thread for thread in threads if thread is not None]
        for thread in under_way:
            thread.start()
        for _ in under_way:
            while (looked := ready.get()) is not None:
                yield looked
        for thread in under_way:
            thread.join()

    def _through_sessions(self, plans: dict[DeviceId, tuple[Look, ...]], ready: Ready) -> threading.Thread | None:
        if not plans:
            return None

        def on_result(host: Host, result: MultiResult) -> None:
            device = DeviceId(host.name)
            ready.put((device, _answers(device, result[0], plans[device])))

        run = self._for_run(tuple(plans), StreamingRunner(self._workers, self._deadline, on_result))
        arguments = (run, self._sessions, plans, ready)
        return threading.Thread(target=_run, args=arguments, name="storenet-look", daemon=True)

    def _through_agents(
        self, plans: dict[DeviceId, tuple[Device, tuple[Look, ...]]], ready: Ready
    ) -> threading.Thread | None:
        """One thread asks all agents."""
        if not plans:
            return None
        arguments = (plans, self._sessions.now, self._deadline, ready)
        return threading.Thread(target=_ask_agents, args=arguments, name="storenet-agents", daemon=True)

    def _for_run(self, devices: Sequence[DeviceId], runner: StreamingRunner) -> Nornir:
        """Return a Nornir with these hosts, our runner and a state of its own: no failed host is remembered."""
        whole = self._nornir.inventory
        hosts = type(whole.hosts)({name: whole.hosts[name] for name in devices})
        chosen = Inventory(hosts=hosts, groups=whole.groups, defaults=whole.defaults)
        return Nornir(inventory=chosen, config=self._nornir.config, data=GlobalState(), runner=runner)


def _nornir(folder: Path, workers: int, deadline_seconds: float) -> Nornir:
    RunnersPluginRegister.register(NAME, StreamingRunner)
    names = {"host_file": "hosts.yaml", "group_file": "groups.yaml", "defaults_file": "defaults.yaml"}
    return InitNornir(
        inventory={"plugin": "SimpleInventory", "options": {k: str(folder / v) for k, v in names.items()}},
        runner={"plugin": NAME, "options": {"workers": workers, "deadline_seconds": deadline_seconds}},
        logging={"enabled": False},
    )


def _run(run: Nornir, sessions: Sessions, plans: dict[DeviceId, Sequence[Look]], ready: Any) -> None:
    try:
        run.run(task=_look, sessions=sessions, plans=plans)
    finally:
        ready.put(None)


def _ask_agents(
    plans: dict[DeviceId, tuple[Device, tuple[Look, ...]]], now: Now, deadline: float, ready: Ready
) -> None:
    try:
        look_at(plans, now, lambda device, answers: ready.put((device, answers)), Patience(whole=deadline))
    finally:
        ready.put(None)


def _look(task: Task, sessions: Sessions, plans: dict[DeviceId, Sequence[Look]]) -> Result:
    """Take one device's looks (a Nornir task)."""
    device = DeviceId(task.host.name)
    return Result(host=task.host, result=sessions[device].read_many(plans[device]))


def _answers(device: DeviceId, result: Result, looks: Sequence[Look]) -> Answers:
    if result.exception is None and isinstance(result.result, tuple):
        return result.result
    late = isinstance(result.exception, HostDeadlineError)
    reason = "not done within its deadline" if late else f"the look failed: {type(result.exception).__name__}"
    return (UnreachableError(device, reason),) * len(looks)
