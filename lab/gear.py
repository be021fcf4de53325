"""One configured device as it stands: links, log buffer, and what it has heard.

In: its setting and what ``lab.shop`` finds true after every change. Out: rows for ``lab.view``.
Why: tables that age (MAC, ARP, CDP) remember when something was last heard and are aged when somebody looks,
so that no device costs anything while nobody asks.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Generic, Literal, TypeVar
from zlib import crc32

from inventory.model import Device
from lab.hardware import hardware_of
from lab.numbering import gear_mac
from lab.setting import DeviceSetting, PortSetting
from lab.syslog import Tell
from lab.wear import CableTest, Plugged, Wear

K = TypeVar("K")
V = TypeVar("V")
LOG_LINES = 400
EDGE_MODEL = "ISR4221/K9"
LATE_HELLO = (4, 5)
HELLOS_PER_LAP = 6
LATE_SECONDS = 0.5
SMALLEST_FRAME_BITS = 672  # with preamble and gap: how many broadcasts fill a link
PLATE_STEP = 0x40


@dataclass(slots=True)
class Link:
    """One interface: up or not, since when (lab seconds), and packets counted until ``counted``.

    ``deaf``: it sends and receives nothing; ``damage``: the share of what it receives that is broken; ``storm``:
    broadcasts a second; ``heard``: when it last received anything, while it does not; ``uneven``: an end is not left
    to negotiate; ``mismatch``: they disagree on duplex; ``colliding``: the share of what it sends that collides late;
    ``inflow``, ``outflow``: packets a second on top of ``rate`` while somebody fetches all they can.
    """

    up: bool = False
    since: float = 0.0
    received: float = 0.0
    sent: float = 0.0
    rate: float = 0.0
    counted: float = 0.0
    deaf: bool = False
    damage: float = 0.0
    storm: float = 0.0
    broken: float = 0.0
    broadcasts: float = 0.0
    heard: float | None = None
    speed: int = 1000
    resets: int = 1
    cleared: float | None = None
    uneven: bool = False
    half: bool = False
    mismatch: bool = False
    colliding: float = 0.0
    collided: float = 0.0
    inflow: float = 0.0
    outflow: float = 0.0

    def count(self, at: float) -> None:
        """Add the packets of the time since the last count."""
        passed = at - self.counted
        if not self.deaf:
            self.received += (self.rate * (1 - self.damage) + self.storm + self.inflow) * passed
            self.broken += self.rate * self.damage * passed
            self.broadcasts += self.storm * passed
            if self.rate:
                self.heard = at
        self.sent += (0.7 * self.rate + self.outflow) * passed
        self.collided += 0.7 * self.rate * self.colliding * passed
        self.counted = at

    def clear(self, at: float) -> None:
        """Start to count anew."""
        self.count(at)
        self.received = self.sent = self.broken = self.broadcasts = self.collided = 0.0
        self.resets, self.cleared = 0, at


@dataclass(frozen=True, slots=True)
class Neighbor:
    """What a CDP neighbour says of itself."""

    name: str
    port: str
    platform: str
    capability: str
    hold_seconds: int
    slow: bool = False
    version: str = ""
    mac: str = ""
    serial: str = ""
    grade: int | None = None


@dataclass(slots=True)
class Hearing:
    """A neighbour heard on a port from ``since`` until ``until``; ``before`` is the last hello of an earlier spell."""

    neighbor: Neighbor
    since: float
    before: float
    until: float | None = None

    def last(self, at: float) -> float:
        """When the last hello up to ``at`` came."""
        end = at if self.until is None else min(at, self.until)
        timer = self.neighbor.hold_seconds / 2
        lap = max(0, int((end - self.since) // timer))
        while lap >= 0:
            arrival = self._arrival(lap, timer)
            if arrival is not None and arrival <= end:
                return arrival
            lap -= 1
        return self.before

    def _arrival(self, lap: int, timer: float) -> float | None:
        late = 0.0
        if self.neighbor.slow and lap % HELLOS_PER_LAP == LATE_HELLO[0]:
            return None
        if self.neighbor.slow and lap % HELLOS_PER_LAP == LATE_HELLO[1]:
            late = LATE_SECONDS * timer
        return self.since + lap * timer + late


@dataclass(slots=True)
class Heard(Generic[K, V]):
    """Entries being heard now, and those no longer heard with the time they last were."""

    now: dict[K, V] = field(default_factory=dict)
    gone: dict[K, tuple[V, float]] = field(default_factory=dict)

    def replace(self, entries: Mapping[K, V], at: float) -> None:
        """From ``at`` on these are heard."""
        for key, value in self.now.items():
            if key not in entries:
                self.gone[key] = (value, at)
        for key in entries:
            self.gone.pop(key, None)
        self.now = dict(entries)

    def entries(self, at: float, aging: float) -> dict[K, tuple[V, float]]:
        """Entries not yet aged out, with seconds since they were heard."""
        self.gone = {key: row for key, row in self.gone.items() if at - row[1] < aging}
        fresh = {key: (value, 0.0) for key, value in self.now.items()}
        return fresh | {key: (value, at - last) for key, (value, last) in self.gone.items()}


@lru_cache(maxsize=1024)
def _places(ports: tuple[str, ...]) -> Mapping[str, int]:
    """Where each interface stands among the others, from 1; devices of one build share it."""
    return {name: place for place, name in enumerate((n for n in ports if "." not in n), start=1)}


@dataclass(slots=True)
class Gear:
    """A device with its setting, its links and its tables. Times are lab seconds.

    ``errdisabled`` names the ports it has shut itself and the cause; ``violations`` what would make it do so at once;
    ``reopening`` when (lab seconds) it opens one of them again by itself.
    ``state``: a hung device keeps its links and its power and does nothing with them; ``broken``: power does not help.
    ``wear``: ports with something wrong; ``plugged``: what hangs on ports nobody planned; ``denied``: ports it has
    refused power, and how often; ``plate`` counts replacements of the device.
    ``tell`` sends on what it logs.
    """

    device: Device
    number: int
    index: int
    setting: DeviceSetting
    links: dict[str, Link] = field(default_factory=dict)
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    macs: Heard[tuple[int, str], str] = field(default_factory=Heard)
    arp: Heard[tuple[str, str], str] = field(default_factory=Heard)
    hearings: dict[str, Hearing] = field(default_factory=dict)
    errdisabled: dict[str, str] = field(default_factory=dict)
    violations: dict[str, str] = field(default_factory=dict)
    reopening: dict[str, float] = field(default_factory=dict)
    state: Literal["running", "hung", "off", "booting"] = "running"
    broken: bool = False
    boots: int = 0
    wear: dict[str, Wear] = field(default_factory=dict)
    plugged: dict[str, Plugged] = field(default_factory=dict)
    denied: dict[str, int] = field(default_factory=dict)
    refusing: set[str] = field(default_factory=set)
    tests: dict[str, CableTest] = field(default_factory=dict)
    plate: int = 0
    tell: Tell | None = None

    @property
    def powered(self) -> bool:
        """Whether it has power and is past the first seconds of its start: its ports have links and give power."""
        return self.state in ("running", "hung")

    @property
    def name(self) -> str:
        """The device's name."""
        return self.device.id

    @property
    def model(self) -> str:
        """The product name it gives itself."""
        return hardware_of(self.device).model if self.device.role == "switch" else EDGE_MODEL

    def mac(self, port: str = "") -> str:
        """The MAC address of the device, or of one of its interfaces (a sub-interface has its parent's)."""
        last = _places(tuple(self.setting.ports)).get(port.partition(".")[0], 0) if port else 0
        return gear_mac(self.number, self.index + PLATE_STEP * self.plate, last)

    @property
    def serial(self) -> str:
        """The serial number on its plate."""
        plate = f"{self.name}/{self.plate}" if self.plate else self.name
        return f"FOC{crc32(plate.encode()) % 10**8:08d}"

    def worn(self, port: str) -> Wear:
        """What is wrong with a port, to be changed by a fault."""
        return self.wear.setdefault(port, Wear())

    def storm_on(self, port: str) -> float:
        """Broadcasts a second that come in by a port: what is looped there, up to what the port lets pass."""
        wear, setting = self.wear.get(port), self.port(port)
        if wear is None or not wear.loop or setting is None or not self.up(port) or self.state != "running":
            return 0.0
        full = self.links[port].speed * 1_000_000 / SMALLEST_FRAME_BITS
        return full if setting.storm_level is None else full * setting.storm_level / 100

    def forget(self) -> None:
        """Power is gone: everything it knew but its startup configuration is."""
        for table in (self.links, self.log, self.hearings, self.errdisabled, self.tests, self.denied, self.refusing):
            table.clear()
        self.macs, self.arp = Heard(), Heard()

    def port(self, name: str) -> PortSetting | None:
        """The interface's setting, if it is configured at all."""
        return self.setting.ports.get(name)

    def up(self, name: str) -> bool:
        """Whether the interface is up."""
        link = self.links.get(name)
        return link is not None and link.up

    def say(self, at: datetime, mnemonic: str, text: str) -> None:
        """Put a line into the log buffer, stamped as IOS does with ``datetime msec``."""
        stamp = f"{at:%b} {at.day:2d} {at:%H:%M:%S}.{at.microsecond // 1000:03d}"
        self.log.append(f"{stamp}: %{mnemonic}: {text}")
        if self.tell is not None:
            self.tell(at, mnemonic, text)

    def hear(self, neighbors: Mapping[str, Neighbor], at: float) -> None:
        """From ``at`` on these neighbours say hello on these ports."""
        for port, hearing in self.hearings.items():
            if hearing.until is None and neighbors.get(port) != hearing.neighbor:
                hearing.until = at
        for port, neighbor in neighbors.items():
            known = self.hearings.get(port)
            if known is None or known.until is not None:
                same = known is not None and known.neighbor.name == neighbor.name
                before = known.last(at) if known is not None and same else float("-inf")
                self.hearings[port] = Hearing(neighbor=neighbor, since=at, before=before)

    def neighbors(self, at: float, hold: int | None = None) -> list[tuple[str, Neighbor, float]]:
        """(port, neighbour, hold seconds left) of those not aged out; ``hold`` None: as long as CDP keeps each."""
        found = []
        for port, hearing in self.hearings.items():
            left = (hold or hearing.neighbor.hold_seconds) - (at - hearing.last(at))
            if left > 0:
                found.append((port, hearing.neighbor, left))
        return found
