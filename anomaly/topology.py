"""How a store hangs together, seen from its edge: which port leads where, and what is behind it.

In: the chain. Out: a ``Tree`` per store, read by the collectors, ``service_path`` and ``correlate``.
Why: a finding joins facts of several devices, and only the intended wiring says which belong together.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from inventory.model import Chain, Device, DeviceId, Duty, FunctionName, Port, PortUse, StoreId


class Place(NamedTuple):
    """Where a fact belongs: a device, and a port, a till, a function or the device itself as subject."""

    device: DeviceId
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A till or an access point. ``holder`` is the port it hangs on; ``path`` every port end from the edge to it.

    ``place`` is where its own facts are kept: a till on the device that holds it, an access point on itself.
    """

    name: str
    use: PortUse
    port: Port
    holder: Place
    place: Place
    path: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One store's wiring. ``paths``: every port end from the edge to a device, the edge's own being empty."""

    store: StoreId
    edge: Device | None
    devices: Mapping[DeviceId, Device]
    paths: Mapping[DeviceId, tuple[Place, ...]]
    above: Mapping[DeviceId, Place]
    functions: tuple[FunctionName, ...] = ()

    @property
    def prober(self) -> Device | None:
        """Who probes for the store: the device that says so, else the edge."""
        return self._server("probes")

    @property
    def lessor(self) -> Device | None:
        """Who leases addresses to the store: the device that says so, else the edge."""
        return self._server("dhcp")

    def _server(self, duty: Duty) -> Device | None:
        return next((d for d in self.devices.values() if duty in d.serves), self.edge)

    def probe_source(self, vlan: int) -> str | None:
        """The interface of the prober in a VLAN: its own there, or the VLAN's gateway."""
        prober = self.prober
        if prober is None:
            return None
        own = next((p.name for p in prober.ports.values() if p.use == "probe" and vlan in p.vlans), None)
        return own or gateway_of(prober, vlan)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every till and access point, in file order."""
        return tuple(self._endpoints())

    def behind(self, place: Place) -> frozenset[DeviceId]:
        """Devices fed through a port (either end of its link), or through a device and including it."""
        below = self._below(place)
        if below is None:
            return frozenset()
        return frozenset(d for d in self.paths if d == below or any(end.device == below for end in self.paths[d]))

    def places_behind(self, place: Place) -> frozenset[Place]:
        """Every place fed through ``place``: devices, their ports and their tills; not ``place`` itself."""
        found: set[Place] = set()
        port = self._port(place)
        if port is not None and port.use == "till" and port.to:
            found.add(Place(place.device, port.to))
        for device in self.behind(place):
            found.add(Place(device, device))
            for onward in self.devices[device].ports.values():
                found.add(Place(device, onward.name))
                if onward.use == "till" and onward.to:
                    found.add(Place(device, onward.to))
        return frozenset(found - {place})

    def upstream_port(self, place: Place) -> Place | None:
        """The port that feeds a till or a device, on the side of the edge."""
        device = self.devices.get(place.device)
        if device is not None and place.subject != device.id:
            for port in device.ports.values():
                if port.to == place.subject:
                    return Place(device.id, port.name)
        return self.above.get(place.device)

    def other_end(self, place: Place) -> Place | None:
        """The far end of a port's link: the neighbour's port, or the neighbour when it has none."""
        port = self._port(place)
        far = None if port is None else self.devices.get(DeviceId(port.to or ""))
        if port is None or far is None:
            return None
        return Place(far.id, port.to_port or _port_to(far, place.device) or far.id)

    def _port(self, place: Place) -> Port | None:
        device = self.devices.get(place.device)
        return None if device is None else device.ports.get(place.subject)

    def _below(self, place: Place) -> DeviceId | None:
        if place.subject == place.device:
            return place.device if place.device in self.paths else None
        port = self._port(place)
        far = DeviceId("" if port is None else port.to or "")
        if far not in self.paths:
            return None
        return place.device if self._is_above(far, place.device) else far

    def _is_above(self, upper: DeviceId, lower: DeviceId) -> bool:
        return any(end.device == upper for end in self.paths.get(lower, ()))

    def _endpoints(self) -> Iterator[Endpoint]:
        for device_id, path in self.paths.items():
            for port in self.devices[device_id].ports.values():
                if port.to is None or port.use not in ("till", "access_point"):
                    continue
                holder = Place(device_id, port.name)
                own = Place(DeviceId(port.to), port.to) if port.to in self.devices else Place(device_id, port.to)
                yield Endpoint(name=port.to, use=port.use, port=port, holder=holder, place=own, path=(*path, holder))


def tree_of(chain: Chain, store: StoreId) -> Tree:
    """Walk a store's wiring from its edge; devices no port leads to are left out of ``paths``."""
    devices = {d.id: d for d in chain.devices_of(store)}
    edge = next((d for d in devices.values() if d.role == "edge"), None)
    paths: dict[DeviceId, tuple[Place, ...]] = {}
    above: dict[DeviceId, Place] = {}
    queue = deque([edge] if edge is not None else [])
    if edge is not None:
        paths[edge.id] = ()
    while queue:
        device = queue.popleft()
        for port in device.ports.values():
            far = devices.get(DeviceId(port.to or ""))
            if far is None or far.id in paths:
                continue
            near = Place(device.id, port.name)
            own = port.to_port or _port_to(far, device.id)
            paths[far.id] = (*paths[device.id], near, *((Place(far.id, own),) if own else ()))
            above[far.id] = near
            queue.append(far)
    functions = chain.stores[store].functions if store in chain.stores else ()
    return Tree(store=store, edge=edge, devices=devices, paths=paths, above=above, functions=functions)


def management_vlans(chain: Chain, port: Port) -> frozenset[int]:
    """The VLANs of a port that no function uses: what the gear itself is reached by."""
    return frozenset(port.vlans) - {f.requirement.vlan for f in chain.functions.values()}


def wan_ports(edge: Device) -> tuple[Port, ...]:
    """The edge's carrier ports, primaries before backups."""
    return tuple(p for use in ("wan", "backup_wan") for p in edge.ports.values() if p.use == use)


def gateway_of(edge: Device, vlan: int) -> str | None:
    """The edge's sub-interface that is a VLAN's gateway, as it is meant to be."""
    if edge.role != "edge":
        return None
    return next((f"{p.name}.{vlan}" for p in edge.ports.values() if p.use == "trunk" and vlan in p.vlans), None)


def functions_touched(
    chain: Chain, store: StoreId, root: Place, vlans: frozenset[int] = frozenset()
) -> tuple[FunctionName, ...]:
    """The functions that a fault at ``root`` can hurt, most critical first: those whose way leads over it.

    ``vlans``: when the fault is about some VLANs only; VLANs no function uses carry the gear and touch them all.
    """
    tree, functions = tree_of(chain, store), [chain.functions[name] for name in chain.stores[store].functions]
    if root.subject in {f.name for f in functions}:
        return (FunctionName(root.subject),)
    own = vlans & {f.requirement.vlan for f in functions}
    below = [e for e in tree.endpoints() if is_behind(e, root)]
    everything = {d.id for d in (tree.edge, tree.prober, tree.lessor) if d is not None}
    whole = tree.edge is not None and (
        root in {Place(tree.edge.id, port.name) for port in wan_ports(tree.edge)}
        or (root.subject == root.device and root.device in everything)
    )
    return tuple(
        f.name
        for f in sorted(functions, key=lambda f: f.criticality)
        if whole
        or (
            (not own or f.requirement.vlan in own)
            and any(e.use == f.served_by and f.requirement.vlan in e.port.vlans for e in below)
        )
    )


def is_behind(endpoint: Endpoint, root: Place) -> bool:
    """Whether a till or access point hangs on a port (anywhere on its way) or on a device."""
    if root.subject == root.device:
        return root.device == endpoint.place.device or any(end.device == root.device for end in endpoint.path)
    return root in endpoint.path or root == endpoint.place


def _port_to(device: Device, neighbor: DeviceId) -> str | None:
    return next((p.name for p in device.ports.values() if p.to == neighbor), None)
