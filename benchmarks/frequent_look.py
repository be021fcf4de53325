"""What a full frequent look at 200 devices costs: storenet beside three other ways of asking the same.

Everything ``anomaly.collecting.looks_of`` wants of edges and switches, at devices that answer at once and at devices
that think 50 ms before every answer. storenet reads every answer into rows, "bare asyncssh" reads nothing: it is the
floor. Run by ``make bench``.
"""

import argparse
import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import asyncssh
from frame import Contestant, Run, compare
from ground import SECRETS, lab_seconds, plain_nornir, stores
from nornir.core import Nornir
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import AggregatedResult, Result, Task
from nornir_netmiko.connections import Netmiko
from nornir_netmiko.tasks import netmiko_send_command
from results import Condition, keep

from anomaly.collecting import looks_of
from inventory.errors import CommandRefusedError
from inventory.files import load_accounts, load_chain
from inventory.fleet import Fleet
from inventory.looks import Reading
from inventory.model import Chain, Device
from inventory.platforms import load_platforms
from inventory.session import Sessions

READER = "storenet-ro"
DRAIN_SECONDS = 0.5


def devices_of(content: Path, number: int) -> tuple[Device, ...]:
    """Return the devices looked at: ``number`` of those that have a session."""
    return tuple(d for d in load_chain(content).devices.values() if d.has_session)[:number]


def commands_of(device: Device) -> tuple[str, ...]:
    """Return the commands of a device's looks."""
    chain = Chain(stores={}, devices={device.id: device}, functions={})
    getters = load_platforms()[str(device.platform)].getters
    return tuple(getters[look.getter].command for look in looks_of(device, chain))


@dataclass(kw_only=True)
class Storenet:
    """The controller's own path: ``Fleet.look`` on held sessions, every answer read into rows."""

    content: Path
    number: int
    name: str = "storenet"

    def setup(self) -> str:
        """Log in."""
        self.chain = chain = load_chain(self.content)
        self.devices = devices_of(self.content, self.number)
        self.sessions = Sessions(chain, load_accounts(self.content), self.content, lambda: datetime.now(UTC))
        self.fleet = Fleet(self.content, chain, self.sessions)
        self.round(0)
        return "held sessions, answers read into rows"

    def round(self, _number: int) -> int:
        """Look at every device; every look must have been answered (a device may say that it has no such thing)."""
        done = 0
        for device, answers in self.fleet.look(self.devices, partial(looks_of, chain=self.chain)):
            if odd := [str(a) for a in answers if not isinstance(a, (Reading, CommandRefusedError))]:
                raise RuntimeError(f"{device}: {odd[0]}")
            done += 1
        return done

    def teardown(self) -> None:
        """Log out."""
        self.sessions.close_all()


@dataclass(kw_only=True)
class AsWritten:
    """Plain Nornir and nornir-netmiko as people write it: connect for every look, TextFSM."""

    content: Path
    number: int
    workers: int = 50
    name: str = "nornir-netmiko, as written"

    def setup(self) -> str:
        """Make the Nornir."""
        ConnectionPluginRegister.register("netmiko", Netmiko)
        devices = devices_of(self.content, self.number)
        self.commands = {str(d.id): commands_of(d) for d in devices}
        self.nornir: Nornir = plain_nornir(self.content, devices, READER, self.workers)
        return f"{self.workers} workers, connects for each look, use_textfsm=True"

    def round(self, _number: int) -> int:
        """Look at every device."""
        done = self.nornir.run(task=as_written, commands=self.commands)
        self.nornir.close_connections()
        check(done)
        return len(done)

    def teardown(self) -> None:
        """Nothing is held."""


def check(done: AggregatedResult) -> None:
    """Raise when a host failed, naming one of them."""
    for name, result in done.failed_hosts.items():
        raise RuntimeError(f"{len(done.failed_hosts)} of {len(done)} failed; {name}: {result[-1].exception!r}")


def as_written(task: Task, commands: Mapping[str, Sequence[str]]) -> None:
    """Ask with ``netmiko_send_command``, as its documentation shows."""
    for command in commands[task.host.name]:
        task.run(task=netmiko_send_command, command_string=command, use_textfsm=True)


@dataclass(kw_only=True)
class BestPublic:
    """The best a user does without subclassing: held connections, no TextFSM, Netmiko's quick options."""

    content: Path
    number: int
    tries: tuple[int, ...] = (25, 50, 100, 200)
    name: str = "nornir-netmiko, held and tuned"

    def setup(self) -> str:
        """Log in, then try every number of workers twice and keep the quickest."""
        ConnectionPluginRegister.register("netmiko", Netmiko)
        devices = devices_of(self.content, self.number)
        self.commands = {str(d.id): commands_of(d) for d in devices}
        self.nornir: Nornir = plain_nornir(self.content, devices, READER, self.tries[0])
        check(self.nornir.run(task=drain))
        times = {workers: self._try(workers) for workers in self.tries}
        best = min(times, key=lambda workers: times[workers])
        self._use(best)
        told = ", ".join(f"{workers}: {seconds:.2f} s" for workers, seconds in times.items())
        return f"{best} workers (tried {told}), expect_string, cmd_verify=False, no TextFSM"

    def _use(self, workers: int) -> None:
        self.nornir.runner.num_workers = workers  # type: ignore[attr-defined]

    def _try(self, workers: int) -> float:
        self._use(workers)
        return min(_seconds(lambda: self.round(0)) for _ in range(2))

    def round(self, _number: int) -> int:
        """Look at every device."""
        done = self.nornir.run(task=best_public, commands=self.commands)
        check(done)
        return len(done)

    def teardown(self) -> None:
        """Log out."""
        self.nornir.close_connections()


def best_public(task: Task, commands: Mapping[str, Sequence[str]]) -> Result:
    """Ask on the held connection, straight, without a task per command."""
    connection = task.host.get_connection("netmiko", task.nornir.config)
    prompt = re.escape(task.host.name) + "[>#]"
    quick = {"expect_string": prompt, "cmd_verify": False, "strip_command": False}
    said = {command: connection.send_command(command, **quick) for command in commands[task.host.name]}
    if mixed := [command for command, answer in said.items() if command not in answer]:
        raise RuntimeError(f"{task.host.name}: these got another command's answer: {mixed}")
    return Result(host=task.host, result=said)


def drain(task: Task) -> None:
    """Throw away the prompts that Netmiko's own login asked for and did not wait for."""
    connection = task.host.get_connection("netmiko", task.nornir.config)
    time.sleep(DRAIN_SECONDS)
    connection.clear_buffer()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@dataclass(kw_only=True)
class Floor:
    """One asyncio loop, one asyncssh connection per device, answers collected and thrown away unread."""

    content: Path
    number: int
    name: str = "bare asyncssh"
    logins_at_once: ClassVar[int] = 20
    shells: list["_Shell"] = field(default_factory=list)

    def setup(self) -> str:
        """Log in."""
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(self._log_in(devices_of(self.content, self.number)))
        return "held sessions, one thread, nothing is read from the answers"

    async def _log_in(self, devices: Sequence[Device]) -> None:
        gate = asyncio.Semaphore(self.logins_at_once)

        async def one(device: Device) -> None:
            async with gate:
                connection = await asyncssh.connect(
                    device.address, device.port, username=READER, password=SECRETS["STORENET_READ_PASSWORD"],
                    known_hosts=None, config=None,
                )  # fmt: skip
                shell = _Shell(device)
                await connection.create_session(lambda: shell, term_type="vt100", encoding=None)
                await shell.answer()
                await shell.ask("terminal length 0")
                self.shells.append(shell)

        await asyncio.gather(*(one(device) for device in devices))

    def round(self, _number: int) -> int:
        """Ask every device everything."""

        async def every() -> None:
            await asyncio.gather(*(shell.look() for shell in self.shells))

        self.loop.run_until_complete(every())
        return len(self.shells)

    def teardown(self) -> None:
        """Hang up."""
        for shell in self.shells:
            shell.channel.close()
        self.loop.run_until_complete(asyncio.sleep(0.2))
        self.loop.close()


class _Shell(asyncssh.SSHClientSession[bytes]):
    """One device's shell: an answer ends at its prompt."""

    def __init__(self, device: Device) -> None:
        self.channel: asyncssh.SSHClientChannel[bytes]
        self._prompt = f"\n{device.id}>".encode()
        self._commands = commands_of(device)
        self._got = b""
        self._waiting: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, chan: Any) -> None:
        self.channel = chan

    def data_received(self, data: bytes, datatype: Any) -> None:
        del datatype
        self._got += data
        if self._got.endswith(self._prompt):
            got, self._got = self._got, b""
            self._waiting.set_result(got)

    async def answer(self) -> bytes:
        got = await self._waiting
        self._waiting = asyncio.get_running_loop().create_future()
        return got

    async def ask(self, command: str) -> bytes:
        self.channel.write(command.encode() + b"\n")
        got = await self.answer()
        if command.encode() not in got:
            raise RuntimeError(f"{command} got another command's answer")
        return got

    async def look(self) -> None:
        for command in self._commands:
            await self.ask(command)


def contestants(content: Path, number: int) -> list[Contestant]:
    """Everybody; ours first."""
    return [way(content=content, number=number) for way in (Storenet, AsWritten, BestPublic, Floor)]


def run(number: int, rounds: int, answer_ms: float) -> Condition:
    """Run everybody against devices that answer after ``answer_ms``."""
    shops = -(-number // 2)
    with stores(shops, answer_ms=answer_ms) as content:
        came: Run = compare(contestants(content, number), rounds, served=lambda: lab_seconds(content))
    return Condition(name="devices answer at once" if not answer_ms else f"{answer_ms:g} ms per answer", run=came)


def main() -> None:
    """Run both conditions, keep and show the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="40 devices, 3 rounds")
    options = parser.parse_args()
    number, rounds = (40, 3) if options.quick else (options.devices, options.rounds)
    keep(
        "frequent_look",
        f"A full frequent look (every state look at edges and switches) at {number} virtual devices.",
        [run(number, rounds, answer_ms) for answer_ms in (0.0, 50.0)],
        quick=options.quick,
    )


if __name__ == "__main__":
    main()
