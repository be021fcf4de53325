"""Whether a device runs the software it is meant to run.

In: ``software``. Out: on the device, ``software_off``: the version it runs instead of the intended one, empty when it
runs that; ``told_by_agent``: whether it answered at all. Unknown where nothing is intended, or nothing was told.
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation
from inventory.errors import UnreachableError
from inventory.looks import Reading
from inventory.model import Chain, Device, Role
from inventory.radio_rows import SoftwareRow

PACE = "slow"
GETTERS = frozenset({"software"})
ROLES: frozenset[Role] = frozenset({"access_point"})
OBSERVES = frozenset({"software_off", "told_by_agent"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Compare, and say whether there was an answer."""
    del chain
    row = next(iter(table(answers, "software", SoftwareRow) or ()), None)
    off = None
    if row is not None and device.software is not None:
        off = "" if row.version == device.software else row.version
    return (
        seen(device, "software_off", off, now, on=device.id, subject=device.id),
        seen(device, "told_by_agent", _told(answers), now, on=device.id, subject=device.id),
    )


def _told(answers: Answers) -> bool | None:
    answer = answers.get("software")
    if isinstance(answer, Reading):
        return True
    return False if isinstance(answer, UnreachableError) else None
