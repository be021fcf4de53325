"""The SSH server in front of many emulated devices, in one asyncio process.

In: connections on one loopback address per device. Out: a session on that device: what its dialect opens on a channel.
A device that is dark accepts the connection and stays silent, as one does behind a dead link.
Called by the lab's server and by tests.
"""

import asyncio
import resource
import socket
import struct
from collections.abc import Mapping
from functools import partial
from ipaddress import ip_address
from typing import Any, Literal

import asyncssh

from lab.devices.dialect import Asked, Device, Line, Session, open_session
from lab.devices.host_keys import host_key

Served = tuple[Device, str, int, asyncssh.SSHKey]
Accounts = Mapping[str, tuple[str, int]]

_RETRY_SECONDS = 0.25
_LOGIN_SECONDS = 60
_BACKLOG = 64
_TCP_ESTABLISHED = 1
_SOCKETS_PER_DEVICE = 4
_SOCKETS_SPARE = 256


class DeviceServer:
    """Serves every device on its own address. ``accounts``: user name -> (password, privilege)."""

    def __init__(self, devices: Mapping[str, Served], accounts: Accounts, enable_secret: str | None) -> None:
        self._devices = devices
        self._accounts = accounts
        self._enable_secret = enable_secret
        self._listeners: list[socket.socket] = []
        self._parked: list[tuple[socket.socket, Served]] = []
        self._sweep: asyncio.TimerHandle | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._starting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen for every device. Raises ``ValueError`` unless all addresses are loopback, ``OSError`` when taken."""
        _allow_sockets(len(self._devices))
        for served in self._devices.values():
            _, address, port, _ = served
            if not ip_address(address).is_loopback:
                raise ValueError(f"{address} is not a loopback address")
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setblocking(False)  # noqa: FBT003
            self._listeners.append(listener)
            listener.bind((address, port))
            listener.listen(_BACKLOG)
            asyncio.get_running_loop().add_reader(listener, self._accept, listener, served)

    async def stop(self) -> None:
        """Stop listening and end every session."""
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.remove_reader(listener)
            listener.close()
        if self._sweep is not None:
            self._sweep.cancel()
        for parked, _ in self._parked:
            parked.close()
        self._parked.clear()
        self._listeners.clear()
        for task in self._starting:
            task.cancel()
        for connection in list(self._connections):
            connection.abort()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(c.wait_closed() for c in list(self._connections)), return_exceptions=True)

    def _accept(self, listener: socket.socket, served: Served) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setblocking(False)  # noqa: FBT003
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if served[0].dark():
                self._park(connection, served)
            else:
                self._begin(connection, served)

    def _park(self, connection: socket.socket, served: Served) -> None:
        self._parked.append((connection, served))
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(_RETRY_SECONDS, self._look_again)

    def _look_again(self) -> None:
        """Start what waited for a device that answers again; drop what its client gave up."""
        self._sweep = None
        waiting, self._parked = self._parked, []
        for connection, served in waiting:
            if not _established(connection):
                connection.close()
            elif served[0].dark():
                self._park(connection, served)
            else:
                self._begin(connection, served)

    def _begin(self, connection: socket.socket, served: Served) -> None:
        device, address = served[0], connection.getpeername()[0] if _established(connection) else ""
        lines = device.open_lines()
        line = device.lines.take(lines, address, device.view.now())
        if line is None:
            reason = "no free vty line" if lines else "no vty line takes SSH from there"
            device.view.record("refused", reason=reason, address=address)
            connection.close()
            return
        task = asyncio.get_running_loop().create_task(self._serve(connection, served, line))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _serve(self, connection: socket.socket, served: Served, line: Line) -> None:
        device = served[0]
        options = asyncssh.SSHServerConnectionOptions(
            server_host_keys=[_key_of(served)],
            line_editor=False,
            login_timeout=_LOGIN_SECONDS,
            agent_forwarding=False,
            server_factory=lambda: _Login(device, line, self._accounts, self._enable_secret, self._connections),
        )
        try:
            await asyncssh.run_server(connection, options=options)
        except (OSError, asyncssh.Error) as problem:
            device.view.record("session_failed", reason=type(problem).__name__)
        except asyncio.CancelledError:
            connection.close()
            raise
        finally:
            if not line.user:
                device.lines.free(line)


def _key_of(served: Served) -> asyncssh.SSHKey:
    """The device's host key; one that was put in another's place has made its own."""
    view = served[0].view
    if served[0].modes.on("host_key_changed"):
        return host_key(f"{view.name}/changed")
    return host_key(f"{view.name}/{view.plate}") if view.plate else served[3]


def _allow_sockets(devices: int) -> None:
    """Raise this process's limit of open files, as far as it may, to what so many devices need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = devices * _SOCKETS_PER_DEVICE + _SOCKETS_SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _reset(connection: asyncssh.SSHServerConnection) -> None:
    """End a connection as a crash does: what was not sent is lost and the client gets a reset."""
    wire = connection.get_extra_info("socket")
    if wire is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    asyncio.get_running_loop().call_soon(connection.abort)


def _established(connection: socket.socket) -> bool:
    """Whether the client is still there; asked without reading what it sent."""
    try:
        state = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    except OSError:
        return False
    return bool(struct.unpack("B", state)[0] == _TCP_ESTABLISHED)


class _Login(asyncssh.SSHServer):
    """One connection: checks the password, opens channels, gives the line back."""

    def __init__(
        self,
        device: Device,
        line: Line,
        accounts: Accounts,
        enable_secret: str | None,
        connections: set[asyncssh.SSHServerConnection],
    ) -> None:
        self._device = device
        self._line = line
        self._accounts = accounts
        self._enable_secret = enable_secret
        self._connections = connections
        self._connection: asyncssh.SSHServerConnection | None = None
        self._privilege = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._connections.add(conn)
        self._device.on_reload.append(conn.abort)
        self._line.cut = partial(_reset, conn)
        self._line.hang_up = partial(asyncio.get_running_loop().call_soon, conn.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._device.lines.free(self._line)
        if self._connection is not None:
            self._connections.discard(self._connection)
            self._device.on_reload.remove(self._connection.abort)

    def begin_auth(self, username: str) -> bool:
        del username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return False

    def validate_password(self, username: str, password: str) -> bool:
        known = self._accounts.get(username)
        level = self._device.lets_in(self._line.number, username, password)
        right = known is not None and known[0] == password and level is not None
        accepted = self._device.modes.lets_in(username, right=right)
        self._device.view.record("login", user=username, accepted=accepted)
        if accepted:
            self._line.user, self._privilege = username, level or 0
        return accepted

    def session_requested(self) -> Any:
        if self._connection is None:
            return False
        channel = self._connection.create_server_channel(encoding=None)
        return channel, _Channel(self._device, self._line, self._privilege, self._enable_secret)


class _Channel(asyncssh.SSHServerSession[bytes]):
    """One session channel: carries what the dialect opens, and stalls while the device is dark."""

    def __init__(self, device: Device, line: Line, level: int, enable_secret: str | None) -> None:
        self._device = device
        self._line = line
        self._level = level
        self._enable_secret = enable_secret
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._session: Session | None = None
        self._held: list[bytes] = []
        self._retry: asyncio.TimerHandle | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._channel = None
        if self._retry is not None:
            self._retry.cancel()
        if self._session is not None:
            self._session.end()

    def pty_requested(self, term_type: str, term_size: Any, term_modes: Any) -> bool:
        del term_type, term_size, term_modes
        return True

    def shell_requested(self) -> bool:
        return self._open("shell")

    def exec_requested(self, command: str) -> bool:
        return self._open("exec", command)

    def subsystem_requested(self, subsystem: str) -> bool:
        return self._open("subsystem", subsystem)

    def _open(self, kind: Literal["shell", "exec", "subsystem"], words: str = "") -> bool:
        asked = Asked(
            kind=kind,
            words=words,
            line=self._line,
            level=self._level,
            enable_secret=self._enable_secret,
            send=self._send,
            hang_up=self._hang_up,
            finish=self._finish,
        )
        self._session = open_session(self._device, asked)
        return self._session is not None

    def session_started(self) -> None:
        if self._session is not None:
            self._session.start()

    def data_received(self, data: bytes, datatype: Any) -> None:
        del datatype
        if self._session is not None and not self._device.dark():
            self._session.received(data)

    def eof_received(self) -> bool:
        if self._session is not None:
            self._session.eof()
        return False

    def _send(self, content: bytes) -> None:
        """Send, or hold back while the device is dark: like TCP, it arrives once the way is free again."""
        if self._held or self._device.dark():
            self._held.append(content)
            self._later()
        elif self._channel is not None:
            self._channel.write(content)

    def _later(self) -> None:
        if self._retry is None:
            self._retry = asyncio.get_running_loop().call_later(_RETRY_SECONDS, self._release)

    def _release(self) -> None:
        self._retry = None
        if self._channel is None:
            return
        if self._device.dark():
            self._later()
            return
        self._channel.write(b"".join(self._held))
        self._held.clear()

    def _hang_up(self) -> None:
        """End the session as devices do: the connection goes with it."""
        if self._channel is not None:
            self._channel.exit(0)
            asyncio.get_running_loop().call_soon(self._channel.get_connection().close)

    def _finish(self, status: int) -> None:
        if self._channel is not None:
            self._channel.exit(status)
