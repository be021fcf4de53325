"""The store functions as a device tries them from their own VLANs: echoes, a large packet, the name, HTTP.

In: one ``service_probe`` per function, at the device that serves the store's probes. Out, per function on the edge as
``probes`` does: ``probe_ok``, ``probe_rtt_ms``, ``probe_loss_pct`` and ``probe_lossy`` (more than it bears, not all),
``large_packets_pass`` (once small ones do), ``dns_probe_ok``, ``service_answers`` (HTTP). What a function does not ask
for is not observed.
"""

from collections.abc import Iterator
from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.model import Observation, Value
from anomaly.topology import tree_of
from inventory.looks import Look, ServiceProbeRow
from inventory.model import Chain, Device, Function, Role

GETTERS = frozenset({"service_probe"})
ROLES: frozenset[Role] = frozenset({"edge", "switch"})
OBSERVES = frozenset(
    {
        "probe_ok",
        "probe_rtt_ms",
        "probe_loss_pct",
        "probe_lossy",
        "large_packets_pass",
        "dns_probe_ok",
        "service_answers",
        "line_bad",
        "primary_carries",
    }
)
ECHOES = 10
NOT_ASKED = "-"
SERVER_ERROR = 500
ALL = 100.0


def looks(device: Device, chain: Chain) -> tuple[Look, ...]:
    """One look per function of the store, at the device that probes for it."""
    return tuple(look for _, look in _asked(device, chain))


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say what each burst showed; nothing at devices that do not probe."""
    edge = chain.edge_of(device.store)
    if edge is None or "probes" not in device.serves:
        return ()
    return tuple(
        seen(device, name, value, now, on=edge.id, subject=function.name)
        for function, look in _asked(device, chain)
        for name, value in _facts(function, table(answers, look.key, ServiceProbeRow))
    )


def _asked(device: Device, chain: Chain) -> Iterator[tuple[Function, Look]]:
    if "probes" not in device.serves:
        return
    tree = tree_of(chain, device.store)
    for name in chain.stores[device.store].functions:
        function = chain.functions[name]
        needs = function.requirement
        source = tree.probe_source(needs.vlan)
        if source is not None:
            args = {
                "source": source,
                "target": needs.target,
                "count": str(ECHOES),
                "bytes": str(needs.packet_bytes or NOT_ASKED),
                "url": needs.url or NOT_ASKED,
            }
            yield function, Look(getter="service_probe", args=args)


def _facts(function: Function, found: tuple[ServiceProbeRow, ...] | None) -> Iterator[tuple[str, Value]]:
    row, needs = (found[0] if found else None), function.requirement
    sent = row.sent if row is not None else 0
    yield "probe_ok", None if row is None or not sent else row.received > 0
    yield "probe_rtt_ms", None if row is None else row.average_ms
    loss = None if row is None or not sent else 100.0 * (sent - row.received) / sent
    yield "probe_loss_pct", loss
    yield "probe_lossy", None if loss is None else needs.max_loss_pct < loss < ALL
    if needs.packet_bytes is not None:
        yield "large_packets_pass", None if row is None or not row.received else row.large_ok
    if needs.url is not None:
        yield "dns_probe_ok", None if row is None else row.resolved
        yield "service_answers", None if row is None else _answers(row)


def _answers(row: ServiceProbeRow) -> bool | None:
    """Whether HTTP answers; unknown while the name is not resolved: nobody was asked then."""
    if not row.http_asked or row.resolved is False:
        return None
    return row.http_status is not None and row.http_status < SERVER_ERROR
