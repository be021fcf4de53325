"""Finding plugins: the siblings in a package, and what installed packages offer.

In: a package's name. Out: its plugins by name. Called by every room that has plugins (platforms, collectors,
actions, guardrails, channels, faults). Why: adding one edits no existing file.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import entry_points
from types import ModuleType


def discover(package: str) -> dict[str, ModuleType]:
    """Return modules of ``package`` (names without a leading ``_``) and entry points of ``storenet.<package>``.

    Raises ``ValueError`` naming both places when two share a name, ``TypeError`` when one is not a module.
    """
    found: dict[str, tuple[str, ModuleType]] = {}
    for name, place, module in (*_siblings(package), *_installed(package)):
        if name in found:
            raise ValueError(f"{package}: two plugins are called {name!r}: {found[name][0]} and {place}")
        found[name] = (place, module)
    return {name: module for name, (_, module) in sorted(found.items())}


def _siblings(package: str) -> Iterator[tuple[str, str, ModuleType]]:
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if not info.name.startswith("_"):
            place = f"{package}.{info.name}"
            yield info.name, place, importlib.import_module(place)


def _installed(package: str) -> Iterator[tuple[str, str, ModuleType]]:
    for point in entry_points(group=f"storenet.{package}"):
        module = point.load()
        if not isinstance(module, ModuleType):
            raise TypeError(f"{package}: the entry point {point.name!r} ({point.value}) is not a module")
        yield point.name, point.value, module
