"""The faults the lab can put in, one file each; more come from installed packages.

Called by ``lab.breakages``, ``lab.deal``, ``lab.score`` and the command line.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points

from lab.fault import Fault

GROUP = "storenet.faults"
NOT_FAULTS = frozenset({"model"})


def discover() -> Mapping[str, Fault]:
    """Find every fault by name, in name order. Raises ``ValueError`` when two have the same name."""
    found: dict[str, Fault] = {}
    for fault in (*_siblings(), *_installed()):
        if fault.name in found:
            raise ValueError(f"two faults are named {fault.name}")
        found[fault.name] = fault
    return dict(sorted(found.items()))


def _siblings() -> Iterator[Fault]:
    for module in pkgutil.iter_modules(__path__):
        if module.name not in NOT_FAULTS:
            yield importlib.import_module(f"{__name__}.{module.name}").FAULT


def _installed() -> Iterator[Fault]:
    for entry in entry_points(group=GROUP):
        yield entry.load()
