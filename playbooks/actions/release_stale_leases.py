"""Release DHCP leases whose holders are not there, and addresses that the server took out of its pool.

Nothing in the configuration changes; a host that comes back asks for a lease again, and a server asks for whoever may
hold an address before it hands it out. Where the target is a device, it tells itself who is there: a lease is stale
when nobody answers. Where it is a function on the store's edge, the switches tell: a lease is stale when none of them
sees its holder. Nothing that an intended device owns is released, and nothing among the tills: that is a person's.
Witness: the list of leases, or of conflicts.
"""

from collections.abc import Iterator, Mapping

from inventory.looks import InterfaceRow, LeaseRow, Look, MacRow, PingRow, Reading, Row
from inventory.model import Device, Function, FunctionName
from inventory.service_rows import ConflictRow, DhcpPoolRow
from inventory.writes import Write
from playbooks.model import Change, Reader, Target
from templates.render import render

TITLE = "release leases that nobody uses"
PARAMS = {"at_most": (1.0, 200.0)}
LEASES = Look(getter="leases")
MACS = Look(getter="macs")
POOLS = Look(getter="dhcp_pools")
CONFLICTS = Look(getter="dhcp_conflicts")
INTERFACES = Look(getter="interfaces")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Release up to ``at_most`` leases (20, each asked for; of a function 60) and as many conflicts.

    Raises ``LookupError`` when every holder is there, and for the tills' addresses.
    """
    device = target.chain.devices[target.device]
    function = target.chain.functions.get(FunctionName(target.subject))
    most = int(float(params.get("at_most", "20" if function is None else "60")))
    if function is None:
        stale = tuple(_silent(target, reader, most))[:most]
        return _changes(device, stale, ())
    if function.served_by == "till":
        raise LookupError(
            f"the pool is {function.title}': a person decides whose address may be given to somebody else"
        )
    pool = _pool_of(device, function, reader)
    conflicts = [row.address for row in reader.read(device.id, CONFLICTS).rows if isinstance(row, ConflictRow)]
    lost = tuple(address for address in conflicts if pool.holds(address))[:most]
    return _changes(device, tuple(_unseen(target, reader, pool))[:most], lost)


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether hardly any is left: in a pool that is used up, addresses are handed out again at once."""
    left = {held for row in witness.rows for held in _held(row)} & set(change.touches)
    return 2 * len(left) < len(change.touches)


def _held(row: Row) -> tuple[str, ...]:
    """How a change may name a lease - with its holder, where that is known - or a conflict."""
    if isinstance(row, LeaseRow):
        return row.address, f"{row.address} {row.mac}"
    return (row.address,) if isinstance(row, ConflictRow) else ()


def _changes(device: Device, stale: tuple[str, ...], lost: tuple[str, ...]) -> tuple[Change, ...]:
    if not stale and not lost:
        raise LookupError(f"everybody who holds a lease of {device.id} is there")
    found = (
        ("release_lease", stale, LEASES, "leases that nobody uses"),
        ("clear_conflict", lost, CONFLICTS, "conflicts"),
    )
    return tuple(_change(device, *each) for each in found if each[1])


def _change(device: Device, template: str, addresses: tuple[str, ...], witness: Look, what: str) -> Change:
    platform = device.platform or ""
    return Change(
        action="release_stale_leases",
        store=device.store,
        device=device.id,
        port="",
        summary=f"release {len(addresses)} {what}",
        write=Write(
            kind="exec", lines=tuple(x for a in addresses for x in render(platform, template, address=a.split()[0]))
        ),
        undo=None,
        witness=witness,
        touches=addresses,
    )


def _silent(target: Target, reader: Reader, most: int) -> Iterator[str]:
    """Addresses nobody answers for, asked once each; those whose MAC the device itself does not see come first."""
    seen = _seen(reader.read(target.device, MACS))
    foreign = sorted(_foreign(target, reader), key=lambda row: row.mac.lower() in seen)
    for lease in foreign[: 2 * most]:
        ask = Look(getter="ping", args={"destination": lease.address, "count": "1"})
        answer = next((r for r in reader.read(target.device, ask).rows if isinstance(r, PingRow)), None)
        if answer is not None and answer.received == 0:
            yield lease.address


def _unseen(target: Target, reader: Reader, pool: DhcpPoolRow) -> Iterator[str]:
    """Addresses of a pool whose holders no switch of the store sees; every switch must answer."""
    switches = [d for d in target.chain.devices_of(target.chain.devices[target.device].store) if d.role == "switch"]
    seen = frozenset(mac for switch in switches for mac in _seen(reader.read(switch.id, MACS)))
    if not seen:
        raise LookupError("no switch of the store tells who is there")
    for lease in _foreign(target, reader):
        if lease.mac and lease.mac.lower() not in seen and pool.holds(lease.address):
            yield f"{lease.address} {lease.mac}"


def _seen(reading: Reading) -> frozenset[str]:
    return frozenset(row.mac.lower() for row in reading.rows if isinstance(row, MacRow))


def _foreign(target: Target, reader: Reader) -> list[LeaseRow]:
    """The leases that no intended device owns."""
    store = target.chain.devices[target.device].store
    owners = {p.mac.lower() for other in target.chain.devices_of(store) for p in other.ports.values() if p.mac}
    rows = reader.read(target.device, LEASES).rows
    return [row for row in rows if isinstance(row, LeaseRow) and row.mac.lower() not in owners]


def _pool_of(device: Device, function: Function, reader: Reader) -> DhcpPoolRow:
    """The pool that holds the function's gateway. Raises ``LookupError`` without one."""
    vlan = function.requirement.vlan
    names = {f"{port.name}.{vlan}" for port in device.ports.values() if port.use == "trunk" and vlan in port.vlans}
    rows = reader.read(device.id, INTERFACES).rows
    gateways = [r.address for r in rows if isinstance(r, InterfaceRow) and r.name in names and r.address]
    for pool in reader.read(device.id, POOLS).rows:
        if isinstance(pool, DhcpPoolRow) and any(pool.holds(gateway) for gateway in gateways):
            return pool
    raise LookupError(f"{device.id} has no pool for VLAN {vlan}")
