"""What lies below paramiko: the socket to a device, and the transport on it.

In: an address. Out: a connected socket that reads in large pieces; a paramiko transport whose ciphers are cheap to
check. Called by ``inventory.event_driven``. Why: paramiko asks the kernel twice for every packet and compares checksums
byte by byte in Python; together that was half of what a look cost.
"""

import select
import socket
from typing import Any

import paramiko

PIECE = 65536
SEGMENT = 536
"""What every IPv4 network carries whole (RFC 9293, 3.7.1)."""


class Wire(socket.socket):
    """A TCP connection that reads ahead. Only one thread reads it, as is paramiko's way."""

    def __init__(self, connected: socket.socket) -> None:
        """Take over a connected socket."""
        super().__init__(connected.family, connected.type, connected.proto, fileno=connected.detach())
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = b""
        self._given = 0
        self._poll = select.poll()
        self._poll.register(self, select.POLLIN)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Return at most ``size`` bytes; the kernel is asked only when nothing is kept."""
        if self._given == len(self._kept):
            self._kept, self._given = super().recv(PIECE, flags), 0
        begin, self._given = self._given, min(self._given + size, len(self._kept))
        return self._kept[begin : self._given]

    def more(self) -> bool:
        """Whether something has arrived that nobody has read. Asked by the reading thread."""
        return self._given < len(self._kept) or bool(self._poll.poll(0))

    def await_first(self, seconds: float) -> None:
        """Wait until the other side has said something (or hung up). Raises ``TimeoutError``."""
        if not self._poll.poll(1000 * seconds):
            raise TimeoutError("nothing was said")

    def hang_up(self) -> None:
        """End the connection both ways; whoever waits on it is woken."""
        try:
            self.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def dial(host: str, port: int, seconds: float) -> Wire:
    """Return a connection. Raises ``OSError``.

    Its segments are small enough for any line: where large packets vanish, a repair must still get through.
    """
    refused: OSError = OSError(f"{host} has no address")
    for family, kind, proto, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        line = socket.socket(family, kind, proto)
        try:
            line.settimeout(seconds)
            if not str(address[0]).startswith("127."):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
            line.connect(address)
        except OSError as error:
            line.close()
            refused = error
        else:
            return Wire(line)
    raise refused


def transport(wire: socket.socket, **options: Any) -> paramiko.Transport:
    """Return paramiko's transport, ciphers that check themselves (GCM) preferred, all others still offered."""
    made = paramiko.Transport(wire, **options)
    security = made.get_security_options()
    security.ciphers = sorted(security.ciphers, key=lambda name: "gcm" not in name)
    return made
