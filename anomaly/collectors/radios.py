"""The radios of an access point as it tells of them itself.

In: ``radios``. Out: on the access point, ``radios_off``: every radio that is meant to be on is off; ``stations``: how
many clients are joined; ``channel_reserved``: a radio is on a channel where radar has the right of way. Unknown where
the access point does not answer, or has no radio that is meant to be on.
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation, Value
from inventory.model import Chain, Device, Role
from inventory.radio_rows import RadioRow

PACE = "slow"
GETTERS = frozenset({"radios"})
ROLES: frozenset[Role] = frozenset({"access_point"})
OBSERVES = frozenset({"radios_off", "stations", "channel_reserved"})
RADAR_FIRST = range(50, 145)
"""The channels of 5250 to 5730 MHz (ETSI EN 301 893, 4.2.6; 47 CFR 15.407 h)."""


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say how the radios stand."""
    del chain
    wanted = [row for row in table(answers, "radios", RadioRow) or () if row.admin_up]
    facts: dict[str, Value] = {
        "radios_off": _all_off(wanted),
        "stations": _joined(wanted),
        "channel_reserved": _reserved(wanted),
    }
    return tuple(seen(device, name, value, now, on=device.id, subject=device.id) for name, value in facts.items())


def _all_off(radios: list[RadioRow]) -> bool | None:
    return all(radio.state == "down" for radio in radios) if radios else None


def _joined(radios: list[RadioRow]) -> float | None:
    told = [radio.clients for radio in radios if radio.clients is not None]
    return float(sum(told)) if told else None


def _reserved(radios: list[RadioRow]) -> bool | None:
    told = [radio.channel for radio in radios if radio.channel is not None]
    return any(channel in RADAR_FIRST for channel in told) if told else None
