"""The stage for scenarios in real time: a running lab, and a controller that is asked through its API.

In: the lab's directory and the controller's address. Out: a ``Stage``; ``load`` reads a scenario from a file. Called by
``storenet lab play``.
"""

import runpy
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from lab.client import LabClient
from lab.scenario import Scenario
from lab.told import CONTROLLER_USERS, truth
from lab.watching import Watching


class NoScenarioError(Exception):
    """The file holds no scenario; the message is fit for people."""


class Rehearsal:
    """Faults go in through the lab's socket; what the controller says comes from its API, truth from the lab."""

    def __init__(self, directory: Path, url: str) -> None:
        self._lab = LabClient(directory)
        self._log = directory / "lab" / "log.jsonl"
        self._watching = Watching(url)
        self._known = {row.id for row in self._watching.incidents()}
        self._writes = len(self._all_written())
        self._faults = set(self._all_faults())
        self._began = time.monotonic()

    def ready(self) -> bool:
        """Whether the controller answers."""
        return self._watching.alive()

    def close(self) -> None:
        """Hang up."""
        self._watching.close()

    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def put_in(self, kind: str, **where: str) -> str:
        """Put a fault in. Raises ``lab.client.LabError``."""
        return str(self._lab.ask("break", kind=kind, **where)["id"])

    def take_out(self, fault: str) -> None:
        """Take a fault out. Raises ``lab.client.LabError``."""
        self._lab.ask("mend", id=fault)

    def faults(self) -> Mapping[str, str | None]:
        """Return the faults of this rehearsal."""
        return {name: by for name, by in self._all_faults().items() if name not in self._faults}

    def _all_faults(self) -> Mapping[str, str | None]:
        return {str(row["id"]): row["out_by"] for row in self._lab.ask("status")["faults"]}

    def incidents(self) -> Sequence[Mapping[str, object]]:
        """Return the incidents that were opened since the beginning."""
        return [
            {"id": row.id, "store": row.store, "device": row.device, "signature": row.signature, "status": row.status}
            for row in self._watching.incidents()
            if row.id not in self._known
        ]

    def served(self, store: str) -> Mapping[str, float]:
        """Return the truth."""
        return dict(self._lab.ask("truth")["stores"].get(store, {}))

    def written(self) -> Sequence[tuple[str, str]]:
        """Return what was written since the beginning."""
        return self._all_written()[self._writes :]

    def _all_written(self) -> list[tuple[str, str]]:
        return [(w.device, w.line) for w in truth(self._log).writes if CONTROLLER_USERS.fullmatch(w.user)]


def load(path: Path) -> list[Scenario]:
    """Return the scenarios of a file, in the order they stand there. Raises ``NoScenarioError``."""
    try:
        found = [value for value in runpy.run_path(str(path)).values() if isinstance(value, Scenario)]
    except (OSError, SyntaxError) as error:
        raise NoScenarioError(f"{path} cannot be read as Python: {error}") from error
    if not found:
        raise NoScenarioError(f"{path} holds no scenario: say NAME = Scenario(...), as `lab.scenario` tells")
    return found
