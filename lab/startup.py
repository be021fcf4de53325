"""Startup configurations, as text, for the devices of a chain.

In: a device and its store. Out: IOS configuration text as it would stand in the device's flash.
Called by ``lab.server`` (to boot the emulators) and ``lab.content``. Why: the lab owns what its stores were
configured with before the controller ever came.
"""

from collections.abc import Iterator

from inventory.model import Chain, Device, Port
from lab.chain import store_number

RESOLVER = "198.51.100.53"
RESOLVED_NAME = "pay.storenet.example"
VLAN_NAMES = {10: "TILLS", 20: "STAFF", 30: "GUESTS", 99: "MANAGEMENT"}
PORTS_ON_A_SWITCH = 24


def startup(chain: Chain, device: Device) -> str:
    """The device's startup configuration. Raises ``ValueError`` for gear without a configuration of its own."""
    if device.role == "edge":
        lines = _edge(chain, device)
    elif device.role == "switch":
        lines = _switch(device)
    else:
        raise ValueError(f"{device.id} has no configuration of its own")
    return "\n".join((*lines, "end", ""))


def _head(device: Device) -> Iterator[str]:
    yield "version 15.7"
    yield "service timestamps log datetime msec"
    yield "!"
    yield f"hostname {device.id}"
    yield "!"
    yield "logging buffered 16384"
    yield "enable secret 9 $9$lab$enable"
    yield "!"
    yield "no aaa new-model"
    yield "username storenet-ro privilege 1 secret 9 $9$lab$storenet-ro"
    yield "username storenet-rw privilege 15 secret 9 $9$lab$storenet-rw"
    yield "username jdoe privilege 15 secret 9 $9$lab$jdoe"
    yield "!"
    yield "archive"
    yield " path flash:archive"
    yield "!"
    yield "ip scp server enable"
    yield "ip domain name storenet.example"
    yield "!"
    yield "cdp timer 5"
    yield "cdp holdtime 10"
    yield "!"


def _tail() -> Iterator[str]:
    yield "line con 0"
    yield "line vty 0 4"
    yield " login local"
    yield " transport input ssh"
    yield "!"


def _edge(chain: Chain, device: Device) -> Iterator[str]:
    store = store_number(device.store)
    yield from _head(device)
    yield from _pools(store)
    for port in device.ports.values():
        yield from _edge_port(store, port)
    yield "ip access-list extended NO-GUEST"
    yield f" deny ip 10.{store}.30.0 0.0.0.255 any"
    yield " permit ip any any"
    yield "!"
    yield "ip route 0.0.0.0 0.0.0.0 dhcp 10"
    yield "ip route 0.0.0.0 0.0.0.0 Cellular0/2/0 200"
    yield "!"
    yield from _probes(chain, device)
    yield from _tail()


def _pools(store: int) -> Iterator[str]:
    for vlan in (10, 20, 30):
        yield f"ip dhcp excluded-address 10.{store}.{vlan}.1 10.{store}.{vlan}.10"
    yield "!"
    for vlan in (10, 20, 30):
        yield f"ip dhcp pool {VLAN_NAMES[vlan]}"
        yield f" network 10.{store}.{vlan}.0 255.255.255.0"
        yield f" default-router 10.{store}.{vlan}.1"
        yield f" dns-server {RESOLVER}"
        yield " lease 0 8"
        yield "!"


def _edge_port(store: int, port: Port) -> Iterator[str]:
    yield f"interface {port.name}"
    if port.use == "wan":
        yield f" description WAN {port.carrier}"
        yield " ip address dhcp"
    elif port.use == "backup_wan":
        yield f" description LTE {port.carrier}"
        yield f" ip address 100.72.{store}.2 255.255.255.252"
        yield " ip access-group NO-GUEST out"
    else:
        yield f" description to {port.to}"
        yield " no ip address"
    yield "!"
    if port.use != "trunk":
        return
    for vlan in port.vlans:
        yield f"interface {port.name}.{vlan}"
        yield f" description {VLAN_NAMES[vlan]}"
        yield f" encapsulation dot1Q {vlan}"
        yield f" ip address 10.{store}.{vlan}.1 255.255.255.0"
        yield "!"


def _probes(chain: Chain, device: Device) -> Iterator[str]:
    trunk = next(p.name for p in device.ports.values() if p.use == "trunk")
    for name in chain.stores[device.store].functions:
        needs = chain.functions[name].requirement
        yield from _echo(needs.probe, needs.target, f"{trunk}.{needs.vlan}")
        if needs.dns_probe is not None:
            yield from _operation(needs.dns_probe, f"dns {RESOLVED_NAME} name-server {RESOLVER}")
    for other in chain.devices_of(device.store):
        if other.probe is not None:
            yield from _echo(other.probe, other.address, f"{trunk}.99")


def _echo(number: int, target: str, source: str) -> Iterator[str]:
    yield from _operation(number, f"icmp-echo {target} source-interface {source}")


def _operation(number: int, kind: str) -> Iterator[str]:
    yield f"ip sla {number}"
    yield f" {kind}"
    yield " frequency 2"
    yield " timeout 1000"
    yield f"ip sla schedule {number} life forever start-time now"


def _switch(device: Device) -> Iterator[str]:
    store = store_number(device.store)
    host = int(device.id[-1]) + 1
    yield from _head(device)
    for vlan, name in VLAN_NAMES.items():
        yield f"vlan {vlan}"
        yield f" name {name}"
        yield "!"
    yield "mac address-table aging-time 10"
    yield "!"
    for number in range(1, PORTS_ON_A_SWITCH + 1):
        name = f"GigabitEthernet1/0/{number}"
        yield f"interface {name}"
        yield from _switch_port(device.ports.get(name))
        yield "!"
    yield "interface Vlan1"
    yield " no ip address"
    yield " shutdown"
    yield "!"
    yield "interface Vlan99"
    yield f" ip address 10.{store}.99.{host} 255.255.255.0"
    yield "!"
    yield f"ip default-gateway 10.{store}.99.1"
    yield "!"
    yield from _tail()


def _switch_port(port: Port | None) -> Iterator[str]:
    if port is None:
        yield " shutdown"
        return
    yield f" description to {port.to}"
    if port.use == "till":
        yield " switchport access vlan 10"
        yield " switchport mode access"
        return
    if port.use == "access_point":
        yield " switchport trunk native vlan 99"
    yield f" switchport trunk allowed vlan {','.join(str(v) for v in port.vlans)}"
    yield " switchport mode trunk"
