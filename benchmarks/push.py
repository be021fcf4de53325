"""What bringing 50 devices to a changed configuration costs: storenet beside plain Nornir with NAPALM over SCP.

Every round the intended configuration (250 lines and more) differs in two lines from the one before. storenet reads
what runs, compares, sends what is missing under the device's revert timer, confirms on a new session and reads back;
NAPALM merges the whole text, as its users do, and asks nothing afterwards. The proof of store functions is not part of
it: NAPALM has none. Run by ``make bench``.
"""

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from frame import Contestant, compare
from ground import SECRETS, lab_seconds, plain_nornir, stores
from nornir.core.inventory import ConnectionOptions
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir_napalm.plugins.connections import Napalm
from nornir_napalm.plugins.tasks import napalm_configure
from results import Condition, keep

from inventory.files import load_accounts, load_chain
from inventory.intent import load_intent
from inventory.model import Device
from inventory.session import Sessions
from inventory.writes import Write
from playbooks.model import CONFIG, text_of
from templates.drift import drift
from templates.rendering import render_all

WRITER = "storenet-rw"
REVERT_SECONDS = 120


def devices_of(content: Path, number: int) -> tuple[Device, ...]:
    """Return the devices pushed to."""
    return tuple(d for d in load_chain(content).devices.values() if d.has_session)[:number]


def intended(content: Path, devices: tuple[Device, ...]) -> Callable[[str, int], str]:
    """Return each device's intended text in a round: two lines of it change from round to round."""
    chain = load_chain(content)
    texts = {str(r.device): r.text for r in render_all(content, chain, load_intent(content, chain), devices)}

    def of(device: str, number: int) -> str:
        lines = [
            f"snmp-server contact desk {number}" if line.startswith("snmp-server contact") else line
            for line in texts[device].splitlines()
            if not line.startswith("banner")  # a delimiter cannot be copied from a file, as on a real device
        ]
        return "\n".join([f"ntp server 198.51.100.{150 + number % 50}", *lines])

    return of


class AlwaysLive:
    """A permit for a bench without a controller."""

    intent = "bench"

    def assert_live(self) -> None:
        """Nobody else writes here."""


@dataclass(kw_only=True)
class Storenet:
    """Read, compare, send what is missing, confirm on a new session, read back."""

    content: Path
    number: int
    workers: int = 25
    name: str = "storenet"

    def setup(self) -> str:
        """Render; sessions are held for reading."""
        self.devices = devices_of(self.content, self.number)
        self.text = intended(self.content, self.devices)
        chain = load_chain(self.content)
        self.sessions = Sessions(chain, load_accounts(self.content), self.content, lambda: datetime.now(UTC))
        self.pool = ThreadPoolExecutor(self.workers)
        return f"{self.workers} at once; compared before and after, under a revert timer, confirmed on a new session"

    def round(self, number: int) -> int:
        """Push to every device; each must be as intended afterwards."""
        return sum(self.pool.map(lambda device: self._push(device, 2 * number), self.devices))

    def _push(self, device: Device, number: int) -> int:
        session, wanted = self.sessions[device.id], self.text(str(device.id), number)
        platform = str(device.platform)
        found = drift(platform, text_of(session.read(CONFIG)), wanted)
        if not found.clean:
            write = Write(kind="commit_confirm", lines=found.remedy, revert_in_seconds=REVERT_SECONDS)
            session.apply(write, AlwaysLive())
            session.confirm()
        if not drift(platform, text_of(session.read(CONFIG)), wanted).clean:
            raise RuntimeError(f"{device.id} is not as intended")
        return 1

    def teardown(self) -> None:
        """Log out."""
        self.sessions.close_all()
        self.pool.shutdown()


@dataclass(kw_only=True)
class AsWritten:
    """Plain Nornir with NAPALM: merge the whole text over SCP."""

    content: Path
    number: int
    workers: int = 25
    name: str = "Nornir + NAPALM over SCP"

    def setup(self) -> str:
        """Make the Nornir."""
        ConnectionPluginRegister.register("napalm", Napalm)
        devices = devices_of(self.content, self.number)
        self.text = intended(self.content, devices)
        self.nornir = plain_nornir(self.content, devices, WRITER, self.workers)
        for host in self.nornir.inventory.hosts.values():
            optional = {"port": host.port, "secret": SECRETS["STORENET_ENABLE_SECRET"]}
            host.connection_options["napalm"] = ConnectionOptions(platform="ios", extras={"optional_args": optional})
        return f"{self.workers} workers, merges the whole text, connects for each push, does not look afterwards"

    def round(self, number: int) -> int:
        """Push to every device; every task must say that it changed something."""
        done = self.nornir.run(task=self._push, number=2 * number + 1)
        self.nornir.close_connections()
        done.raise_on_error()
        return len(done)

    def _push(self, task: object, number: int) -> None:
        text = self.text(task.host.name, number)  # type: ignore[attr-defined]
        task.run(task=napalm_configure, configuration=text, replace=False)  # type: ignore[attr-defined]

    def teardown(self) -> None:
        """Nothing is held."""


def contestants(content: Path, number: int) -> list[Contestant]:
    """Everybody; ours first."""
    return [way(content=content, number=number) for way in (Storenet, AsWritten)]


def main() -> None:
    """Run, keep and show the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--devices", type=int, default=50)
    parser.add_argument("--quick", action="store_true", help="10 devices, 3 rounds")
    options = parser.parse_args()
    number, rounds = (10, 3) if options.quick else (options.devices, options.rounds)
    with stores(-(-number // 2)) as content:
        came = compare(contestants(content, number), rounds, served=lambda: lab_seconds(content))
    question = f"Bringing {number} virtual devices to a configuration of 250 lines in which two have changed."
    keep("push", question, [Condition(name="devices answer at once", run=came)], quick=options.quick)


if __name__ == "__main__":
    main()
