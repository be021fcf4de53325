"""One SSH session, from dialling to reading and sending; prompts and commands are ``event_driven``'s.

In: where to, pinned host keys, a deadline. Out: a channel whose reads wake when bytes arrive. Called by
``inventory.event_driven``, its only subclass.
"""

import logging
import re
import time
from collections.abc import Sequence
from typing import Any

import paramiko
from netmiko import BaseConnection

from inventory.talk import ChannelLostError, Inbox, NoAnswerError
from inventory.wire import Wire, dial, transport

CHUNK = 65536


class Wired(BaseConnection):  # type: ignore[misc,unused-ignore]
    """One SSH session whose reads block on the channel itself."""

    def __init__(self, *, pinned: Sequence[paramiko.PKey], deadline: float, **netmiko_args: Any) -> None:
        """Prepare; ``connect`` dials. ``deadline`` is a ``time.monotonic()`` by which the prompt must be there."""
        self.pinned = tuple(pinned)
        self.deadline = deadline
        self.answering = True
        self._wires: list[Wire] = []
        self._reached: Wire | None = None
        self._inbox: Any = None
        netmiko_args.setdefault("blocking_timeout", self._left())
        super().__init__(**netmiko_args, auto_connect=False)
        logging.getLogger("netmiko").removeFilter(self._secrets_filter)

    def reach(self) -> None:
        """Dial and wait until the device has said something. Raises ``OSError``."""
        self._reached = dial(self.host, self.port, self._left())
        self._wires.append(self._reached)
        self._reached.await_first(self._left())

    def connect(self) -> None:
        """Dial unless ``reach`` has, log in and wait for the prompt.

        From then on the socket blocks: paramiko would wake ten times a second to see whether we have closed it, which
        ``disconnect`` and ``abort`` tell it by shutting the socket down.
        """
        self._open()
        self._wires[0].settimeout(None)
        self._inbox = self._shell().in_buffer
        self._inbox.__class__ = Inbox  # in place: what is arriving meanwhile is not lost

    def _left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.05)

    def abort(self) -> None:
        """Close the sockets under everything; whoever waits on the session is woken with an error."""
        self.answering = False
        for wire in self._wires:
            wire.hang_up()
            wire.close()

    def _connect_params_dict(self) -> dict[str, Any]:
        """Give paramiko the wire; a second call (SCP) dials again. Every wait of paramiko ends at the deadline."""
        if self._reached is None:
            self.reach()
        wire, self._reached = self._reached, None
        left = self._left()
        given: dict[str, Any] = {
            **super()._connect_params_dict(),
            "sock": wire,
            "transport_factory": transport,
            "timeout": left,
            "banner_timeout": left,
            "auth_timeout": left,
            "channel_timeout": left,
        }
        return given

    def _build_ssh_client(self) -> paramiko.SSHClient:
        """Know only the device's pinned keys, whatever address it is dialled at."""
        client = paramiko.SSHClient()
        name = self.host if self.port == paramiko.config.SSH_PORT else f"[{self.host}]:{self.port}"
        for key in self.pinned:
            client.get_host_keys().add(name, key.get_name(), key)
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        return client

    # --- reading and sending ----------------------------------------------------------------------------------------

    def send(self, text: str) -> None:
        """Send. Raises ``ChannelLostError``."""
        try:
            self._shell().sendall(text.encode())
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise ChannelLostError(str(error) or "closed") from error

    def read_now(self) -> str:
        """Return what has arrived; never waits."""
        return self.clear_buffer()

    def unread(self) -> bool:
        """Whether something has arrived that nobody has read."""
        return bool(self._shell().recv_ready())

    def more_on_the_wire(self) -> bool:
        """As ``unread``, and nothing is under way to it either."""
        return self.unread() or self._wires[0].more()

    def free_to_send(self) -> bool:
        """Whether neither a change of keys nor the device's window holds us back."""
        shell = self._shell()
        return bool(shell.transport.clear_to_send.is_set() and shell.send_ready())

    def _shell(self) -> paramiko.Channel:
        if self.remote_conn is None:
            raise ChannelLostError("closed")
        return self.remote_conn

    def _receive(self, deadline: float) -> str:
        """Return what has arrived, waiting for something until ``deadline``."""
        left = deadline - time.monotonic()
        if left <= 0:
            self.answering = False
            raise NoAnswerError
        shell = self._shell()
        shell.settimeout(left)
        try:
            data = shell.recv(CHUNK)
        except TimeoutError:
            self.answering = False
            raise NoAnswerError from None
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise ChannelLostError(str(error) or "closed") from error
        if not data:
            raise ChannelLostError("closed by the device")
        return self._text(data)

    def _text(self, data: bytes) -> str:
        return data.decode("utf-8", "replace").replace("\r", "").replace("\0", "")

    def _until(self, pattern: re.Pattern[str], deadline: float) -> str:
        text = ""
        while not pattern.search(text) or self._shell().recv_ready():
            text += self._receive(deadline)
        return text

    def clear_buffer(self, *_args: Any, **_kwargs: Any) -> str:
        """Return and forget what has arrived unasked."""
        text, self._read_buffer = self._read_buffer, ""
        shell = self._shell()
        while shell.recv_ready():
            data = shell.recv(CHUNK)
            if not data:
                raise ChannelLostError("closed by the device")
            text += self._text(data)
        return text
