"""What is wrong with one port, its cable or its power: nothing, as a rule.

In: what a fault does. Out: plain state that ``lab.linking``, ``lab.hearing`` and ``lab.view`` follow. Why: a healthy
port has no ``Wear`` at all, so that thousands of them cost nothing.
"""

from dataclasses import dataclass, field
from typing import Literal

PAIRS = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """A bad cable. ``damage``: share of frames that arrive broken; ``metres``: how far the fault on ``pair`` is."""

    damage: float = 0.0
    open: bool = False
    pair: str = "B"
    metres: int = 11
    top_speed: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """A link that comes and goes. ``calm_at``: the speed at which it stays up, None when there is none."""

    up_seconds: float
    down_seconds: float
    calm_at: int | None = None


@dataclass(slots=True)
class Wear:
    """What is wrong with a port.

    ``deaf``: it receives nothing until it has been shut and opened; ``dropped``: no link just now, whatever is set;
    ``poe``: how its power is stuck until it has been taken away and given again; ``loop``: what is plugged in there
    sends every frame back - pulled out once the port is dead, or left there - ``since`` when (lab seconds).
    """

    deaf: bool = False
    dropped: bool = False
    loose: Loose | None = None
    cable: Cable | None = None
    poe: Literal["", "off", "faulty"] = ""
    loop: Literal["", "pulled", "stays"] = ""
    since: float = 0.0
    drops: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugged:
    """Something on a port that nobody planned. ``watts``: what it draws by the cable, 0 when it has its own supply."""

    name: str
    mac: str
    watts: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CableTest:
    """A cable test: when it began and when its result is there (lab seconds), and what it found."""

    began: float
    done: float
    cable: Cable | None
    speed: int
