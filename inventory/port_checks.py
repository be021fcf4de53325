"""Checks of one intended port against the rest of the chain.

In: the files, a host and one of its ports. Out: (field, message) pairs. Called by ``inventory.chain_checks``.
"""

from collections.abc import Callable, Iterator

from inventory.chain_files import ChainFiles
from inventory.file_shapes import HostShape, PortShape
from inventory.yaml_file import nearest

Named = tuple[str, HostShape]
NamedPort = tuple[str, PortShape]
Said = Iterator[tuple[str, str]]
NEEDS_FAR_END = ("trunk", "access_point", "till")
NEEDS_VLANS = ("trunk", "access_point", "till")


def complete(_files: ChainFiles, _host: Named, named: NamedPort) -> Said:
    """What the port's use demands is given."""
    _, port = named
    if port.use in NEEDS_FAR_END and not port.to:
        yield "to", f"is missing: a port with use {port.use} leads somewhere"
    if port.use in NEEDS_VLANS and not port.vlans:
        yield "vlans", f"is missing: a port with use {port.use} carries VLANs"
    if port.use == "till" and len(port.vlans) > 1:
        yield "vlans", "a till is in one VLAN"
    if port.use == "trunk" and port.to and not port.to_port:
        yield "to_port", "is missing: a trunk ends at a port"
    if len(set(port.vlans)) != len(port.vlans):
        yield "vlans", "the same VLAN is listed twice"


def full_name(files: ChainFiles, host: Named, named: NamedPort) -> Said:
    """Port names are written in full, the way looks report them."""
    platform = files.platforms.get(host[1].platform or "")
    if platform and platform.port_name(named[0]) != named[0]:
        yield "", f"write the port's full name, {platform.port_name(named[0])}"


def carrier(files: ChainFiles, host: Named, named: NamedPort) -> Said:
    """A WAN port's carrier is one of the store's."""
    store = files.stores.model.stores.get(host[1].data.store) if files.stores else None
    if store and named[1].carrier and named[1].carrier not in store.carriers:
        known = ", ".join(store.carriers) or "none"
        yield "carrier", f"{named[1].carrier!r} is not among the store's carriers ({known})"


def far_end(files: ChainFiles, host: Named, named: NamedPort) -> Said:
    """``to`` of trunks and access point ports is a device of the same store; a till is not a device."""
    hosts = files.hosts.model.root if files.hosts else {}
    _, port = named
    if not port.to:
        return
    other = hosts.get(port.to)
    if port.use == "till":
        if other:
            yield "to", f"{port.to!r} is a device in hosts.yaml, not a till"
    elif other is None and port.use in NEEDS_FAR_END:
        yield "to", f"{port.to!r} is not in hosts.yaml{nearest(port.to, tuple(hosts))}"
    elif other is not None and other.data.store != host[1].data.store:
        yield "to", f"{port.to!r} is in another store ({other.data.store})"
    elif other is not None and port.use == "access_point" and other.data.role != "access_point":
        yield "to", f"{port.to!r} has role {other.data.role}, not access_point"
    elif port.to == host[0]:
        yield "to", "leads back to the device itself"


def both_ends(files: ChainFiles, host: Named, named: NamedPort) -> Said:
    """A trunk is described the same way at both ends."""
    hosts = files.hosts.model.root if files.hosts else {}
    name, port = named
    other = hosts.get(port.to or "")
    if port.use != "trunk" or other is None or not port.to_port or port.to == host[0]:
        return
    back = other.data.ports.get(port.to_port)
    if back is None:
        yield "to_port", f"{port.to} has no port {port.to_port}{nearest(port.to_port, tuple(other.data.ports))}"
    elif back.use != "trunk" or back.to != host[0] or back.to_port != name:
        yield "to_port", f"{port.to} {port.to_port} does not lead back to {host[0]} {name}"
    elif set(back.vlans) != set(port.vlans):
        only = sorted(set(port.vlans) ^ set(back.vlans))
        yield "vlans", f"differ from the other end ({port.to} {port.to_port}): {', '.join(map(str, only))}"


PORT_CHECKS: tuple[Callable[[ChainFiles, Named, NamedPort], Said], ...] = (
    complete,
    full_name,
    carrier,
    far_end,
    both_ends,
)
