"""Network interfaces as the kernel sees them, asked through ioctls: cheap, and right in every network namespace.

In: a name. Out: flags, MTU, address. Called by ``switch``, ``probing`` and ``claims``.
"""

import contextlib
import fcntl
import socket
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface

GET_FLAGS, SET_FLAGS = 0x8913, 0x8914
GET_MTU, SET_MTU = 0x8921, 0x8922
GET_ADDRESS, GET_MASK, GET_HARDWARE = 0x8915, 0x891B, 0x8927
UP, RUNNING = 0x1, 0x40
NAME_BYTES, REQUEST_BYTES = 16, 40


@contextlib.contextmanager
def _line() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        yield line.fileno()


def _ask(code: int, name: str, value: bytes = b"") -> bytes:
    """Raises ``OSError`` when there is no such interface, or it has no such thing."""
    request = name.encode()[: NAME_BYTES - 1].ljust(NAME_BYTES, b"\0") + value
    with _line() as line:
        return fcntl.ioctl(line, code, request.ljust(REQUEST_BYTES, b"\0"))[NAME_BYTES:]


def flags(name: str) -> int | None:
    """Return the interface's flags; None when there is no such interface."""
    try:
        return int(struct.unpack_from("H", _ask(GET_FLAGS, name))[0])
    except OSError:
        return None


def exists(name: str) -> bool:
    """Whether the kernel has such an interface."""
    return flags(name) is not None


def set_up(name: str, *, up: bool) -> None:
    """Open or shut an interface."""
    now = flags(name) or 0
    _ask(SET_FLAGS, name, struct.pack("H", now | UP if up else now & ~UP))


def mtu(name: str) -> int | None:
    """Return how large a packet may be."""
    try:
        return int(struct.unpack_from("i", _ask(GET_MTU, name))[0])
    except OSError:
        return None


def set_mtu(name: str, size: int) -> None:
    """Set how large a packet may be."""
    _ask(SET_MTU, name, struct.pack("i", size))


def address(name: str) -> IPv4Interface | None:
    """Return the interface's first IPv4 address with its network."""
    try:
        own = IPv4Address(_ask(GET_ADDRESS, name)[4:8])
        mask = IPv4Address(_ask(GET_MASK, name)[4:8])
    except OSError:
        return None
    return IPv4Interface(f"{own}/{mask}")


def hardware(name: str) -> str:
    """Return the interface's MAC address; empty when it has none."""
    try:
        return _ask(GET_HARDWARE, name)[2:8].hex(":")
    except OSError:
        return ""
