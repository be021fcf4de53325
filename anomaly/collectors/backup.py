"""Whether the backup line carries anything while nobody needs it: the BGP session over it is asked, all the time.

In: ``bgp`` and ``interfaces``. Out, per backup port of an edge: ``backup_silent`` - the session with the neighbour
beside the port is down although the port is up. Unknown without such a session, or while a person has shut it.
Why: an interface that is up says nothing about a cellular line, and nothing else of the store goes over it in health.
"""

from datetime import datetime

from anomaly.answers import Answers, rows, seen, table
from anomaly.beside import is_beside
from anomaly.model import Observation
from inventory.looks import BgpRow, InterfaceRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"bgp", "interfaces"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"backup_silent"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Ask for every backup port."""
    del chain
    lines = {row.name: row for row in table(answers, "interfaces", InterfaceRow) or ()}
    peers = rows(answers, "bgp", BgpRow) or ()
    return tuple(
        seen(device, "backup_silent", _silent(lines.get(name), peers), now, on=device.id, subject=name)
        for name, port in device.ports.items()
        if port.use == "backup_wan"
    )


def _silent(line: InterfaceRow | None, peers: tuple[BgpRow, ...]) -> bool | None:
    if line is None or line.address is None or not line.oper_up:
        return None
    beside = next((row for row in peers if is_beside(row.neighbor, line.address)), None)
    if beside is None or beside.state not in ("established", "down"):
        return None
    return beside.state == "down"
