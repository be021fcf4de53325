"""What every virtual device gives to the servers in front of it, whatever its dialect.

In: a dialect's device, and what a client asked for on a channel. Out: the session that answers it. Why: the SSH server
stays free of vendors. A dialect is a package ``lab/devices/<platform>`` with a module ``serving`` and in it a function
``open_session(device, asked) -> Session | None`` (None: what was asked for is refused) and ``DEVICE``, the class.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Literal, Protocol

from lab.devices.modes import Modes
from lab.model import DeviceView
from lab.setting import DeviceSetting


class Line(Protocol):
    """One place for a session: who is there, and how the server ends it."""

    number: int
    address: str
    user: str
    hang_up: Callable[[], object] | None
    cut: Callable[[], object] | None


class Lines(Protocol):
    """The places for sessions of one device."""

    def take(self, numbers: Iterable[int], address: str, now: datetime) -> Any:
        """Return the first free ``Line`` of these, None when all are taken."""

    def free(self, line: Any) -> None:
        """Give a line back; harmless when it was given back before."""


class Device(Protocol):
    """A virtual device of any dialect."""

    platform: str
    answer_seconds: float

    @property
    def view(self) -> DeviceView:
        """The world as the device sees it."""

    @property
    def lines(self) -> Lines:
        """Its places for sessions."""

    @property
    def modes(self) -> Modes:
        """How it misbehaves."""

    @property
    def on_reload(self) -> list[Callable[[], None]]:
        """What is called when it restarts."""

    @property
    def setting(self) -> DeviceSetting:
        """What its configuration means now."""

    def dark(self) -> bool:
        """Whether a management session gets no answer."""

    def open_lines(self) -> tuple[int, ...]:
        """The places that take a session from the controller."""

    def lets_in(self, line: int, user: str, password: str) -> int | None:
        """The level an account gets, None when it is refused. The password is the right one."""

    def apply(self, lines: Sequence[str], user: str) -> object:
        """Apply configuration lines as a person typing them would; they stand in the log under ``user``."""

    def try_out(self, lines: Sequence[str], user: str, minutes: int) -> object:
        """Apply lines under a timer that takes them back."""

    def take_back(self, user: str) -> object:
        """Take back now what is under a timer."""

    def reload(self, user: str = "") -> None:
        """Restart."""


class Session(Protocol):
    """One channel's conversation."""

    def start(self) -> None:
        """The channel is open."""

    def received(self, content: bytes) -> None:
        """Take bytes from the client."""

    def eof(self) -> None:
        """The client sends no more."""

    def end(self) -> None:
        """The channel is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a client wants on a channel, and the way back. ``words``: the command, or the subsystem's name."""

    kind: Literal["shell", "exec", "subsystem"]
    words: str = ""
    line: Any
    level: int
    enable_secret: str | None
    send: Callable[[bytes], None]
    hang_up: Callable[[], None]
    finish: Callable[[int], None]

    def send_text(self, text: str) -> None:
        """Send text; what stands for bytes that are no text goes out as these bytes."""
        self.send(text.encode("utf-8", "surrogateescape"))


class Prompted(Protocol):
    """A command line that takes and gives characters."""

    def start(self) -> None:
        """Greet with the first prompt."""

    def received(self, text: str) -> None:
        """Take characters from the client."""

    def end(self) -> None:
        """The channel is gone."""


class TextSession:
    """A command line as a session: bytes become characters."""

    def __init__(self, shell: Prompted) -> None:
        self.start = shell.start
        self.end = shell.end
        self._shell = shell

    def received(self, content: bytes) -> None:
        """Take bytes from the client."""
        self._shell.received(content.decode("utf-8", "replace"))

    def eof(self) -> None:
        """Nothing: the channel closes by itself."""


class Opening(Protocol):
    """What the module ``serving`` of a dialect is called for."""

    def __call__(self, device: Any, asked: Asked) -> Session | None:
        """Return the session that answers what was asked for, None when the device refuses it."""


class Making(Protocol):
    """What makes a dialect's device: the class that its module ``serving`` names ``DEVICE``."""

    def __call__(self, view: DeviceView, startup: str, *, answer_seconds: float = 0.0) -> Device:
        """Return the device, booted with a startup configuration."""


@cache
def _opening(platform: str) -> Opening:
    opening: Opening = import_module(f"lab.devices.{platform}.serving").open_session
    return opening


def open_session(device: Device, asked: Asked) -> Session | None:
    """Return the session that answers what was asked for, None when the device refuses it."""
    return _opening(device.platform)(device, asked)


def new_device(platform: str, view: DeviceView, startup: str, *, answer_seconds: float = 0.0) -> Device:
    """Return a virtual device of a platform, booted. Raises ``ModuleNotFoundError`` for what the lab does not have."""
    making: Making = import_module(f"lab.devices.{platform}.serving").DEVICE
    return making(view, startup, answer_seconds=answer_seconds)
