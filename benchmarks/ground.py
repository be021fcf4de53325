"""The ground every comparison stands on: a lab of virtual stores in a process of its own, and plain Nornir on it.

In: how many stores, how long a device thinks before each answer. Out: the content directory of a running lab; a Nornir
over its devices as anybody would set it up. Called by the benchmarks.
"""

import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.filter import F

from inventory.model import Device
from lab.client import LabClient
from lab.processes import Child

SECRETS = {
    "STORENET_READ_PASSWORD": "bench-r",
    "STORENET_WRITE_PASSWORD": "bench-w",
    "STORENET_ENABLE_SECRET": "bench-e",
}
UP_SECONDS = 60.0
PID_FILE = "lab.pid"


@contextlib.contextmanager
def stores(number: int, *, answer_ms: float = 0.0, seed: int = 1, more: Sequence[str] = ()) -> Iterator[Path]:
    """Run a lab, with ``more`` arguments; yield its content directory.

    The passwords stand in the environment meanwhile.
    """
    os.environ.update(SECRETS)
    with tempfile.TemporaryDirectory(prefix="storenet-bench-") as folder:
        content = Path(folder)
        arguments = ["--dir", folder, "--seed", str(seed), "--stores", str(number), "--port", str(_free_port())]
        arguments += ["--answer-ms", str(answer_ms), "--parent-pipe", *more]
        with Child("lab", "lab.server", arguments, dict(os.environ), content / "lab.txt") as child:
            (content / PID_FILE).write_text(str(child.pid), encoding="utf-8")
            wait_for(lambda: child.check() or LabClient(content).up(), UP_SECONDS, "the lab did not come up")
            yield content


def lab_seconds(content: Path) -> float:
    """Return the CPU seconds, user and system, that the lab's process has used so far."""
    pid = (content / PID_FILE).read_text(encoding="utf-8")
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    """Return a port nobody listens on now; every device has it, each on an address of its own."""
    with socket.socket() as sock:
        sock.bind(("127.20.1.1", 0))
        return int(sock.getsockname()[1])


def wait_for(true: Callable[[], object], seconds: float, otherwise: str, step: float = 0.05) -> None:
    """Wait until something is true. Raises ``TimeoutError``."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(otherwise)
        time.sleep(step)


def plain_nornir(content: Path, devices: tuple[Device, ...], account: str, workers: int) -> Nornir:
    """Return Nornir as people set it up: its own inventory files, its own threaded runner, one account."""
    names = {"host_file": "hosts.yaml", "group_file": "groups.yaml", "defaults_file": "defaults.yaml"}
    folder = content / "inventory"
    nornir = InitNornir(
        inventory={"plugin": "SimpleInventory", "options": {k: str(folder / v) for k, v in names.items()}},
        runner={"plugin": "threaded", "options": {"num_workers": workers}},
        logging={"enabled": False},
    )
    wanted = nornir.filter(F(name__in=[str(device.id) for device in devices]))
    wanted.inventory.defaults.username = account
    wanted.inventory.defaults.password = SECRETS[f"STORENET_{'READ' if account == 'storenet-ro' else 'WRITE'}_PASSWORD"]
    return wanted
