"""What a switch of each vendor is: its ports' names, its model, its name in the chain's intent.

In: a platform. Out: one ``Hardware``. Called by whoever in the lab names a switch's port. Why: the same store can be
built with any of them, and this is the only place that knows how they differ on the outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.model import Device

PORTS_ON_A_SWITCH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """One kind of switch with 24 ports that give power. ``prefix`` stands before a port's number, from ``first`` on."""

    name: str
    platform: str
    model: str
    prefix: str
    first: int = 1

    def port(self, number: int) -> str:
        """The name of a port, counted from 1."""
        return f"{self.prefix}{number - 1 + self.first}"

    def span(self) -> str:
        """All its ports, as a range."""
        return f"{self.port(1)}-{PORTS_ON_A_SWITCH - 1 + self.first}"

    def ports(self) -> tuple[str, ...]:
        """The names of all its ports."""
        return tuple(self.port(number) for number in range(1, PORTS_ON_A_SWITCH + 1))


KINDS: Mapping[str, Hardware] = {
    kind.platform: kind
    for kind in (
        Hardware(name="access24", platform="cisco_ios", model="WS-C2960X-24PS-L", prefix="GigabitEthernet1/0/"),
        Hardware(name="campus24", platform="arista_eos", model="CCS-720XP-24ZY4", prefix="Ethernet"),
        Hardware(name="branch24", platform="juniper_junos", model="EX2300-24P", prefix="ge-0/0/", first=0),
    )
}


UPLINKS = frozenset(kind.port(1) for kind in KINDS.values())
"""The first port of every kind."""


def hardware_with(port: str) -> Hardware:
    """What has a port of that name. Raises ``KeyError``."""
    found = next((kind for kind in KINDS.values() if port in kind.ports()), None)
    if found is None:
        raise KeyError(port)
    return found


def hardware_of(device: Device) -> Hardware:
    """What a switch is. Raises ``KeyError`` for what the lab does not build."""
    return KINDS[str(device.platform)]
