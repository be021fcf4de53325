"""Release DHCP leases whose holders are not there: nobody answers, and no intended device owns them.

Nothing in the configuration changes; a host that comes back asks for a lease again. Witness: the list of leases.
"""

from collections.abc import Iterator, Mapping

from inventory.looks import LeaseRow, Look, MacRow, PingRow, Reading
from inventory.writes import Write
from playbooks.model import Change, Reader, Target
from templates.render import render

TITLE = "release leases that nobody uses"
PARAMS = {"at_most": (1.0, 200.0)}
LEASES = Look(getter="leases")
MACS = Look(getter="macs")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Release up to ``at_most`` (20) leases; addresses whose MAC is not seen first, each asked once before.

    Raises ``LookupError`` when every holder is there.
    """
    device = target.chain.devices[target.device]
    most = int(float(params.get("at_most", "20")))
    seen = {row.mac.lower() for row in reader.read(device.id, MACS).rows if isinstance(row, MacRow)}
    owners = {
        port.mac.lower() for other in target.chain.devices_of(device.store) for port in other.ports.values() if port.mac
    }
    leases = [row for row in reader.read(device.id, LEASES).rows if isinstance(row, LeaseRow)]
    foreign = sorted((row for row in leases if row.mac.lower() not in owners), key=lambda r: r.mac.lower() in seen)
    stale = tuple(_silent(target, reader, foreign[: 2 * most]))[:most]
    if not stale:
        raise LookupError(f"everybody who holds a lease of {device.id} is there")
    platform = device.platform or ""
    lines = tuple(line for address in stale for line in render(platform, "release_lease", address=address))
    return (
        Change(
            action="release_stale_leases",
            store=device.store,
            device=device.id,
            port="",
            summary=f"release {len(stale)} leases that nobody uses",
            write=Write(kind="exec", lines=lines),
            undo=None,
            witness=LEASES,
            touches=stale,
        ),
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether none of the leases is left; one given out again meanwhile counts as released by half of them."""
    left = {row.address for row in witness.rows if isinstance(row, LeaseRow)} & set(change.touches)
    return 2 * len(left) < len(change.touches)


def _silent(target: Target, reader: Reader, leases: list[LeaseRow]) -> Iterator[str]:
    for lease in leases:
        ask = Look(getter="ping", args={"destination": lease.address, "count": "1"})
        answer = next((r for r in reader.read(target.device, ask).rows if isinstance(r, PingRow)), None)
        if answer is not None and answer.received == 0:
            yield lease.address
