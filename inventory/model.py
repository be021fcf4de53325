"""The nouns of a chain: stores, their devices and ports, and the functions a store lives from.

In: built by ``inventory.files`` from content files. Out: read by every other room.
All records are frozen; nothing here knows about YAML, SSH or time zones of the machine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, NewType
from zoneinfo import ZoneInfo

from inventory.snmp_agents import SnmpAgent

StoreId = NewType("StoreId", str)
DeviceId = NewType("DeviceId", str)
FunctionName = NewType("FunctionName", str)

Role = Literal["edge", "switch", "access_point"]
PortUse = Literal["wan", "backup_wan", "trunk", "access_point", "till", "probe", "other"]
Duty = Literal["probes", "dhcp"]
INFRASTRUCTURE_USES: frozenset[PortUse] = frozenset({"wan", "backup_wan", "trunk"})
STEERED_DISTANCE = 3
"""The distance of a default route by which we have brought a store to its backup: nobody else uses it."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What one function needs from the network, and which probe tells of it.

    ``url`` is asked by a device that ``serves`` probes, ``packet_bytes`` (a packet of that size must pass whole) by
    whoever probes. ``service_probe``: the operation by which an edge connects to the function's server, at
    ``service_port``.
    """

    vlan: int
    dhcp: bool
    target: str
    max_latency_ms: float
    max_loss_pct: float
    probe: int
    dns_probe: int | None = None
    on_backup: bool = False
    url: str | None = None
    packet_bytes: int | None = None
    service_probe: int | None = None
    service_port: int = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """What the shop does over the network. ``criticality`` 1 is the till, 3 is comfort.

    ``takings_share``: the part of the shop's takings that is lost while it does not work.
    """

    name: FunctionName
    title: str
    criticality: int
    served_by: PortUse
    requirement: Requirement
    takings_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port as intended: what hangs on it and which VLANs it must carry.

    Use ``probe`` is an interface of the gear itself in one VLAN, from which functions are probed.

    ``to`` names a device or an endpoint (a till). ``mac`` and ``address`` are the endpoint's, or the gear's own there.
    ``apn``: the access point name a cellular port's carrier takes.
    """

    name: str
    use: PortUse
    to: str | None = None
    to_port: str | None = None
    vlans: tuple[int, ...] = ()
    poe: bool = False
    mac: str | None = None
    address: str | None = None
    carrier: str | None = None
    apn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One piece of gear. Without a ``platform`` there is no session: it is known through its switch port.

    ``address`` and ``port`` are where its session is dialled; for an access point ``address`` is its
    management address inside the store and ``probe`` the IP SLA operation on the edge that pings it.
    ``session`` says whether its session is kept open between looks or opened for each. ``serves``: what it does for
    the whole store instead of the edge. ``advertises``: how many prefixes an edge tells each BGP neighbour.
    ``snmp``: where a device without a session answers instead. ``software``: the version it is meant to run.
    """

    id: DeviceId
    store: StoreId
    role: Role
    address: str
    port: int = 22
    platform: str | None = None
    probe: int | None = None
    ports: Mapping[str, Port] = field(default_factory=dict)
    session: Literal["held", "per_poll"] = "held"
    serves: frozenset[Duty] = frozenset()
    advertises: int | None = None
    snmp: SnmpAgent | None = None
    software: str | None = None

    @property
    def has_session(self) -> bool:
        """Whether the device can be logged in to."""
        return self.platform is not None

    @property
    def is_asked(self) -> bool:
        """Whether the device can be looked at: through a session, or through its SNMP agent."""
        return self.has_session or self.snmp is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A shop. ``trading_hours`` maps a weekday (``mon`` ...) to local opening and closing time.

    ``hub``: where its lines come together; ``warehouse``: what it is supplied from. Empty: none that is known.
    """

    id: StoreId
    name: str
    region: str
    time_zone: ZoneInfo
    trading_hours: Mapping[str, tuple[time, time]]
    takings_per_hour: float
    carriers: tuple[str, ...]
    functions: tuple[FunctionName, ...]
    hub: str = ""
    warehouse: str = ""

    def local_time(self, now: datetime) -> datetime:
        """``now`` (aware) on the store's own clock."""
        return now.astimezone(self.time_zone)

    def is_trading(self, now: datetime) -> bool:
        """Whether the store is open at ``now`` (aware), on its own clock."""
        local = self.local_time(now)
        hours = self.trading_hours.get(WEEKDAYS[local.weekday()])
        return hours is not None and hours[0] <= local.time() < hours[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Every store, device and function of one chain."""

    stores: Mapping[StoreId, Store]
    devices: Mapping[DeviceId, Device]
    functions: Mapping[FunctionName, Function]
    _of_store: Mapping[StoreId, tuple[Device, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Group the devices once: asking per store must not walk the whole chain."""
        found: dict[StoreId, list[Device]] = {}
        for device in self.devices.values():
            found.setdefault(device.store, []).append(device)
        object.__setattr__(self, "_of_store", {store: tuple(devices) for store, devices in found.items()})

    def devices_of(self, store: StoreId) -> tuple[Device, ...]:
        """The store's devices, in file order."""
        return self._of_store.get(store, ())

    def edge_of(self, store: StoreId) -> Device | None:
        """The store's WAN edge, if it has one."""
        return next((d for d in self.devices_of(store) if d.role == "edge"), None)

    def server_of(self, store: StoreId, duty: Duty) -> Device | None:
        """The device that does this for the store: the one that says so, else the edge."""
        return next((d for d in self.devices_of(store) if duty in d.serves), self.edge_of(store))

    def uplink_port_of(self, device: DeviceId) -> tuple[Device, Port] | None:
        """The neighbour's port that leads to ``device``, as (neighbour, port), edge side first."""
        store = self.devices[device].store
        for other in self.devices_of(store):
            if other.id == device or not other.has_session:
                continue
            for port in other.ports.values():
                if port.to == device:
                    return other, port
        return None

    def endpoints_behind(self, device: DeviceId, port_name: str) -> tuple[Port, ...]:
        """Ports of tills and access points fed through this port, seen away from the edge."""
        return tuple(self._walk(device, port_name, seen={device}))

    def _walk(self, device: DeviceId, port_name: str, seen: set[DeviceId]) -> Iterator[Port]:
        port = self.devices[device].ports.get(port_name)
        if port is None:
            return
        if port.use in ("till", "access_point"):
            yield port
        below = DeviceId(port.to or "")
        if below not in self.devices or below in seen:
            return
        for name, onward in self.devices[below].ports.items():
            if onward.to not in seen:
                yield from self._walk(below, name, seen | {below})
