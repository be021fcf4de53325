"""How a device misbehaves: modes, put and taken away while it runs, whatever its dialect.

In: ``put`` and ``clear``, from tests and from the lab's control socket. Out: answers to what the SSH server, the SCP
side and the terminals ask before they act. What a mode says in words is the dialect's; ``lab.devices.spoiling`` carries
the modes of a line out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

LINE_MODES: Mapping[str, str] = MappingProxyType(
    {
        "hang_before": "takes the line, does nothing, says nothing",
        "hang_middle": "does it, says half of its answer and stops",
        "reset_before": "resets the connection instead of doing it",
        "reset_middle": "does it, says half of its answer and resets the connection",
        "reset_after": "does it and resets the connection before it answers",
        "reload_middle": "does it and restarts before it answers: the startup configuration comes back",
        "garbage": "does it; bytes that are no text stand in its answer",
        "flood": "does it; 64 MiB stand in its answer",
        "empty": "does it and says nothing but the prompt",
        "log_lines": "does it; log messages stand in its answer",
        "prompt_changed": "does it; the host name in the prompt is another from then on",
        "refuse": "does not do it and says why (``words``)",
    }
)
DEVICE_MODES: Mapping[str, str] = MappingProxyType(
    {
        "wrong_password": "no password is right",
        "locked_after_three": "an account is locked after three wrong passwords",
        "host_key_changed": "shows another host key",
        "banner": "prints a long message with prompts in it before the first prompt",
        "paging_stuck": "pages its output, whatever it is told",
        "read_only": "every account has the lowest privilege and none gets more",
        "flash_full": "has no room for another file",
        "config_locked": "somebody else has locked the configuration",
        "foreign_pending": "somebody else's change waits for its confirmation",
        "archive_off": "cannot take changes back by itself",
    }
)
FLOOD_BYTES = 64 * 1024 * 1024
_TRIES = 3


@dataclass(slots=True, kw_only=True)
class Mode:
    """One mode. Those of a line act on the lines that match ``lines``, after ``skip`` of them, ``times`` times."""

    name: str
    lines: re.Pattern[str]
    times: int | None
    skip: int
    words: str


@dataclass(slots=True)
class Modes:
    """The modes one device is in. ``entered`` is told each as it is put; ``met`` counts how often each has acted."""

    entered: Callable[[str], None] = lambda _name: None
    active: dict[str, Mode] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    _wrong: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, lines: str = "", *, times: int | None = None, skip: int = 0, words: str = "") -> None:
        """Put a mode, instead of an earlier one of its name. Raises ``ValueError`` for what is no mode or pattern."""
        if name not in LINE_MODES and name not in DEVICE_MODES:
            raise ValueError(f"no mode is named {name!r}; there are {', '.join((*LINE_MODES, *DEVICE_MODES))}")
        try:
            pattern = re.compile(lines)
        except re.error as error:
            raise ValueError(f"{lines!r} is no pattern for lines: {error}") from None
        self.active[name] = Mode(name=name, lines=pattern, times=times, skip=skip, words=words)
        self.entered(name)

    def clear(self, name: str | None = None) -> None:
        """Take one mode away, or all."""
        for gone in (name,) if name else tuple(self.active):
            self.active.pop(gone, None)
        self._wrong.clear()

    def on(self, name: str) -> bool:
        """Whether the device is in a mode now; counted as met when it is."""
        if name not in self.active:
            return False
        self._count(name)
        return True

    def for_line(self, line: str) -> Mode | None:
        """Return the mode that acts on a line, used up by one."""
        for mode in self.active.values():
            if mode.name not in LINE_MODES or mode.times == 0 or not mode.lines.search(line):
                continue
            if mode.skip:
                mode.skip -= 1
                continue
            mode.times = None if mode.times is None else mode.times - 1
            self._count(mode.name)
            return mode
        return None

    def lets_in(self, user: str, *, right: bool) -> bool:
        """Whether an account is let in with a password that is ``right`` or not."""
        if not right:
            self._wrong[user] = self._wrong.get(user, 0) + 1
        if self._wrong.get(user, 0) >= _TRIES and self.on("locked_after_three"):
            return False
        return right and not self.on("wrong_password")

    def _count(self, name: str) -> None:
        self.met[name] = self.met.get(name, 0) + 1


class Misbehaving(Protocol):
    """A virtual device of any dialect."""

    modes: Modes


def ordered(devices: Mapping[str, Misbehaving], request: Mapping[str, object]) -> dict[str, object]:
    """Carry out a request for a mode; return what the device is in. Raises ``ValueError``.

    ``device``; ``mode`` and, for a mode of a line, ``lines`` (a pattern), ``times``, ``skip``, ``words``; or ``clear``
    (a mode's name, or true for all).
    """
    device = devices.get(str(request.get("device")))
    if device is None:
        raise ValueError(f"no virtual device is named {request.get('device')!r}")
    if gone := request.get("clear"):
        device.modes.clear(None if gone is True else str(gone))
    if name := request.get("mode"):
        numbers = {key: int(str(request[key])) for key in ("times", "skip") if request.get(key) is not None}
        device.modes.put(str(name), str(request.get("lines") or ""), words=str(request.get("words") or ""), **numbers)
    return {"device": request["device"], "modes": {mode: device.modes.met.get(mode, 0) for mode in device.modes.active}}
