"""The one place NAPALM is used: deep looks, and changes the device takes back by itself.

In: an open connection, which NAPALM adopts instead of opening its own. Out: a getter's answer; ``Applied``.
Called by ``inventory.session``. NAPALM never owns the connection: its destructor would close it.
"""

import contextlib
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from napalm import get_network_driver
from napalm.base.exceptions import NapalmException
from scp import SCPException

from inventory.connection import TRANSPORT_ERRORS
from inventory.errors import (
    CommandRefusedError,
    DoubtfulOutputError,
    TemporaryError,
    UnknownOutcomeError,
    UnreachableError,
)
from inventory.event_driven import EventDriven
from inventory.model import Device
from inventory.platforms import Candidate, CandidateRefusedError, Platform
from inventory.redact import redact
from inventory.writes import Permit, Write
from inventory.writing import doubt, refusal

REFUSALS = (NapalmException, CandidateRefusedError)
_PENDING_USER = re.compile(r"(?m)^User: *(\S+)")
_SCP_LOST = re.compile(r"Timeout|No response|Invalid response|Underlying channel")
_SETTLE_SECONDS = 90.0
_COPIED = re.compile(r"\Acopy \S+ running-config\b")


@contextlib.contextmanager
def adopted(connection: EventDriven, platform: Platform, username: str) -> Iterator[Any]:
    """Yield a NAPALM driver on our connection; on leaving it forgets the connection without closing it."""
    names = {kind: f"storenet-{uuid.uuid4().hex[:12]}.cfg" for kind in ("candidate_cfg", "merge_cfg", "rollback_cfg")}
    driver = (platform.napalm_driver or get_network_driver(platform.napalm))(
        connection.host, username, "", optional_args={**names, "auto_file_prompt": False, "force_no_enable": True}
    )
    driver.device = driver._netmiko_device = connection  # noqa: SLF001 - NAPALM has no public way to lend a connection
    driver.prompt_quiet_configured = True
    try:
        yield driver
    finally:
        driver.device = driver._netmiko_device = None  # noqa: SLF001


def deep(connection: EventDriven, device: Device, platform: Platform, username: str, getter: str) -> dict[str, Any]:
    """Return a NAPALM getter's answer. Raises ``CommandRefusedError`` when NAPALM or the device has no such getter."""
    if not platform.napalm and platform.napalm_driver is None:
        raise CommandRefusedError(device.id, f"NAPALM has no driver for {platform.name}; nothing was sent")
    with adopted(connection, platform, username) as driver:
        call = getattr(driver, getter, None) if getter.startswith("get_") else None
        if call is None:
            raise CommandRefusedError(device.id, f"NAPALM has no getter {getter!r}; nothing was sent")
        mark = len(connection.transcript)
        try:
            answer = call()
        except NotImplementedError:
            raise CommandRefusedError(device.id, f"NAPALM has no {getter} for {platform.napalm}") from None
        except (NapalmException, ValueError, KeyError, IndexError, AttributeError) as error:
            if silent := _unanswered(connection.transcript[mark:]):
                raise DoubtfulOutputError(device.id, f"nothing was said to '{silent}'") from error
            raise CommandRefusedError(device.id, f"NAPALM could not read {getter}: {type(error).__name__}") from error
    if silent := _unanswered(connection.transcript[mark:]):
        raise DoubtfulOutputError(device.id, f"nothing was said to '{silent}': what NAPALM made of it is no evidence")
    return answer if isinstance(answer, dict) else {getter.removeprefix("get_"): answer}


def _unanswered(entries: Sequence[str]) -> str:
    """Return the first unfiltered ``show`` that was answered with nothing at all."""
    for entry in entries:
        command, _, said = entry.partition("\n")
        if command.startswith("show ") and "|" not in command.removesuffix(" | json") and not said.strip():
            return command
    return ""


class IosCandidate:
    """NAPALM's driver for IOS as a ``Candidate``, with the refusals it does not notice."""

    def __init__(self, driver: Any, connection: EventDriven, platform: Platform, username: str) -> None:
        self._driver = driver
        self._connection = connection
        self._platform = platform
        self._username = username

    def load_merge_candidate(self, *, config: str) -> None:
        """Copy the lines to the flash."""
        self._driver.load_merge_candidate(config=f"{config}end\n")

    def compare_config(self) -> str:
        """Return the device's incremental diff."""
        return str(self._driver.compare_config())

    def commit_config(self, *, revert_in: int) -> None:
        """Copy it into the running configuration; judge every line that was printed, take all back on a refusal."""
        mark = len(self._connection.transcript)
        try:
            self._driver.commit_config(revert_in=revert_in)
        except NapalmException as error:
            raise CandidateRefusedError(self._refused_since(mark) or str(error)) from error
        if reason := self._refused_since(mark):
            if self.has_pending_commit():
                self.rollback()
            raise CandidateRefusedError(f"{reason}; the device has taken the change back")

    def has_pending_commit(self) -> bool:
        """Ask for the rollback timer; another's is not ours. Raises ``ValueError`` when there is no clear answer."""
        dialect = self._platform.dialect
        said = self._connection.ask(dialect.pending, min(10.0, self._connection.most_seconds))
        if dialect.none_pending in said:
            return False
        if dialect.is_pending in said:
            user = _PENDING_USER.search(said)
            return user is None or user[1] == self._username
        raise ValueError("does not tell whether a change is pending")

    def confirm_commit(self) -> None:
        """Confirm and save."""
        self._settle("configure confirm")

    def rollback(self) -> None:
        """Revert now, and save."""
        self._settle("configure revert now")

    def _settle(self, command: str) -> None:
        """End the trial, then save. NAPALM saves after a refusal too: what goes back would be there after a restart."""
        for line in (command, "write memory"):
            said = self._connection.send_command(line, read_timeout=_SETTLE_SECONDS)
            if reason := refusal(self._platform, said):
                raise CandidateRefusedError(redact(reason))
            if line == command and self.has_pending_commit():
                raise CandidateRefusedError(f"'{command}' left the change pending")

    def discard_config(self) -> None:
        """Delete our files from the flash."""
        for name in (self._driver.merge_cfg, self._driver.rollback_cfg):
            path = f"{self._driver.dest_file_system}/{name}"
            self._connection.send_command(self._platform.dialect.delete_file.format(file=path))

    def _refused_since(self, mark: int) -> str | None:
        """Judge what the device said to the copy into its running configuration; NAPALM notices only one refusal."""
        for entry in self._connection.transcript[mark:]:
            if _COPIED.match(entry) and (said := refusal(self._platform, entry)):
                return redact(said)
        return None


class Trial:
    """One change committed under the device's own revert timer, confirmed or taken back; permits asked in between."""

    def __init__(self, connection: EventDriven, device: Device, platform: Platform, username: str) -> None:
        self._connection = connection
        self._device = device
        self._platform = platform
        self._username = username

    def commit(self, write: Write, permit: Permit) -> str:
        """Load, compare, commit. Return the device's own diff."""
        self._connection.intent = permit.intent
        with self._lent() as candidate:
            permit.assert_live()
            diff = self._load(candidate, write)
            permit.assert_live()
            self._call("the commit", lambda: candidate.commit_config(revert_in=int(write.revert_in_seconds or 0)))
            with contextlib.suppress(*TRANSPORT_ERRORS, *REFUSALS):
                candidate.discard_config()
        return diff

    def pending(self) -> bool:
        """Return whether a change waits for its confirmation."""
        with self._lent() as candidate:
            return self._asked(candidate)

    def confirm(self, permit: Permit) -> None:
        """Confirm the pending change and save the configuration; then look that nothing is pending any more."""
        with self._lent() as candidate:
            self._need_pending(candidate, "confirm")
            permit.assert_live()
            self._call("the confirmation", candidate.confirm_commit)
            if self._still_pending(candidate):
                raise UnknownOutcomeError(self._device.id, "the change is still pending after its confirmation")

    def undo(self, permit: Permit) -> None:
        """Have the device take the pending change back now."""
        with self._lent() as candidate:
            self._need_pending(candidate, "take back")
            permit.assert_live()
            self._call("taking the change back", candidate.rollback)
            if self._still_pending(candidate):
                raise UnknownOutcomeError(self._device.id, "the change is still pending after it was taken back")

    def _lent(self) -> AbstractContextManager[Candidate]:
        lend = self._platform.candidate
        if lend is not None:
            return lend(self._connection, self._username)
        return _lend_to_ios(self._connection, self._platform, self._username)

    def _load(self, candidate: Candidate, write: Write) -> str:
        """Bring the candidate to the device; its running configuration is not touched."""
        try:
            candidate.load_merge_candidate(config="\n".join(write.lines) + "\n")
            return redact(candidate.compare_config())
        except (*REFUSALS, ValueError) as error:
            reason = f"the candidate was not taken: {_words(error)}; nothing was changed"
            raise CommandRefusedError(self._device.id, reason) from error
        except (SCPException, *TRANSPORT_ERRORS) as error:
            if isinstance(error, SCPException) and not _SCP_LOST.match(str(error)):
                said = f"the candidate was not taken: {_words(error)}; nothing was changed"
                raise CommandRefusedError(self._device.id, said) from error
            reason = "lost while the candidate was copied; nothing was changed"
            raise UnreachableError(self._device.id, reason) from error

    def _asked(self, candidate: Candidate) -> bool:
        """Ask before anything was sent."""
        try:
            return candidate.has_pending_commit()
        except TRANSPORT_ERRORS as error:
            raise UnreachableError(self._device.id, "no answer about a pending change") from error
        except (*REFUSALS, ValueError) as error:
            raise DoubtfulOutputError(self._device.id, "does not tell whether a change is pending") from error

    def _still_pending(self, candidate: Candidate) -> bool:
        """Ask after something was sent: no clear answer is a doubt about that."""
        try:
            return self._asked(candidate)
        except TemporaryError as error:
            raise UnknownOutcomeError(self._device.id, error.reason) from error

    def _need_pending(self, candidate: Candidate, verb: str) -> None:
        if not self._asked(candidate):
            raise CommandRefusedError(self._device.id, f"nothing is pending to {verb}: confirmed before, or taken back")

    def _call(self, what: str, call: Callable[[], None]) -> None:
        try:
            call()
        except REFUSALS as error:
            raise CommandRefusedError(self._device.id, f"{what} was refused: {_words(error)}") from error
        except TRANSPORT_ERRORS as error:
            raise doubt(self._device, what, error) from error
        except ValueError as error:
            raise UnknownOutcomeError(self._device.id, f"no clear answer after {what}: {_words(error)}") from error


@contextlib.contextmanager
def _lend_to_ios(connection: EventDriven, platform: Platform, username: str) -> Iterator[Candidate]:
    with adopted(connection, platform, username) as driver:
        yield IosCandidate(driver, connection, platform, username)


def _words(error: Exception) -> str:
    return redact(" ".join(str(error).split()))[:200]
