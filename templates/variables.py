"""The variables a configuration template may use, for one device.

In: the chain, the intent and a device. Out: plain text, numbers, lists and mappings, ready to leave the process.
Called by ``templates.rendering``. Why: templates see words of the trade (a network's mask and wildcard), never our
records; nothing in here is ever rendered itself. docs/content.md lists them for authors.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from ipaddress import IPv4Network
from typing import Any

from inventory.intent import Intent, Lan, Settings, StoreIntent, Wan
from inventory.model import Chain, Device, Port
from templates.config_tree import runs

Variables = dict[str, Any]


def variables_of(chain: Chain, intent: Intent, device: Device) -> Variables:
    """Return everything the device's template may use."""
    store = intent.stores[device.store]
    settings = intent.settings_of(device)
    return {
        "device": _device(device, store),
        "store": _store(store),
        "settings": _settings(settings),
        "lans": [_lan(lan, settings) for lan in store.lans],
        "management": _management(store, settings),
        "wans": [_wan(wan) for wan in store.wans],
        "ports": [_port(port, store) for port in _ports(device, store)],
        "probes": list(_probes(chain, device, store, settings)),
        "custom": dict(store.variables),
    }


def _device(device: Device, store: StoreIntent) -> Variables:
    found: Variables = {"name": device.id, "role": device.role, "serves": sorted(device.serves)}
    switch = store.switches.get(device.id)
    if switch is not None:
        found["address"] = str(switch.address)
    return found


def _store(store: StoreIntent) -> Variables:
    found: Variables = {
        "id": store.id,
        "name": store.name,
        "region": store.region,
        "location": store.location,
        "asn": store.asn,
        "functions": list(store.functions),
    }
    if store.loopback is not None:
        found["loopback"] = str(store.loopback)
    return found


def _settings(settings: Settings) -> Variables:
    found: Variables = {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, tuple):
            value = [_network(item) if isinstance(item, IPv4Network) else item for item in value]
        found[field.name] = value
    return found


def _network(network: IPv4Network) -> Variables:
    return {
        "address": str(network.network_address),
        "mask": str(network.netmask),
        "wildcard": str(network.hostmask),
        "length": network.prefixlen,
    }


def _lan(lan: Lan, settings: Settings) -> Variables:
    network = lan.network.network_address
    last = lan.network.broadcast_address - 1
    if settings.last_lease is not None:
        last = min(last, network + settings.last_lease)
    return {
        "vlan": lan.vlan,
        "name": lan.name,
        "purpose": lan.purpose,
        "dhcp": lan.dhcp,
        "network": _network(lan.network),
        "gateway": str(lan.gateway),
        "last_reserved": str(network + settings.first_lease - 1),
        "first_lease": str(network + settings.first_lease),
        "last_lease": str(last),
    }


def _management(store: StoreIntent, settings: Settings) -> Variables:
    lan = store.lan_for("management")
    return _lan(lan, settings) if lan is not None else {}


def _wan(wan: Wan) -> Variables:
    return {
        "port": wan.port,
        "carrier": wan.carrier,
        "carrier_asn": wan.carrier_asn,
        "upload_kbps": wan.upload_kbps,
        "upload_bps": wan.upload_kbps * 1000,
        "by_dhcp": wan.address is None,
        "address": str(wan.address.ip) if wan.address else "dhcp",
        "mask": str(wan.address.netmask) if wan.address else "dhcp",
        "length": wan.address.network.prefixlen if wan.address else 0,
        "neighbour": str(wan.neighbour),
        "distance": wan.distance,
        "backup": wan.backup,
    }


def _ports(device: Device, store: StoreIntent) -> Iterator[Port]:
    """A switch's ports as its hardware has them, used or not; the edge's ports as the inventory has them."""
    switch = store.switches.get(device.id)
    if switch is None:
        yield from device.ports.values()
        return
    for name in switch.ports:
        yield device.ports.get(name) or Port(name=name, use="other")
    yield from (port for name, port in device.ports.items() if name not in switch.ports)


def _port(port: Port, store: StoreIntent) -> Variables:
    management = store.lan_for("management")
    found: Variables = {
        "name": port.name,
        "use": port.use,
        "used": port.to is not None or port.use != "other",
        "vlans": list(port.vlans),
        "vlan_list": vlan_list(port.vlans),
        "poe": port.poe,
        "carries_management": management is not None and management.vlan in port.vlans,
    }
    optional: Mapping[str, str | None] = {
        "to": port.to,
        "to_port": port.to_port,
        "carrier": port.carrier,
        "address": port.address,
    }
    return {**found, **{key: value for key, value in optional.items() if value is not None}}


def _probes(chain: Chain, device: Device, store: StoreIntent, settings: Settings) -> Iterator[Variables]:
    """IP SLA operations of an edge, in the order of the store's functions, then its access points."""
    if device.role != "edge":
        return
    for name in store.functions:
        needs = chain.functions[name].requirement
        yield {"kind": "echo", "number": needs.probe, "target": needs.target, "vlan": needs.vlan, "tag": str(name)}
        if needs.dns_probe is not None:
            server = settings.dns_servers[0]
            yield {"kind": "dns", "number": needs.dns_probe, "target": server, "vlan": needs.vlan, "tag": f"{name} dns"}
        if needs.service_probe is not None:
            yield {
                "kind": "page" if needs.url else "tcp",
                "number": needs.service_probe,
                "target": needs.url or needs.target,
                "port": needs.service_port,
                "vlan": needs.vlan,
                "tag": f"{name} service",
            }
    management = store.lan_for("management")
    for other in chain.devices_of(device.store):
        if other.probe is not None and management is not None:
            vlan = management.vlan
            yield {"kind": "echo", "number": other.probe, "target": other.address, "vlan": vlan, "tag": str(other.id)}


def vlan_list(numbers: tuple[int, ...]) -> str:
    """VLAN numbers as IOS writes them: ascending, runs of three or more with a dash. Empty: ``none``."""
    return runs(numbers) or "none"
