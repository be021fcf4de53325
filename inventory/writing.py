"""Sending lines that change a device, and judging what it says to each.

In: an open connection of the write account, lines, a permit. Out: nothing when every line was taken; otherwise
``CommandRefusedError`` (nothing further was sent) or a ``DoubtfulError`` (never retried, only read back).
Called by ``inventory.session``. Why our own judge: NAPALM takes several kinds of refusal for success.
"""

import re
from collections.abc import Sequence

from inventory.connection import TRANSPORT_ERRORS, SessionLimits
from inventory.errors import (
    AuthRefusedError,
    CommandRefusedError,
    DeviceError,
    SessionLostError,
    UnknownOutcomeError,
    UnreachableError,
)
from inventory.event_driven import EventDriven, NoAnswerError
from inventory.model import Device
from inventory.platforms import Platform
from inventory.redact import redact
from inventory.writes import Permit, Write

CONFIRM = re.compile(r"\[confirm\][ \t]*\Z")
ASKS_PASSWORD = re.compile(r"[Pp]assword:[ \t]*\Z")


def check_write(device: Device, platform: Platform, write: Write) -> None:
    """Raise ``CommandRefusedError`` for what cannot be sent as it is; nothing is sent."""
    if not write.lines or not all(line.strip() for line in write.lines):
        raise CommandRefusedError(device.id, "the write has no lines, or an empty one; nothing was sent")
    if any(not line.isprintable() or "?" in line for line in write.lines):
        raise CommandRefusedError(device.id, "a line holds a control character or '?'; nothing was sent")
    if write.kind != "commit_confirm":
        return
    seconds = write.revert_in_seconds or 0
    if not platform.commit_confirm:
        raise CommandRefusedError(device.id, f"{platform.name} cannot take a change back by itself; nothing was sent")
    if seconds < platform.min_revert_seconds or seconds % platform.revert_step_seconds:
        wanted = f"at least {platform.min_revert_seconds} in steps of {platform.revert_step_seconds}"
        raise CommandRefusedError(device.id, f"revert_in_seconds is {seconds}, must be {wanted}; nothing was sent")


def raise_privilege(device: Device, connection: EventDriven, enable: str, limits: SessionLimits) -> None:
    """Enter privileged mode unless the login already gave it. Raises ``AuthRefusedError``."""
    if connection.find_prompt().endswith("#"):
        return
    try:
        connection.ask("enable", limits.read_seconds, until=ASKS_PASSWORD)
        if ASKS_PASSWORD.search(connection.answered_with):
            connection.ask(enable, limits.read_seconds, until=ASKS_PASSWORD, echo=False)
            connection.transcript.pop()
    except TRANSPORT_ERRORS as error:
        raise UnreachableError(device.id, "the session was lost before anything was sent") from error
    if not connection.answered_with.rstrip().endswith("#"):
        raise AuthRefusedError(device.id, "the enable secret was refused")


def refusal(platform: Platform, said: str) -> str | None:
    """Return the first line by which the device refuses, or None."""
    found = platform.dialect.refused.search(platform.dialect.log_line.sub("", said))
    return found[0].strip() if found else None


def doubt(device: Device, what: str, error: BaseException) -> DeviceError:
    """Return the doubtful error for a session that failed after something was sent."""
    if isinstance(error, NoAnswerError) or "ReadTimeout" in type(error).__name__:
        return UnknownOutcomeError(device.id, f"no clear answer to {what}")
    return SessionLostError(device.id, f"the session ended after {what} was sent")


class Writer:
    """One write on one open connection."""

    def __init__(self, device: Device, platform: Platform, connection: EventDriven, limits: SessionLimits) -> None:
        self._device = device
        self._platform = platform
        self._connection = connection
        self._limits = limits

    def transcript(self) -> str:
        """Return everything sent and answered on this connection, secrets starred out."""
        return redact("\n".join(self._connection.transcript))

    def exec_lines(self, lines: Sequence[str], permit: Permit) -> None:
        """Send exec-mode lines one by one; the first refusal ends it."""
        permit.assert_live()
        for number, line in enumerate(lines, 1):
            self._take(line, self._place(number, lines))

    def config_lines(self, lines: Sequence[str], permit: Permit) -> None:
        """Send configuration lines one by one; the first refusal ends it, and configuration mode is left either way."""
        dialect = self._platform.dialect
        permit.assert_live()
        if dialect.drop_config:
            self._need_nothing_pending()
        self._take(dialect.enter_config, f"'{dialect.enter_config}'")
        if dialect.in_config not in self._connection.answered_with:
            raise CommandRefusedError(self._device.id, "configuration mode was not entered; nothing was sent")
        try:
            for number, line in enumerate(lines, 1):
                self._take(line, self._place(number, lines))
            if dialect.drop_config:
                self._take(dialect.leave_config, f"'{dialect.leave_config}'")
        except CommandRefusedError:
            for leave in dialect.drop_config or (dialect.leave_config,):
                self._take(leave, f"'{leave}'")
            raise
        if not dialect.drop_config:
            self._take(dialect.leave_config, f"'{dialect.leave_config}'")

    def _need_nothing_pending(self) -> None:
        """A commit would confirm what waits for its confirmation, whoever made it."""
        dialect = self._platform.dialect
        said = self._take(dialect.pending, f"'{dialect.pending}'")
        if dialect.is_pending in said:
            raise CommandRefusedError(self._device.id, "a change waits for its confirmation; nothing was sent")
        if dialect.none_pending not in said:
            raise CommandRefusedError(self._device.id, "does not tell whether a change is pending; nothing was sent")

    def _place(self, number: int, lines: Sequence[str]) -> str:
        return f"line {number} of {len(lines)} ({redact(lines[number - 1].strip())!r})"

    def _take(self, line: str, place: str) -> str:
        """Send one line; return what was said. Answers ``[confirm]``; raises when refused or the outcome is unknown."""
        try:
            said = self._connection.ask(line, self._limits.write_seconds, until=CONFIRM)
            while CONFIRM.search(self._connection.answered_with):
                said += "\n" + self._connection.ask("", self._limits.write_seconds, until=CONFIRM)
        except TRANSPORT_ERRORS as error:
            raise doubt(self._device, place, error) from error
        if refused := refusal(self._platform, said):
            reason = f"{place} refused: {redact(refused)}; nothing further was sent"
            raise CommandRefusedError(self._device.id, reason)
        return said
