"""The chain as a content directory: what the controller is told of the stores.

In: a ``LabChain`` and a directory. Out: ``inventory/`` with Nornir's SimpleInventory files, the stores, the
functions, the intent and one known-hosts file per device; ``lab/startup/`` with the configurations the devices boot.
Called by ``lab.server`` and ``lab.cli``.
"""

from collections.abc import Mapping
from pathlib import Path

import asyncssh
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from inventory.model import Device, Function, Port, Store
from inventory.snmp_agents import Community
from lab.chain import LabChain
from lab.intent import intent_of
from lab.startup import startup

SSH_PORT = 22
AGENTS = "access_points"
ACCOUNTS = {
    "read": {"username": "storenet-ro", "password": Quoted("env:STORENET_READ_PASSWORD")},
    "write": {
        "username": "storenet-rw",
        "password": Quoted("env:STORENET_WRITE_PASSWORD"),
        "enable": Quoted("env:STORENET_ENABLE_SECRET"),
    },
}


def write_content(chain: LabChain, directory: Path) -> None:
    """Write the content directory. Existing files of the same names are replaced."""
    write_inventory(chain, directory, intent_of(chain))
    boot = directory / "lab" / "startup"
    boot.mkdir(parents=True, exist_ok=True)
    for device in chain.managed():
        (boot / f"{device.id}.cfg").write_text(startup(chain.chain, device), encoding="utf-8")


def write_inventory(chain: LabChain, directory: Path, intent: Mapping[str, object]) -> None:
    """Write what the controller is told: hosts, stores, functions, intent and the devices' host keys."""
    inventory = directory / "inventory"
    keys = inventory / "host_keys"
    keys.mkdir(parents=True, exist_ok=True)
    _dump(inventory / "hosts.yaml", {d.id: _host(d) for d in chain.chain.devices.values()})
    platforms = sorted({d.platform for d in chain.managed() if d.platform})
    groups = {platform: {"data": {"session": "held"}} for platform in platforms}
    _dump(inventory / "groups.yaml", {**groups, **_agent_groups(chain)})
    _dump(inventory / "defaults.yaml", {"data": {"accounts": ACCOUNTS, **_asked_as(chain)}})
    _dump(inventory / "stores.yaml", {"stores": {s.id: _store(chain, s) for s in chain.chain.stores.values()}})
    _dump(inventory / "intent.yaml", intent)
    _dump(inventory / "functions.yaml", {"functions": {f.name: _function(f) for f in chain.chain.functions.values()}})
    for device in chain.managed():
        (keys / device.id).write_text(known_hosts_line(device, chain.host_keys[device.id]), encoding="utf-8")


def known_hosts_line(device: Device, key: bytes) -> str:
    """The device's public host key as one OpenSSH known_hosts line."""
    public = asyncssh.import_private_key(key).export_public_key().decode().split()
    host = device.address if device.port == SSH_PORT else f"[{device.address}]:{device.port}"
    return f"{host} {public[0]} {public[1]}\n"


def _dump(path: Path, content: Mapping[str, object]) -> None:
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 4096
    with path.open("w", encoding="utf-8") as out:
        yaml.dump(dict(content), out)


def _flow(content: Mapping[str, object]) -> CommentedMap:
    mapping = CommentedMap(content)
    mapping.fa.set_flow_style()
    return mapping


def _host(device: Device) -> dict[str, object]:
    data: dict[str, object] = {"store": str(device.store), "role": device.role}
    if device.probe is not None:
        data["probe"] = device.probe
    if device.serves:
        data["serves"] = sorted(device.serves)
    if device.advertises is not None:
        data["advertises"] = device.advertises
    if device.ports:
        data["ports"] = {name: _flow(_port(port)) for name, port in device.ports.items()}
    if device.snmp is not None:
        data["snmp"] = _flow({"address": device.snmp.address, "port": device.snmp.port})
        return {"hostname": device.address, "groups": [AGENTS], "data": data}
    if not device.has_session:
        return {"hostname": device.address, "data": data}
    return {
        "hostname": device.address,
        "port": device.port,
        "platform": device.platform,
        "groups": [device.platform],
        "data": data,
    }


def _agent_groups(chain: LabChain) -> dict[str, object]:
    """What holds for all devices that are asked by SNMP."""
    wanted = next((d.software for d in chain.chain.devices.values() if d.snmp is not None and d.software), None)
    return {} if wanted is None else {AGENTS: {"data": {"software": Quoted(wanted)}}}


def _asked_as(chain: LabChain) -> dict[str, object]:
    """As whom agents are asked."""
    asks_as = next((d.snmp.asks_as for d in chain.chain.devices.values() if d.snmp is not None), None)
    if asks_as is None:
        return {}
    if isinstance(asks_as, Community):
        return {"snmp": {"version": Quoted("2c"), "community": Quoted(asks_as.word.reference)}}
    said = {
        "version": 3,
        "user": asks_as.name,
        "auth": asks_as.auth,
        "auth_password": Quoted(asks_as.word.reference),
        "privacy": asks_as.privacy,
        "privacy_password": Quoted(asks_as.privacy_word.reference),
    }
    return {"snmp": said}


def _port(port: Port) -> dict[str, object]:
    row: dict[str, object] = {
        "use": port.use,
        "to": port.to,
        "to_port": port.to_port,
        "vlans": list(port.vlans) or None,
        "poe": port.poe or None,
        "mac": port.mac and Quoted(port.mac),
        "address": port.address,
        "carrier": port.carrier,
        "apn": port.apn,
    }
    return {key: value for key, value in row.items() if value is not None}


def _store(chain: LabChain, store: Store) -> dict[str, object]:
    hours = {days: span if span == "closed" else Quoted(span) for days, span in chain.hours[store.id].items()}
    return {
        "name": store.name,
        "region": store.region,
        "time_zone": store.time_zone.key,
        "trading_hours": _flow(hours),
        "takings_per_hour": int(store.takings_per_hour),
        "carriers": list(store.carriers),
        "functions": [str(name) for name in store.functions],
    }


def _function(function: Function) -> dict[str, object]:
    needs = function.requirement
    row: dict[str, object] = {
        "vlan": needs.vlan,
        "dhcp": needs.dhcp,
        "target": needs.target,
        "max_latency_ms": int(needs.max_latency_ms),
        "max_loss_pct": int(needs.max_loss_pct),
        "probe": needs.probe,
        "dns_probe": needs.dns_probe,
        "on_backup": needs.on_backup,
        "url": needs.url and Quoted(needs.url),
        "packet_bytes": needs.packet_bytes,
        "service_probe": needs.service_probe,
    }
    return {
        "title": function.title,
        "criticality": function.criticality,
        "served_by": function.served_by,
        "requirement": _flow({key: value for key, value in row.items() if value is not None}),
    }
