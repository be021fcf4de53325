"""Power on the ports that are meant to give it.

In: ``poe``. Out: ``poe_admin``, ``poe_state`` (words), ``poe_watts`` and ``poe_class`` per intended PoE port.
"""

from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation, Value
from inventory.looks import PoeRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"poe"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"poe_admin", "poe_state", "poe_watts", "poe_class"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say setting, state and draw of every port intended to power something."""
    del chain
    by_port = {row.port: row for row in table(answers, "poe", PoeRow) or ()}
    made: list[Observation] = []
    for port in device.ports.values():
        if not port.poe:
            continue
        row = by_port.get(port.name)
        facts: dict[str, Value] = {
            "poe_admin": None if row is None else row.admin,
            "poe_state": None if row is None else row.oper,
            "poe_watts": None if row is None else row.watts,
            "poe_class": None if row is None or row.grade is None else float(row.grade),
        }
        made += (seen(device, name, value, now, on=device.id, subject=port.name) for name, value in facts.items())
    return tuple(made)
