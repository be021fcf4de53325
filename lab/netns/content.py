"""The real stores as a content directory: what the controller is told of them.

In: how many stores, host keys. Out: the chain, and the directory written with the same words as for virtual stores.
Called by ``lab.netns.lab``.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncssh

from inventory.model import WEEKDAYS, Chain, Device, DeviceId, Function, FunctionName, Port, Requirement, Store
from lab.chain import LabChain
from lab.content import write_inventory
from lab.netns.addresses import (
    BACKUP,
    CAMERAS,
    HQ_AT,
    MANAGEMENT,
    NAMES,
    PAYMENT,
    PAYMENT_NAME,
    PAYMENT_URL,
    PRIMARY,
    TILLS,
    VLANS,
    at,
    edge,
    loopback,
    switch,
)
from lab.netns.routers import ADVERTISED
from lab.numbering import (
    CARRIER_ASNS,
    HEADQUARTERS,
    asn,
    backup_address,
    backup_gateway,
    endpoint_mac,
    lan,
    store_id,
    wan_address,
    wan_gateway,
)

ALWAYS = time(0, 0), time(23, 59)
HARDWARE = "openvswitch"
FUNCTIONS = (
    Function(
        name=FunctionName("pos"),
        title="Tills",
        criticality=1,
        served_by="till",
        requirement=Requirement(
            vlan=TILLS,
            dhcp=True,
            target=str(PAYMENT),
            max_latency_ms=250,
            max_loss_pct=10,
            probe=10,
            on_backup=True,
            url=PAYMENT_URL,
            packet_bytes=1400,
        ),
    ),
    Function(
        name=FunctionName("cctv"),
        title="Cameras",
        criticality=3,
        served_by="other",
        requirement=Requirement(
            vlan=CAMERAS,
            dhcp=True,
            target=str(HQ_AT["back"].ip),
            max_latency_ms=500,
            max_loss_pct=30,
            probe=20,
            on_backup=True,
        ),
    ),
)


def real_chain(stores: int, keys: Mapping[DeviceId, asyncssh.SSHKey]) -> LabChain:
    """The chain of real stores; they never close."""
    numbers = range(1, stores + 1)
    chain = Chain(
        stores={store_id(n): _store(n) for n in numbers},
        devices={d.id: d for n in numbers for d in _devices(n)},
        functions={f.name: f for f in FUNCTIONS},
    )
    return LabChain(
        seed=0,
        start=datetime(2026, 1, 1, tzinfo=UTC),
        chain=chain,
        hours={store: {"mon-sun": "00:00-23:59"} for store in chain.stores},
        host_keys={device: key.export_private_key("pkcs8-der") for device, key in keys.items()},
    )


def write_real_content(chain: LabChain, directory: Path) -> None:
    """Write the content directory."""
    write_inventory(chain, directory, _intent(chain))


def _store(number: int) -> Store:
    return Store(
        id=store_id(number),
        name=f"Real store {number}",
        region="north",
        time_zone=ZoneInfo("UTC"),
        trading_hours=dict.fromkeys(WEEKDAYS, ALWAYS),
        takings_per_hour=1000.0,
        carriers=(PRIMARY, BACKUP),
        functions=tuple(f.name for f in FUNCTIONS),
    )


def _devices(number: int) -> Iterator[Device]:
    store = store_id(number)
    on_edge = (
        Port(name="wan0", use="wan", carrier=PRIMARY),
        Port(name="lte0", use="backup_wan", carrier=BACKUP),
        Port(name="lan0", use="trunk", to=switch(number), to_port="uplink", vlans=VLANS),
    )
    yield Device(
        id=edge(number),
        store=store,
        role="edge",
        address=str(loopback(number)),
        platform="frr",
        advertises=ADVERTISED,
        ports={p.name: p for p in on_edge},
    )
    on_switch = (
        Port(name="uplink", use="trunk", to=edge(number), to_port="lan0", vlans=VLANS),
        Port(name="till1", use="till", to=f"{store}-till1", vlans=(TILLS,), mac=endpoint_mac(number, 5, 1)),
        Port(name="camera1", use="other", to=f"{store}-camera1", vlans=(CAMERAS,), mac=endpoint_mac(number, 6, 1)),
        Port(name="spare1", use="other", vlans=(TILLS,)),
        Port(name="svc10", use="probe", vlans=(TILLS,), address=str(at(number, TILLS, 2).ip)),
        Port(name="svc20", use="probe", vlans=(CAMERAS,), address=str(at(number, CAMERAS, 2).ip)),
        Port(name="mgmt", use="probe", vlans=(MANAGEMENT,)),
    )
    yield Device(
        id=switch(number),
        store=store,
        role="switch",
        address=str(at(number, MANAGEMENT, 2).ip),
        platform="openvswitch",
        serves=frozenset({"probes", "dhcp"}),
        ports={p.name: p for p in on_switch},
    )


def _intent(chain: LabChain) -> dict[str, object]:
    return {
        "standards": _standards(),
        "vlans": {
            TILLS: {"name": "TILLS", "purpose": "tills", "dhcp": True},
            CAMERAS: {"name": "CAMERAS", "purpose": "cameras", "dhcp": True},
            MANAGEMENT: {"name": "MANAGEMENT", "purpose": "management", "dhcp": False},
        },
        "carriers": {name: {"asn": CARRIER_ASNS[name], "upload_kbps": 20_000} for name in (PRIMARY, BACKUP)},
        "hardware": {HARDWARE: {"ports": "spare1-1"}},
        "stores": {str(store): _store_intent(number) for number, store in enumerate(chain.chain.stores, 1)},
    }


def _standards() -> dict[str, object]:
    return {
        "contact": "Store networks",
        "domain": "stores.test",
        "banner": "Authorised use only.",
        "ntp_servers": [str(NAMES)],
        "dns_servers": [str(NAMES)],
        "syslog_servers": [str(NAMES)],
        "syslog_level": "informational",
        "syslog_facility": "local7",
        "log_buffer_bytes": 16384,
        "management_networks": [str(HEADQUARTERS)],
        "snmp_networks": [str(HEADQUARTERS)],
        "idle_minutes": 15,
        "lease_hours": 8,
        "first_lease": 11,
        "last_lease": 110,
        "probe_name": PAYMENT_NAME,
        "probe_seconds": 2,
        "probe_timeout_ms": 1000,
        "cdp_seconds": 5,
        "cdp_hold_seconds": 10,
        "mac_aging_seconds": 15,
        "errdisable_seconds": 300,
        "storm_percent": 2,
        "archived_configs": 10,
    }


def _store_intent(number: int) -> dict[str, object]:
    return {
        "location": "a network namespace",
        "asn": asn(number),
        "loopback": str(loopback(number)),
        "networks": {vlan: str(lan(number, vlan)) for vlan in VLANS},
        "wan": {
            "wan0": {"address": str(wan_address(number)), "neighbour": str(wan_gateway(number)), "distance": 10},
            "lte0": {"address": str(backup_address(number)), "neighbour": str(backup_gateway(number)), "distance": 200},
        },
        "switches": {switch(number): {"address": str(at(number, MANAGEMENT, 2).ip), "hardware": HARDWARE}},
    }
