"""Let the intended VLANs over a trunk again, and touch nothing else.

The device takes the change back by itself unless it is confirmed after the proof (commit-confirm), because the
trunk may be the only path to it. Witness: the trunk's allowed VLANs as the device lists them.
"""

from collections.abc import Mapping

from inventory.looks import Look, Reading, TrunkRow
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, port_of
from templates.render import render

TITLE = "allow the intended VLANs on the trunk"
PARAMS = {"revert_seconds": (60.0, 7200.0)}  # IOS takes 1 to 120 minutes
TRUNKS = Look(getter="trunks")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Add exactly the intended VLANs that the trunk lacks; none lacking: no change."""
    device, port = port_of(target)
    allowed = _allowed(reader.read(device.id, TRUNKS), port)
    if allowed is None:
        raise LookupError(f"{device.id} does not list {port} as a trunk")
    lacking = sorted(set(device.ports[port].vlans) - allowed)
    if not lacking:
        return ()
    vlans = ",".join(map(str, lacking))
    platform = device.platform or ""
    return (
        Change(
            action="allow_vlans",
            store=device.store,
            device=device.id,
            port=port,
            summary=f"allow VLAN {vlans} on {port}",
            write=Write(
                kind="commit_confirm",
                lines=render(platform, "allow_vlans", port=port, vlans=vlans),
                revert_in_seconds=int(float(params.get("revert_seconds", "120"))),
            ),
            undo=Write(kind="config", lines=render(platform, "remove_vlans", port=port, vlans=vlans)),
            witness=TRUNKS,
            touches=("switchport trunk allowed vlan",),
        ),
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the trunk now carries every VLAN that the change adds."""
    allowed = _allowed(witness, change.port)
    if allowed is None:
        return None
    added = {int(v) for v in change.write.lines[-1].split()[-1].split(",")}
    return added <= allowed


def _allowed(reading: Reading, port: str) -> frozenset[int] | None:
    return next((row.allowed for row in reading.rows if isinstance(row, TrunkRow) and row.port == port), None)
