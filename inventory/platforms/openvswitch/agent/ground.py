"""What every part of the agent stands on: where things are, how it says no, how files are written.

In: ``/etc/storenet/agent.json`` if there is one. Out: paths, ``RefusedError``, ``CannotTellError``. Called by all.
"""

import contextlib
import json
import os
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

HOME = Path("/etc/storenet")
STARTUP = HOME / "switch.conf"
PENDING = HOME / "pending.json"
SETTINGS = HOME / "agent.json"
RUN = Path("/run/storenet-ovs")
LOCK = RUN / "lock"
LOG = Path("/var/log/storenet-ovs.log")
DNSMASQ_FILES = Path("/etc/dnsmasq.d")
LEASES = Path("/var/lib/misc/dnsmasq.leases")
KEPT_LOG_BYTES = 512 << 10


class RefusedError(Exception):
    """What was asked is refused; nothing was changed."""


class CannotTellError(Exception):
    """The switch gives no answer that could be trusted."""


@lru_cache(maxsize=1)
def settings() -> Mapping[str, Any]:
    """Return what the installer chose: ``bridge``, ``dnsmasq`` (how it starts), ``restart`` (what does it instead)."""
    try:
        found = json.loads(SETTINGS.read_text())
    except (OSError, ValueError):
        found = {}
    return {"bridge": "br0", "dnsmasq": None, "restart": None, **(found if isinstance(found, dict) else {})}


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there in full or not at all, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _settle(path.parent)


def remove(path: Path) -> None:
    """Remove a file; it may be gone already."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
        _settle(path.parent)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def note(words: str) -> None:
    """Add a line to the agent's log. A full disk must not keep anything from being repaired."""
    with contextlib.suppress(OSError):
        if LOG.exists() and LOG.stat().st_size > KEPT_LOG_BYTES:
            LOG.replace(LOG.with_suffix(".log.1"))
        with LOG.open("a") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} storenet-ovs: {words}\n")
