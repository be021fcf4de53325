"""Shut the port of whoever hands out addresses that are not the store's, and have the tills that believed it ask anew.

Only a port is shut that the inventory does not know, on which the switch lets a DHCP server speak, that shows nothing
of the inventory and no gear, and that is in a VLAN where alien leases were seen - and only when there is exactly one.
Tills ask for a lease when their link comes up, so their ports go down and up; they reach nobody meanwhile, as before.
Everybody else asks when the stranger's lease ends. Witness: each port's running configuration.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import TypeVar

from inventory.looks import Look, MacRow, NeighborRow, PortRow, Reading, Row
from inventory.model import Chain, Device
from inventory.service_rows import DhcpPoolRow, SnoopedRow, TrustRow
from playbooks.model import Change, Reader, Target
from playbooks.stages import Stages

TITLE = "shut the port of whoever hands out addresses"
PARAMS = {"down_seconds": (1.0, 120.0)}
PORT = Stages(action="shut_dhcp_stranger", off="port_down", on="port_up")
Kind = TypeVar("Kind", bound=Row)


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Shut the one port, then bounce the tills' that hold alien leases. Raises ``LookupError`` unless it is certain."""
    switch = target.chain.devices[target.device]
    aliens = _aliens(target.chain, switch, reader)
    vlans = {str(row.vlan) for rows in aliens.values() for row in rows}
    found = sorted(_strangers(target.chain, switch, reader, vlans))
    if len(found) != 1:
        raise LookupError(f"it cannot be told who hands out addresses at {switch.id}: {', '.join(found) or 'nobody'}")
    shut, _ = PORT.changes(switch, found[0], (f"shut {found[0]}", ""), 0.0)
    seconds = float(params.get("down_seconds", "3"))
    return (shut, *(change for pair in _renewed(target.chain, aliens, seconds) for change in pair))


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port is as the change wanted it."""
    return PORT.ran(change, witness)


def _rows(reader: Reader, device: Device, getter: str, kind: type[Kind]) -> list[Kind]:
    return [row for row in reader.read(device.id, Look(getter=getter)).rows if isinstance(row, kind)]


def _aliens(chain: Chain, switch: Device, reader: Reader) -> Mapping[str, list[SnoopedRow]]:
    """Per switch of the store the leases it saw that lie in none of the pools of the store's own server."""
    edge = chain.edge_of(switch.store)
    if edge is None:
        raise LookupError(f"{switch.store} has no edge whose pools could be compared")
    pools = _rows(reader, edge, "dhcp_pools", DhcpPoolRow)
    if not pools:
        raise LookupError(f"{edge.id} leases no addresses; it is not known which are the store's")
    spans = [(IPv4Address(pool.first), IPv4Address(pool.last)) for pool in pools]
    switches = [d for d in chain.devices_of(switch.store) if d.role == "switch" and d.has_session]
    return {
        device.id: [
            row
            for row in _rows(reader, device, "snooped", SnoopedRow)
            if not any(first <= IPv4Address(row.address) <= last for first, last in spans)
        ]
        for device in switches
    }


def _strangers(chain: Chain, switch: Device, reader: Reader, vlans: set[str]) -> Iterator[str]:
    """The ports on which somebody unknown may hand out addresses in one of these VLANs."""
    trusted = {row.port for row in _rows(reader, switch, "snooping_trust", TrustRow) if row.trusted}
    gear = {row.local_port for row in _rows(reader, switch, "neighbors", NeighborRow)}
    owned = {p.mac.lower() for d in chain.devices_of(switch.store) for p in d.ports.values() if p.mac}
    macs = _rows(reader, switch, "macs", MacRow)
    ours = {row.port for row in macs if row.mac.lower() in owned}
    seen = {row.port for row in macs} - ours - gear - switch.ports.keys()
    for row in _rows(reader, switch, "ports", PortRow):
        if row.name in trusted & seen and row.status == "connected" and row.vlan in vlans:
            yield row.name


def _renewed(chain: Chain, aliens: Mapping[str, list[SnoopedRow]], seconds: float) -> Iterator[tuple[Change, Change]]:
    """Down and up again for each till's port whose till holds an alien lease."""
    for name, rows in aliens.items():
        switch = next(d for d in chain.devices.values() if d.id == name)
        astray = {row.mac.lower() for row in rows}
        for port in switch.ports.values():
            if port.use == "till" and port.mac and port.mac.lower() in astray:
                told = f"take {port.name} down", f"bring {port.name} up again"
                yield PORT.changes(switch, port.name, told, seconds)
