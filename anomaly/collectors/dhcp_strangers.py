"""Who may hand out addresses on a switch: ports that are trusted with it although nothing is planned there.

In: ``snooping_trust``, with ``ports`` and ``macs`` (is anything there, and whose?); ``snooped`` is read by
``anomaly.leasing``. Out, on the switch: ``stray_dhcp_ports``: connected ports, apart by commas, on which a DHCP server
may speak, that are planned for nothing or for a till, and show a MAC address that the inventory does not know.
"""

from collections.abc import Iterator
from datetime import datetime

from anomaly.answers import Answers, rows, seen, table
from anomaly.model import Observation
from inventory.looks import MacRow, PortRow
from inventory.model import Chain, Device, Role
from inventory.service_rows import TrustRow

PACE = "slow"
GETTERS = frozenset({"snooping_trust", "snooped", "ports", "macs"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"stray_dhcp_ports", "alien_leases", "till_astray"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Name the ports; nothing in a round in which they were not asked for."""
    if "snooping_trust" not in answers:
        return ()
    trust = rows(answers, "snooping_trust", TrustRow)
    ports, macs = table(answers, "ports", PortRow), rows(answers, "macs", MacRow)
    value = (
        None if trust is None or ports is None or macs is None else ",".join(_stray(device, chain, trust, ports, macs))
    )
    return (seen(device, "stray_dhcp_ports", value, now, on=device.id, subject=device.id),)


def _stray(
    device: Device,
    chain: Chain,
    trust: tuple[TrustRow, ...],
    ports: tuple[PortRow, ...],
    macs: tuple[MacRow, ...],
) -> Iterator[str]:
    up = {row.name for row in ports if row.status == "connected"}
    known = {port.mac.lower() for d in chain.devices_of(device.store) for port in d.ports.values() if port.mac}
    for row in trust:
        intended = device.ports.get(row.port)
        planned = intended is not None and intended.use != "till"
        strange = any(mac.port == row.port and mac.mac.lower() not in known for mac in macs)
        if row.trusted and row.port in up and strange and not planned:
            yield row.port
