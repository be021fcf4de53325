"""IP SLA probes of an edge: the store functions and the access points, as the edge itself measures them.

In: ``probes``. Out: ``probe_ok``, ``probe_rtt_ms`` (and ``dns_probe_ok``, ``service_answers`` with their times) per
function on the edge; ``ap_answers``, ``ap_rtt_ms`` kept on the access point. A probe that never ran or stopped
running is unknown.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation
from inventory.looks import ProbeRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"probes"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset(
    {
        "probe_ok",
        "probe_rtt_ms",
        "dns_probe_ok",
        "dns_probe_rtt_ms",
        "service_answers",
        "service_rtt_ms",
        "ap_answers",
        "ap_rtt_ms",
        "line_bad",
        "primary_carries",
    }
)
STALE_SECONDS = 60.0
"""Six polls of ten seconds: an older result says nothing about now."""


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say the last result of every probe that a function or an access point of the store is known by."""
    by_number = {row.number: row for row in table(answers, "probes", ProbeRow) or ()}
    made: list[Observation] = []
    for number, on, subject, verb, rtt in _wanted(device, chain):
        ok, rtt_ms = _result(by_number, number)
        made.append(seen(device, verb, ok, now, on=on, subject=subject))
        made.append(seen(device, rtt, rtt_ms, now, on=on, subject=subject))
    return tuple(made)


def _wanted(device: Device, chain: Chain) -> Iterator[tuple[int, str, str, str, str]]:
    """Every probe as (number, device, subject, name of its verdict, name of its time)."""
    prober = chain.server_of(device.store, "probes")
    own = prober is None or prober.id == device.id
    for name in chain.stores[device.store].functions if own else ():
        needs = chain.functions[name].requirement
        yield needs.probe, device.id, name, "probe_ok", "probe_rtt_ms"
        if needs.dns_probe is not None:
            yield needs.dns_probe, device.id, name, "dns_probe_ok", "dns_probe_rtt_ms"
        if needs.service_probe is not None:
            yield needs.service_probe, device.id, name, "service_answers", "service_rtt_ms"
    for other in chain.devices_of(device.store):
        if other.probe is not None:
            yield other.probe, other.id, other.id, "ap_answers", "ap_rtt_ms"


def _result(by_number: Mapping[int, ProbeRow], number: int) -> tuple[bool | None, float | None]:
    row = by_number.get(number)
    if row is None or row.age_seconds is None or row.age_seconds > STALE_SECONDS:
        return None, None
    return row.ok, row.rtt_ms if row.ok else None
