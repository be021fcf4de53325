"""The configuration as it is right now.

In: Open vSwitch, the kernel, dnsmasq's files. Out: a ``Config``. Called by ``looks``, ``trial`` and ``shell``.
"""

from collections.abc import Mapping
from dataclasses import replace

from . import netdev
from .config import Config, Own, Owns
from .dnsmasq_files import read_services
from .switch import PortState, read_ports


def owns_of(ports: Mapping[str, PortState]) -> Owns:
    """Return the switch's own interfaces in its VLANs."""
    found = []
    for name, state in sorted(ports.items()):
        address = netdev.address(name) if state.internal else None
        if address is not None and state.port.access is not None:
            found.append(Own(state.port.access, name, address))
    return found


def running() -> tuple[Config, Owns]:
    """Return what is configured, and where the switch itself stands in its VLANs."""
    ports = read_ports()
    owns = owns_of(ports)
    return replace(read_services(owns), ports={name: state.port for name, state in ports.items()}), owns
