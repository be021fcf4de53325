"""What a device does for its store beside switching: DHCP and DNS, their pools, and who claims an address.

In: ``services``, ``pools``, ``claims``, ``leases``. Out, on the device itself: ``services_dead`` (names of those
that do not run or answer, empty when all do), ``pool_used_pct`` (the fullest pool), ``addresses_in_conflict`` (those
that more than one MAC answers for, empty when none), ``gateways_silent`` (VLANs whose gateway nobody answers for); per
till ``till_answers`` (for the address it has leased).
"""

from collections.abc import Iterator
from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation, Value
from inventory.looks import ClaimRow, LeaseRow, Look, PoolRow, ServiceRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"services", "pools", "claims", "leases"})
ROLES: frozenset[Role] = frozenset({"edge", "switch"})
OBSERVES = frozenset({"services_dead", "pool_used_pct", "addresses_in_conflict", "gateways_silent", "till_answers"})


def looks(device: Device, chain: Chain) -> tuple[Look, ...]:
    """Only devices that serve their store are asked."""
    del chain
    return tuple(Look(getter=getter) for getter in sorted(GETTERS)) if device.serves else ()


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Only devices that serve their store say something here."""
    if not device.serves:
        return ()
    facts = {
        "services_dead": _dead(rows(answers, "services", ServiceRow)),
        "pool_used_pct": _fullest(rows(answers, "pools", PoolRow)),
        "addresses_in_conflict": _conflicts(rows(answers, "claims", ClaimRow)),
        "gateways_silent": _silent(rows(answers, "claims", ClaimRow)),
    }
    own = (seen(device, name, value, now, on=device.id, subject=device.id) for name, value in facts.items())
    return (*own, *_tills(device, chain, answers, now))


def _tills(device: Device, chain: Chain, answers: Answers, now: datetime) -> Iterator[Observation]:
    """Whether each till answers for the address it has leased; unknown without a lease."""
    leased = {row.mac.lower(): row.address for row in rows(answers, "leases", LeaseRow) or ()}
    claimed = {row.address: row.macs for row in rows(answers, "claims", ClaimRow) or ()}
    for holder in chain.devices_of(device.store):
        for port in holder.ports.values():
            if port.use == "till" and port.to and port.mac:
                macs = claimed.get(leased.get(port.mac.lower(), ""))
                value = None if macs is None else port.mac.lower() in macs
                yield seen(device, "till_answers", value, now, on=holder.id, subject=port.to)


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
