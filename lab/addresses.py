"""Where a lab can listen on this machine.

In: a seed and a number of stores. Out: a session port that is free on every device's address - or, where 127.20.x.y
cannot be bound (macOS), a first port of a free range on 127.0.0.1. Called by ``lab.demo`` and ``lab.cli``.
"""

import errno
import os
import socket
from dataclasses import dataclass

from lab.chain import USUAL, make_chain
from lab.layout import Stock

RANGE = range(22000, 60000)
STEP = 337


class NoRoomError(Exception):
    """No port is free; the message is fit for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What ``make_chain`` is to be told."""

    port: int
    one_port_per_device: bool

    def arguments(self) -> list[str]:
        """The same for ``python -m lab.server``."""
        return ["--port", str(self.port), *(["--one-port-per-device"] if self.one_port_per_device else [])]


def choose(seed: int, stores: int, stock: Stock = USUAL) -> Listening:
    """Find where all devices of the chain can listen. Raises ``NoRoomError``."""
    per_device = not _bindable("127.20.1.1", 0)
    for port in RANGE[os.getpid() % STEP :: STEP]:  # two labs that start at once do not try the same ports
        chain = make_chain(seed, stores, port=port, one_port_per_device=per_device, stock=stock)
        if all(_bindable(device.address, device.port) for device in chain.managed()):
            return Listening(port=port, one_port_per_device=per_device)
    raise NoRoomError("no free port for the lab's devices on loopback")


def free_port() -> int:
    """A port nobody listens on right now, on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _bindable(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
                return False
            raise
    return True
