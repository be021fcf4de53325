"""Who is there, by learned MAC addresses.

In: ``macs`` of a switch. Out: ``clients`` per access point (a count, without the access point itself and the
known tills behind it) and ``till_seen`` per till, kept on the device whose port the till hangs on.
"""

from collections.abc import Iterator
from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from anomaly.topology import management_vlans
from inventory.looks import MacRow
from inventory.model import Chain, Device, DeviceId, Port, Role

GETTERS = frozenset({"macs"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"clients", "till_seen"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Count and look for what hangs on the switch, also through its access points."""
    found = rows(answers, "macs", MacRow)
    made: list[Observation] = []
    for port in device.ports.values():
        here = None if found is None else tuple(row for row in found if row.port == port.name)
        if port.use == "till":
            made += _till(device, device.id, port, here, now)
        elif port.use == "access_point" and (point := chain.devices.get(DeviceId(port.to or ""))) is not None:
            made.append(seen(device, "clients", _clients(chain, port, point, here), now, on=point.id, subject=point.id))
            for onward in point.ports.values():
                if onward.use == "till":
                    made += _till(device, point.id, onward, here, now)
    return tuple(made)


def _till(
    device: Device, holder: DeviceId, port: Port, here: tuple[MacRow, ...] | None, now: datetime
) -> Iterator[Observation]:
    if port.to is None:
        return
    value: bool | None = None
    if here is not None:
        value = any(_same(port.mac, row.mac) for row in here if not port.vlans or row.vlan in port.vlans)
    yield seen(device, "till_seen", value, now, on=holder, subject=port.to)


def _clients(chain: Chain, port: Port, point: Device, here: tuple[MacRow, ...] | None) -> float | None:
    if here is None:
        return None
    management = management_vlans(chain, port)
    known = {row.mac.lower() for row in here if row.vlan in management}
    known |= {p.mac.lower() for p in point.ports.values() if p.mac}
    return float(len({row.mac.lower() for row in here if row.vlan not in management} - known))


def _same(intended: str | None, learned: str) -> bool:
    """Whether a learned address is the till's; a till whose address is not on file is any client on its port."""
    return intended is None or intended.lower() == learned.lower()
