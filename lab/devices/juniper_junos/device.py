"""One virtual Junos switch: its configuration database, its sessions, and what it does to the world.

In: a ``DeviceView`` (the world as this device sees it) and a startup configuration (text with braces, or lines of
``set``). Out: calls on the view whenever a commit changes what the configuration means, log lines, and rows of writes.
Called by the NETCONF and command line sessions, and by faults (``apply``, ``reload``).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from lab.devices.juniper_junos.database import Commit, Database
from lab.devices.juniper_junos.differences import Change
from lab.devices.juniper_junos.hands import Attended
from lab.devices.juniper_junos.loading import parse, parse_set
from lab.devices.juniper_junos.meaning import AMNESIAC, hardware, meaning
from lab.devices.juniper_junos.people import People
from lab.devices.juniper_junos.rights import rights_of
from lab.devices.juniper_junos.sessions import LIMIT, Session, Sessions
from lab.devices.juniper_junos.sets import display_set
from lab.devices.juniper_junos.tree import Section
from lab.devices.modes import Modes
from lab.model import DeviceView
from lab.setting import DeviceSetting

WRITER, READER = 15, 1
SHOWN_SECRET = "<removed>"  # noqa: S105 - what stands in place of one


class JunosDevice(Attended):
    """A switch.

    ``revert_minute_seconds`` and ``ping_second`` scale real waiting (seconds per minute of a commit's timer, per second
    of a lost echo); ``boot_seconds`` is how long it stays dark after a reload, on the lab's clock; ``answer_seconds``
    is how long it thinks before it answers a line or an RPC.
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
        self.platform = "juniper_junos"
        self.view = view
        self.ports = hardware(view.model)
        self.lines = Sessions()
        self.modes = Modes(self._enter)
        self.ping_second = ping_second
        self.answer_seconds = answer_seconds
        self.booted_at = view.now()
        self.on_reload: list[Callable[[], None]] = []
        config = parse_set(startup) if startup.lstrip().startswith("set ") else parse(startup)
        self.database = Database(config, view.now, self._committed, revert_minute_seconds)
        self.database.log = view.say
        self.database.foreign = lambda: self.person("jdoe") if self.modes.on("config_locked") else None
        self.people = People(view, self.lines, self.database, self.on_reload)
        self._boot_seconds = boot_seconds
        self._alias = ""
        self._ready_at = self.booted_at
        self._setting = meaning(self.database.committed, self.ports)
        view.changed(self._setting)

    @property
    def setting(self) -> DeviceSetting:
        """What the committed configuration means now."""
        return self._setting

    @property
    def config(self) -> Section:
        """The committed configuration."""
        return self.database.committed

    @property
    def hostname(self) -> str:
        """The device's name, as its prompt shows it."""
        return self._alias or self.config.value("system", "host-name") or AMNESIAC

    def dark(self) -> bool:
        """Whether a management session gets no answer: cut off, or still booting."""
        if self._ready_at > self.booted_at and self.view.now() < self._ready_at:
            return True
        return not self.view.reachable()

    def open_lines(self) -> tuple[int, ...]:
        """The places that take a session; none while SSH is not configured."""
        return tuple(range(LIMIT)) if self.config.at("system", "services", "ssh") is not None else ()

    def lets_in(self, line: int, user: str, password: str) -> int | None:
        """The level an account gets, None when it is refused. The password is the right one."""
        del line, password
        rights = rights_of(self.config, user)
        if rights is None:
            return None
        return WRITER if "configure" in rights and not self.modes.on("read_only") else READER

    def rights(self, user: str) -> frozenset[str]:
        """What an account may do now."""
        rights = rights_of(self.config, user) or frozenset()
        return rights - {"configure"} if self.modes.on("read_only") else rights

    def person(self, user: str) -> Session:
        """Return a session of somebody who is no client of ours."""
        now = self.view.now()
        began = now - timedelta(seconds=90)
        return Session(number=99, address="192.0.2.77", since=began, pid=4107, user=user, terminal="p0", last_input=now)

    def write_memory(self) -> None:
        """Nothing: what was committed is saved."""

    def rename(self) -> None:
        """Show another name in the prompt from now on, until the name is configured anew."""
        self._alias = f"{self.hostname[:8]}-new"

    def reload(self, user: str = "") -> None:
        """Restart: sessions end; what was not confirmed is taken back."""
        if user:
            self.view.record("write", user=user, line="request system reboot", section="", changed=True)
        self.database.restart()
        self.booted_at = self.view.now()
        self._ready_at = self.booted_at + timedelta(seconds=self._boot_seconds)
        for end in list(self.on_reload):
            end()
        self.view.say("SYSTEM_OPERATIONAL", "System is operational")

    def uptime(self) -> int:
        """Seconds since the last boot."""
        return int((self.view.now() - self.booted_at).total_seconds())

    @property
    def last_change(self) -> tuple[datetime, str] | None:
        """When and by whom the configuration was last committed, None since boot."""
        last = self.database.history[0]
        return (last.when, last.user) if len(self.database.history) > 1 else None

    def _enter(self, name: str) -> None:
        """Do what a mode begins with. Needs a running event loop."""
        if name == "foreign_pending":
            self.try_out(["set snmp location office"], "jdoe", 5)

    def _committed(self, changed: list[Change], entry: Commit) -> None:
        if any(change.path == ("system",) for change in changed):
            self._alias = ""
        for change in changed:
            for line in written(change):
                self.view.record("write", user=entry.user, line=line, section=" ".join(change.path), changed=True)
        self.view.say(
            "UI_COMMIT", f"User '{entry.user}' requested 'commit' operation (comment: {entry.comment or 'none'})"
        )
        setting = meaning(entry.config, self.ports)
        if setting != self._setting:
            self._setting = setting
            self.view.changed(setting)


def written(change: Change) -> list[str]:
    """Return a change as lines for the lab's own log; secrets are masked."""
    verb = "set" if change.sign == "+" else "delete"
    if change.sign == "-":
        return [" ".join((verb, *change.path, *change.entry.key))]
    alone = Section(change.entry.rule, {change.entry.key: change.entry})
    return [_masked(line) for line in display_set(alone, change.path)]


def _masked(line: str) -> str:
    for word in ("encrypted-password", "ssh-rsa"):
        before, found, _ = line.partition(f" {word} ")
        if found:
            return f"{before} {word} {SHOWN_SECRET}"
    return line
