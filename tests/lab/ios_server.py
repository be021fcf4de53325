"""Runs a ``DeviceServer`` on its own event loop in a thread, for tests with blocking clients."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.host_keys import host_key
from lab.devices.ssh import DeviceServer
from tests.lab.fake_view import FakeView

T = TypeVar("T")
ACCOUNTS = {"storenet-ro": ("ro-word", 1), "storenet-rw": ("rw-word", 15)}
ENABLE = "enable-word"
PORT = 22022


class RunningLab:
    """Devices by name, served on ``127.77.0.N`` until ``close``."""

    def __init__(
        self, startups: Mapping[str, str], *, views: Mapping[str, Any] | None = None, **device_options: Any
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.views = views or {name: FakeView(name=name) for name in startups}
        self.devices = {name: IosDevice(self.views[name], text, **device_options) for name, text in startups.items()}
        self.addresses = {name: f"127.77.0.{number}" for number, name in enumerate(startups, start=1)}
        self._server = DeviceServer(
            {name: (device, self.addresses[name], PORT, host_key(name)) for name, device in self.devices.items()},
            ACCOUNTS,
            ENABLE,
        )
        self._await(self._server.start())

    def on_loop(self, act: Callable[[], T]) -> T:
        """Run something on the server's loop and return its result."""

        async def run() -> T:
            return act()

        return self._await(run())

    def netmiko(self, name: str, user: str = "storenet-rw", **more: Any) -> dict[str, Any]:
        """Connection options for Netmiko."""
        return {
            "device_type": "cisco_ios",
            "host": self.addresses[name],
            "port": PORT,
            "username": user,
            "password": ACCOUNTS[user][0],
            "secret": ENABLE,
            "conn_timeout": 5,
            **more,
        }

    def close(self) -> None:
        """Stop the server and its thread."""
        self._await(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _await(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


def eventually(holds: Callable[[], bool], *, seconds: float = 10.0) -> bool:
    """Whether something comes to hold within the time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
