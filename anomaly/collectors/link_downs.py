"""How often ports lost their link lately, by the switch's own log.

In: ``link_downs`` and ``clock``. Out: ``link_downs_in_a_row`` per intended port: how many times with never more than
``APART`` between two of them, up to now; 0 when it has been calm for twice as long as it ever was among them. Why the
log: a link that is gone for a second is seen by no look. Why its clock: only the device knows what its own times mean.
Why in a row: a plug that is nudged now and then is no link that comes and goes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from anomaly.answers import Answers, rows, seen, table
from anomaly.device_clock import age_of
from anomaly.model import Observation
from inventory.model import Chain, Device, Role
from inventory.port_rows import ClockRow, LinkDownRow

GETTERS = frozenset({"link_downs", "clock"})
ROLES: frozenset[Role] = frozenset({"switch"})
PACE = "slow"
OBSERVES = frozenset({"link_downs_in_a_row"})
APART = timedelta(seconds=25)
CALM, RHYTHM = 2, 3


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Count each intended port's losses; unknown without the log or the clock."""
    del chain
    lost, clock = rows(answers, "link_downs", LinkDownRow), table(answers, "clock", ClockRow)
    made: list[Observation] = []
    for port in device.ports:
        value: float | None = None
        if lost is not None and clock is not None:
            ages = (age_of(row.at, clock[0].at) for row in lost if row.port == port)
            value = _in_a_row(sorted(age for age in ages if age is not None))
        made.append(seen(device, "link_downs_in_a_row", value, now, on=device.id, subject=port))
    return tuple(made)


def _in_a_row(ages: Sequence[timedelta]) -> float:
    """How many in the row that goes on, newest first. Two of them show no rhythm yet."""
    count, longest, newer = 0, timedelta(0), timedelta(0)
    for age in ages:
        if age - newer > APART:
            break
        if count:
            longest = max(longest, age - newer)
        count, newer = count + 1, age
    over = count >= RHYTHM and ages[0] > CALM * longest
    return 0.0 if over else float(count)
