"""The files of a switch: what lies in flash and what stands for its configurations.

In: places (``flash:x``, ``startup-config``). Out: texts. Called by the ``copy``, ``dir`` and ``configure`` commands.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lab.devices.arista_eos.answers import CommandError
from lab.devices.arista_eos.config import Config
from lab.devices.modes import Modes
from lab.model import DeviceView

TOTAL = 3_269_361_664
_HELD = 1_215_000_000
_IMAGE = 986_000_000
_CONFIGS = {"running-config": "running", "startup-config": "startup"}


class Filed(Protocol):
    """The switch whose files these are."""

    view: DeviceView
    modes: Modes
    running: Config
    startup: str

    def save(self, user: str) -> None:
        """Make the running configuration the startup configuration."""


@dataclass(slots=True)
class Files:
    """What people and programs have put into flash."""

    kept: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    checkpoints: dict[str, tuple[datetime, str, str]] = field(default_factory=dict)

    def read(self, device: Filed, place: str) -> str:
        """Return a file's text. Raises ``CommandError``."""
        kind = _kind(place)
        if kind is not None:
            return device.running.render() if kind == "running" else device.startup
        if place.startswith("checkpoint:"):
            found = self.checkpoints.get(_name(place))
            text = found[2] if found is not None else None
        else:
            kept = self.kept.get(_name(place))
            text = kept[1] if kept is not None else None
        if text is None:
            raise CommandError(f"Error opening {place} (No such file or directory)")
        return text

    def write(self, device: Filed, place: str, text: str) -> None:
        """Put a file into flash. Raises ``CommandError``."""
        if device.modes.on("flash_full"):
            raise CommandError(f"Error writing to {place} (No space left on device)")
        self.kept[_name(place)] = (device.view.now(), text)

    def remove(self, place: str) -> None:
        """Take a file away. Raises ``CommandError``."""
        if self.kept.pop(_name(place), None) is None:
            raise CommandError(f"Error deleting {place} (No such file or directory)")

    def listed(self, device: Filed) -> str:
        """Return what ``dir flash:`` prints."""
        rows = [(device.view.now(), "EOS.swi", _IMAGE), (device.view.now(), "startup-config", len(device.startup))]
        rows += [(when, name, len(text)) for name, (when, text) in sorted(self.kept.items())]
        lines = [f"       -rw-{size:>15} {when:>18%b %d  %H:%M}  {name}" for when, name, size in rows]
        return "\n".join(
            ["Directory of flash:/", "", *lines, "", f"{TOTAL} bytes total ({TOTAL - _HELD} bytes free)", ""]
        )


def _kind(place: str) -> str | None:
    return _CONFIGS.get(place.removeprefix("system:/").removeprefix("flash:").removeprefix("/"))


def _name(place: str) -> str:
    return place.partition(":")[2].removeprefix("/mnt/flash").lstrip("/")
