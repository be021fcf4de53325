"""What one look at one device costs: our held session beside plain Netmiko, held, as people write it.

Three commands at a store's edge. Nothing runs in parallel, so this is what a person feels who asks about one device.
Run by ``make bench``.
"""

import argparse
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from frame import Contestant, compare
from ground import SECRETS, lab_seconds, stores
from netmiko import ConnectHandler
from results import Condition, keep

from inventory.files import load_accounts, load_chain
from inventory.looks import Look, Reading
from inventory.model import Device
from inventory.session import Sessions

LOOKS = {"interfaces": "show ip interface brief", "probes": "show ip sla summary", "arp": "show ip arp"}


def edge_of(content: Path) -> Device:
    """Return the edge that is asked."""
    return next(d for d in load_chain(content).devices.values() if d.role == "edge")


@dataclass(kw_only=True)
class Storenet:
    """One held session; answers read into rows."""

    content: Path
    name: str = "storenet"

    def setup(self) -> str:
        """Log in."""
        self.device = edge_of(self.content)
        accounts = load_accounts(self.content)
        self.sessions = Sessions(load_chain(self.content), accounts, self.content, lambda: datetime.now(UTC))
        self.round(0)
        return "held session, answers read into rows"

    def round(self, _number: int) -> int:
        """Ask."""
        answers = self.sessions[self.device.id].read_many([Look(getter=getter) for getter in LOOKS])
        if not all(isinstance(answer, Reading) for answer in answers):
            raise RuntimeError(str(answers[0]))
        return 1

    def teardown(self) -> None:
        """Log out."""
        self.sessions.close_all()


@dataclass(kw_only=True)
class PlainNetmiko:
    """``ConnectHandler`` and ``send_command``, nothing else."""

    content: Path
    name: str = "plain netmiko, held"

    def setup(self) -> str:
        """Log in."""
        device = edge_of(self.content)
        self.connection = ConnectHandler(
            device_type="cisco_ios", host=device.address, port=device.port, username="storenet-ro",
            password=os.environ.get("STORENET_READ_PASSWORD", SECRETS["STORENET_READ_PASSWORD"]),
        )  # fmt: skip
        return "held session, send_command, nothing is read from the answers"

    def round(self, _number: int) -> int:
        """Ask."""
        for command in LOOKS.values():
            self.connection.send_command(command)
        return 1

    def teardown(self) -> None:
        """Log out."""
        self.connection.disconnect()


def main() -> None:
    """Run, keep and show the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--quick", action="store_true", help="5 rounds")
    options = parser.parse_args()
    with stores(1) as content:
        ways: list[Contestant] = [Storenet(content=content), PlainNetmiko(content=content)]
        came = compare(ways, 5 if options.quick else options.rounds, served=lambda: lab_seconds(content))
    question = "One look of three commands at one virtual device."
    keep("one_look", question, [Condition(name="the device answers at once", run=came)], quick=options.quick)


if __name__ == "__main__":
    main()
