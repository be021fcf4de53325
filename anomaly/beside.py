"""Which addresses are of one small network.

In: an address as a device tells it. Out: whether it is in a network, or at the other end of a line. Called by the
collectors that pair neighbours with ports. A neighbour known by a name or an IPv6 address is nowhere near.
"""

from ipaddress import IPv4Address, IPv4Network


def is_in(name: str, network: IPv4Network) -> bool:
    """Whether an address is of a network."""
    try:
        return IPv4Address(name) in network
    except ValueError:
        return False


def is_beside(neighbor: str, own: str) -> bool:
    """Whether both are of one small network."""
    try:
        return is_in(neighbor, IPv4Network(f"{own}/30", strict=False))
    except ValueError:
        return False
