"""Sockets to listen with, bound by the controller and used by its listening process.

In: a place. Out: a bound socket. Called by ``listening``. The buffer is large: it is what holds a burst while the
process starts, or starts anew.
"""

import socket

from controller.places import Place

BUFFER_BYTES = 8 << 20


def bind(place: Place, *, stream: bool = False) -> socket.socket:
    """Return a bound socket that does not wait; a stream also listens. Raises ``OSError`` that names the place."""
    kind = socket.SOCK_STREAM if stream else socket.SOCK_DGRAM
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    sock = socket.socket(family, kind)
    try:
        if stream:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        sock.bind((place.host, place.port))
        if stream:
            sock.listen(64)
    except OSError as error:
        sock.close()
        raise OSError(f"cannot listen for hints at {place.host}:{place.port} ({error.strerror or error})") from None
    sock.settimeout(0)
    return sock
