"""Leases that nobody of the store gave: what switches saw pass by, against the pools of the store's own server. Pure.

In: one round's answers of all devices of a store. Out: ``alien_leases`` on each switch: the VLANs in which it saw an
address leased that lies in none of the edge's pools (``"10,30"``, empty when none), and ``till_astray`` on each till
whose lease was seen: whether it is such a one. Called by ``watch``. Why: only two devices together tell that an address
is not the store's.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from inventory.model import Chain, Device, DeviceId, StoreId
from inventory.service_rows import DhcpPoolRow, SnoopedRow


def lease_observations(
    chain: Chain, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime
) -> Iterator[Observation]:
    """Yield what each switch saw that was asked; nothing where the edge was not asked for its pools in this round."""
    edge = chain.edge_of(store)
    told = answers.get(edge.id, {}) if edge is not None else {}
    if "dhcp_pools" not in told:
        return
    pools = rows(told, "dhcp_pools", DhcpPoolRow)
    for switch in chain.devices_of(store):
        asked = answers.get(switch.id, {})
        if "snooped" in asked:
            snooped = rows(asked, "snooped", SnoopedRow)
            alien = None if not pools or snooped is None else [row for row in snooped if _is_alien(row, pools)]
            vlans = None if alien is None else ",".join(map(str, sorted({row.vlan for row in alien})))
            yield seen(switch, "alien_leases", vlans, now, on=switch.id, subject=switch.id)
            if alien is not None:
                yield from _tills(switch, snooped or (), {row.mac for row in alien}, now)


def _is_alien(row: SnoopedRow, pools: tuple[DhcpPoolRow, ...]) -> bool:
    return not any(pool.holds(row.address) for pool in pools)


def _tills(switch: Device, snooped: tuple[SnoopedRow, ...], astray: set[str], now: datetime) -> Iterator[Observation]:
    known = {row.mac for row in snooped}
    for port in switch.ports.values():
        if port.use == "till" and port.to and port.mac and port.mac.lower() in known:
            yield seen(switch, "till_astray", port.mac.lower() in astray, now, on=switch.id, subject=port.to)
