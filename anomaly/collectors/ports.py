"""Switch ports with an intended use: the status word as the switch says it.

In: ``ports``. Out: ``port_status`` per intended port.
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation
from inventory.looks import PortRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"ports"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"port_status"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say the status of every intended port; a port the switch does not list is unknown."""
    del chain
    status = {row.name: row.status for row in table(answers, "ports", PortRow) or ()}
    return tuple(
        seen(device, "port_status", status.get(port), now, on=device.id, subject=port) for port in device.ports
    )
