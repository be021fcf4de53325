"""The startup configuration of an Arista switch in a store, whole.

In: the device, its store's values, what people left behind. Out: lines. Called by ``lab.startup``. The same VLANs,
ports, accounts and servers as those of an IOS switch, in EOS's words; what EOS does not have (trusting DHCP servers by
port) is missing.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from inventory.model import Device, Port
from lab.hardware import hardware_of
from lab.legacy import OLD_BANNER, OLD_CONTACT, OLD_NTP, Left
from lab.standards import (
    BANNER,
    CONTACT,
    DOMAIN,
    MANAGEMENT,
    MANAGEMENT_NETWORKS,
    NTP_SERVERS,
    RESOLVER,
    SNMP_NETWORKS,
    VLAN_NAMES,
    Site,
)

SOURCE = f"Vlan{MANAGEMENT}"


def eos_lines(device: Device, site: Site, left: Left) -> Iterator[str]:
    """The configuration, from the first line to ``end``."""
    yield from _head(device, site, left)
    yield from _services(site, left)
    yield from _accounts()
    for vlan, name in VLAN_NAMES.items():
        yield from (f"vlan {vlan}", f"   name {name}", "!")
    tills = [name for name, port in device.ports.items() if port.use == "till"]
    for name in hardware_of(device).ports():
        yield f"interface {name}"
        yield from (f"   {line}" for line in _port(device.ports.get(name), left if name in tills[-1:] else Left()))
        yield "!"
    yield f"interface {SOURCE}"
    yield f"   description {VLAN_NAMES[MANAGEMENT]}"
    yield f"   ip address {site.switch_address(device)}/{site.lan(MANAGEMENT).prefixlen}"
    yield "!"
    yield from _access(site, left)
    yield f"ip route 0.0.0.0/0 {site.lan(MANAGEMENT).network_address + 1}"
    yield "!"
    yield from ("banner login", OLD_BANNER if left.old_banner else BANNER, "EOF", "!")
    yield from _management(site, left)
    yield "end"


def _head(device: Device, site: Site, left: Left) -> Iterator[str]:
    yield "logging buffered 1000"
    yield "no logging console"
    for server in site.log_servers[: 1 if left.no_regional_log else 2]:
        yield f"logging host {server}"
    yield "logging facility local7"
    yield f"logging source-interface {SOURCE}"
    yield "!"
    yield f"hostname {device.id}"
    yield f"ip name-server vrf default {RESOLVER}"
    yield f"dns domain {DOMAIN}"
    yield "!"
    yield "lldp timer 5"
    yield "lldp hold-time 10"
    yield "!"
    yield "mac address-table aging-time 10"
    yield "!"
    yield "errdisable recovery cause bpduguard"
    if not left.no_link_flap:
        yield "errdisable recovery cause link-flap"
    yield "!"


def _services(site: Site, left: Left) -> Iterator[str]:
    yield f"ntp local-interface {SOURCE}"
    yield f"ntp server {NTP_SERVERS[0]} prefer"
    yield f"ntp server {OLD_NTP if left.old_ntp else NTP_SERVERS[1]}"
    yield "!"
    yield f"snmp-server contact {OLD_CONTACT if left.old_contact else CONTACT}"
    yield f"snmp-server location {site.store.name}, {site.location}"
    yield f"snmp-server local-interface {SOURCE}"
    yield "!"
    yield "spanning-tree mode rapid-pvst"
    yield "spanning-tree edge-port bpduguard default"
    yield "spanning-tree guard loop default"
    yield "!"


def _accounts() -> Iterator[str]:
    yield "aaa authorization exec default local"
    yield "!"
    yield "enable secret sha512 $6$lab$enable"
    yield "username jdoe privilege 15 role network-admin secret sha512 $6$lab$jdoe"
    yield "username storenet-ro privilege 1 role network-operator secret sha512 $6$lab$storenet-ro"
    yield "username storenet-rw privilege 15 role network-admin secret sha512 $6$lab$storenet-rw"
    yield "!"
    yield "clock timezone UTC"
    yield "!"


def _port(port: Port | None, left: Left) -> Iterator[str]:
    if port is None:
        yield "shutdown"
        return
    moved = left.hand_description and port.use == "till"
    yield "description till by the door, moved -jd" if moved else f"description to {port.to}"
    if port.use == "till":
        yield "switchport access vlan 10"
    else:
        if port.use == "access_point":
            yield f"switchport trunk native vlan {MANAGEMENT}"
        yield f"switchport trunk allowed vlan {','.join(map(str, port.vlans))}"
        yield "switchport mode trunk"
    if port.use == "trunk":
        return
    if not left.no_storm_control:
        yield "storm-control broadcast level 2"
    yield "spanning-tree portfast"
    if port.use == "till":
        yield "spanning-tree bpduguard enable"


def _access(site: Site, left: Left) -> Iterator[str]:
    networks = [*MANAGEMENT_NETWORKS, *([left.consultants_address] if left.consultant else []), site.lan(MANAGEMENT)]
    yield from _list("MANAGEMENT", [str(network) for network in networks])
    yield from _list("SNMP", list(SNMP_NETWORKS))


def _list(name: str, networks: list[str]) -> Iterator[str]:
    yield f"ip access-list standard {name}"
    for number, network in enumerate(networks, 1):
        single = IPv4Network(network).prefixlen == 32  # noqa: PLR2004
        yield f"   {number * 10} permit {f'host {network}' if single else network}"
    yield f"   {(len(networks) + 1) * 10} deny any log"
    yield "!"


def _management(site: Site, left: Left) -> Iterator[str]:
    yield "management api http-commands"
    if left.web_server:
        yield "   protocol http"
    yield "   no shutdown"
    yield "!"
    yield "management console"
    yield f"   idle-timeout {site.idle_minutes}"
    yield "!"
    yield "management ssh"
    yield f"   idle-timeout {site.idle_minutes}"
    yield "   ip access-group MANAGEMENT in"
    yield "!"
