"""Whether large packets pass the primary line, where the edge itself tries it.

In: ``large_ping`` from the VLAN of the store's most critical function that says how large its packets are, and
``ip_mtu`` of the primary. Out, on the edge for every function with packets as large or larger:
``large_packets_pass``. True also when somebody says that they are too large - a router on the way, or the edge by its
own setting: whoever sends them learns to send smaller ones. Unknown while small packets do not pass either.
"""

from datetime import datetime
from typing import NamedTuple

from anomaly.answers import Answers, rows, seen, table
from anomaly.model import Observation
from anomaly.topology import tree_of, wan_ports
from inventory.line_rows import LargePingRow, MtuRow
from inventory.looks import Look, ProbeRow
from inventory.model import Chain, Device, Function, Role

PACE = "slow"
GETTERS = frozenset({"large_ping", "ip_mtu"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"large_packets_pass"})
ECHOES = 3


class Asked(NamedTuple):
    """The function that is tried for, and the looks that try it."""

    function: Function
    echoes: Look
    sizes: tuple[Look, ...]


def looks(device: Device, chain: Chain) -> tuple[Look, ...]:
    """One burst for one function: what it shows is the line's."""
    asked = _asked(device, chain)
    return () if asked is None else (asked.echoes, *asked.sizes)


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say whether they pass."""
    asked = _asked(device, chain)
    if asked is None:
        return ()
    value = _passes(asked, answers)
    sizes = {f.name: f.requirement.packet_bytes or 0 for f in _functions(device, chain)}
    named = [name for name, size in sizes.items() if size >= sizes[asked.function.name]]
    return tuple(seen(device, "large_packets_pass", value, now, on=device.id, subject=name) for name in named)


def _functions(device: Device, chain: Chain) -> list[Function]:
    """Those of the store that say how large their packets are."""
    functions = (chain.functions[name] for name in chain.stores[device.store].functions)
    return [function for function in functions if function.requirement.packet_bytes is not None]


def _passes(asked: Asked, answers: Answers) -> bool | None:
    needs = asked.function.requirement
    row = next(iter(rows(answers, asked.echoes.key, LargePingRow) or ()), None)
    if row is None or needs.packet_bytes is None:
        return None
    if row.received + row.told > 0:
        return True
    own = [found for look in asked.sizes for found in rows(answers, look.key, MtuRow) or ()]
    if not own:
        return None
    if any(one.bytes is not None and one.bytes < needs.packet_bytes for one in own):
        return True
    small = {probe.number: probe.ok for probe in table(answers, "probes", ProbeRow) or ()}
    return False if small.get(needs.probe) else None


def _asked(device: Device, chain: Chain) -> Asked | None:
    tree = tree_of(chain, device.store)
    if tree.prober is None or tree.prober.id != device.id or device.serves:
        return None
    sized = [f for f in _functions(device, chain) if f.requirement.on_backup]
    function = min(sized, key=lambda f: f.criticality, default=None)
    source = None if function is None else tree.probe_source(function.requirement.vlan)
    primaries = [port.name for port in wan_ports(device) if port.use == "wan"]
    if function is None or source is None or not primaries:
        return None
    needs = function.requirement
    args = {"destination": needs.target, "source": source, "count": str(ECHOES), "size": str(needs.packet_bytes)}
    sizes = tuple(Look(getter="ip_mtu", args={"port": name}) for name in primaries)
    return Asked(function, Look(getter="large_ping", args=args), sizes)
