"""What a lab costs: virtual devices with full state in one process, every one with a held shell.

For each size a real lab process is started; this process logs in to every device over asyncssh, keeps the shell open
and runs each command once on every device. Figures are of the lab's process alone. The result also goes to
``benchmarks/results/lab_size.json``; absolute figures depend on the machine.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import asyncssh
from results import keep_record

from lab.chain import LabChain, make_chain
from lab.client import LabClient
from lab.processes import Child

SIZES = (100, 1000, 3000)
DEVICES_PER_STORE = 2.5
SEED = 3
PORT = 2391
COMMANDS = ("show ip interface brief", "show interfaces", "show running-config", "show logging", "show cdp neighbors")
AT_ONCE = 40
IDLE_SECONDS = 5.0
START_SECONDS = 120.0
SECRETS = {
    "STORENET_READ_PASSWORD": "bench-r",
    "STORENET_WRITE_PASSWORD": "bench-w",
    "STORENET_ENABLE_SECRET": "bench-e",
}
QUESTION = "What does a lab cost: one process, full state, every device with a held shell?"
NOTES = (
    "all figures are of the lab's process alone: resident memory, user and system time",
    "idle: nobody logged in; held: a shell open on every device, after every command has been run there once",
)
MEGA = 1_000_000
Shell = asyncssh.SSHClientProcess[bytes]


class Watched:
    """A process: what it holds and what it has used."""

    def __init__(self, pid: int) -> None:
        self._folder = Path("/proc") / str(pid)
        self._ticks = os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Resident memory."""
        pages = int((self._folder / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / MEGA

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = (self._folder / "stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / self._ticks


def main() -> None:
    """Measure every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, nargs="*", default=SIZES)
    options = parser.parse_args()
    rows = [asyncio.run(measure(size)) for size in options.devices]
    record = {"benchmark": "lab_size", "question": QUESTION, "rows": rows, "notes": NOTES}
    keep_record(record, quick=tuple(options.devices) != SIZES)


async def measure(size: int) -> dict[str, Any]:
    """One size: start, stand idle, log in to all, ask all."""
    stores = round(size / DEVICES_PER_STORE)
    chain = make_chain(SEED, stores, port=PORT)
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--dir", folder, "--seed", str(SEED), "--stores", str(stores), "--port", str(PORT)]
        began = time.monotonic()
        child = Child(
            "lab", "lab.server", [*arguments, "--parent-pipe"], {**os.environ, **SECRETS}, Path(folder) / "lab.txt"
        )
        with child:
            while not LabClient(Path(folder)).up():
                child.check()
                if time.monotonic() - began > START_SECONDS:
                    raise TimeoutError("the lab did not come up")
                await asyncio.sleep(0.1)
            return await _figures(chain, Watched(child.pid), time.monotonic() - began)


async def _figures(chain: LabChain, lab: Watched, start_seconds: float) -> dict[str, Any]:
    devices = chain.managed()
    idle_megabytes, before = lab.megabytes(), lab.cpu_seconds()
    await asyncio.sleep(IDLE_SECONDS)
    idle_percent = 100 * (lab.cpu_seconds() - before) / IDLE_SECONDS
    before = lab.cpu_seconds()
    shells = await _each([lambda d=d: _log_in(d.address, d.port) for d in devices])  # type: ignore[misc]
    connect_ms = 1000 * (lab.cpu_seconds() - before) / len(devices)
    command_ms = {}
    for command in COMMANDS:
        before = lab.cpu_seconds()
        await _each([lambda s=shell: _ask(s, command) for shell, _ in shells])  # type: ignore[misc] # noqa: B023
        command_ms[f"{command}, CPU ms"] = round(1000 * (lab.cpu_seconds() - before) / len(devices), 2)
    held_megabytes = lab.megabytes()
    for _, connection in shells:
        connection.abort()
    return {
        "devices": len(devices),
        "up after s": round(start_seconds, 1),
        "idle CPU %": round(idle_percent, 1),
        "idle MB": round(idle_megabytes, 1),
        "held MB": round(held_megabytes, 1),
        "idle kB/device": round(1000 * idle_megabytes / len(devices), 1),
        "held kB/device": round(1000 * held_megabytes / len(devices), 1),
        "connect, CPU ms": round(connect_ms, 2),
        **command_ms,
    }


async def _each(works: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(work: Callable[[], Awaitable[Any]]) -> Any:
        async with room:
            return await work()

    return await asyncio.gather(*(one(work) for work in works))


async def _log_in(address: str, port: int) -> tuple[Shell, asyncssh.SSHClientConnection]:
    connection = await asyncssh.connect(
        address,
        port,
        username="storenet-rw",
        password=SECRETS["STORENET_WRITE_PASSWORD"],
        known_hosts=None,
        client_keys=None,
        config=None,
    )
    shell = await connection.create_process(term_type="vt100", encoding=None)
    await _until_prompt(shell)
    await _ask(shell, "terminal length 0")
    return shell, connection


async def _ask(shell: Shell, command: str) -> bytes:
    shell.stdin.write(command.encode() + b"\n")
    return await _until_prompt(shell)


async def _until_prompt(shell: Shell) -> bytes:
    text = bytearray()
    while not (text.endswith(b"#") and b"\n" in text):
        text += await shell.stdout.read(65536)
    return bytes(text)


if __name__ == "__main__":
    main()
