"""What every store's network is meant to be: typed values that templates, checks and people read.

In: ``inventory/intent.yaml`` of a content directory and the chain. Out: an ``Intent``, or one ``ContentError`` with
everything that is wrong. Called by ``templates.rendering`` and the commands ``render``, ``drift`` and ``push``.
Settings are resolved from the widest to the narrowest place: standards, region, store, exception of the store,
exception of the device. An exception holds up to and including its ``until`` day; after that the standard returns.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

from inventory.intent_checks import CHECKS
from inventory.intent_shapes import (
    ExceptionShape,
    IntentFile,
    LogLevel,
    Purpose,
    SettingsShape,
    StoreIntentShape,
    VlanShape,
    WanShape,
    ports_of,
)
from inventory.model import Chain, Device, DeviceId, FunctionName, StoreId
from inventory.yaml_file import ContentError, Problem, read_located

INTENT_MAX_BYTES = 64 << 20
Value = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Named fields that may differ per region, store or device."""

    contact: str
    domain: str
    banner: str
    ntp_servers: tuple[str, ...]
    dns_servers: tuple[str, ...]
    syslog_servers: tuple[str, ...]
    syslog_level: LogLevel
    syslog_facility: str
    log_buffer_bytes: int
    management_networks: tuple[IPv4Network, ...]
    snmp_networks: tuple[IPv4Network, ...]
    idle_minutes: int
    lease_hours: int
    first_lease: int
    probe_name: str
    probe_seconds: int
    probe_timeout_ms: int
    cdp_seconds: int
    cdp_hold_seconds: int
    mac_aging_seconds: int
    errdisable_seconds: int
    storm_percent: int
    archived_configs: int
    last_lease: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lan:
    """One VLAN of one store with its network; the edge has the first address."""

    vlan: int
    name: str
    purpose: Purpose
    dhcp: bool
    network: IPv4Network

    @property
    def gateway(self) -> IPv4Address:
        """The edge's address in this network."""
        return self.network.network_address + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wan:
    """One way out: the edge's port, its carrier and the carrier's router. ``address`` None: by DHCP."""

    port: str
    carrier: str
    carrier_asn: int
    upload_kbps: int
    address: IPv4Interface | None
    neighbour: IPv4Address
    distance: int
    backup: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A switch's own management address and the ports it has."""

    address: IPv4Address
    ports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentException:
    """Where a store or a device may differ from the standard, why, and until when (inclusive)."""

    place: StoreId | DeviceId
    fields: Mapping[str, Any]
    reason: str
    until: date

    def holds(self, today: date) -> bool:
        """Whether it still applies."""
        return today <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreIntent:
    """One store. ``settings`` are those of the store; a device may have its own, see ``Intent.settings_of``.

    ``loopback`` is the edge's own management address, where the edge has one.
    """

    id: StoreId
    name: str
    region: str
    location: str
    asn: int
    loopback: IPv4Address | None
    lans: tuple[Lan, ...]
    wans: tuple[Wan, ...]
    switches: Mapping[DeviceId, Switch]
    functions: tuple[FunctionName, ...]
    settings: Settings
    variables: Mapping[str, Value]

    def lan_for(self, purpose: Purpose) -> Lan | None:
        """The first VLAN of a purpose."""
        return next((lan for lan in self.lans if lan.purpose == purpose), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Every store's intent, and the devices that differ from their store."""

    stores: Mapping[StoreId, StoreIntent]
    exceptions: tuple[IntentException, ...]
    device_settings: Mapping[DeviceId, Settings]

    def settings_of(self, device: Device) -> Settings:
        """The settings of one device."""
        return self.device_settings.get(device.id, self.stores[device.store].settings)


def load_intent(content: Path, chain: Chain, today: date | None = None) -> Intent:
    """Return the chain's intent. Raises ``ContentError`` with every problem.

    ``today`` decides which exceptions still hold; without it all of them do, whatever their date.
    """
    problems: list[Problem] = []
    path = content / "inventory" / "intent.yaml"
    located = read_located(path, IntentFile, problems, max_bytes=INTENT_MAX_BYTES)
    if located is None:
        raise ContentError(problems)
    found = [p for check in CHECKS for p in check(located, chain)]
    if found:
        raise ContentError(sorted(found, key=lambda p: p.line))
    return _intent(located.model, chain, today)


def _intent(file: IntentFile, chain: Chain, today: date | None) -> Intent:
    exceptions = tuple(_exception(shape) for shape in file.exceptions)
    held = [e for e in exceptions if today is None or e.holds(today)]
    stores = {store: _store(file, chain, store, held) for store in chain.stores}
    return Intent(
        stores=stores,
        exceptions=exceptions,
        device_settings={
            DeviceId(e.place): _settings(_fields(file, chain, chain.devices[DeviceId(e.place)].store, held, e.place))
            for e in held
            if e.place in chain.devices
        },
    )


def _exception(shape: ExceptionShape) -> IntentException:
    place = StoreId(shape.store) if shape.store is not None else DeviceId(shape.device or "")
    return IntentException(place=place, fields=_given(shape.settings), reason=shape.reason, until=shape.until)


def _store(file: IntentFile, chain: Chain, name: StoreId, held: Iterable[IntentException]) -> StoreIntent:
    shape, store = file.stores[name], chain.stores[name]
    region = file.regions.get(store.region)
    variables: dict[str, Value] = {**file.variables, **(region.variables if region else {}), **shape.variables}
    return StoreIntent(
        id=name,
        name=store.name,
        region=store.region,
        location=shape.location,
        asn=shape.asn,
        loopback=IPv4Address(shape.loopback) if shape.loopback is not None else None,
        lans=tuple(_lan(number, file.vlans[number], network) for number, network in sorted(shape.networks.items())),
        wans=tuple(_wans(file, chain, name, shape)),
        switches={
            DeviceId(device): Switch(
                address=IPv4Address(switch.address), ports=ports_of(file.hardware[switch.hardware].ports)
            )
            for device, switch in shape.switches.items()
        },
        functions=store.functions,
        settings=_settings(_fields(file, chain, name, held)),
        variables=variables,
    )


def _lan(number: int, vlan: VlanShape, network: str) -> Lan:
    return Lan(vlan=number, name=vlan.name, purpose=vlan.purpose, dhcp=vlan.dhcp, network=IPv4Network(network))


def _wans(file: IntentFile, chain: Chain, store: StoreId, shape: StoreIntentShape) -> Iterator[Wan]:
    edge = chain.edge_of(store)
    for port in edge.ports.values() if edge else ():
        if port.use in ("wan", "backup_wan") and port.carrier is not None:
            wan: WanShape = shape.wan[port.name]
            carrier = file.carriers[port.carrier]
            yield Wan(
                port=port.name,
                carrier=port.carrier,
                carrier_asn=carrier.asn,
                upload_kbps=carrier.upload_kbps,
                address=None if wan.address == "dhcp" else IPv4Interface(wan.address),
                neighbour=IPv4Address(wan.neighbour),
                distance=wan.distance,
                backup=port.use == "backup_wan",
            )


def _fields(
    file: IntentFile, chain: Chain, store: StoreId, held: Iterable[IntentException], device: str | None = None
) -> dict[str, Any]:
    """Fields of a store, or of a device in it; the narrower place wins."""
    region = file.regions.get(chain.stores[store].region)
    layers = [file.standards, *([region.settings] if region else []), file.stores[store].settings]
    fields: dict[str, Any] = {}
    for layer in layers:
        fields.update(_given(layer))
    for place in (store, device):
        for exception in held:
            if exception.place == place:
                fields.update(exception.fields)
    return fields


def _given(shape: SettingsShape) -> dict[str, Any]:
    return {name: getattr(shape, name) for name in shape.model_fields_set}


def _settings(fields: Mapping[str, Any]) -> Settings:
    networks = ("management_networks", "snmp_networks")
    typed = {name: tuple(IPv4Network(text) for text in fields[name]) for name in networks}
    return Settings(**{**fields, **typed})
