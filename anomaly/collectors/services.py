"""What a device does for its store beside switching: DHCP and DNS, their pools, and who claims an address.

In: ``services``, ``pools``, ``claims``. Out, on the device itself: ``services_dead`` (names of services that do not run
or do not answer, empty when all do), ``pool_used_pct`` (the fullest pool), ``addresses_in_conflict`` (addresses that
more than one MAC answers for, empty when none), ``gateways_silent`` (VLANs whose gateway nobody answers for).
"""

from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation, Value
from inventory.looks import ClaimRow, PoolRow, ServiceRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"services", "pools", "claims"})
ROLES: frozenset[Role] = frozenset({"edge", "switch"})
OBSERVES = frozenset({"services_dead", "pool_used_pct", "addresses_in_conflict", "gateways_silent"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Only devices that serve their store say something here."""
    del chain
    if not device.serves:
        return ()
    facts = {
        "services_dead": _dead(rows(answers, "services", ServiceRow)),
        "pool_used_pct": _fullest(rows(answers, "pools", PoolRow)),
        "addresses_in_conflict": _conflicts(rows(answers, "claims", ClaimRow)),
        "gateways_silent": _silent(rows(answers, "claims", ClaimRow)),
    }
    return tuple(seen(device, name, value, now, on=device.id, subject=device.id) for name, value in facts.items())


def _dead(found: tuple[ServiceRow, ...] | None) -> Value:
    return None if not found else ",".join(sorted(r.name for r in found if not r.running or r.answers is False))


def _fullest(found: tuple[PoolRow, ...] | None) -> Value:
    return max((100.0 * row.used / row.size for row in found if row.size), default=None) if found else None


def _silent(found: tuple[ClaimRow, ...] | None) -> Value:
    """VLANs whose gateway nobody answers for; it is asked for first in each VLAN."""
    if not found:
        return None
    gateways = {row.vlan: row for row in reversed(found)}
    return ",".join(str(vlan) for vlan in sorted(gateways) if not gateways[vlan].macs)


def _conflicts(found: tuple[ClaimRow, ...] | None) -> Value:
    return None if found is None else ",".join(sorted(r.address for r in found if len(r.macs) > 1))
