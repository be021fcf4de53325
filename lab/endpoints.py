"""What hangs on the ports: access points and tills, as simple as truth allows.

In: power, and what a fault does to them. Out: whether they boot, run, hang or are slow, and how they answer.
Called by ``lab.shop``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from zlib import crc32

from lab.line import Line

BOOT_SECONDS = 3.0
FIRMWARE = "8.10.196.0"
OLD_FIRMWARE = "8.5.140.0"
CHANNELS = (52, 100, 60, 116)
RADAR_FREE = range(1, 49)  # what lies below 5250 MHz; above it, radar has the right of way up to channel 144
LOW_CLASS, FULL_CLASS = 1, 3
State = Literal["off", "booting", "running", "hung", "slow"]
ANSWERING: Mapping[State, Line] = {"running": Line(ms=1.0, spread=2.0), "slow": Line(ms=300.0, spread=400.0, loss=0.15)}


def noise(*parts: object) -> float:
    """A number in [0, 1) that is always the same for the same parts."""
    return crc32("/".join(str(p) for p in parts).encode()) / 2**32


@dataclass(slots=True)
class AccessPoint:
    """One access point. ``clients`` maps a VLAN to the MACs of what is joined there when it works.

    ``broken`` for good: ``dark`` draws no power, ``brick`` draws it and never comes up. ``low``: it was given too
    little power and keeps its radios off. ``wedged``: it answers and lets nobody join. ``checking``: it has left its
    channel because of radar and listens on the next before it speaks. ``weak``: clients too far away to stay joined.
    ``heard_radar``: when, since it booted. ``firmware_sticks``: it does not take the chain's firmware when it boots.
    ``resting``: the store's own switch for the night has taken its power. ``plate`` counts replacements.
    """

    name: str
    mac: str
    address: str
    clients: dict[int, tuple[str, ...]] = field(default_factory=dict)
    state: State = "off"
    boots: int = 0
    booted_at: float = 0.0
    broken: Literal["", "dark", "brick"] = ""
    low: bool = False
    wedged: bool = False
    firmware: str = FIRMWARE
    firmware_sticks: bool = False
    channel: int = CHANNELS[0]
    radar_since: float | None = None
    radar_hits: int = 0
    heard_radar: tuple[float, ...] = ()
    checking: bool = False
    weak: frozenset[str] = frozenset()
    resting: bool = False
    plate: int = 0

    @property
    def alive(self) -> bool:
        """Whether its software runs: it says hello and answers."""
        return self.state in ("running", "slow")

    @property
    def serves(self) -> bool:
        """Whether wireless clients get through."""
        return self.alive and not (self.low or self.wedged or self.checking)

    @property
    def serial(self) -> str:
        """The serial number on its plate."""
        plate = f"{self.name}/{self.plate}" if self.plate else self.name
        return f"FGL{crc32(plate.encode()) % 10**8:08d}"

    @property
    def grade(self) -> int:
        """The power class it was taken for."""
        return LOW_CLASS if self.low else FULL_CLASS

    def joined(self, tag: int) -> tuple[str, ...]:
        """The clients joined in a VLAN now."""
        return tuple(mac for mac in self.clients.get(tag, ()) if mac not in self.weak) if self.serves else ()

    def boot(self, at: float) -> None:
        """Power comes back: what hung is gone, and the firmware is the chain's unless it does not take it."""
        self.state, self.booted_at = "booting", at
        self.boots += 1
        self.low = self.wedged = self.checking = False
        self.heard_radar = ()
        if not self.firmware_sticks:
            self.firmware = FIRMWARE

    @property
    def bridges(self) -> bool:
        """Whether what is wired behind it gets through: its switch chip works on when its software hangs."""
        return self.state in ("running", "slow", "hung")

    @property
    def line(self) -> Line | None:
        """How echoes to it fare."""
        return ANSWERING.get(self.state)

    def watts(self, at_minute: int) -> float:
        """What it draws."""
        if self.state == "off":
            return 0.0
        if self.low:
            return round(3.2 + 0.6 * noise(self.name, at_minute), 1)
        base = 4.0 if self.state in ("booting", "hung") else 6.2
        return round(base + 0.8 * noise(self.name, at_minute), 1)


@dataclass(slots=True)
class Till:
    """One till: a DHCP client on the till VLAN. ``off`` when staff switched it off."""

    name: str
    mac: str
    address: str
    off: bool = False
