"""Real stores with everything a controller needs to look after them, and a way to run one there.

In: a directory, how many stores. Out: running stores, their content directory; a process in the controller's namespace.
Called by tests and ``python -m lab.netns``.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from inventory.platforms import load_platforms
from lab.netns.content import real_chain, write_real_content
from lab.netns.world import RealStores, make_keys

ACCOUNTS = {"storenet-ro": "STORENET_READ_PASSWORD", "storenet-rw": "STORENET_WRITE_PASSWORD"}
END_SECONDS = 30.0


class RealLab:
    """Running stores and ``content``, the directory that tells of them."""

    def __init__(self, home: Path, stores: int) -> None:
        """Boot the stores and write the content. Raises ``GroundError``."""
        self.content = home / "content"
        self.environment = {name: secrets.token_urlsafe(12) for name in (*ACCOUNTS.values(), "STORENET_ENABLE_SECRET")}
        keys = make_keys(stores)
        write_real_content(real_chain(stores, keys), self.content)
        passwords = {account: self.environment[name] for account, name in ACCOUNTS.items()}
        self.stores = RealStores(home / "machines", stores, passwords, keys, _agents(home / "agents"))

    def command(self, *words: str) -> tuple[str, ...]:
        """A ``storenet`` command as it is to be started from outside, inside the controller's network."""
        network = f"--net=/proc/{self.stores.controller.network}/ns/net"
        return ("nsenter", network, "--", sys.executable, "-m", "controller.main", *words)

    def settings(self, state: Path, profile: str = "short") -> Mapping[str, str]:
        """The environment of such a command."""
        own = {"STORENET_CONTENT": str(self.content), "STORENET_STATE": str(state), "STORENET_PROFILE": profile}
        return {**os.environ, **self.environment, **own}

    def storenet(self, state: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a ``storenet`` command to its end."""
        return subprocess.run(
            self.command(*words), env=self.settings(state), capture_output=True, text=True, check=False, timeout=300
        )

    def close(self) -> None:
        """End everything."""
        self.stores.close()


class Controller:
    """``storenet run`` in the controller's namespace."""

    def __init__(self, lab: RealLab, state: Path, profile: str = "short") -> None:
        """Start it."""
        self.ledger = state / "ledger.sqlite"
        state.mkdir(parents=True, exist_ok=True)
        self.output = state / "output.txt"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                ("setpriv", "--pdeathsig", "KILL", "--", *lab.command("run", "--port", "8480")),
                env=lab.settings(state, profile),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def end(self) -> None:
        """Ask it to end; make it end."""
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(END_SECONDS)


def _agents(folder: Path) -> tuple[Path, ...]:
    """Every program of our own that stands on a device, as the product packs it."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(platform.pack(folder) for platform in load_platforms().values() if platform.pack is not None)
