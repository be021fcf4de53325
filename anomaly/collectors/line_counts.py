"""What an edge counts on its lines and of its probes, asked now and then and when something is suspicious.

In: ``line`` of the carrier ports and of the gateways of what must not use the backup (guests), ``probe_counts``. Out,
per primary: ``wan_load_pct`` (the busier way), ``wan_in_packets_total``, ``wan_bytes_total``; on the edge:
``guest_bytes_total`` (None where sub-interfaces do not count); per function: ``probe_successes_total`` and
``probe_failures_total``. ``trends`` makes of two looks: ``wan_input_still``, ``guest_share_pct``, ``probe_loss_pct``,
``line_bad``.
"""

from collections.abc import Iterator
from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.growing import with_rates
from anomaly.model import Observation, Value
from anomaly.topology import gateway_of, wan_ports
from inventory.line_rows import LineRow, ProbeCountRow
from inventory.looks import Look
from inventory.model import Chain, Device, Role

PACE = "slow"
GETTERS = frozenset({"line", "probe_counts"})
ROLES: frozenset[Role] = frozenset({"edge"})
COUNTERS = frozenset(
    {
        "wan_in_packets_total",
        "wan_bytes_total",
        "guest_bytes_total",
        "probe_successes_total",
        "probe_failures_total",
    }
)
OBSERVES = with_rates(COUNTERS) | {"wan_load_pct", "wan_input_still", "guest_share_pct", "probe_loss_pct", "line_bad"}


def looks(device: Device, chain: Chain) -> tuple[Look, ...]:
    """Every primary, the guests' gateways, and the operations."""
    names = [port.name for port in wan_ports(device) if port.use == "wan"]
    lines = [_line(name) for name in (*names, *_guests(device, chain))] if names else []
    return (*lines, Look(getter="probe_counts")) if _probes_itself(device, chain) else tuple(lines)


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say what was counted."""
    return tuple(
        seen(device, name, value, now, on=device.id, subject=subject)
        for subject, name, value in (
            *_primaries(device, answers),
            *_of_guests(device, chain, answers),
            *_probes(device, chain, answers),
        )
    )


def _line(port: str) -> Look:
    return Look(getter="line", args={"port": port})


def _row(answers: Answers, port: str) -> LineRow | None:
    return next(iter(rows(answers, _line(port).key, LineRow) or ()), None)


def _primaries(device: Device, answers: Answers) -> Iterator[tuple[str, str, Value]]:
    for port in wan_ports(device):
        if port.use != "wan":
            continue
        row = _row(answers, port.name)
        loads = () if row is None else tuple(p for p in (row.in_load_pct, row.out_load_pct) if p is not None)
        yield port.name, "wan_load_pct", max(loads, default=None)
        yield port.name, "wan_in_packets_total", None if row is None or not row.up else _float(row.in_packets)
        yield port.name, "wan_bytes_total", _bytes(row)


def _of_guests(device: Device, chain: Chain, answers: Answers) -> Iterator[tuple[str, str, Value]]:
    names = _guests(device, chain)
    if names:
        counted = [_bytes(_row(answers, name)) for name in names]
        known = [one for one in counted if one is not None]
        yield device.id, "guest_bytes_total", sum(known) if len(known) == len(names) else None


def _probes(device: Device, chain: Chain, answers: Answers) -> Iterator[tuple[str, str, Value]]:
    if not _probes_itself(device, chain):
        return
    counted = {row.number: row for row in rows(answers, "probe_counts", ProbeCountRow) or ()}
    for name in chain.stores[device.store].functions:
        row = counted.get(chain.functions[name].requirement.probe)
        yield name, "probe_successes_total", None if row is None else float(row.successes)
        yield name, "probe_failures_total", None if row is None else float(row.failures)


def _guests(device: Device, chain: Chain) -> tuple[str, ...]:
    """The gateways of the functions that must not use the backup."""
    functions = (chain.functions[name] for name in chain.stores[device.store].functions)
    found = (gateway_of(device, f.requirement.vlan) for f in functions if not f.requirement.on_backup)
    return tuple(dict.fromkeys(name for name in found if name is not None))


def _probes_itself(device: Device, chain: Chain) -> bool:
    prober = chain.server_of(device.store, "probes")
    return prober is None or prober.id == device.id


def _bytes(row: LineRow | None) -> float | None:
    if row is None or row.in_bytes is None or row.out_bytes is None:
        return None
    return float(row.in_bytes + row.out_bytes)


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)
