"""One hostile device, the product's own way to it, and a look at what it really holds.

In: a dialect. Out: sessions through a fault proxy, a real ledger with journal and hands, the truth read from the device
itself. Every stand has its own event loop thread, addresses and files; nothing is shared between cells.
"""

import asyncio
import itertools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from controller.hands import Hands
from controller.journal import Journal
from controller.ledgers.sqlite import SqliteLedger
from inventory.connection import SessionLimits
from inventory.model import Chain, Device, DeviceId, Store, StoreId
from inventory.secrets import Account, Accounts, SecretRef
from inventory.session import Sessions
from lab.devices.host_keys import host_key, known_hosts_line
from lab.proxy import Proxy, Spoil
from playbooks.model import CONFIG
from tests.matrix.dialects import ENABLE, PASSWORDS, Dialect, Truth

T = TypeVar("T")
SCALE = 10
"""Seconds of the controller and of the device's revert timer pass this many times faster."""
LIMITS = SessionLimits(
    connect_seconds=2.0, read_seconds=1.5, write_seconds=1.5, turn_seconds=1.0, settle_seconds=0.1, most_seconds=2.5
)
STORE = StoreId("s001")
SECRETS = {"MATRIX_RO": PASSWORDS["storenet-ro"], "MATRIX_RW": PASSWORDS["storenet-rw"], "MATRIX_ENABLE": ENABLE}
WRONG = {"MATRIX_WRONG": "no-such-word"}
_NUMBERS = itertools.count(1)


def accounts(*, wrong: bool = False) -> Accounts:
    """The two logins; the secrets stand in the environment."""
    os.environ.update(SECRETS | WRONG)
    enable = SecretRef("env:MATRIX_ENABLE")
    read = SecretRef("env:MATRIX_WRONG" if wrong else "env:MATRIX_RO")
    return Accounts(
        read=Account(username="storenet-ro", password=read),
        write=Account(username="storenet-rw", password=SecretRef("env:MATRIX_RW"), enable=enable),
    )


@dataclass(frozen=True, slots=True)
class FastClock:
    """Real time, made faster."""

    start: float = time.monotonic()

    def now(self) -> datetime:
        return datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(seconds=(time.monotonic() - self.start) * SCALE)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / SCALE)


class Leave:
    """A permit that is always live."""

    intent = "matrix-1"

    def assert_live(self) -> None:
        """It is."""


class Stand:
    """One cell's device and everything around it, until ``close``."""

    def __init__(self, dialect: Dialect, folder: Path) -> None:
        number = next(_NUMBERS)
        self.dialect = dialect
        self.clock = FastClock()
        self.name = DeviceId("s001-sw1")
        self.triggers: list[tuple[Any, Callable[[], None]]] = []
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        address, port = f"127.79.{number // 250}.{number % 250 + 1}", 22022
        self.device, self._server = self.run(
            lambda: dialect.make(str(self.name), address, port, self._line, 60.0 / SCALE)
        )
        self.await_(self._server.start())
        self.proxy = Proxy(address, port)
        self._pin(address, port)
        self.address = (address, port)
        self.chain = self._chain(self.proxy.port)
        self.ledger = SqliteLedger.open(folder / "ledger.sqlite")
        self.sessions = self.new_sessions()

    def new_sessions(self, *, wrong: bool = False) -> Sessions:
        """Sessions of the product, through the proxy."""
        return Sessions(self.chain, accounts(wrong=wrong), self._folder, self.clock.now, limits=LIMITS)

    def hands(self, actions: dict[str, Any]) -> Hands:
        """The controller's hands on the real ledger."""
        journal = Journal(self.ledger, "matrix:1:1", self.clock, 36000)
        return Hands(sessions=self.sessions, journal=journal, clock=self.clock, actions=actions, patience_seconds=20)

    def misbehave(self, mode: str, lines: str = "", **how: Any) -> None:
        """Put the device into a mode."""
        self.run(lambda: self.device.modes.put(mode, lines, **how))

    def when(self, pattern: Any, act: Callable[[], None]) -> None:
        """Do something, once, when a line that matches reaches the device, before it is carried out."""
        self.triggers.append((pattern, act))

    def spoil_at(self, pattern: Any, how: Spoil) -> None:
        """Spoil the connections from the moment on that a line that matches reaches the device."""
        self.when(pattern, lambda: self.proxy.spoil(how))

    def truth(self) -> Truth:
        """What the device holds, read from the device itself."""
        return self.run(lambda: self.dialect.truth(self.device))

    def reachable(self) -> bool:
        """Whether the product could read the device back now, the way it is spoilt."""
        fresh = self.new_sessions()
        try:
            fresh[self.name].read(CONFIG)
        except Exception:  # noqa: BLE001 - any reason not to be readable
            return False
        finally:
            fresh.close_all()
        return True

    def run(self, act: Callable[[], T]) -> T:
        """Run something on the device's own loop."""

        async def there() -> T:
            return act()

        return self.await_(there())

    def await_(self, work: Any) -> Any:
        """Wait for a coroutine on the device's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def close(self) -> None:
        """End everything."""
        self.sessions.close_all()
        self.ledger.close()
        self.proxy.close()
        self.await_(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _line(self, line: str) -> None:
        for known in tuple(self.triggers):
            if known[0].search(line):
                self.triggers.remove(known)
                known[1]()

    def _pin(self, address: str, port: int) -> None:
        folder = self._folder / "inventory" / "host_keys"
        folder.mkdir(parents=True)
        line = known_hosts_line(host_key(str(self.name)), address, port)
        (folder / self.name).write_text(line, encoding="utf-8")

    def _chain(self, port: int) -> Chain:
        device = Device(
            id=self.name, store=STORE, role="switch", address="127.0.0.1", port=port, platform=self.dialect.name
        )
        shop = Store(
            id=STORE,
            name="one",
            region="north",
            time_zone=ZoneInfo("UTC"),
            trading_hours={},
            takings_per_hour=100.0,
            carriers=("a", "b"),
            functions=(),
        )
        return Chain(stores={STORE: shop}, devices={self.name: device}, functions={})
