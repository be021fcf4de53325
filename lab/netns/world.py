"""Stores of real software, from nothing to a till that pays, and away again.

In: a directory, how many stores, the accounts' passwords. Out: running machines by name; whether a till pays, as its
packets say. Called by ``lab.netns.lab`` and tests. Everything is a child of the thread that made it, and ends
with it.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import asyncssh

from inventory.model import DeviceId
from lab.netns.addresses import MOST_REAL_STORES, PAYMENT_URL, edge, switch
from lab.netns.box import Box, Ground, GroundError, until
from lab.netns.kernel import lacking
from lab.netns.plans import Logins, cables, plans
from lab.numbering import store_id

TOOLS = (
    *("unshare", "nsenter", "setpriv", "tini", "sudo", "sshd", "vtysh", "ovs-vsctl", "ovs-vswitchd", "ovsdb-server"),
    *("dnsmasq", "busybox", "nft", "arping", "dig", "curl", "ethtool", "tc"),
)
FRR_RELOAD = Path("/usr/lib/frr/frr-reload.py")
PAY_SECONDS = 60.0


def why_not() -> str:
    """Return why no real stores can be made here; empty when they can."""
    if os.geteuid() != 0:
        return "namespaces need root"
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=path) is None]
    missing += [] if FRR_RELOAD.exists() else ["frr-pythontools"]
    if missing:
        return f"not installed: {', '.join(missing)} (make netns-packages)"
    without = lacking()
    return f"the kernel lacks {', '.join(without)}" if without else ""


def make_keys(stores: int) -> Mapping[DeviceId, asyncssh.SSHKey]:
    """A host key for every device that is logged in to."""
    devices = [name(n) for n in range(1, stores + 1) for name in (edge, switch)]
    return {device: asyncssh.generate_private_key("ssh-ed25519") for device in devices}


class RealStores:
    """Running stores. ``boxes`` holds every machine by name."""

    def __init__(
        self,
        home: Path,
        stores: int,
        passwords: Mapping[str, str],
        keys: Mapping[DeviceId, asyncssh.SSHKey],
        agents: tuple[Path, ...] = (),
    ) -> None:
        """Boot everything. Raises ``GroundError`` with what did not; nothing is left behind then."""
        if not 1 <= stores <= MOST_REAL_STORES:
            raise GroundError(f"1 to {MOST_REAL_STORES} real stores, not {stores}")
        self.home, self.stores = home, stores
        self._ground = Ground(home)
        private = {device: key.export_private_key("openssh").decode() for device, key in keys.items()}
        inside = tuple(Path("/etc/agents", path.name) for path in agents)
        logins = Logins(passwords=passwords, host_keys=private, agents=inside)
        with contextlib.ExitStack() as undoing:
            undoing.callback(self._ground.end)
            self.boxes = {plan.name: Box(self._ground, plan) for plan in plans(stores, logins)}
            self._wire()
            for box in (self.boxes[device] for device in keys):
                (box.etc / "agents").mkdir(exist_ok=True)
                for path in agents:
                    shutil.copy(path, box.etc / "agents")
            for box in self.boxes.values():
                box.boot()
            for box in self.boxes.values():
                box.wait()
            undoing.pop_all()

    def _wire(self) -> None:
        """Lay every cable at once."""
        workshop = self._ground.network("the workshop")
        made = "".join(
            f"link add a{n} type veth peer name b{n}\n"
            f"link set a{n} netns {self.boxes[cable.one[0]].network} name {cable.one[1]}\n"
            f"link set b{n} netns {self.boxes[cable.other[0]].network} name {cable.other[1]}\n"
            for n, cable in enumerate(cables(self.stores))
        )
        laid = subprocess.run(
            ["nsenter", "-t", str(workshop), "-n", "--", "ip", "-batch", "-"],
            input=made,
            capture_output=True,
            text=True,
            check=False,
        )
        if laid.returncode:
            raise GroundError(f"the cables could not be laid: {laid.stderr.strip()}")

    def store(self, number: int, name: str) -> Box:
        """One machine of a store: ``edge``, ``sw1``, ``till1``, ``camera1``, ``spare1``."""
        return self.boxes[f"{store_id(number)}-{name}"]

    @property
    def controller(self) -> Box:
        """Where the controller is run."""
        return self.boxes["controller"]

    def till_pays(self, number: int, seconds: float = 0.6) -> bool:
        """Whether the till reaches the payment gateway by name, now."""
        asked = ("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}/%{exitcode}", "-m", f"{seconds:g}", PAYMENT_URL)
        return self.store(number, "till1").run(*asked, check=False).strip() == "200/0"

    def wait_until_trading(self, seconds: float = PAY_SECONDS) -> None:
        """Wait until every till pays. Raises ``GroundError``."""
        for number in range(1, self.stores + 1):
            until(lambda n=number: self.till_pays(n), f"the till of {store_id(number)} pays", seconds)  # type: ignore[misc]

    def close(self) -> None:
        """End everything."""
        self._ground.end()
