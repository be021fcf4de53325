"""The one place NAPALM is used: deep looks, and changes the device takes back by itself.

In: an open connection, which NAPALM adopts instead of opening its own. Out: a getter's answer; ``Applied``.
Called by ``inventory.session``. NAPALM never owns the connection: its destructor would close it.
"""

import contextlib
import re
import uuid
from collections.abc import Iterator
from typing import Any

from napalm import get_network_driver
from napalm.base.exceptions import NapalmException
from scp import SCPException

from inventory.connection import TRANSPORT_ERRORS
from inventory.errors import CommandRefusedError, UnknownOutcomeError, UnreachableError
from inventory.event_driven import EventDriven
from inventory.model import Device
from inventory.platforms import Platform
from inventory.redact import redact
from inventory.writes import Permit, Write
from inventory.writing import doubt, refusal

_COPIED = re.compile(r"\Acopy \S+ running-config\b")


@contextlib.contextmanager
def adopted(connection: EventDriven, platform: Platform, username: str) -> Iterator[Any]:
    """Yield a NAPALM driver on our connection; on leaving it forgets the connection without closing it."""
    names = {kind: f"storenet-{uuid.uuid4().hex[:12]}.cfg" for kind in ("candidate_cfg", "merge_cfg", "rollback_cfg")}
    driver = get_network_driver(platform.napalm)(
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
    with adopted(connection, platform, username) as driver:
        call = getattr(driver, getter, None) if getter.startswith("get_") else None
        if call is None:
            raise CommandRefusedError(device.id, f"NAPALM has no getter {getter!r}; nothing was sent")
        try:
            answer = call()
        except NotImplementedError:
            raise CommandRefusedError(device.id, f"NAPALM has no {getter} for {platform.napalm}") from None
        except (NapalmException, ValueError, KeyError, IndexError, AttributeError) as error:
            raise CommandRefusedError(device.id, f"NAPALM could not read {getter}: {type(error).__name__}") from error
    return answer if isinstance(answer, dict) else {getter.removeprefix("get_"): answer}


class Candidate:
    """One change loaded as a candidate, committed with the device's own revert timer."""

    def __init__(self, connection: EventDriven, device: Device, platform: Platform, username: str) -> None:
        self._connection = connection
        self._device = device
        self._platform = platform
        self._username = username

    def commit(self, write: Write, permit: Permit) -> str:
        """Load, compare, commit. Return the device's own diff."""
        with adopted(self._connection, self._platform, self._username) as driver:
            permit.assert_live()
            diff = self._load(driver, write)
            permit.assert_live()
            self._commit(driver, int(write.revert_in_seconds or 0))
            self._tidy(driver)
        return diff

    def _load(self, driver: Any, write: Write) -> str:
        """Put the candidate on the device's flash; its running configuration is not touched."""
        try:
            driver.load_merge_candidate(config="\n".join(write.lines) + "\nend\n")
            return redact(str(driver.compare_config()))
        except (NapalmException, ValueError) as error:
            reason = f"the candidate was not taken: {_words(error)}; nothing was changed"
            raise CommandRefusedError(self._device.id, reason) from error
        except (SCPException, *TRANSPORT_ERRORS) as error:
            reason = "lost while the candidate was copied; nothing was changed"
            raise UnreachableError(self._device.id, reason) from error

    def _commit(self, driver: Any, revert_in: int) -> None:
        mark = len(self._connection.transcript)
        try:
            driver.commit_config(revert_in=revert_in)
        except NapalmException as error:
            said = self._refused_since(mark) or _words(error)
            raise CommandRefusedError(self._device.id, f"the commit was refused: {said}") from error
        except TRANSPORT_ERRORS as error:
            raise doubt(self._device, "the commit", error) from error
        if reason := self._refused_since(mark):
            self.revert(driver)
            raise CommandRefusedError(self._device.id, f"refused: {reason}; the device has taken the change back")

    def _refused_since(self, mark: int) -> str | None:
        """Judge what the device said to the copy into its running configuration; NAPALM notices only one refusal."""
        for entry in self._connection.transcript[mark:]:
            if _COPIED.match(entry) and (said := refusal(self._platform, entry)):
                return redact(said)
        return None

    def _tidy(self, driver: Any) -> None:
        """Delete our files from the device's flash; a device that will not is left as it is."""
        for name in (driver.merge_cfg, driver.rollback_cfg):
            path = f"{driver.dest_file_system}/{name}"
            with contextlib.suppress(*TRANSPORT_ERRORS):
                self._connection.send_command(self._platform.dialect.delete_file.format(file=path))

    def pending(self) -> bool:
        """Return whether a change waits for its confirmation."""
        dialect = self._platform.dialect
        try:
            said = self._connection.ask(dialect.pending, 10)
        except TRANSPORT_ERRORS as error:
            raise UnreachableError(self._device.id, "no answer about a pending change") from error
        if dialect.none_pending in said:
            return False
        if dialect.is_pending in said:
            return True
        raise UnknownOutcomeError(self._device.id, "does not tell whether a change is pending")

    def confirm(self, permit: Permit) -> None:
        """Confirm the pending change and save the configuration; then look that nothing is pending any more."""
        self._need_pending("confirm")
        permit.assert_live()
        self._run("confirm_commit", "the confirmation")
        if self.pending():
            raise UnknownOutcomeError(self._device.id, "the change is still pending after its confirmation")

    def undo(self, permit: Permit) -> None:
        """Have the device take the pending change back now."""
        self._need_pending("take back")
        permit.assert_live()
        with adopted(self._connection, self._platform, self._username) as driver:
            self.revert(driver)
        if self.pending():
            raise UnknownOutcomeError(self._device.id, "the change is still pending after it was taken back")

    def revert(self, driver: Any) -> None:
        """Take back what is pending; never anything else (NAPALM alone would load a file)."""
        if self.pending():
            self._call(driver, "rollback", "taking the change back")

    def _need_pending(self, verb: str) -> None:
        if not self.pending():
            raise CommandRefusedError(self._device.id, f"nothing is pending to {verb}: confirmed before, or taken back")

    def _run(self, method: str, what: str) -> None:
        with adopted(self._connection, self._platform, self._username) as driver:
            self._call(driver, method, what)

    def _call(self, driver: Any, method: str, what: str) -> None:
        driver.prompt_quiet_configured = True
        try:
            getattr(driver, method)()
        except NapalmException as error:
            raise CommandRefusedError(self._device.id, f"{what} was refused: {_words(error)}") from error
        except TRANSPORT_ERRORS as error:
            raise doubt(self._device, what, error) from error


def _words(error: Exception) -> str:
    return redact(" ".join(str(error).split()))[:200]
