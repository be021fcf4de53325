"""How a device's own software is: the load of its processor and how much of its memory is in use.

In: ``load`` and ``memory``. Out: ``cpu_minute_pct`` and ``memory_used_pct`` of the device.
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation
from inventory.model import Chain, Device, Role
from inventory.port_rows import LoadRow, MemoryRow

GETTERS = frozenset({"load", "memory"})
ROLES: frozenset[Role] = frozenset({"edge", "switch"})
PACE = "slow"
OBSERVES = frozenset({"cpu_minute_pct", "memory_used_pct"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say both."""
    del chain
    load, memory = table(answers, "load", LoadRow), table(answers, "memory", MemoryRow)
    busy = None if load is None else load[0].minute_pct
    used = None if memory is None else round(100.0 * (memory[0].total - memory[0].free) / memory[0].total, 1)
    return (
        seen(device, "cpu_minute_pct", busy, now, on=device.id, subject=device.id),
        seen(device, "memory_used_pct", used, now, on=device.id, subject=device.id),
    )
