"""One virtual Arista switch: its configurations, its sessions, its files and what is pending on it.

In: a ``DeviceView`` (the world as this device sees it) and a startup configuration. Out: calls on the view whenever the
running configuration changes, log lines, and rows of writes. Called by the command line, by eAPI and by faults
(``apply``, ``reload``).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from lab.devices.arista_eos.access import level_of, session_limit, takes_ssh
from lab.devices.arista_eos.config import Config, with_hardware
from lab.devices.arista_eos.editor import Applied, parse
from lab.devices.arista_eos.files import Files
from lab.devices.arista_eos.hands import PLACE, Hands
from lab.devices.arista_eos.lines import Lines
from lab.devices.arista_eos.meaning import meaning
from lab.devices.arista_eos.names import hardware
from lab.devices.arista_eos.rules import masked
from lab.devices.arista_eos.sessions import Sessions
from lab.devices.modes import Modes
from lab.model import DeviceView
from lab.numbering import CONTROLLER
from lab.setting import DeviceSetting

VERSION = "4.32.2F"


class EosDevice(Hands):
    """A switch.

    ``revert_minute_seconds`` and ``ping_second`` scale real waiting (seconds per minute of a commit's timer, per second
    of a lost echo); ``boot_seconds`` is how long it stays dark after a reload, on the lab's clock; ``answer_seconds``
    is how long it thinks before it answers a line. ``version`` also says how it tells of a timer: until 4.31 by the
    session's state, since 4.32 above all sessions.
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
        version: str = VERSION,
    ) -> None:
        self.platform = "arista_eos"
        self.view = view
        self.version = version
        self.hardware = hardware(view.model)
        self.running = self._booted(startup)
        self.startup = self.running.render()
        self.files = Files()
        self.lines = Lines()
        self.modes = Modes(self._enter)
        self.ping_second = ping_second
        self.answer_seconds = answer_seconds
        self.booted_at = view.now()
        self.sessions = Sessions(self, revert_minute_seconds, lambda: self.uptime)
        self.locked_by: tuple[str, str] | None = None
        self.saved: tuple[datetime, str] = (view.now(), "root")
        self.seats: dict[str, Callable[[], None]] = {}
        self.on_reload: list[Callable[[], None]] = []
        self._boot_seconds = boot_seconds
        self._ready_at = self.booted_at
        self._setting = meaning(self.running)
        view.changed(self._setting)

    def _booted(self, startup: str) -> Config:
        """Read a startup configuration; hardware that it does not name is there all the same."""
        ports = "".join(f"interface {name}\n" for name in sorted(self.hardware))
        return with_hardware(parse(startup, self.hardware), parse(ports))

    @property
    def setting(self) -> DeviceSetting:
        """What the running configuration means now."""
        return self._setting

    @property
    def uptime(self) -> float:
        """Seconds since the last boot."""
        return (self.view.now() - self.booted_at).total_seconds()

    def dark(self) -> bool:
        """Whether a management session gets no answer: cut off, or still booting."""
        if self._ready_at > self.booted_at and self.view.now() < self._ready_at:
            return True
        return not self.view.reachable()

    def open_lines(self) -> tuple[int, ...]:
        """The places that take a session from the controller."""
        return tuple(range(session_limit(self.running))) if takes_ssh(self.running, CONTROLLER) else ()

    def lets_in(self, line: int, user: str, password: str) -> int | None:
        """The privilege level an account gets, None when it is refused. The password is the right one."""
        del line
        level = level_of(self.running, user, password)
        return level if level is None or not self.modes.on("read_only") else min(level, 1)

    def locker(self, place: str) -> tuple[str, str] | None:
        """Who else holds the configuration: user and place; None when nobody does."""
        if self.modes.on("config_locked"):
            return ("jdoe", PLACE)
        return self.locked_by if self.locked_by is not None and self.locked_by[1] != place else None

    def written(self, applied: Iterable[Applied], user: str) -> None:
        """Record accepted lines, and tell the world when they changed what the configuration means."""
        changed = False
        for effect in applied:
            if effect.accepted:
                changed |= effect.changed
                self.record_write(user, effect.line, effect.section, changed=effect.changed)
        if changed:
            self.settle()

    def record_write(self, user: str, line: str, section: str = "", *, changed: bool = True) -> None:
        """Put a row about a write into the lab's own log."""
        self.view.record("write", user=user, line=masked(line), section=section, changed=changed)

    def settle(self) -> None:
        """Tell the world what the running configuration means now, if that is new."""
        setting = meaning(self.running)
        if setting != self._setting:
            self._setting = setting
            self.view.changed(setting)
        if self.lines.used:
            self.lines.close(self.open_lines())

    def replace(self, target: Config, user: str) -> None:
        """Make the running configuration equal to ``target``; hardware stays, emptied if ``target`` lacks it."""
        wanted = with_hardware(target.copy(), self.running)
        changes = _changes(self.running, wanted)
        self.running.root = wanted.root
        for section, line in changes:
            self.record_write(user, line, section)
        if changes:
            self.settle()

    def save(self, user: str) -> None:
        """Make the running configuration the startup configuration."""
        self.startup = self.running.render()
        self.saved = (self.view.now(), user)

    def reload(self, user: str = "") -> None:
        """Restart: sessions end, the startup configuration becomes the running one, nothing stays pending."""
        if user:
            self.record_write(user, "reload")
        self.sessions.forget()
        self.locked_by = None
        self.running.root = self._booted(self.startup).root
        self.booted_at = self.view.now()
        self._ready_at = self.booted_at + timedelta(seconds=self._boot_seconds)
        for end in list(self.on_reload):
            end()
        self.view.say("SYS-5-SYSTEM_RESTARTED", "System restarted")
        self.settle()

    def _enter(self, name: str) -> None:
        """Do what a mode begins with. Needs a running event loop."""
        if name == "foreign_pending":
            self.try_out(["snmp-server location office"], "jdoe", 5)


def _changes(old: Config, new: Config) -> list[tuple[str, str]]:
    """Return what was typed, as it were, to get from one to the other: section and line."""
    before, after = list(_placed(old)), list(_placed(new))
    known, wanted = set(before), set(after)
    gone = [(section, line[3:] if line.startswith("no ") else f"no {line}") for section, line in before]
    return [row for row, was in zip(gone, before, strict=True) if was not in wanted] + [
        row for row in after if row not in known
    ]


def _placed(config: Config) -> Iterable[tuple[str, str]]:
    section = ""
    for line in config.render().splitlines():
        if line.startswith("   "):
            yield section, line.strip()
        elif line not in ("!", "end"):
            section = line
            yield "", line
