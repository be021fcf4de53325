"""Changes of a device's configuration that were taken back by its own timer, as its log tells.

In: ``changes``. Out, on the device: ``change_taken_back``: who had made the last change under a timer, when that timer
has just taken it back; empty when it has not. A device that does not answer tells nothing, not even that.
"""

import contextlib
from datetime import datetime, timedelta

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from inventory.model import Chain, Device, Role
from inventory.service_rows import ChangeRow

PACE = "slow"
GETTERS = frozenset({"changes"})
ROLES: frozenset[Role] = frozenset({"edge", "switch"})
OBSERVES = frozenset({"change_taken_back"})
LATELY = timedelta(minutes=3)
SLACK = timedelta(seconds=10)
SOMEBODY = "somebody"


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say whose change was taken back within the last minutes."""
    del chain
    told = rows(answers, "changes", ChangeRow)
    if told is None:
        return ()
    return (seen(device, "change_taken_back", _taken_back(told, now), now, on=device.id, subject=device.id),)


def _taken_back(told: tuple[ChangeRow, ...], now: datetime) -> str:
    """Who armed the change that was taken back last; before its time was up somebody did that by hand."""
    armed: ChangeRow | None = None
    found = ""
    for row in told:
        if row.what in ("armed", "confirmed"):
            armed, found = row if row.what == "armed" else None, ""
        elif row.what == "taken_back" and armed is not None:
            found = (armed.user or SOMEBODY) if _by_timer(armed, row, now) and _lately(row, now) else ""
            armed = None
    return found


def _lately(row: ChangeRow, now: datetime) -> bool:
    """Whether it happened within the last minutes, or - clocks differ - as little ahead."""
    at = _time(row, now)
    return at is not None and abs(now - at) <= LATELY


def _by_timer(armed: ChangeRow, row: ChangeRow, now: datetime) -> bool:
    began, ended = _time(armed, now), _time(row, now)
    if began is None or ended is None or armed.minutes is None:
        return False
    return ended - began >= timedelta(minutes=armed.minutes) - SLACK


def _time(row: ChangeRow, now: datetime) -> datetime | None:
    """A time without a year as the one nearest to now."""
    found = []
    for year in (now.year - 1, now.year, now.year + 1):
        with contextlib.suppress(ValueError):
            found.append(datetime.strptime(f"{year} {row.at}", "%Y %b %d %H:%M:%S").replace(tzinfo=now.tzinfo))
    return min(found, key=lambda at: abs(now - at), default=None)
