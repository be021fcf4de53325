"""The lab process: world, devices, control socket.

In: a directory, a seed, a number of stores; passwords from the environment (``STORENET_READ_PASSWORD``,
``STORENET_WRITE_PASSWORD``, ``STORENET_ENABLE_SECRET``; with ``--snmp`` also ``STORENET_SNMP_READ`` and
``STORENET_SNMP_WRITE``). Out: SSH devices and SNMP agents on loopback, ``DIR/lab/log.jsonl``.
Started by ``lab.cli`` as ``python -m lab.server``; ends on SIGINT, SIGTERM, the ``stop`` command, or - with
``--parent-pipe`` - when its standard input closes.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from lab.agents import agents
from lab.callers import COMMUNITIES, asked_as, known_users
from lab.chain import USUAL, LabChain, make_chain
from lab.clock import LabClock
from lab.content import write_content
from lab.control import ControlSocket
from lab.devices.dialect import Device, new_device
from lab.devices.snmp import Agents
from lab.devices.ssh import DeviceServer
from lab.layout import Stock
from lab.life import Life
from lab.log import LabLog, stamp
from lab.orders import Orders
from lab.startup import startup
from lab.syslog import Sender
from lab.world import World

LOOK_SECONDS = 0.5
STOP_SECONDS = 0.05
SECRETS = ("STORENET_READ_PASSWORD", "STORENET_WRITE_PASSWORD", "STORENET_ENABLE_SECRET")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabOptions:
    """Where and how big."""

    directory: Path
    seed: int
    stores: int
    port: int
    one_port_per_device: bool
    parent_pipe: bool = False
    answer_ms: float = 0.0
    snmp: bool = False
    life: float = 0.0
    stock: Stock = USUAL
    syslog: Sender | None = None


class Lab:
    """A running lab."""

    def __init__(self, options: LabOptions, environment: dict[str, str]) -> None:
        self._options = options
        self.chain = make_chain(
            options.seed,
            options.stores,
            port=options.port,
            one_port_per_device=options.one_port_per_device,
            stock=options.stock,
            asked_as=asked_as(environment) if options.snmp else None,
        )
        write_content(self.chain, options.directory)
        run = options.directory / "lab"
        self.log = LabLog(run / "log.jsonl")
        self.clock = LabClock(self.chain.start)
        self.world = World(self.chain, self.clock, self.log)
        for gear in (g for shop in self.world.shops.values() for g in shop.gears.values()):
            gear.tell = options.syslog.of(gear.name) if options.syslog is not None else None
        self.devices = {
            str(d.id): new_device(
                d.platform or "",
                self.world.view(d.id),
                startup(self.chain.chain, d),
                answer_seconds=options.answer_ms / 1000,
            )
            for d in self.chain.managed()
        }
        for name, device in self.devices.items():
            self.world.plug(name, device)
        self.orders = Orders(self.world, self.devices, self._spawn, self._stop)
        self._server = _device_server(self.chain, self.devices, environment)
        told = agents(self.world, options.port) if options.snmp else {}
        read, write = (environment.get(name, "") for name in COMMUNITIES)
        self._agents = Agents(told, read, write, known_users(environment))
        self._control = ControlSocket(run, self.orders.carry_out)
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Serve until told to stop."""
        self._write_start()
        self.world.begin()
        if self._options.life:
            Life(self.world, self.chain.seed, self._options.life).begin()
        self._spawn(self._look())
        if self._options.parent_pipe:
            self._spawn(self._watch_parent())
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._over.set)
        await self._server.start()
        await self._agents.start()
        await self._control.start()
        try:
            await self._over.wait()
        finally:
            await self._control.stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._agents.stop()
            await self._server.stop()
            self.log.close()

    def _write_start(self) -> None:
        self.log.write(
            "start",
            self.clock.now(),
            seed=self.chain.seed,
            stores=len(self.chain.chain.stores),
            devices=len(self.chain.chain.devices),
            clock=stamp(self.chain.start),
            on_backup=[str(f.name) for f in self.chain.chain.functions.values() if f.requirement.on_backup],
        )

    def _spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a task of the lab failed", "exception": task.exception()}
            )
            self._over.set()

    async def _look(self) -> None:
        while True:
            self.world.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _watch_parent(self) -> None:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.read(1024):
            pass
        self._over.set()

    def _stop(self) -> None:
        asyncio.get_running_loop().call_later(STOP_SECONDS, self._over.set)


def _device_server(chain: LabChain, devices: dict[str, Device], environment: dict[str, str]) -> DeviceServer:
    read, write, enable = (environment[name] for name in SECRETS)
    listening = {
        str(d.id): (devices[d.id], d.address, d.port, asyncssh.import_private_key(chain.host_keys[d.id]))
        for d in chain.managed()
    }
    return DeviceServer(listening, {"storenet-ro": (read, 1), "storenet-rw": (write, 15)}, enable)


def main() -> None:
    """Run a lab from the command line."""
    parser = argparse.ArgumentParser(prog="python -m lab.server", description="A lab of virtual stores.")
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--stores", type=int, default=6)
    parser.add_argument("--port", type=int, default=2222)
    parser.add_argument("--one-port-per-device", action="store_true")
    parser.add_argument("--parent-pipe", action="store_true")
    parser.add_argument("--answer-ms", type=float, default=0.0, help="how long a device thinks before each answer")
    parser.add_argument("--snmp", action="store_true", help="serve access points and power strips over SNMP")
    parser.add_argument("--life", type=float, default=0.0, help="how lively stores are besides faults; 1 is usual")
    parser.add_argument("--vendors", default=",".join(USUAL.vendors), help="platforms of switches, apart by commas")
    parser.add_argument("--sizes", default=",".join(USUAL.sizes), help="sizes of stores, apart by commas")
    parser.add_argument("--syslog", metavar="HOST:PORT", help="where devices send what they log, on loopback")
    given = parser.parse_args()
    needed = (*SECRETS, *COMMUNITIES) if given.snmp else SECRETS
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        parser.error(f"set {', '.join(missing)}")
    try:
        stock = Stock(vendors=tuple(given.vendors.split(",")), sizes=tuple(given.sizes.split(",")))
        syslog = Sender(given.syslog) if given.syslog else None
    except ValueError as error:
        parser.error(str(error))
    options = LabOptions(
        directory=given.dir,
        seed=given.seed,
        stores=given.stores,
        port=given.port,
        one_port_per_device=given.one_port_per_device,
        parent_pipe=given.parent_pipe,
        answer_ms=given.answer_ms,
        snmp=given.snmp,
        life=given.life,
        stock=stock,
        syslog=syslog,
    )
    asyncio.run(_run(options))


async def _run(options: LabOptions) -> None:
    gc.disable()  # thousands of devices are made to stay: looking through them again and again finds nothing
    lab = Lab(options, dict(os.environ))
    gc.freeze()
    gc.enable()
    await lab.run()


if __name__ == "__main__":
    main()
