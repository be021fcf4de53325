"""What works behind a port, and which way our own session comes. Pure.

In: the chain's topology and one store's fresh observations. Out: facts for guardrails.
What could not be seen is told as None, never as "nothing".
"""

from collections.abc import Iterable

from anomaly.model import Observation, Value
from inventory.model import Chain, Device, DeviceId

WAN_USES = ("wan", "backup_wan")


def alive_behind(
    chain: Chain, device: DeviceId, port: str, observations: Iterable[Observation]
) -> tuple[str, ...] | None:
    """What works through this port right now, or None when some of it could not be seen.

    An access point that answers and has nobody joined serves nobody; a till with a stranger's lease reaches nobody.
    """
    seen = _by_subject(observations)
    if _use(chain.devices[device], port) in WAN_USES:
        in_use = seen.get(("default_via", port))
        return None if in_use is None else (("the store's way out",) if in_use else ())
    alive = []
    for endpoint in chain.endpoints_behind(device, port):
        name = endpoint.to or endpoint.name
        state = seen.get(("till_seen" if endpoint.use == "till" else "ap_answers", name))
        if state is None:
            return None
        if state and seen.get(("clients", name)) != 0.0 and not seen.get(("till_astray", name)):
            alive.append(name)
    return tuple(alive)


def management_ports(chain: Chain, device: DeviceId, observations: Iterable[Observation]) -> frozenset[str] | None:
    """The ports of ``device`` our session comes through, or None when that cannot be told."""
    asked = chain.devices[device]
    if asked.role == "edge":
        seen = _by_subject(observations)
        used = {name for name, port in asked.ports.items() if port.use in WAN_USES and seen.get(("default_via", name))}
        return frozenset(used) or None
    towards = _towards_edge(chain, asked)
    return None if towards is None else frozenset({towards})


def _towards_edge(chain: Chain, device: Device) -> str | None:
    """The port of ``device`` on the shortest way of trunks to the store's edge."""
    edge = chain.edge_of(device.store)
    ways: list[tuple[DeviceId, str]] = [
        (DeviceId(p.to), name) for name, p in device.ports.items() if p.use == "trunk" and p.to
    ]
    passed = {device.id}
    while ways and edge is not None:
        here, first = ways.pop(0)
        if here == edge.id:
            return first
        if here in passed or here not in chain.devices:
            continue
        passed.add(here)
        ways += [(DeviceId(p.to), first) for p in chain.devices[here].ports.values() if p.use == "trunk" and p.to]
    return None


def _use(device: Device, port: str) -> str | None:
    intended = device.ports.get(port)
    return intended.use if intended else None


def _by_subject(observations: Iterable[Observation]) -> dict[tuple[str, str], Value]:
    return {(o.name, o.subject): o.value for o in observations}
