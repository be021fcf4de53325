"""One command on the router's Linux, over a channel of its own beside the session.

In: an open connection, a command, what it reads. Out: its exit code and what it said. Called by ``candidate`` and
``napalm_frr``. Why not the session: here an exit code says how it went, and no prompt has to be found in free text.
"""

import time
from dataclasses import dataclass
from typing import Any

import paramiko

from inventory.talk import ChannelLostError, NoAnswerError

CHUNK = 65536
MOST_BYTES = 16 << 20
WAIT_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended and what it said; ``trouble`` is what it said beside its answer."""

    code: int
    text: str
    trouble: str


def run(connection: Any, command: str, seconds: float, *, text: str = "") -> Said:
    """Run one command. Raises ``NoAnswerError`` after ``seconds`` and ``ChannelLostError`` when the session is gone."""
    deadline = time.monotonic() + seconds
    try:
        transport = connection.remote_conn_pre.get_transport()
        if transport is None:
            raise ChannelLostError("closed")
        with transport.open_session(timeout=seconds) as channel:
            channel.settimeout(seconds)
            channel.exec_command(command)
            channel.sendall(text.encode())
            channel.shutdown_write()
            return _answer(channel, deadline)
    except TimeoutError:
        raise NoAnswerError(f"no answer within {seconds:g} s") from None
    except (AttributeError, OSError, EOFError, paramiko.SSHException) as error:
        raise ChannelLostError(str(error) or "closed") from error


def _answer(channel: paramiko.Channel, deadline: float) -> Said:
    """Read to the end; an end without an exit code is a lost session."""
    found, trouble = b"", b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or len(found) > MOST_BYTES:
            raise NoAnswerError("no end of the answer in time")
        channel.settimeout(left)
        piece = channel.recv(CHUNK)
        found += piece
        while channel.recv_stderr_ready():
            trouble += channel.recv_stderr(CHUNK)
        if not piece:
            break
    if not channel.status_event.wait(max(deadline - time.monotonic(), WAIT_SECONDS)) or channel.exit_status < 0:
        raise ChannelLostError("closed by the device")
    while trailing := _rest(channel):
        trouble += trailing
    return Said(code=channel.exit_status, text=_plain(found), trouble=_plain(trouble).strip())


def _rest(channel: paramiko.Channel) -> bytes:
    return bytes(channel.recv_stderr(CHUNK)) if channel.recv_stderr_ready() else b""


def _plain(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r", "")
