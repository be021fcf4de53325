"""Whether a device answers at all.

In: every answer of the device, errors too. Out: ``device_reachable``. Unreachable is an observation (flow law 6).
"""

from datetime import datetime

from anomaly.answers import Answers, seen
from anomaly.model import Observation
from inventory.errors import CommandRefusedError, UnreachableError
from inventory.looks import Reading
from inventory.model import Chain, Device, Role

GETTERS: frozenset[str] = frozenset()
ROLES: frozenset[Role] = frozenset({"edge", "switch"})
OBSERVES = frozenset({"device_reachable"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """True when any look was answered, False when none was and the device is silent, else None (refused, busy)."""
    del chain
    value: bool | None = None
    if any(isinstance(answer, Reading | CommandRefusedError) for answer in answers.values()):
        value = True
    elif any(isinstance(answer, UnreachableError) for answer in answers.values()):
        value = False
    return (seen(device, "device_reachable", value, now, on=device.id, subject=device.id),)
