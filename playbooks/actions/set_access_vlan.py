"""Put a port back into the one VLAN it is meant to carry.

The device takes the change back by itself unless it is confirmed after the proof (commit-confirm). Witness: the ports
as the device lists them, or its trunks where it tells VLANs with these.
"""

from collections.abc import Mapping

from inventory.looks import AccessRow, Look, PortRow, Reading
from inventory.model import DeviceId
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, port_of
from templates.render import render

TITLE = "put the port back into its VLAN"
PARAMS = {"revert_seconds": (60.0, 7200.0)}  # IOS takes 1 to 120 minutes
TOLD_BY = (Look(getter="ports"), Look(getter="trunks"))


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Set the intended VLAN; no change when the port is in it."""
    device, port = port_of(target)
    (wanted,) = device.ports[port].vlans
    found, witness = _read(device.id, reader, port)
    if found is None:
        raise LookupError(f"{device.id} does not list {port} as an access port")
    if found == str(wanted):
        return ()
    platform = device.platform or ""
    lines = render(platform, "access_vlan", port=port, vlan=wanted)
    return (
        Change(
            action="set_access_vlan",
            store=device.store,
            device=device.id,
            port=port,
            summary=f"put {port} into VLAN {wanted}, out of {found}",
            write=Write(
                kind="commit_confirm",
                lines=lines,
                revert_in_seconds=int(float(params.get("revert_seconds", "120"))),
            ),
            undo=Write(kind="config", lines=render(platform, "access_vlan", port=port, vlan=int(found))),
            witness=witness,
            touches=_touched(lines),
        ),
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port is in the VLAN that the change wants."""
    found = _vlan(witness, change.port)
    return None if found is None else found == change.write.lines[-1].split()[-1]


def _read(device: DeviceId, reader: Reader, port: str) -> tuple[str | None, Look]:
    """The port's VLAN, and the look that tells it."""
    for look in TOLD_BY:
        found = _vlan(reader.read(device, look), port)
        if found is not None:
            return found, look
    return None, TOLD_BY[0]


def _vlan(reading: Reading, port: str) -> str | None:
    told = [row.vlan for row in reading.rows if isinstance(row, PortRow) and row.name == port]
    told += [str(row.vlan) for row in reading.rows if isinstance(row, AccessRow) and row.port == port]
    return next((vlan for vlan in told if vlan.isdecimal()), None)


def _touched(lines: tuple[str, ...]) -> tuple[str, ...]:
    """How the lines that say the VLAN begin in a configuration."""
    ours = tuple(f"set {line.partition(' ')[2]}" for line in lines if line.startswith(("set ", "delete ")))
    return ours or ("switchport access vlan",)
