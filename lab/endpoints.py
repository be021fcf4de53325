"""What hangs on the ports: access points and tills, as simple as truth allows.

In: power, and what a fault does to them. Out: whether they boot, run, hang or are slow, and how they answer.
Called by ``lab.shop``.
"""

from dataclasses import dataclass, field
from typing import Literal
from zlib import crc32

BOOT_SECONDS = 3.0
SLOW_LOSS = 0.15
State = Literal["off", "booting", "running", "hung", "slow"]


def noise(*parts: object) -> float:
    """A number in [0, 1) that is always the same for the same parts."""
    return crc32("/".join(str(p) for p in parts).encode()) / 2**32


@dataclass(slots=True)
class AccessPoint:
    """One access point. ``clients`` maps a VLAN to the MACs of what is joined there when it works."""

    name: str
    mac: str
    address: str
    clients: dict[int, tuple[str, ...]] = field(default_factory=dict)
    state: State = "off"
    boots: int = 0

    @property
    def serves(self) -> bool:
        """Whether wireless clients get through."""
        return self.state in ("running", "slow")

    @property
    def bridges(self) -> bool:
        """Whether what is wired behind it gets through: its switch chip works on when its software hangs."""
        return self.state in ("running", "slow", "hung")

    def answer_ms(self, luck: float) -> float | None:
        """How long an echo to it takes; ``luck`` in [0, 1) decides loss and spread."""
        if self.state == "running":
            return 1.0 + 2.0 * luck
        if self.state == "slow":
            return None if luck < SLOW_LOSS else 300.0 + 400.0 * (luck - SLOW_LOSS) / (1 - SLOW_LOSS)
        return None

    def watts(self, at_minute: int) -> float:
        """What it draws."""
        if self.state == "off":
            return 0.0
        base = 4.0 if self.state in ("booting", "hung") else 6.2
        return round(base + 0.8 * noise(self.name, at_minute), 1)


@dataclass(slots=True)
class Till:
    """One till: a DHCP client on the till VLAN. ``off`` when staff switched it off."""

    name: str
    mac: str
    address: str
    off: bool = False
