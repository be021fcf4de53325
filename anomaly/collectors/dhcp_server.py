"""The address pools of an edge that leases addresses itself, each told of the function whose clients live from it.

In: ``dhcp_pools``, ``dhcp_conflicts``, and ``interfaces`` (which pool serves which VLAN). Out, per function on the
edge: ``pool_used_pct`` (100 when nothing is left to hand out) and ``pool_conflicts`` (addresses taken out because
somebody else answered for them). A VLAN without a pool here is served elsewhere and not told of.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from anomaly.answers import Answers, rows, seen, table
from anomaly.model import Observation
from inventory.looks import InterfaceRow
from inventory.model import Chain, Device, Function, Role
from inventory.service_rows import ConflictRow, DhcpPoolRow

PACE = "slow"
GETTERS = frozenset({"dhcp_pools", "dhcp_conflicts", "interfaces"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"pool_used_pct", "pool_conflicts", "alien_leases", "till_astray"})
ALL = 100.0


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say how full each pool is; nothing in a round in which the pools were not asked for."""
    if "dhcp_pools" not in answers:
        return ()
    pools = rows(answers, "dhcp_pools", DhcpPoolRow)
    conflicts = rows(answers, "dhcp_conflicts", ConflictRow)
    gateways = {row.name: row.address for row in table(answers, "interfaces", InterfaceRow) or () if row.address}
    made: list[Observation] = []
    for function, gateway in _leased(device, chain):
        pool = _serving(pools or (), gateways.get(gateway))
        if pool is None and pools is not None:
            continue
        lost = None if conflicts is None or pool is None else float(sum(pool.holds(c.address) for c in conflicts))
        used = None if pool is None else _used(pool)
        made.append(seen(device, "pool_used_pct", used, now, on=device.id, subject=function.name))
        made.append(seen(device, "pool_conflicts", lost, now, on=device.id, subject=function.name))
    return tuple(made)


def _leased(device: Device, chain: Chain) -> Iterator[tuple[Function, str]]:
    """The most critical function of each VLAN whose clients lease addresses, and the VLAN's gateway."""
    own = [chain.functions[name] for name in chain.stores[device.store].functions]
    first: Mapping[int, Function] = {
        f.requirement.vlan: f for f in sorted(own, key=lambda f: -f.criticality) if f.requirement.dhcp
    }
    for port in device.ports.values():
        if port.use == "trunk":
            yield from ((first[vlan], f"{port.name}.{vlan}") for vlan in port.vlans if vlan in first)


def _serving(pools: tuple[DhcpPoolRow, ...], gateway: str | None) -> DhcpPoolRow | None:
    return None if gateway is None else next((pool for pool in pools if pool.holds(gateway)), None)


def _used(pool: DhcpPoolRow) -> float:
    """How full a pool is; addresses that are never handed out do not count where the device tells how many they are."""
    room = pool.total - (pool.excluded or 0)
    return ALL if pool.spent or room <= 0 else round(min(ALL, ALL * pool.leased / room), 1)
