"""A lab of one store in a process of its own, and what tests need to spoil its sessions."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from inventory.errors import StaleTokenError
from inventory.files import load_accounts, load_chain
from inventory.model import Chain, Device, DeviceId
from inventory.secrets import Accounts
from lab.client import LabClient

EDGE = DeviceId("s001-edge")
SWITCH = DeviceId("s001-sw1")
SECRETS = {
    "STORENET_READ_PASSWORD": "look-only-77",
    "STORENET_WRITE_PASSWORD": "may-write-88",
    "STORENET_ENABLE_SECRET": "en-99-able",
}


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.20.1.1", 0))
        return int(sock.getsockname()[1])


@dataclass(frozen=True, kw_only=True)
class RunningLab:
    content: Path
    chain: Chain
    accounts: Accounts
    client: LabClient

    def lines(self, device: str) -> list[str]:
        """Return what was typed on a device, as the lab's own log has it."""
        log = (self.content / "lab" / "log.jsonl").read_text(encoding="utf-8")
        rows = (json.loads(row) for row in log.splitlines())
        return [str(row["line"]) for row in rows if row["kind"] == "line" and row["device"] == device]


@contextlib.contextmanager
def running_lab(folder: Path) -> Iterator[RunningLab]:
    options = ["--seed", "7", "--stores", "1", "--port", str(free_port()), "--parent-pipe"]
    process = subprocess.Popen(
        [sys.executable, "-m", "lab.server", "--dir", str(folder), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **SECRETS},
    )
    try:
        client = LabClient(folder)
        until = time.monotonic() + 20
        while not client.up():
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                said = process.stdout.read().decode() if process.stdout else ""
                raise AssertionError(f"the lab did not start: {said[-2000:]}")
            time.sleep(0.05)
        yield RunningLab(content=folder, chain=load_chain(folder), accounts=load_accounts(folder), client=client)
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)
        if process.stdout:
            process.stdout.close()


class Leave:
    """A permit that is live until told otherwise; ``when_asked`` runs as it is asked."""

    def __init__(self, *, live: bool = True, when_asked: object | None = None) -> None:
        self.intent = "i-1"
        self.live = live
        self.asked = 0
        self.when_asked = when_asked

    def assert_live(self) -> None:
        self.asked += 1
        if callable(self.when_asked):
            self.when_asked()
        if not self.live:
            raise StaleTokenError("a newer token was given")


class Proxy:
    """A TCP proxy in front of one device. ``mode``: ``pass``, ``swallow`` answers, or ``reset`` at the next answer."""

    def __init__(self, device: Device) -> None:
        self._target = (device.address, device.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.mode = "pass"
        self.connections = 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def in_front_of(self, device: Device) -> Device:
        return replace(device, address="127.0.0.1", port=self.port)

    def cut(self) -> None:
        """End every connection that stands."""
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            far = socket.create_connection(self._target)
            for sock in (near, far):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [near, far]
            threading.Thread(target=self._pump, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if answers and self.mode == "swallow":
                    continue
                if answers and self.mode == "reset":
                    break
                sink.sendall(data)
        for sock in (source, sink):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


@contextlib.contextmanager
def silent_device(device: Device) -> Iterator[Device]:
    """A device that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield replace(device, address="127.0.0.1", port=int(listener.getsockname()[1]))


def with_device(chain: Chain, device: Device) -> Chain:
    """Return the chain with one device replaced."""
    return replace(chain, devices={**chain.devices, device.id: device})


def copied_keys(content: Path, folder: Path) -> Path:
    """Return a content directory with a copy of the host keys, to be spoilt."""
    shutil.copytree(content / "inventory" / "host_keys", folder / "inventory" / "host_keys")
    return folder
