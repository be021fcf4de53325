"""The change that steers a store to its backup line: the primary's BGP neighbour is taken out of use.

In: a target and a reader. Out: a ``Change`` under the device's own timer, named after the action ``steer_to_backup``
that reads it back. Called by the actions that go around a bad line.
"""

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from inventory.looks import BgpRow, InterfaceRow, Look
from inventory.model import Device, PortUse
from inventory.writes import Write
from playbooks.model import CONFIG, Change, Reader, Target, text_of
from templates.render import known, render

BGP = Look(getter="bgp")
INTERFACES = Look(getter="interfaces")
NARROWEST = 30
WORDS = "steer_to_backup"


def steer(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Take the primary's neighbour out of use. Raises ``LookupError`` unless the backup's session carries routes."""
    device = target.chain.devices[target.device]
    platform = device.platform or ""
    if WORDS not in known(platform):
        raise LookupError(f"how to steer {device.id} ({platform}) to its backup line is not known")
    sessions = [row for row in reader.read(device.id, BGP).rows if isinstance(row, BgpRow)]
    interfaces = [row for row in reader.read(device.id, INTERFACES).rows if isinstance(row, InterfaceRow)]
    primary = _neighbour(device, "wan", sessions, interfaces)
    backup = _neighbour(device, "backup_wan", sessions, interfaces)
    if primary is None or backup is None:
        raise LookupError(f"{device.id} has no BGP neighbour on each of its lines")
    if primary.state == "shut":
        return ()
    if backup.state != "established" or not backup.prefixes:
        raise LookupError(f"the backup line's neighbour {backup.neighbor} is {backup.state}: nothing to steer to")
    found = re.search(r"(?m)^router bgp (\d+)", text_of(reader.read(device.id, CONFIG)))
    if found is None:
        raise LookupError(f"{device.id} does not tell its AS number")
    words = {"asn": found[1], "neighbor": primary.neighbor}
    return (
        Change(
            action="steer_to_backup",
            store=device.store,
            device=device.id,
            port="",
            summary=f"steer {device.id} to its backup line",
            write=Write(
                kind="commit_confirm",
                lines=render(platform, WORDS, **words),
                revert_in_seconds=int(float(params.get("revert_seconds", "120"))),
            ),
            undo=Write(kind="config", lines=render(platform, "steer_back", **words)),
            witness=BGP,
            touches=("router bgp", f"neighbor {primary.neighbor}"),
        ),
    )


def _neighbour(
    device: Device, use: PortUse, sessions: Sequence[BgpRow], interfaces: Sequence[InterfaceRow]
) -> BgpRow | None:
    """The neighbour in the network of the device's port of that use."""
    ports = {port.name for port in device.ports.values() if port.use == use}
    nets = [_network(row.address) for row in interfaces if row.name in ports and row.address]
    return next((row for row in sessions if any(IPv4Address(row.neighbor) in net for net in nets)), None)


def _network(address: str) -> IPv4Network:
    """The network of an interface; without a mask it is taken for a line between two."""
    return IPv4Interface(address if "/" in address else f"{address}/{NARROWEST}").network
