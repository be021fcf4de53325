"""Shut the edge port of whoever claims an address that is not its own.

Only a port that leads to no infrastructure is ever shut, and only when exactly one claimant does not belong where it
is. The device takes the change back by itself unless it is confirmed. Witness: the configuration.
"""

from collections.abc import Iterator, Mapping

from inventory.looks import ClaimRow, Look, MacRow
from inventory.model import INFRASTRUCTURE_USES, Device
from playbooks.model import Change, Reader, Target
from playbooks.push import push_change
from playbooks.witness import lines_in_effect
from templates.render import render

TITLE = "shut the port of whoever claims it"
PARAMS = {"revert_seconds": (10.0, 7200.0)}
DEVIATES = True
CLAIMS = Look(getter="claims")
MACS = Look(getter="macs")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Find the claimant's port by its MAC address. Raises ``LookupError`` unless exactly one port is meant."""
    device = target.chain.devices[target.device]
    claims = [row for row in reader.read(device.id, CLAIMS).rows if isinstance(row, ClaimRow) and len(row.macs) > 1]
    if not claims:
        return ()
    learned = {r.mac.lower(): r.port for r in reader.read(device.id, MACS).rows if isinstance(r, MacRow)}
    found = {port for claim in claims for port in _rogues(device, claim, learned)}
    if len(found) != 1:
        raise LookupError(
            f"it cannot be told who does not belong on {device.id}: {', '.join(sorted(found)) or 'nobody'}"
        )
    port, platform, seconds = found.pop(), device.platform or "", int(float(params.get("revert_seconds", "60")))
    lines, undo = render(platform, "port_down", port=port), render(platform, "port_up", port=port)
    return (push_change(device.store, device.id, platform, lines, undo, seconds),)


ran = lines_in_effect


def _rogues(device: Device, claim: ClaimRow, learned: Mapping[str, str]) -> Iterator[str]:
    """The edge ports on which a claimant is seen that is not what is meant to hang there."""
    for mac in claim.macs:
        name = learned.get(mac.lower())
        port = device.ports.get(name or "")
        if name is None or (port is not None and (port.use in INFRASTRUCTURE_USES or port.use == "probe")):
            continue
        if port is None or port.mac is None or port.mac.lower() != mac.lower():
            yield name
