"""One emulated IOS device: its configurations, its flash and what is pending on it.

In: a ``DeviceView`` (the world as this device sees it) and a startup configuration. Out: calls on the view whenever the
running configuration changes, log lines, and rows of writes. Called by the shell, by faults (``apply``, ``reload``).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from lab.devices.cisco_ios.archive import Archive
from lab.devices.cisco_ios.config import Config, Entry, Section
from lab.devices.cisco_ios.differences import Difference, differences
from lab.devices.cisco_ios.doors import open_lines, privilege
from lab.devices.cisco_ios.editor import Applied, Editor, feed_all, parse
from lab.devices.cisco_ios.flash import Flash
from lab.devices.cisco_ios.lines import Lines
from lab.devices.cisco_ios.meaning import meaning
from lab.devices.cisco_ios.names import is_physical
from lab.devices.cisco_ios.people import Attended, People
from lab.devices.cisco_ios.rules import masked
from lab.devices.modes import Modes
from lab.model import DeviceView
from lab.numbering import CONTROLLER
from lab.setting import DeviceSetting


class IosDevice(Attended):
    """A router or switch.

    ``revert_minute_seconds`` and ``ping_second`` scale real waiting (seconds per minute of a revert timer, per second
    of a lost echo); ``boot_seconds`` is how long it stays dark after a reload, on the lab's clock;
    ``answer_seconds`` is how long it thinks before it answers a line.
    """

    def __init__(
        self,
        view: DeviceView,
        startup: str,
        *,
        revert_minute_seconds: float = 60.0,
        ping_second: float = 1.0,
        boot_seconds: float = 0.0,
        answer_seconds: float = 0.0,
    ) -> None:
        self.platform = "cisco_ios"
        self.view = view
        self.running = parse(startup)
        self.hardware = self.running.hardware()
        self.startup = self.running.render()
        self.flash = Flash(view.now)
        self.lines = Lines()
        self.modes = Modes(self._enter)
        self.archive = Archive(self, revert_minute_seconds)
        self.ping_second = ping_second
        self.answer_seconds = answer_seconds
        self.booted_at = view.now()
        self.last_change: tuple[datetime, str] | None = None
        self.on_reload: list[Callable[[], None]] = []
        self.people = People(view, self.lines, self.on_reload)
        self._boot_seconds = boot_seconds
        self._ready_at = self.booted_at
        self._setting = meaning(self.running)
        view.changed(self._setting)

    @property
    def setting(self) -> DeviceSetting:
        """What the running configuration means now."""
        return self._setting

    def dark(self) -> bool:
        """Whether a management session gets no answer: cut off, or still booting."""
        if self._ready_at > self.booted_at and self.view.now() < self._ready_at:
            return True
        return not self.view.reachable()

    def open_lines(self) -> tuple[int, ...]:
        """The vty lines that take a session from the controller."""
        return open_lines(self.running, CONTROLLER)

    def lets_in(self, line: int, user: str, password: str) -> int | None:
        """The privilege level an account gets on a line, None when it is refused. The password is the right one."""
        level = privilege(self.running, line, user, password)
        return level if level is None or not self.modes.on("read_only") else min(level, 1)

    def apply(self, lines: Sequence[str], user: str, *, source: str = "vty1 (192.0.2.77)") -> list[Applied]:
        """Apply lines as a person typing them would; they stand in the log under ``user``."""
        applied = [effect for _, effect in feed_all(Editor(self.running, self.hardware), lines)]
        self.written(applied, user)
        self.view.say("SYS-5-CONFIG_I", f"Configured from console by {user} on {source}")
        return applied

    def written(self, applied: Iterable[Applied], user: str) -> None:
        """Record accepted lines, and tell the world when they changed what the configuration means."""
        changed = False
        for effect in applied:
            if effect.accepted:
                changed |= effect.changed
                self.record_write(user, effect.line, effect.section, changed=effect.changed)
        if changed:
            self.settle(user)

    def _enter(self, name: str) -> None:
        """Do what a mode begins with. Needs a running event loop."""
        if name == "foreign_pending":
            self.archive.arm("jdoe", 5)

    def record_write(self, user: str, line: str, section: str = "", *, changed: bool = True) -> None:
        """Put one write into the lab's own log; secrets are masked."""
        self.view.record("write", user=user, line=masked(line), section=section, changed=changed)

    def settle(self, user: str) -> None:
        """Tell the world what the running configuration means now, if that changed."""
        self.last_change = (self.view.now(), user)
        setting = meaning(self.running)
        if setting != self._setting:
            self._setting = setting
            self.view.changed(setting)
        if self.lines.used:
            self.lines.close(self.open_lines())

    def replace(self, target: Config, user: str) -> list[Difference]:
        """Make the running configuration equal to ``target``; hardware stays, emptied if ``target`` lacks it."""
        wanted = with_hardware(target.copy(), self.running)
        found = differences(self.running, wanted)
        self.running.root = wanted.root
        for row in found:
            self.record_write(user, row.command, row.section)
        if found:
            self.settle(user)
        return found

    def write_memory(self) -> None:
        """Save the running configuration, and archive it when so configured."""
        self.startup = self.running.render()
        if self.archive.on_write_memory():
            self.archive.keep()

    def reload(self, user: str = "") -> None:
        """Restart: sessions end, the startup configuration becomes the running one, nothing stays pending."""
        if user:
            self.record_write(user, "reload")
        self.archive.disarm()
        self.running.root = parse(self.startup, self.hardware).root
        self.booted_at = self.view.now()
        self._ready_at = self.booted_at + timedelta(seconds=self._boot_seconds)
        self.last_change = None
        for end in list(self.on_reload):
            end()
        self.view.say("SYS-5-RESTART", "System restarted --")
        self.view.services.restarted()
        self.settle(user or "reload")
        self.last_change = None


def with_hardware(config: Config, running: Config) -> Config:
    """Add the running device's physical interfaces that ``config`` lacks, empty."""
    for key, entry in running.root.entries.items():
        missing = key[0] == "interface" and is_physical(key[1]) and key not in config.root.entries
        if missing and entry.section is not None:
            config.root.entries[key] = Entry(entry.rule, entry.words, entry.sort, Section(entry.section.mode))
    return config
