"""The active proof that a store function works: packets from its own VLAN, leases, and what serves it.

In: a function, optionally the root of the fault that was repaired. Out: the looks to take, then one check per look.
Called through ``watch`` after every rung. The same collectors read the answers as in detection; what was not answered
is not ok.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from anomaly.collecting import collect, looks_of
from anomaly.model import Observation
from anomaly.service_path import EndpointSight, Snapshot, endpoint_sights, endpoints_of, snapshot, trunk_ends
from anomaly.topology import Endpoint, Place, Tree, is_behind, management_vlans, tree_of
from inventory.errors import DeviceError
from inventory.looks import LeaseRow, Look, MacRow, PingRow, Reading
from inventory.model import Chain, DeviceId, Function, Store

PINGS = 5
TILL_PINGS = 2
MAX_TILLS = 4
EDGE_OBSERVES = frozenset({"device_reachable", "vlan_gateway", "trunk_missing_vlans", "backup_in_use", "dns_probe_ok"})
SWITCH_OBSERVES = frozenset({"port_status", "trunk_missing_vlans", "till_seen", "till_answers", "clients", "ap_seen"})
Answered = Sequence[tuple[DeviceId, Look, Reading | DeviceError]]


class ProofCheck(NamedTuple):
    """One look of a proof: its name, whether it is as needed, and what was seen."""

    name: str
    ok: bool
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One proof: the function, where it is served, and the answers."""

    function: Function
    chain: Chain
    shown: Snapshot
    answered: Answered

    def ping(self, address: str | None) -> PingRow | str:
        """The echo to an address, or why there is none."""
        for device, look, answer in self.answered:
            if look.getter == "ping" and look.args.get("destination") == address:
                if isinstance(answer, DeviceError):
                    return f"{device} could not be asked: {answer.reason}"
                return next((row for row in answer.rows if isinstance(row, PingRow)), "the answer was empty")
        return "not asked"


def prove_looks(
    function: Function, chain: Chain, store: Store, root: Place | None = None
) -> tuple[tuple[DeviceId, Look], ...]:
    """The looks that prove a function, as (device, look); ``root`` narrows them to what hangs on it."""
    tree = tree_of(chain, store.id)
    edge = tree.edge
    if edge is None:
        return ()
    needs = function.requirement
    served = [e for group in _groups(function, tree, root) for e in group]
    prober, lessor = tree.prober or edge, tree.lessor or edge
    looks = [(prober.id, _ping(needs.target, tree.probe_source(needs.vlan), PINGS))]
    looks += ((edge.id, look) for look in looks_of(edge, chain, EDGE_OBSERVES))
    looks += ((prober.id, look) for look in looks_of(prober, chain, {"service_answers"}))
    if needs.dhcp:
        looks.append((lessor.id, Look(getter="leases")))
    looks += ((prober.id, look) for look in _endpoint_pings(function, chain, tree, served))
    switches = {end.device for e in served for end in e.path if tree.devices[end.device].role == "switch"}
    looks += (
        (name, look) for name in sorted(switches) for look in looks_of(tree.devices[name], chain, SWITCH_OBSERVES)
    )
    return tuple(looks)


def judge_proof(
    function: Function, chain: Chain, store: Store, answered: Answered, now: datetime, root: Place | None = None
) -> tuple[ProofCheck, ...]:
    """Judge the answers to ``prove_looks``. The function is proven when every check is ok."""
    shown = snapshot(chain, store.id, _observations(chain, answered, now))
    case = Case(function=function, chain=chain, shown=shown, answered=answered)
    sights = {s.endpoint.place: s for s in endpoint_sights(function, store, shown, now)}
    groups = [[sights[e.place] for e in group] for group in _groups(function, shown.tree, root)]
    return tuple(_checks(case, groups))


def _checks(case: Case, groups: Sequence[Sequence[EndpointSight]]) -> Iterator[ProofCheck]:
    yield _target(case)
    if case.function.requirement.dns_probe is not None and case.shown.tree.edge is not None:
        resolved = case.shown.value("dns_probe_ok", Place(case.shown.tree.edge.id, case.function.name))
        value = "unknown" if resolved is None else "yes" if resolved else "no"
        yield ProofCheck("names_resolved", resolved is True, value)
    asked = (case.function.requirement.url, case.function.requirement.service_probe)
    if asked != (None, None) and case.shown.tree.edge is not None:
        answered = case.shown.value("service_answers", Place(case.shown.tree.edge.id, case.function.name))
        value = "unknown" if answered is None else "yes" if answered else "no"
        yield ProofCheck("service_answers", answered is True, value)
    yield from _way(case, [s for group in groups for s in group])
    for group in groups:
        expected = [s for s in group if s.state != "shut"]
        if expected and case.function.served_by == "till":
            yield from _tills(case, expected)
        elif expected:
            yield _points(case, expected)
    if case.function.requirement.dhcp:
        yield from _leases(case)


def _target(case: Case) -> ProofCheck:
    """Echoes from the function's VLAN to its target, within the loss and latency it allows."""
    needs = case.function.requirement
    row = case.ping(needs.target)
    if isinstance(row, str):
        return ProofCheck("target_answers", ok=False, value=row)
    loss = 100.0 * (row.sent - row.received) / row.sent if row.sent else 100.0
    late = row.average_ms is None or row.average_ms > needs.max_latency_ms
    took = "" if row.average_ms is None else f" in {row.average_ms:.0f} ms"
    ok = row.received > 0 and loss <= needs.max_loss_pct and not late
    return ProofCheck("target_answers", ok, f"{row.received} of {row.sent} echoes from {needs.target}{took}")


def _way(case: Case, sights: Sequence[EndpointSight]) -> Iterator[ProofCheck]:
    """The function's VLAN on every trunk to what serves it; ways that a person shut are not asked for."""
    vlan = case.function.requirement.vlan
    ends = {end for s in sights if s.state != "shut" for end in trunk_ends(s.endpoint, case.shown.tree)}
    bad = []
    for end in sorted(ends):
        missing = case.shown.value("trunk_missing_vlans", end)
        if not isinstance(missing, str):
            bad.append(f"{end.subject} of {end.device} is unknown")
        elif str(vlan) in missing.split(","):
            bad.append(f"{end.subject} of {end.device} does not carry it")
    if ends:
        yield ProofCheck("vlan_carried", not bad, f"VLAN {vlan}: " + ("; ".join(bad) or f"on {len(ends)} trunk ports"))


def _tills(case: Case, group: Sequence[EndpointSight]) -> Iterator[ProofCheck]:
    """At least one till of the group is seen, and one of those seen answers; a closed store's need not be there."""
    names = ", ".join(s.endpoint.name for s in group)
    seen = [s.endpoint for s in group if s.state == "seen"]
    if not seen:
        closed = all(s.state == "closed" for s in group)
        value = f"none of {names}" + ("; the store is closed" if closed else "")
        yield ProofCheck("till_mac_seen", closed, value)
        return
    yield ProofCheck("till_mac_seen", ok=True, value=", ".join(e.name for e in seen))
    asked = [(e.name, case.ping(e.port.address)) for e in seen if e.port.address]
    asked = [(name, row) for name, row in asked if row != "not asked"]
    if asked:
        answering = [name for name, row in asked if isinstance(row, PingRow) and row.received > 0]
        yield ProofCheck("till_answers", bool(answering), ", ".join(answering) or "no till answers")


def _points(case: Case, group: Sequence[EndpointSight]) -> ProofCheck:
    """At least one access point of the group answers an echo and is there by CDP or by its clients."""
    said = []
    for sight in group:
        place = sight.endpoint.place
        row = case.ping(case.shown.tree.devices[place.device].address)
        answers = isinstance(row, PingRow) and row.received > 0
        clients = case.shown.value("clients", place)
        there = bool(case.shown.value("ap_seen", place)) or (isinstance(clients, float) and clients >= 1)
        if answers and there:
            count = f", {clients:.0f} clients" if isinstance(clients, float) else ""
            return ProofCheck("access_point_serves", ok=True, value=f"{place.device} answers{count}")
        said.append(f"{place.device} " + ("answers but is not seen" if answers else "does not answer"))
    return ProofCheck("access_point_serves", ok=False, value="; ".join(said))


def _leases(case: Case) -> Iterator[ProofCheck]:
    """Whoever is seen on the function's VLAN holds a lease of this store; nobody there, nobody to ask."""
    vlan = case.function.requirement.vlan
    leases = [a for _, look, a in case.answered if look.getter == "leases" and isinstance(a, Reading)]
    if not leases:
        yield ProofCheck("leases_held", ok=False, value="the leases could not be read")
    elif present := frozenset(_present(case, vlan)):
        held = present & {row.mac.lower() for a in leases for row in a.rows if isinstance(row, LeaseRow)}
        yield ProofCheck("leases_held", bool(held), f"{len(held)} of {len(present)} on VLAN {vlan}")


def _present(case: Case, vlan: int) -> Iterator[str]:
    """The MAC addresses on a VLAN, as learned where tills and access points hang; a trunk shows the gear as well."""
    for device, _, answer in case.answered:
        ports = case.chain.devices[device].ports
        for row in answer.rows if isinstance(answer, Reading) else ():
            if isinstance(row, MacRow) and row.vlan == vlan and row.port in ports and ports[row.port].use != "trunk":
                yield row.mac.lower()


def _groups(function: Function, tree: Tree, root: Place | None) -> Sequence[Sequence[Endpoint]]:
    """What has to be there, at least one of each group.

    With a root: what hangs on it, or anything of the store when nothing does. Without: every access point, and the
    tills of every device.
    """
    served = endpoints_of(function, tree)
    if root is not None:
        behind = [e for e in served if is_behind(e, root)]
        return [behind or list(served)] if served else []
    groups: dict[str, list[Endpoint]] = defaultdict(list)
    for one in served:
        groups[one.name if one.use == "access_point" else one.holder.device].append(one)
    return list(groups.values())


def _endpoint_pings(function: Function, chain: Chain, tree: Tree, served: Sequence[Endpoint]) -> Iterator[Look]:
    """Echoes to some of the tills from their VLAN, or to the access points from the VLAN that reaches the gear."""
    if function.served_by == "till":
        source = tree.probe_source(function.requirement.vlan)
        known = [e.port.address for e in served if e.port.address]
        yield from (_ping(address, source, TILL_PINGS) for address in known[:MAX_TILLS])
        return
    for one in served:
        vlan = min(management_vlans(chain, one.port), default=function.requirement.vlan)
        yield _ping(chain.devices[one.place.device].address, tree.probe_source(vlan), TILL_PINGS)


def _ping(destination: str, source: str | None, count: int) -> Look:
    args = {"destination": destination, "count": str(count)} | ({} if source is None else {"source": source})
    return Look(getter="ping", args=args)


def _observations(chain: Chain, answered: Answered, now: datetime) -> Iterator[Observation]:
    by_device: Mapping[DeviceId, dict[str, Reading | DeviceError]] = defaultdict(dict)
    for device, look, answer in answered:
        if look.getter != "ping":
            by_device[device][look.key] = answer
    for device, answers in by_device.items():
        yield from collect(chain.devices[device], chain, answers, now)
