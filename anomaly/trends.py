"""What two looks at a line's counters tell that one does not. Pure.

In: one store's observations of a round, and the counters' samples of earlier rounds. Out: per function
``probe_loss_pct``; per primary ``primary_carries`` (the default route leaves by it, and something answers) and
``wan_input_still`` (nothing at all came in since the look before); on the edge ``guest_share_pct`` (of all that
passed the primary) and ``line_bad``. Called by ``watch`` in every round and before every write, as ``growing`` is.

``line_bad`` is ``lossy`` when more is lost than the tightest function bears (``losing`` tells what that means),
``slow`` when even the quickest answer takes longer than the tightest function bears, else empty.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from anomaly.growing import Counter, Sample, Samples
from anomaly.losing import Tries, losses, lossy
from anomaly.model import Observation, Value
from inventory.model import Chain, Device, DeviceId, StoreId

SUCCESSES, FAILURES = "probe_successes_total", "probe_failures_total"
INPUT, BYTES, GUEST_BYTES = "wan_in_packets_total", "wan_bytes_total", "guest_bytes_total"
APART = timedelta(seconds=1.5)
ALL = 100.0


def trends(
    chain: Chain, store: StoreId, observations: Sequence[Observation], samples: Samples
) -> tuple[Observation, ...]:
    """What follows at the store's edge from this round and those before it."""
    edge = chain.edge_of(store)
    if edge is None or not observations:
        return ()
    own = {(o.subject, o.name): o for o in observations if o.device == edge.id}
    return tuple(_trends(chain, edge, own, samples))


Round = Mapping[tuple[str, str], Observation]


def _trends(chain: Chain, edge: Device, own: Round, samples: Samples) -> Iterator[Observation]:
    at = max((o.at for o in own.values()), default=None)
    if at is None:
        return

    def say(subject: str, name: str, value: Value) -> Observation:
        return Observation(store=edge.store, device=edge.id, subject=subject, name=name, value=value, at=at)

    carries = _carries(edge, own)
    if carries is not None:
        yield say(carries[0], "primary_carries", carries[1])
    history = _history(chain, edge, own, samples)
    yield from (say(name, "probe_loss_pct", loss) for name, loss in losses(history).items())
    for port in (p for p in edge.ports.values() if p.use == "wan"):
        if (port.name, INPUT) in own:
            gained = _gained(edge.id, own[port.name, INPUT], samples)
            yield say(port.name, "wan_input_still", None if gained is None else gained == 0.0)
        if (port.name, BYTES) in own and (edge.id, GUEST_BYTES) in own:
            yield say(edge.id, "guest_share_pct", _share(edge, own, samples, port.name))
    bad = _bad(chain, edge, own, history)
    if bad is not None:
        yield say(edge.id, "line_bad", bad)


def _carries(edge: Device, own: Round) -> tuple[str, bool] | None:
    """The primary the default route leaves by, and whether anything that is probed for answers; None: nobody knows."""
    asked = [o.value for (_, name), o in own.items() if name == "probe_ok" and o.value is not None]
    primary = next((port.name for port in edge.ports.values() if port.use == "wan"), None)
    via = own.get((primary or "", "default_via"))
    if primary is None or via is None or via.value is None or not asked:
        return None
    return primary, bool(via.value) and any(asked)


def _before(device: DeviceId, seen: Observation, samples: Samples) -> Sequence[Sample]:
    """Earlier values of a counter, newest first, up to where it went backwards."""
    found: list[Sample] = []
    value = seen.value
    key: Counter = (device, seen.subject, seen.name)
    for old in reversed(samples.get(key, ())):
        if seen.at - old.at < APART:
            continue
        if value is None or old.value is None or float(old.value) > float(value):
            break
        found.append(old)
        value = old.value
    return found


def _gained(device: DeviceId, seen: Observation, samples: Samples) -> float | None:
    """How much a counter has grown since the look before; None when that cannot be told."""
    before = _before(device, seen, samples)
    return float(seen.value or 0) - float(before[0].value or 0) if before else None


def _share(edge: Device, own: Round, samples: Samples, port: str) -> float | None:
    guests = _gained(edge.id, own[edge.id, GUEST_BYTES], samples)
    everything = _gained(edge.id, own[port, BYTES], samples)
    if guests is None or not everything:
        return None
    return min(ALL, ALL * guests / everything)


def _history(chain: Chain, edge: Device, own: Round, samples: Samples) -> Sequence[Mapping[str, Tries]]:
    """Each function's probes in all, look by look, newest first; only where all were counted in this round."""
    names = [str(name) for name in chain.stores[edge.store].functions]
    told: dict[str, dict[datetime, Tries]] = {}
    for name in names:
        good, lost = own.get((name, SUCCESSES)), own.get((name, FAILURES))
        if good is None or lost is None or good.value is None or lost.value is None:
            return ()
        lost_then = {old.at: old.value for old in _before(edge.id, lost, samples)}
        earlier = {
            old.at: (old.value, lost_then[old.at]) for old in _before(edge.id, good, samples) if old.at in lost_then
        }
        told[name] = {good.at: (float(good.value), float(lost.value)), **earlier}
    together = set.intersection(*(set(one) for one in told.values())) if told else set()
    return [{name: told[name][at] for name in names} for at in sorted(together, reverse=True)]


def _bad(chain: Chain, edge: Device, own: Round, history: Sequence[Mapping[str, Tries]]) -> str | None:
    """The line as a whole; None when this round tells nothing of it."""
    names = chain.stores[edge.store].functions
    needs = [chain.functions[name].requirement for name in names]
    if not needs:
        return None
    if _slow(own, [str(name) for name in names], min(n.max_latency_ms for n in needs)):
        return "slow"
    elsewhere = [o.value for (_, name), o in own.items() if name == "probe_lossy" and o.value is not None]
    told = any(elsewhere) if elsewhere else lossy(history, min(n.max_loss_pct for n in needs))
    return None if told is None else "lossy" if told else ""


def _slow(own: Round, functions: Sequence[str], most_ms: float) -> bool:
    """Whether even the quickest answer of a function's target takes too long."""
    found = [own[name, "probe_rtt_ms"].value for name in functions if (name, "probe_rtt_ms") in own]
    times = [float(value) for value in found if isinstance(value, int | float)]
    return bool(times) and min(times) > most_ms
