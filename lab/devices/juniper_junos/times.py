"""How Junos writes times and durations.

In: datetimes and seconds. Out: text. Called by the RPCs and the shows.
"""

from datetime import datetime

_DAY, _HOUR, _MINUTE = 86400, 3600, 60


def stamp(when: datetime) -> str:
    """Return a time: ``2026-11-20 12:00:00 UTC``."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def ago(seconds: int) -> str:
    """Return how long something is past: ``1w2d 03:04`` or ``03:04:05``."""
    days = seconds // _DAY
    rest = f"{seconds % _DAY // _HOUR:02d}:{seconds % _HOUR // _MINUTE:02d}"
    if not days:
        return f"{rest}:{seconds % _MINUTE:02d}"
    weeks = f"{days // 7}w{days % 7}d" if days > 6 else f"{days}d"  # noqa: PLR2004 - a week
    return f"{weeks} {rest}"


def length(seconds: int) -> str:
    """Return a duration in words: ``2 days, 1 hour, 5 minutes, 9 seconds``."""
    parts = ((seconds // _DAY, "day"), (seconds % _DAY // _HOUR, "hour"), (seconds % _HOUR // _MINUTE, "minute"))
    told = [f"{count} {word}{'s' * (count != 1)}" for count, word in (*parts, (seconds % _MINUTE, "second")) if count]
    return ", ".join(told) or "0 seconds"
