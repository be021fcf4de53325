"""Which VLANs of a switch a storm of broadcasts floods. Pure.

In: what was seen in a round, and how fast its counters grow. Out: ``storm_vlans`` per switch: the VLANs of its edge
ports by which a storm comes in, apart by commas; empty without one. Called by ``watch`` in every round and before every
write. Why: a port tells how much comes in, its VLAN tells whom that hurts.
"""

from collections.abc import Iterable

from anomaly.model import Observation
from inventory.model import DeviceId

RATE, VLAN, FLOODED = "broadcasts_per_minute", "edge_vlan", "storm_vlans"
STORM_PER_MINUTE = 60_000
SOME = "some"


def storms(seen: Iterable[Observation], grown: Iterable[Observation]) -> tuple[Observation, ...]:
    """One for each switch whose ports tell of broadcasts; unknown where no port does."""
    told: dict[DeviceId, list[Observation]] = {}
    for rate in grown:
        if rate.name == RATE:
            told.setdefault(rate.device, []).append(rate)
    if not told:
        return ()
    vlans = {(o.device, o.subject): o.value for o in seen if o.name == VLAN}
    return tuple(
        Observation(
            store=rates[0].store,
            device=device,
            subject=device,
            name=FLOODED,
            value=_flooded([(r.value, vlans.get((device, r.subject))) for r in rates]),
            at=rates[0].at,
        )
        for device, rates in told.items()
    )


def _flooded(ports: Iterable[tuple[object, object]]) -> str | None:
    known = [(rate, vlan) for rate, vlan in ports if isinstance(rate, float)]
    if not known:
        return None
    return ",".join(sorted({str(vlan or SOME) for rate, vlan in known if rate > STORM_PER_MINUTE}))
