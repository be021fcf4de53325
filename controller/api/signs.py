"""A state as people see it, and spans of time in words. Used by every page."""

from dataclasses import dataclass
from datetime import datetime

_JUST_NOW_SECONDS = 2
_MINUTE, _HOUR = 60, 3600
_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A state as people see it. ``tone`` picks the colour: good, watch, bad, blind, quiet."""

    symbol: str
    word: str
    tone: str


def age(then: datetime | None, now: datetime) -> str:
    """Return how long ago ``then`` was, in the shortest words that are still honest."""
    if then is None:
        return "never"
    seconds = (now - then).total_seconds()
    if seconds < _JUST_NOW_SECONDS:
        return "just now"
    unit, length = next((u, n) for u, n in _UNITS if seconds >= n)
    return f"{int(seconds // length)} {unit} ago"


def span(start: datetime, end: datetime) -> str:
    """Return the time from ``start`` to ``end`` as ``+0 s``, ``+12 s``, ``+3:05 min`` or ``+2:10 h``."""
    seconds = int((end - start).total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    if seconds < _MINUTE:
        return f"{sign}{seconds} s"
    if seconds < _HOUR:
        return f"{sign}{seconds // _MINUTE}:{seconds % _MINUTE:02} min"
    return f"{sign}{seconds // _HOUR}:{seconds % _HOUR // _MINUTE:02} h"
