"""Carrying out a mode on one line of a session, whatever the dialect.

In: a session that can do the line, and the mode. Out: what is left to be printed before the next prompt.
Called by the terminals of the virtual devices.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from lab.devices.modes import FLOOD_BYTES, Mode

_GARBAGE = "".join(chr(0xDC00 + byte) for byte in (0xFF, 0xFE, 0x80, 0xC3, 0xF0, 0x9F)) + "\x00\x07\x1b[2J\x1b]0;x\x07"
_FILLER = "x" * 127 + "\n"


class Spoilt(Protocol):
    """A session on a device."""

    def write(self, text: str) -> None:
        """Send output at once."""

    def cut(self) -> None:
        """Reset the connection."""

    def restart(self) -> None:
        """Restart the device."""

    def rename(self) -> None:
        """Change the host name, and so the prompt."""

    def log_message(self) -> str:
        """Return a log message as it is printed into a session."""


async def spoil(session: Spoilt, mode: Mode, do: Callable[[], Awaitable[str]]) -> str:
    """Do the line, or not, as the mode wants it; return what remains to be printed."""
    if mode.name == "refuse":
        return mode.words if mode.words.endswith("\n") else f"{mode.words}\n"
    if mode.name in ("hang_before", "reset_before"):
        return await _end(session, "", mode.name)
    said = await do()
    if mode.name in _CHANGES:
        return _CHANGES[mode.name](session, said)
    return await _end(session, said, mode.name)


async def _end(session: Spoilt, said: str, how: str) -> str:
    """Say what is said before the end, then end; what hangs does so until the session ends."""
    if how.endswith("_middle") and how != "reload_middle":
        session.write(said[: len(said) // 2])
        await asyncio.sleep(0)
    if how == "reload_middle":
        session.restart()
    elif how.startswith("reset"):
        session.cut()
    forever: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return await forever


def _garbage(_session: Spoilt, said: str) -> str:
    half = len(said) // 2
    return said[:half] + _GARBAGE * 8 + said[half:]


def _flood(session: Spoilt, said: str) -> str:
    session.write(_FILLER * (FLOOD_BYTES // len(_FILLER)))
    return said


def _empty(_session: Spoilt, _said: str) -> str:
    return ""


def _log_lines(session: Spoilt, said: str) -> str:
    """Messages before, between and after the lines of the answer."""
    rows = said.splitlines(keepends=True)
    half = len(rows) // 2
    told = f"{session.log_message()}\n"
    return told + "".join(rows[:half]) + told * 2 + "".join(rows[half:]) + told


def _prompt_changed(session: Spoilt, said: str) -> str:
    session.rename()
    return said


_CHANGES: dict[str, Callable[[Spoilt, str], str]] = {
    "garbage": _garbage,
    "flood": _flood,
    "empty": _empty,
    "log_lines": _log_lines,
    "prompt_changed": _prompt_changed,
}
