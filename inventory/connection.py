"""Opening one SSH session to one device, and saying plainly why it could not be opened.

In: a device, an account, the directory of pinned host keys, limits. Out: a connection at its prompt, or a
``DeviceError``. Called by ``inventory.session``. Secrets are resolved here and nowhere else.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import paramiko
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadTimeout
from paramiko.ssh_exception import BadHostKeyException, IncompatiblePeer

from inventory.errors import (
    AuthRefusedError,
    BusyError,
    DeviceError,
    HostKeyChangedError,
    PermanentError,
    UnreachableError,
)
from inventory.event_driven import ChannelLostError, EventDriven, NoAnswerError
from inventory.model import Device
from inventory.platforms import ParseDoubt, Platform
from inventory.redact import remember
from inventory.secrets import Account, SecretMissingError

TRANSPORT_ERRORS = (
    ChannelLostError,
    NoAnswerError,
    NetmikoTimeoutException,
    NetmikoAuthenticationException,
    ReadTimeout,
    paramiko.SSHException,
    OSError,
    EOFError,
    UnicodeDecodeError,  # paramiko, when what should be SSH is noise
)
_REMEMBERED: set[str] = set()
PATIENCE_FIRST, PATIENCE_LOGIN = 2.5, 6.0
"""How much longer a write may take to log in: over a line that loses every third packet it takes so long."""
LOGINS_AT_ONCE = 64
"""A login costs us some 10 ms of CPU: more of them at once would time out on each other. Who is silent takes none."""
_LOGINS = threading.BoundedSemaphore(LOGINS_AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long what may take, in seconds. ``spare_lines`` vty lines are always left to people.

    ``most_seconds`` bounds the time NAPALM gives one answer.
    """

    connect_seconds: float = 4.0
    read_seconds: float = 5.0
    write_seconds: float = 10.0
    turn_seconds: float = 10.0
    settle_seconds: float = 0.3
    most_seconds: float = 90.0
    spare_lines: int = 1


def host_keys_of(content: Path) -> Path:
    """Return the directory with one known_hosts file per device."""
    return content / "inventory" / "host_keys"


def quiet_libraries() -> None:
    """Keep the libraries' own logs, which can hold secrets, silent."""
    for name in ("netmiko", "paramiko", "nornir", "napalm", "ncclient"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def open_connection(
    device: Device,
    platform: Platform,
    account: Account,
    host_keys: Path,
    limits: SessionLimits,
    *,
    patient: bool = False,
) -> EventDriven:
    """Return a connection at its prompt. Raises ``DeviceError``.

    The device has ``limits.connect_seconds`` to say its first word, and as long again to log us in once it is our turn;
    ``patient``: several times as long.
    """
    first = replace(limits, connect_seconds=limits.connect_seconds * (PATIENCE_FIRST if patient else 1))
    login = replace(limits, connect_seconds=limits.connect_seconds * (PATIENCE_LOGIN if patient else 1))
    pinned = _pinned_keys(device, host_keys)
    password, enable = _secret(device, account)
    connection = platform.driver(
        device_type=platform.netmiko,
        host=device.address,
        port=device.port,
        username=account.username,
        password=password,
        secret=enable,
        pinned=pinned,
        deadline=time.monotonic() + first.connect_seconds,
    )
    connection.most_seconds = limits.most_seconds
    _within(device, connection, first, connection.reach)
    with _LOGINS:
        connection.deadline = time.monotonic() + login.connect_seconds
        _within(device, connection, login, connection.connect)
    return connection


def _within(device: Device, connection: EventDriven, limits: SessionLimits, step: Callable[[], None]) -> None:
    """Take one step of connecting, within ``limits.connect_seconds``. Raises ``DeviceError``."""
    with _deadline(connection, limits.connect_seconds) as passed:
        try:
            step()
            if passed.is_set():
                raise NoAnswerError
        except TRANSPORT_ERRORS as error:
            connection.abort()
            if passed.is_set():
                raise UnreachableError(device.id, f"no prompt within {limits.connect_seconds:g} s") from error
            raise connect_error(device, error, limits) from error


@contextlib.contextmanager
def _deadline(connection: EventDriven, seconds: float) -> Iterator[threading.Event]:
    """Close the connection's sockets after ``seconds``, whatever the libraries are waiting for."""
    passed = threading.Event()

    def end() -> None:
        passed.set()
        connection.abort()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield passed
    finally:
        timer.cancel()


def _pinned_keys(device: Device, host_keys: Path) -> tuple[paramiko.PKey, ...]:
    """Return the keys in the device's own known_hosts file, whatever address they are noted under."""
    path = host_keys / device.id
    try:
        known = paramiko.HostKeys(str(path))
    except OSError:
        raise HostKeyChangedError(device.id, f"no pinned key: {path.name} is missing in {host_keys.name}") from None
    except paramiko.SSHException:
        raise HostKeyChangedError(device.id, f"the pinned key in {path.name} cannot be read") from None
    keys = tuple(key for host in known for key in (known.lookup(host) or {}).values())
    if not keys:
        raise HostKeyChangedError(device.id, f"no pinned key: {path.name} in {host_keys.name} holds none")
    return keys


def _secret(device: Device, account: Account) -> tuple[str, str]:
    """Return password and enable secret; from now on both are masked in everything that is told."""
    try:
        found = account.password.resolve(), account.enable.resolve() if account.enable else ""
    except SecretMissingError as error:
        raise AuthRefusedError(device.id, f"account {account.username}: {error}") from None
    for value in filter(None, found):
        if value not in _REMEMBERED:
            _REMEMBERED.add(value)
            remember(value)
    return found


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def connect_error(device: Device, error: BaseException, limits: SessionLimits) -> DeviceError:
    """Return what an error while connecting means. Netmiko hides host key trouble inside its time-outs."""
    causes = tuple(_causes(error))
    said = " ".join(str(c) for c in causes).lower()
    if any(isinstance(c, BadHostKeyException) for c in causes) or "not found in known_hosts" in said:
        return HostKeyChangedError(device.id, "shows another host key than the pinned one; nobody was logged in")
    if any(isinstance(c, IncompatiblePeer) for c in causes):
        return PermanentError(device.id, "no SSH algorithm in common (an old SHA-1-only device?)")
    if _auth_refused(causes):
        return AuthRefusedError(device.id, "the account was refused")
    return UnreachableError(device.id, _why_unreachable(causes, said, limits))


def _why_unreachable(causes: tuple[BaseException, ...], said: str, limits: SessionLimits) -> str:
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        return "connection refused"
    if any(isinstance(c, (EOFError, ChannelLostError, ConnectionResetError)) for c in causes):
        return "closed the connection (no free line?)"
    if any(isinstance(c, (TimeoutError, NoAnswerError)) for c in causes) or "banner" in said or "timeout" in said:
        return f"no answer within {limits.connect_seconds:g} s"
    return f"cannot be reached ({_short(causes)})"


def _auth_refused(causes: tuple[BaseException, ...]) -> bool:
    refused = (paramiko.AuthenticationException, NetmikoAuthenticationException)
    real = [c for c in causes if isinstance(c, refused)]
    return bool(real) and not any(word in str(c).lower() for c in real for word in ("timeout", "eof", "shut down"))


def _short(causes: tuple[BaseException, ...]) -> str:
    last = causes[-1]
    return (str(last).strip().splitlines() or [type(last).__name__])[0][:120]


def leave_lines_free(
    connection: EventDriven, device: Device, platform: Platform, limits: SessionLimits, more: int
) -> None:
    """Log out and raise ``BusyError`` when this session (and ``more`` to come) leaves people too few vty lines.

    A line may still be closing behind a session that just ended: too few are counted once more before giving up.
    """
    wanted = limits.spare_lines + more
    free = _free_lines(connection, device, platform, limits)
    if free < wanted:
        time.sleep(limits.settle_seconds)
        free = _free_lines(connection, device, platform, limits)
    connection.transcript.clear()
    if free < wanted:
        connection.disconnect()
        raise BusyError(device.id, f"only {free} vty lines are free beside ours; logged out to leave people one")


def _free_lines(connection: EventDriven, device: Device, platform: Platform, limits: SessionLimits) -> int:
    try:
        return platform.free_lines(connection.ask(platform.dialect.users, limits.read_seconds))
    except ParseDoubt as doubt:
        connection.disconnect()
        raise BusyError(device.id, f"cannot tell how many vty lines are free ({doubt}); logged out") from None
    except TRANSPORT_ERRORS as error:
        connection.disconnect()
        raise connect_error(device, error, limits) from error
