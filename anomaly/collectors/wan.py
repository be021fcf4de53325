"""The carrier ports of an edge: link, setting, address, and which of them the default route leaves by.

In: ``interfaces`` and ``default_route``. Out: ``wan_link``, ``wan_admin``, ``wan_address``, ``default_via`` per carrier
port; ``wan_method`` and ``default_gone`` per primary (the default route does not leave by it); ``backup_in_use`` per
backup.
"""

from collections.abc import Iterator
from datetime import datetime

from anomaly.answers import Answers, rows, seen, table
from anomaly.model import Observation, Value
from anomaly.topology import wan_ports
from inventory.looks import DefaultRouteRow, InterfaceRow
from inventory.model import Chain, Device, Port, Role

GETTERS = frozenset({"interfaces", "default_route"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset(
    {"wan_link", "wan_admin", "wan_address", "wan_method", "default_via", "default_gone", "backup_in_use"}
)
BACKUP_DISTANCE = 200


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Judge nothing: say how each carrier port stands."""
    del chain
    by_name = {row.name: row for row in table(answers, "interfaces", InterfaceRow) or ()}
    routes = rows(answers, "default_route", DefaultRouteRow)
    made: list[Observation] = []
    for port in wan_ports(device):
        row, leaves = by_name.get(port.name), _leaves_by(port, routes)
        facts = dict(_link(row)) | {"default_via": leaves}
        if port.use == "backup_wan":
            facts["backup_in_use"] = leaves
        else:
            facts["default_gone"] = None if leaves is None else not leaves
            facts["wan_method"] = None if row is None else row.method.lower()
        made += (seen(device, name, value, now, on=device.id, subject=port.name) for name, value in facts.items())
    return tuple(made)


def _link(row: InterfaceRow | None) -> Iterator[tuple[str, Value]]:
    yield "wan_link", None if row is None else ("up" if row.oper_up else "down")
    yield "wan_admin", None if row is None else ("up" if row.admin_up else "down")
    yield "wan_address", None if row is None else ("present" if row.address else "absent")


def _leaves_by(port: Port, routes: tuple[DefaultRouteRow, ...] | None) -> bool | None:
    """Whether the default route in use leaves by the port; one by next hop alone is the primary's unless floating."""
    if routes is None:
        return None
    if not routes:
        return False
    best = min(routes, key=lambda route: route.distance)
    if best.interface is not None:
        return best.interface == port.name
    return (port.use == "wan") == (best.distance < BACKUP_DISTANCE)
