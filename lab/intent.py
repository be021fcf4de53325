"""The chain's intent as the controller is told it: the content of ``inventory/intent.yaml``.

In: a ``LabChain``. Out: plain mappings. Called by ``lab.content``. It is the standard that most devices nearly follow.
"""

from inventory.model import Device, Store
from lab.chain import LabChain
from lab.hardware import hardware_of
from lab.numbering import backup_address
from lab.standards import (
    BANNER,
    CARRIERS,
    CONTACT,
    DISTANCES,
    DOMAIN,
    FIRST_LEASE,
    IDLE_MINUTES,
    LOG_SERVER,
    LONGER_IDLE_MINUTES,
    LONGER_SESSIONS,
    MANAGEMENT_NETWORKS,
    NTP_SERVERS,
    PURPOSES,
    RESOLVED_NAME,
    RESOLVER,
    SNMP_NETWORKS,
    VLAN_NAMES,
    WITH_DHCP,
    Site,
    regional_log_servers,
    site_of,
)

Mapping = dict[str, object]


def intent_of(chain: LabChain) -> Mapping:
    """Everything ``intent.yaml`` holds."""
    stores = chain.chain.stores
    regions = {store.region for store in stores.values()}
    return {
        "standards": _standards(),
        "vlans": {
            vlan: {"name": name, "purpose": PURPOSES[vlan], "dhcp": vlan in WITH_DHCP}
            for vlan, name in VLAN_NAMES.items()
        },
        "carriers": {name: {"asn": asn, "upload_kbps": kbps} for name, (asn, kbps) in CARRIERS.items()},
        "hardware": _hardware(chain),
        "regions": {
            region: {"settings": {"syslog_servers": list(servers)}}
            for region, servers in regional_log_servers().items()
            if region in regions
        },
        "stores": {store.id: _store(chain, store) for store in stores.values()},
        **({"exceptions": [_longer_sessions()]} if LONGER_SESSIONS in stores else {}),
    }


def _hardware(chain: LabChain) -> Mapping:
    kinds = {hardware_of(d) for d in chain.managed() if d.role == "switch"}
    return {kind.name: {"ports": kind.span()} for kind in sorted(kinds, key=lambda kind: kind.name)}


def _standards() -> Mapping:
    return {
        "contact": CONTACT,
        "domain": DOMAIN,
        "banner": BANNER,
        "ntp_servers": list(NTP_SERVERS),
        "dns_servers": [RESOLVER],
        "syslog_servers": [LOG_SERVER],
        "syslog_level": "informational",
        "syslog_facility": "local7",
        "log_buffer_bytes": 16384,
        "management_networks": list(MANAGEMENT_NETWORKS),
        "snmp_networks": list(SNMP_NETWORKS),
        "idle_minutes": IDLE_MINUTES,
        "lease_hours": 8,
        "first_lease": FIRST_LEASE,
        "probe_name": RESOLVED_NAME,
        "probe_seconds": 2,
        "probe_timeout_ms": 1000,
        "cdp_seconds": 5,
        "cdp_hold_seconds": 10,
        "mac_aging_seconds": 10,
        "errdisable_seconds": 300,
        "storm_percent": 2,
        "archived_configs": 10,
    }


def _longer_sessions() -> Mapping:
    return {
        "store": LONGER_SESSIONS,
        "settings": {"idle_minutes": LONGER_IDLE_MINUTES},
        "reason": "people on site test the new tills over long sessions",
        "until": "2030-12-31",
    }


def _store(chain: LabChain, store: Store) -> Mapping:
    site = site_of(chain.chain, store.id)
    devices = chain.chain.devices_of(store.id)
    edge = next(d for d in devices if d.role == "edge")
    return {
        "location": site.location,
        "asn": site.asn,
        "networks": {vlan: str(site.lan(vlan)) for vlan in VLAN_NAMES},
        "wan": _wan(site, edge),
        "switches": {
            d.id: {"address": str(site.switch_address(d)), "hardware": hardware_of(d).name}
            for d in devices
            if d.role == "switch"
        },
    }


def _wan(site: Site, edge: Device) -> Mapping:
    found: Mapping = {}
    for port in edge.ports.values():
        if port.use == "wan":
            ends = {"address": "dhcp", "neighbour": str(site.carrier_router)}
        elif port.use == "backup_wan":
            ends = {"address": str(backup_address(site.number)), "neighbour": str(site.backup_router)}
        else:
            continue
        found[port.name] = {**ends, "distance": DISTANCES[port.use]}
    return found
