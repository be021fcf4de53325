"""Whether each store function works, by what the store's own gear shows. Pure.

In: one store's observations and the chain. Out: a ``FunctionSight`` per function, and the observation
``function_down`` that ``detect`` turns into a symptom. Called by ``watch``, ``confirm`` and ``proof``. Only looks are
used: the function's probes from the edge, and which tills and access points are there. What cannot be seen is never
called working.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from anomaly.model import Observation, Value
from anomaly.topology import Endpoint, Place, Tree, gateway_of, tree_of, wan_ports
from inventory.model import Chain, Device, Function, FunctionName, Store, StoreId

State = Literal["working", "degraded", "down", "unknown"]
EndpointState = Literal["seen", "lost", "silent", "shut", "closed", "unknown"]
WORST: tuple[State, ...] = ("down", "unknown", "degraded", "working")
TAGGED = frozenset({"trunk", "access_point"})
NOUN = {"till": "till", "access_point": "access point"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSight:
    """One function as the store's gear shows it.

    ``served``: the part of its tills or access points that is served, None when that is unknown or nothing is
    expected. ``accounted``: when it is not working, people did it or closing time did; no fault is to be sought.
    """

    name: FunctionName
    state: State
    why: str
    served: float | None
    accounted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSight:
    """One till or access point.

    ``silent``: a till that is merely not heard. ``lost``: an access point, or what a missing VLAN cuts off.
    ``shut``: behind a port that a person shut. ``closed``: a till that need not be there now.
    """

    endpoint: Endpoint
    state: EndpointState
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One store's newest values, by name and place."""

    tree: Tree
    values: Mapping[tuple[str, Place], Value]

    def value(self, name: str, place: Place) -> Value:
        """The value, None when it is unknown or was not looked for."""
        return self.values.get((name, place))

    @property
    def backup_in_use(self) -> bool:
        """Whether the default route leaves by a backup port."""
        edge = self.tree.edge
        return edge is not None and any(self.value("backup_in_use", Place(edge.id, p.name)) for p in wan_ports(edge))


def snapshot(chain: Chain, store: StoreId, observations: Iterable[Observation]) -> Snapshot:
    """Index one store's observations; later ones win."""
    values = {(o.name, Place(o.device, o.subject)): o.value for o in observations if o.store == store}
    return Snapshot(tree=tree_of(chain, store), values=values)


def judge(
    chain: Chain, store: StoreId, observations: Iterable[Observation], now: datetime
) -> tuple[FunctionSight, ...]:
    """Judge every function of a store."""
    shop = chain.stores[store]
    shown = snapshot(chain, store, observations)
    return tuple(_judge(chain.functions[name], shop, shown, now) for name in shop.functions)


def function_observations(
    sights: Sequence[FunctionSight], observations: Iterable[Observation], chain: Chain, store: StoreId, now: datetime
) -> tuple[Observation, ...]:
    """``function_down`` per function, ``store_hurt`` and ``store_at_rest``; all are kept on the store's edge.

    A function is down when it is dead and no person accounts for it. A store is hurt when a function does not work as
    it should without a person's doing, when a service of its own gear is dead, or when it trades over its backup line.
    It is at rest when it is closed and every till and access point of it is away: somebody has switched it off.
    """
    edge = chain.edge_of(store)
    if edge is None:
        return ()
    seen = tuple(o for o in observations if o.store == store)
    hurting = (o for o in seen if o.value)
    on_backup = any(o.name in ("backup_in_use", "services_dead") for o in hurting)
    facts: dict[tuple[str, str], Value] = {("function_down", s.name): _is_down(s) for s in sights}
    facts["store_hurt", edge.id] = on_backup or _hurt(sights)
    present = _present(seen)
    facts["store_at_rest", edge.id] = None if None in present else _at_rest(present, chain.stores[store], now)
    return tuple(
        Observation(store=store, device=edge.id, subject=subject, name=name, at=now, value=value)
        for (name, subject), value in facts.items()
    )


def _present(seen: Sequence[Observation]) -> list[Value]:
    """Who is there: each till and access point. One that answers no probe is away, however long it is remembered."""
    gone = {o.device for o in seen if o.name == "ap_answers" and o.value is False}
    tills = [o.value for o in seen if o.name == "till_seen"]
    return tills + [False if o.subject in gone else o.value for o in seen if o.name == "ap_seen"]


def _at_rest(present: Sequence[Value], shop: Store, now: datetime) -> bool:
    return bool(present) and not any(present) and not shop.is_trading(now)


def _is_down(sight: FunctionSight) -> bool | None:
    return None if sight.state == "unknown" else sight.state == "down" and not sight.accounted


def _hurt(sights: Sequence[FunctionSight]) -> bool | None:
    if any(s.state in ("down", "degraded") and not s.accounted for s in sights):
        return True
    return None if any(s.state == "unknown" for s in sights) else False


def endpoints_of(function: Function, tree: Tree) -> tuple[Endpoint, ...]:
    """The tills or access points a function is served by: those whose port is meant to carry its VLAN."""
    needed = function.requirement.vlan
    return tuple(e for e in tree.endpoints() if e.use == function.served_by and needed in e.port.vlans)


def endpoint_sights(function: Function, shop: Store, shown: Snapshot, now: datetime) -> tuple[EndpointSight, ...]:
    """How each till or access point of a function stands."""
    trading = shop.is_trading(now)
    return tuple(_endpoint(one, function, shown, trading=trading) for one in endpoints_of(function, shown.tree))


def _judge(function: Function, shop: Store, shown: Snapshot, now: datetime) -> FunctionSight:
    path, path_why, path_accounted = _path(function, shown)
    sights = endpoint_sights(function, shop, shown, now)
    there, there_why, there_accounted = _there(function, sights)
    state = min((path, there), key=WORST.index)
    accounted = (path_accounted or path != "down") and (there_accounted or there != "down")
    expected = [s for s in sights if s.state != "closed"]
    served = None
    if expected and not any(s.state == "unknown" for s in expected):
        served = 0.0 if path == "down" else sum(s.state == "seen" for s in expected) / len(expected)
    return FunctionSight(
        name=function.name,
        state=state,
        why="; ".join(w for w in (path_why, there_why) if w),
        served=served,
        accounted=state == "down" and accounted,
    )


def _path(function: Function, shown: Snapshot) -> tuple[State, str, bool]:
    """The way from the edge to the function's target: state, why, and whether a person accounts for it."""
    edge = shown.tree.edge
    if edge is None:
        return "unknown", "the store has no edge", False
    if not shown.value("device_reachable", Place(edge.id, edge.id)):
        return "unknown", f"{edge.id} does not answer", False
    answered = shown.value("probe_ok", Place(edge.id, function.name))
    if answered is None:
        return "unknown", f"nothing is known of its probe to {function.requirement.target}", False
    return (*_live_path(function, shown, edge), False) if answered else _dead_path(function, shown, edge)


def _live_path(function: Function, shown: Snapshot, edge: Device) -> tuple[State, str]:
    """The target answers: is the function served, and quickly enough?"""
    needs, own = function.requirement, Place(edge.id, function.name)
    way = " over the backup line" if shown.backup_in_use else ""
    if needs.dns_probe is not None and shown.value("dns_probe_ok", own) is None:
        return "unknown", "nothing is known of name resolution"
    answers = f"{needs.target} answers{way}"
    dead = {
        "dns_probe_ok": "names are not resolved",
        "large_packets_pass": f"{answers}, but packets of {needs.packet_bytes} bytes do not pass",
        "service_answers": f"{answers}, but not to HTTP",
    }
    for name, why in dead.items():
        if shown.value(name, own) is False:
            return "down", why
    rtt, loss = shown.value("probe_rtt_ms", own), shown.value("probe_loss_pct", own)
    if isinstance(loss, float | int) and loss > needs.max_loss_pct:
        return "degraded", f"{answers}, but {loss:.0f} % are lost, {needs.max_loss_pct:.0f} % allowed"
    if not isinstance(rtt, float | int):
        return "working", answers
    if rtt > needs.max_latency_ms:
        return "degraded", f"{answers} in {rtt:.0f} ms, {needs.max_latency_ms:.0f} ms allowed"
    return "working", f"{answers} in {rtt:.0f} ms"


def _dead_path(function: Function, shown: Snapshot, edge: Device) -> tuple[State, str, bool]:
    """Why nothing comes back: a port or gateway shut by a person, the backup it is not let out over, or unknown."""
    needs = function.requirement
    silent = f"no answer from {needs.target}"
    gateway = gateway_of(edge, needs.vlan)
    if gateway is not None and shown.value("vlan_gateway", Place(edge.id, gateway)) == "disabled":
        return "down", f"{silent}: {gateway} of {edge.id} is shut by a person", True
    primaries = [p.name for p in wan_ports(edge) if p.use == "wan"]
    shut = [name for name in primaries if shown.value("wan_admin", Place(edge.id, name)) == "down"]
    if shown.backup_in_use and not needs.on_backup:
        by_hand = f", and {shut[0]} is shut by a person" if shut else ""
        return "down", f"{silent}: by intent it is not let out over the backup line{by_hand}", bool(shut)
    if shut:
        return "down", f"{silent}: {shut[0]} of {edge.id} is shut by a person", True
    return "down", silent, False


def _endpoint(one: Endpoint, function: Function, shown: Snapshot, *, trading: bool) -> EndpointSight:
    for end in one.path:
        if shown.value("port_status", end) == "disabled":
            return EndpointSight(endpoint=one, state="shut", why=f"{end.subject} of {end.device} is shut by a person")
    vlan, doubt = function.requirement.vlan, ""
    for end in trunk_ends(one, shown.tree):
        missing = shown.value("trunk_missing_vlans", end)
        if isinstance(missing, str) and str(vlan) in missing.split(","):
            why = f"{end.subject} of {end.device} does not carry VLAN {vlan}"
            return EndpointSight(endpoint=one, state="lost", why=why)
        if missing is None:
            doubt = f"nothing is known of the VLANs on {end.subject} of {end.device}"
    near = _till(one, shown, trading=trading) if one.use == "till" else _access_point(one, shown)
    if doubt and near.state == "seen":
        return EndpointSight(endpoint=one, state="unknown", why=doubt)
    return near


def trunk_ends(one: Endpoint, tree: Tree) -> tuple[Place, ...]:
    """The port ends on the way to an endpoint that tag VLANs and can be looked at."""
    ends = ((end, tree.devices[end.device]) for end in one.path)
    return tuple(
        end
        for end, device in ends
        if device.has_session and end.subject in device.ports and device.ports[end.subject].use in TAGGED
    )


def _till(one: Endpoint, shown: Snapshot, *, trading: bool) -> EndpointSight:
    seen = shown.value("till_seen", one.place)
    if seen and shown.value("till_answers", one.place) is False:
        return EndpointSight(endpoint=one, state="lost", why="is there, but does not answer for its address")
    if seen:
        return EndpointSight(endpoint=one, state="seen")
    if not trading:
        return EndpointSight(endpoint=one, state="closed")
    if seen is None:
        return EndpointSight(endpoint=one, state="unknown", why="nothing is known of it")
    return EndpointSight(endpoint=one, state="silent", why="not seen on its port")


def _access_point(one: Endpoint, shown: Snapshot) -> EndpointSight:
    """An access point is there when it answers, shows itself by CDP or has clients; gone when all three say no."""
    clients = shown.value("clients", one.place)
    signs = (
        shown.value("ap_answers", one.place),
        shown.value("ap_seen", one.place),
        clients if clients is None else isinstance(clients, float) and clients >= 1,
    )
    if any(signs):
        return EndpointSight(endpoint=one, state="seen")
    if None in signs:
        return EndpointSight(endpoint=one, state="unknown", why="nothing is known of it")
    return EndpointSight(endpoint=one, state="lost", why="does not answer, is not seen and serves nobody")


def _there(function: Function, sights: Sequence[EndpointSight]) -> tuple[State, str, bool]:
    """The near end: state, why, and whether people or closing time account for it.

    One silent till may simply be switched off: alone it never makes the function dead.
    """
    expected = [s for s in sights if s.state != "closed"]
    if not expected:
        return "working", "the store is closed" if sights else "", True
    count = Counter(s.state for s in expected)
    gone = count["lost"] + count["silent"] + count["shut"]
    noun = NOUN.get(function.served_by, function.served_by)
    why = "; ".join((f"{count['seen']} of {len(expected)} {noun}s seen", *_reasons(expected)))
    if gone == len(expected):
        lone = gone == count["silent"] == 1
        return ("degraded", why, True) if lone else ("down", why, count["lost"] == 0 and count["silent"] <= 1)
    if gone == 0:
        return ("unknown" if count["unknown"] else "working"), why, True
    return ("degraded" if count["seen"] else "unknown"), why, True


def _reasons(sights: Iterable[EndpointSight]) -> Iterator[str]:
    return (f"{s.endpoint.name}: {s.why}" for s in sights if s.state != "seen")
