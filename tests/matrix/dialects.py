"""What the matrix must know of a dialect: one record each; ``known`` lists them all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from inventory.looks import Look
from lab.devices.arista_eos.device import EosDevice
from lab.devices.cisco_ios.device import IosDevice
from lab.devices.host_keys import host_key
from lab.devices.ssh import DeviceServer
from tests.lab.eos_server import SWITCH as EOS_SWITCH
from tests.lab.eos_server import EosView
from tests.lab.fake_view import SWITCH, FakeView

PASSWORDS = {"storenet-ro": "ro-word-5", "storenet-rw": "rw-word-5"}
ENABLE = "en-word-5"
ACCOUNTS = {"storenet-ro": (PASSWORDS["storenet-ro"], 1), "storenet-rw": (PASSWORDS["storenet-rw"], 15)}
PORT, EOS_PORT = "GigabitEthernet1/0/6", "Ethernet6"
MARK = "matrix-77"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a device holds. ``ours`` and ``others``: whose change waits for its confirmation."""

    running: bool
    startup: bool
    logged: bool
    ours: bool
    others: bool
    config: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One kind of device.

    ``make`` gives a device and its server; ``lines`` the lines (patterns) by which a phase shows on the wire;
    ``refusals`` how this dialect refuses, by name.
    """

    name: str
    make: Callable[[str, str, int, Callable[[str], None], float], tuple[Any, Any]]
    truth: Callable[[Any], Truth]
    look: Look
    exec_lines: tuple[str, ...]
    config_lines: tuple[str, ...]
    intended: Callable[[str], str]
    """Takes a running configuration and returns it with the change in it."""
    lines: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    unauthorised: str = ""
    """The lines that change something, for an account that may not."""
    omitted: Mapping[str, str] = field(default_factory=dict)
    """Phases that mean nothing for this dialect, and why."""


class InRealTime:
    """A world of one device in real time; tells every line that reaches it. Goes before a view."""

    on_line: Callable[[str], None]

    def now(self) -> datetime:
        return datetime.now(UTC)

    def record(self, kind: str, **fields: object) -> None:
        super().record(kind, **fields)
        if kind == "line":
            self.on_line(str(fields["line"]))


def served(device: Any, name: str, address: str, port: int) -> tuple[Any, Any]:
    """A device and the server in front of it."""
    return device, DeviceServer({name: (device, address, port, host_key(name))}, ACCOUNTS, ENABLE)


@dataclass
class _View(InRealTime, FakeView):
    """Of a Cisco switch."""

    on_line: Callable[[str], None] = lambda _line: None


def _ios(name: str, address: str, port: int, on_line: Callable[[str], None], minute: float) -> tuple[Any, Any]:
    view = _View(name=name, model="WS-C2960X-24PS-L", on_line=on_line)
    device = IosDevice(view, SWITCH, revert_minute_seconds=minute, boot_seconds=0.5)
    return served(device, name, address, port)


def _ios_truth(device: IosDevice) -> Truth:
    pending = device.archive.pending
    return Truth(
        running=f"description {MARK}" in device.running.render(),
        startup=f"description {MARK}" in device.startup,
        logged=any(MARK in row for row in device.view.syslog()),
        ours=pending is not None and pending.user == "storenet-rw",
        others=pending is not None and pending.user != "storenet-rw",
        config=device.running.render(),
    )


def _ios_intended(running: str) -> str:
    return running.replace(f"interface {PORT}\n", f"interface {PORT}\n description {MARK}\n")


IOS = Dialect(
    name="cisco_ios",
    make=_ios,
    truth=_ios_truth,
    look=Look(getter="ports"),
    exec_lines=(f"send log {MARK}",),
    config_lines=(f"interface {PORT}", f"description {MARK}"),
    intended=_ios_intended,
    lines={
        "login": re.compile(r"^terminal length 0"),
        "look": re.compile(r"^show interfaces status"),
        "deep": re.compile(r"^show version"),
        "exec": re.compile(r"^send log"),
        "config": re.compile(rf"^description {MARK}"),
        "apply": re.compile(r"^copy \S+ running-config"),
        "commit": re.compile(r"^copy \S+ running-config"),
        "confirm": re.compile(r"^configure confirm"),
        "undo": re.compile(r"^configure revert now"),
        "pending": re.compile(r"^show archive config rollback timer"),
    },
    refusals={
        "incomplete": "% Incomplete command.\n\n",
        "ambiguous": '% Ambiguous command:  "sh x"\n',
        "rejected": "Command rejected: Gi1/0/6 is a trunk, its mode must be access\n",
        "overlaps": "% 10.1.10.0 overlaps with Vlan10\n",
        "opening": "%Error opening flash:/storenet.cfg (No such file or directory)\n",
        "aborted": "Rollback aborted after 5 passes\n",
        "unauthorised": "Command authorization failed.\n\n",
    },
    unauthorised=r"^(?:configure|copy|send|write|delete)\b",
)


@dataclass
class _EosView(InRealTime, EosView):
    """Of an Arista switch."""

    on_line: Callable[[str], None] = lambda _line: None


def _eos(name: str, address: str, port: int, on_line: Callable[[str], None], minute: float) -> tuple[Any, Any]:
    view = _EosView(name=name, on_line=on_line)
    device = EosDevice(view, EOS_SWITCH, revert_minute_seconds=minute, boot_seconds=0.5)
    return served(device, name, address, port)


def _eos_truth(device: EosDevice) -> Truth:
    timed = device.sessions.timed
    return Truth(
        running=f"description {MARK}" in device.running.render(),
        startup=f"description {MARK}" in device.startup,
        logged=any(MARK in row for row in device.view.syslog()),
        ours=timed is not None and timed.user == "storenet-rw",
        others=timed is not None and timed.user != "storenet-rw",
        config=device.running.render(),
    )


def _eos_intended(running: str) -> str:
    return running.replace(f"interface {EOS_PORT}\n", f"interface {EOS_PORT}\n   description {MARK}\n")


EOS = Dialect(
    name="arista_eos",
    make=_eos,
    truth=_eos_truth,
    look=Look(getter="ports"),
    exec_lines=(f"send log level informational message {MARK}",),
    config_lines=(f"interface {EOS_PORT}", f"description {MARK}"),
    intended=_eos_intended,
    lines={
        "login": re.compile(r"^terminal length 0"),
        "look": re.compile(r"^show interfaces status"),
        "deep": re.compile(r"^show version"),
        "exec": re.compile(r"^send log"),
        "config": re.compile(rf"^description {MARK}"),
        "apply": re.compile(r"^configure session \S+ commit timer"),
        "commit": re.compile(r"^configure session \S+ commit timer"),
        "confirm": re.compile(r"^configure session \S+ commit$"),
        "undo": re.compile(r"^configure session \S+ abort"),
        "pending": re.compile(r"^show configuration sessions detail"),
    },
    refusals={
        "incomplete": "% Incomplete command\n",
        "ambiguous": "% Ambiguous command\n",
        "rejected": "% Invalid input\n",
        "overlaps": "% Cannot commit session x: commit timer is pending on session y\n",
        "opening": "% Error copying system:/running-config to flash:/startup-config (No space left on device)\n",
        "aborted": "% Commit failed\n",
        "unauthorised": "% Authorization denied for command 'configure'\n",
    },
    unauthorised=r"^(?:configure|copy|send|write|delete)\b",
)
