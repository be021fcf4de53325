"""The configuration archive of a device, and the timer that takes a change back unless it is confirmed.

In: calls of the ``configure`` commands. Out: copies in flash, log lines, a reverted running configuration.
Called by ``archive_commands``; the timer runs on the device itself, so it outlives the session that armed it.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lab.devices.cisco_ios.config import Config
from lab.devices.cisco_ios.flash import Flash
from lab.devices.modes import Modes
from lab.model import DeviceView

_DEFAULT_MAXIMUM = 10


class Archived(Protocol):
    """The device whose configurations are kept."""

    view: DeviceView
    running: Config
    flash: Flash
    modes: Modes

    def replace(self, target: Config, user: str) -> object:
        """Make the running configuration equal to ``target``."""


@dataclass(slots=True)
class PendingRevert:
    """A change that the device takes back by itself unless it is confirmed."""

    user: str
    minutes: int
    configured_at: datetime
    backup: Config
    name: str
    timer: asyncio.TimerHandle


class Archive:
    """Copies of the running configuration, by name, and what is pending. ``minute_seconds`` scales the timer."""

    def __init__(self, device: Archived, minute_seconds: float) -> None:
        self.names: list[str] = []
        self.pending: PendingRevert | None = None
        self.minute_seconds = minute_seconds
        self._device = device

    def path(self) -> str | None:
        """Return where copies go, None when the archive is off."""
        if self._device.modes.on("archive_off"):
            return None
        entry = self._device.running.root.find("archive")
        path = entry.section.value("path") if entry is not None and entry.section is not None else None
        return path[0] if path else None

    def maximum(self) -> int:
        """Return how many copies are kept."""
        entry = self._device.running.root.find("archive")
        value = entry.section.value("maximum") if entry is not None and entry.section is not None else None
        return int(value[0]) if value else _DEFAULT_MAXIMUM

    def on_write_memory(self) -> bool:
        """Whether saving the configuration also archives it."""
        entry = self._device.running.root.find("archive")
        return entry is not None and entry.section is not None and entry.section.has("write-memory")

    def next_name(self) -> str:
        """Return the name of the next copy."""
        stamp = self._device.view.now().strftime("%b-%d-%H-%M-%S")
        number = int(self.names[-1].rpartition("-")[2]) + 1 if self.names else 0
        return f"{self.path() or 'flash:archive'}-{stamp}-{number}"

    def keep(self) -> str:
        """Copy the running configuration to flash, dropping the oldest copy when there are too many."""
        name = self.next_name()
        self._device.flash.store(name, self._device.running.render().encode())
        self.names.append(name)
        while len(self.names) > self.maximum():
            self._device.flash.remove(self.names.pop(0))
        return name

    def arm(self, user: str, minutes: int) -> str:
        """Start the timer that takes back what follows; return the backup's name. Needs a running event loop."""
        device, name = self._device, self.keep()
        self.pending = PendingRevert(
            user,
            minutes,
            device.view.now(),
            device.running.copy(),
            name,
            self._timer(minutes),
        )
        device.view.say(
            "ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER",
            f"User: {user}(Priv: 15, View: 0): Scheduled to rollback to config {name} in {minutes} minutes",
        )
        return name

    def extend(self, minutes: int) -> None:
        """Start the timer anew."""
        if self.pending is not None:
            self.pending.timer.cancel()
            self.pending.minutes = minutes
            self.pending.configured_at = self._device.view.now()
            self.pending.timer = self._timer(minutes)

    def confirm(self, user: str) -> bool:
        """Keep the pending change; False when there is none."""
        if self.disarm() is None:
            return False
        self._device.view.say(
            "ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM",
            f"User: {user}: Confirm the configuration change",
        )
        return True

    def revert(self, user: str) -> bool:
        """Take the pending change back now; False when there is none."""
        pending = self.disarm()
        if pending is None:
            return False
        view = self._device.view
        view.say("ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START", f"Start rolling to: {pending.name}")
        self._device.replace(pending.backup, user)
        view.say("SYS-5-CONFIG_I", f"Configured from {pending.name} by {user}")
        return True

    def disarm(self) -> PendingRevert | None:
        """Stop the timer; return what was pending."""
        pending, self.pending = self.pending, None
        if pending is not None:
            pending.timer.cancel()
        return pending

    def _timer(self, minutes: int) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(minutes * self.minute_seconds, self._time_is_up)

    def _time_is_up(self) -> None:
        self.revert("timer")
