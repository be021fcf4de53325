"""How often an access point had to leave its channel for radar lately, by its own log.

In: ``radio_events``. Out: ``radar_hits``: how many in the last half hour, on the access point. Unknown where its log is
empty: one that keeps a log has at least written down that it started.
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation
from inventory.model import Chain, Device, Role
from inventory.radio_rows import RadioEventRow

PACE = "slow"
GETTERS = frozenset({"radio_events"})
ROLES: frozenset[Role] = frozenset({"access_point"})
OBSERVES = frozenset({"radar_hits"})
LATELY_SECONDS = 1800.0
"""A channel that was left for radar is not to be used again for so long (ETSI EN 301 893, 4.2.6.2)."""


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Count them."""
    del chain
    events = table(answers, "radio_events", RadioEventRow)
    hits = None if events is None else sum(event.radar and event.age_seconds <= LATELY_SECONDS for event in events)
    value = None if hits is None else float(hits)
    return (seen(device, "radar_hits", value, now, on=device.id, subject=device.id),)
