"""How long ago something was by a device's own clock.

In: a moment of its log, and its clock. Out: an age. Called by the collectors that read logs. Why: a log's time may lack
the year and its zone, so that only the device's own clock says how old a line is.
"""

from datetime import datetime, timedelta

from inventory.port_rows import NO_YEAR

AHEAD = timedelta(seconds=5)
"""A line may be told this much before the clock that was read first."""


def age_of(at: datetime, clock: datetime) -> timedelta | None:
    """How long ago by the device's clock; None for what is yet to come: the clock was set, or the zone differs."""
    try:
        then = at.replace(year=clock.year) if at.year == NO_YEAR else at
        if then > clock + AHEAD and at.year == NO_YEAR:
            then = then.replace(year=clock.year - 1)
    except ValueError:  # 29 February of another year
        return None
    age = clock - then
    return max(age, timedelta(0)) if age >= -AHEAD else None
