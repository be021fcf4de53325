"""How well an access point hears its clients.

In: ``stations``. Out: ``weak_stations_pct``: how many of a hundred are heard below what carries a till's or a guest's
traffic, on the access point. Unknown with fewer than a handful: one passer-by is no design.
"""

from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from inventory.model import Chain, Device, Role
from inventory.radio_rows import StationRow

PACE = "slow"
GETTERS = frozenset({"stations"})
ROLES: frozenset[Role] = frozenset({"access_point"})
OBSERVES = frozenset({"weak_stations_pct"})
WEAK_DBM = -75
"""Below it, modulations fall to where a few clients take all of the air; vendors plan for -67 to -70."""
HANDFUL = 3


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say the share of the weak."""
    del chain
    heard = rows(answers, "stations", StationRow)
    value = None
    if heard is not None and len(heard) >= HANDFUL:
        value = round(100.0 * sum(station.signal_dbm < WEAK_DBM for station in heard) / len(heard), 1)
    return (seen(device, "weak_stations_pct", value, now, on=device.id, subject=device.id),)
