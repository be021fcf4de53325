"""One device's session, and the pool of all of them.

In: looks and writes. Out: readings, what a write did, or a ``DeviceError``. Called by ``inventory.fleet`` (looks) and
``controller.hands`` (writes). At most one session per device is open at any time; looks use the read account, a write
closes that session and opens its own with the write account; the last free vty line is never taken.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from inventory.connection import (
    TRANSPORT_ERRORS,
    SessionLimits,
    connect_error,
    host_keys_of,
    leave_lines_free,
    open_connection,
    quiet_libraries,
)
from inventory.errors import BusyError, CommandRefusedError, DeviceError, DoubtfulOutputError, UnreachableError
from inventory.event_driven import ChannelLostError, EventDriven, NoAnswerError
from inventory.looks import Look, Reading
from inventory.model import Chain, Device, DeviceId
from inventory.napalm_door import Trial, deep
from inventory.platforms import Getter, Platform, load_platforms
from inventory.reading import Reader, refused_look
from inventory.secrets import Account, Accounts
from inventory.snmp.agent_session import AgentSession
from inventory.talk import FloodError
from inventory.writes import Applied, Permit, Write
from inventory.writing import Writer, check_write, raise_privilege

Now = Callable[[], datetime]


class Session:
    """One device. Thread-safe: one look or write at a time, others wait their turn (``BusyError`` after a while)."""

    def __init__(
        self,
        device: Device,
        platform: Platform,
        accounts: Accounts,
        host_keys: Path,
        now: Now,
        *,
        limits: SessionLimits,
    ) -> None:
        self.device = device
        self._platform = platform
        self._accounts = accounts
        self._host_keys = host_keys
        self._limits = limits
        self._now = now
        self._held: EventDriven | None = None
        self._lock = threading.RLock()
        self._permit: Permit | None = None
        self._refused_to_read: set[str] = set()
        self._reader = Reader(platform, device, limits.read_seconds)

    def read(self, look: Look) -> Reading:
        """Return the answer to one look. Raises ``DeviceError``."""
        answer = self.read_many((look,))[0]
        if isinstance(answer, DeviceError):
            raise answer
        return answer

    def read_many(self, looks: Sequence[Look]) -> tuple[Reading | DeviceError, ...]:
        """Return an answer or its error for each look, in order. Once the device is gone the rest is not tried."""
        answers: list[Reading | DeviceError] = []
        try:
            with self._turn():
                self._answer_together(looks, answers)
                answers.extend(map(self._answer, looks[len(answers) :]))
        except DeviceError as error:
            answers += [error] * (len(looks) - len(answers))
        return tuple(answers)

    def deep(self, getter: str) -> dict[str, Any]:
        """Return what a NAPALM getter (``get_facts`` ...) says, on the session we hold. Raises ``DeviceError``."""
        with self._turn():
            connection = self._held or self._open_read()
            try:
                return deep(connection, self.device, self._platform, self._accounts.read.username, getter)
            except TRANSPORT_ERRORS as error:
                self._drop()
                raise UnreachableError(self.device.id, f"the session was lost during {getter}") from error

    def apply(self, write: Write, permit: Permit) -> Applied:
        """Send a write with the write account and return what the device said.

        The permit is asked right before the first byte. Raises ``StaleTokenError`` (nothing was sent),
        ``CommandRefusedError`` (nothing further was sent), ``DoubtfulError`` (never retry: read back), or why there was
        no session.
        """
        check_write(self.device, self._platform, write)
        confirms = write.kind == "commit_confirm"
        with self._turn(), self._writing(more_lines=1 if confirms else 0) as connection:
            self._permit = permit
            writer = Writer(self.device, self._platform, connection, self._limits)
            diff = ""
            if write.kind == "commit_confirm":
                diff = self._trial(connection).commit(write, permit)
            elif write.kind == "config":
                writer.config_lines(write.lines, permit)
            else:
                writer.exec_lines(write.lines, permit)
            return Applied(transcript=writer.transcript(), diff=diff, pending_confirm=confirms)

    def confirm(self, permit: Permit | None = None) -> None:
        """Confirm the pending change; ``permit`` is the one it was applied with unless given. Raises as ``apply``."""
        with self._turn(), self._writing() as connection:
            self._trial(connection).confirm(self._leave(permit))

    def undo(self, permit: Permit | None = None) -> None:
        """Have the device take a pending change back now. Raises as ``apply``."""
        with self._turn(), self._writing() as connection:
            self._trial(connection).undo(self._leave(permit))

    def pending(self) -> bool:
        """Return whether a change waits on the device for its confirmation. Raises ``DeviceError``."""
        with self._turn(), self._writing() as connection:
            return self._trial(connection).pending()

    def close(self) -> None:
        """Log out."""
        with self._lock:
            self._drop()

    # --- turns and connections ----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=self._limits.turn_seconds):
            raise BusyError(self.device.id, f"another look or write took longer than {self._limits.turn_seconds:g} s")
        try:
            yield
        finally:
            if self.device.session == "per_poll":
                self._drop()
            elif self._held is not None:
                self._held.transcript.clear()
            self._lock.release()

    @contextlib.contextmanager
    def _writing(self, more_lines: int = 0) -> Iterator[EventDriven]:
        """Yield a privileged connection of the write account, closed afterwards; the read session is closed first."""
        self._drop()
        connection = self._open(self._accounts.write, more_lines, patient=True)
        try:
            enable = self._accounts.write.enable
            if self._platform.enables:
                raise_privilege(self.device, connection, enable.resolve() if enable else "", self._limits)
            yield connection
        finally:
            connection.disconnect()

    def _open(self, account: Account, more_lines: int = 0, *, patient: bool = False) -> EventDriven:
        """Log in; ``patient`` for a write: a line that loses packets is no reason to leave its store alone."""
        connection = open_connection(
            self.device, self._platform, account, self._host_keys, self._limits, patient=patient
        )
        leave_lines_free(connection, self.device, self._platform, self._limits, more_lines)
        return connection

    def _open_read(self) -> EventDriven:
        self._held = self._open(self._accounts.read)
        return self._held

    def _drop(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.disconnect()

    def _trial(self, connection: EventDriven) -> Trial:
        return Trial(connection, self.device, self._platform, self._accounts.write.username)

    def _leave(self, permit: Permit | None) -> Permit:
        found = permit or self._permit
        if found is None:
            raise CommandRefusedError(self.device.id, "no permit was given; nothing was sent")
        return found

    # --- looks --------------------------------------------------------------------------------------------------

    def _answer(self, look: Look) -> Reading | DeviceError:
        """Return the answer, or the error that concerns this look alone; raise when the device is gone."""
        try:
            question, getter = self._reader.question(look)
            output = self._asked(getter, question.command, question.seconds)
        except CommandRefusedError as error:
            return error
        return self._reader.read(look, output, self._now())

    def _answer_together(self, looks: Sequence[Look], answers: list[Reading | DeviceError]) -> None:
        """Add the answers to the first looks, as many as can be asked in one go on the session we hold.

        What several looks want to hear is asked once.
        What is left - wanting another account, not to be sent, or after the session was lost - is asked one by one.
        Raises ``UnreachableError`` when the device falls silent.
        """
        questions = tuple(self._reader.questions(looks))
        if len(questions) < 2:  # noqa: PLR2004 - one alone needs no company
            return
        once = {question.command: question for question in questions}
        said, error = (self._held or self._open_read()).ask_all(tuple(once.values()))
        told = dict(zip(once, said, strict=False))
        for look, question in zip(looks, questions, strict=False):
            if question.command not in told:
                break
            answers.append(self._reader.read(look, told[question.command], self._now()))
        if isinstance(error, NoAnswerError):
            stuck = list(once.values())[len(said)]
            raise self._silent(stuck.command, stuck.seconds, error) from error
        if error is not None:
            self._drop()

    def _asked(self, getter: Getter, command: str, seconds: float) -> str:
        """Ask with the read account; what it is refused although it only looks is asked with the write account."""
        if getter.privileged and getter.command in self._refused_to_read:
            return self._ask_privileged(command, seconds)
        output = self._ask(command, seconds)
        if getter.privileged and refused_look(self._platform, output):
            self._refused_to_read.add(getter.command)
            return self._ask_privileged(command, seconds)
        return output

    def _ask_privileged(self, command: str, seconds: float) -> str:
        with self._writing() as connection:
            try:
                return connection.ask(command, seconds)
            except TRANSPORT_ERRORS as error:
                raise UnreachableError(self.device.id, f"no answer to '{command}' within {seconds:g} s") from error

    def _ask(self, command: str, seconds: float) -> str:
        """Ask on the session we hold; one that turns out dead is opened again, once."""
        connection = self._held
        if connection is not None:
            try:
                return connection.ask(command, seconds)
            except ChannelLostError:
                self._drop()
            except NoAnswerError as error:
                raise self._silent(command, seconds, error) from error
        connection = self._open_read()
        try:
            return connection.ask(command, seconds)
        except NoAnswerError as error:
            raise self._silent(command, seconds, error) from error
        except ChannelLostError as error:
            self._drop()
            raise connect_error(self.device, error, self._limits) from error

    def _silent(self, command: str, seconds: float, error: NoAnswerError) -> DeviceError:
        if self._held is not None:
            self._held.abort()
        self._drop()
        if isinstance(error, FloodError):
            return DoubtfulOutputError(self.device.id, f"the answer to '{command}' does not end; hung up")
        return UnreachableError(self.device.id, f"no answer to '{command}' within {seconds:g} s")


class Sessions:
    """Every device's session, or what asks its SNMP agent; devices without platform and agent have none."""

    def __init__(
        self,
        chain: Chain,
        accounts: Accounts,
        content: Path,
        now: Now,
        *,
        deadline: float = 10.0,
        limits: SessionLimits | None = None,
    ) -> None:
        """Prepare; nothing is dialled.

        ``content`` holds the pinned host keys; a look or write waits at most ``deadline`` seconds for its turn.
        """
        quiet_libraries()
        self.now = now
        platforms = load_platforms()
        used = limits or SessionLimits(turn_seconds=deadline)
        self._sessions = {
            device.id: Session(device, platforms[device.platform], accounts, host_keys_of(content), now, limits=used)
            for device in chain.devices.values()
            if device.platform is not None
        }
        self._agents = {
            device.id: AgentSession(device, now)
            for device in chain.devices.values()
            if device.platform is None and device.snmp is not None
        }

    def __getitem__(self, device: DeviceId) -> Session | AgentSession:
        """Return the device's session, opened when first used, or what looks at it through its SNMP agent instead.

        Raises ``CommandRefusedError`` if it has neither.
        """
        found = self._sessions.get(device) or self._agents.get(device)
        if found is None:
            raise CommandRefusedError(device, "has no session: no platform is set for it")
        return found

    def close_all(self) -> None:
        """Log out everywhere."""
        for session in self._sessions.values():
            session.close()
