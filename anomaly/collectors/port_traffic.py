"""What a switch hears on its ports: anything at all from a till, and broadcasts from whatever hangs there.

In: ``port_traffic``. Out: ``heard_total`` per till's port; ``broadcasts_total`` per port that leads to no other gear,
also one the inventory does not know: a loop is plugged in where nobody planned anything. And their rates. With
``ports``: ``edge_vlan``, the VLAN of such a port while it has a link; ``anomaly.storms`` makes ``storm_vlans`` of both.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from anomaly.answers import Answers, ports_of, seen, table
from anomaly.growing import with_rates
from anomaly.model import Observation
from inventory.looks import PortRow
from inventory.model import Chain, Device, PortUse, Role
from inventory.port_rows import PortTrafficRow

GETTERS = frozenset({"port_traffic", "ports", "trunks"})
ROLES: frozenset[Role] = frozenset({"switch"})
PACE = "slow"
OBSERVES = with_rates({"heard_total", "broadcasts_total", "edge_vlan", "storm_vlans"})
OTHER_GEAR: frozenset[PortUse] = frozenset({"wan", "backup_wan", "trunk", "access_point", "probe"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say what came in."""
    del chain
    counted = {row.port: row for row in table(answers, "port_traffic", PortTrafficRow) or ()}
    if not counted and "port_traffic" not in answers:
        return ()
    ports = ports_of(answers).values()
    return (*_heard(device, counted, now), *_broadcasts(device, counted, now), *_vlans(device, ports, now))


def _heard(device: Device, counted: dict[str, PortTrafficRow], now: datetime) -> Iterator[Observation]:
    for port in device.ports.values():
        if port.use == "till":
            row = counted.get(port.name)
            value = None if row is None else row.received
            yield seen(device, "heard_total", value, now, on=device.id, subject=port.name)


def _broadcasts(device: Device, counted: dict[str, PortTrafficRow], now: datetime) -> Iterator[Observation]:
    planned = {port.name: port.use for port in device.ports.values()}
    for name in sorted({*planned, *counted}):
        if planned.get(name) in OTHER_GEAR:
            continue
        row = counted.get(name)
        value = None if row is None else row.broadcasts
        yield seen(device, "broadcasts_total", value, now, on=device.id, subject=name)


def _vlans(device: Device, ports: Iterable[PortRow], now: datetime) -> Iterator[Observation]:
    for row in ports:
        planned = device.ports.get(row.name)
        if row.status == "connected" and row.vlan.isdecimal() and (planned is None or planned.use not in OTHER_GEAR):
            yield seen(device, "edge_vlan", row.vlan, now, on=device.id, subject=row.name)
