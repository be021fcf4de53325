"""The startup configuration of a Junos switch in a store, whole.

In: the device, its store's values, what people left behind. Out: lines of ``set``. Called by ``lab.startup``. The same
VLANs, ports, accounts and servers as those of an IOS switch, in Junos's words; what this kind of switch has no simple
word for (trusting DHCP servers by port, a list of who may log in) is missing.
"""

from collections.abc import Iterator

from inventory.model import Device, Port
from lab.hardware import hardware_of
from lab.legacy import OLD_CONTACT, OLD_NTP, Left
from lab.standards import CONTACT, DOMAIN, MANAGEMENT, NTP_SERVERS, RESOLVER, VLAN_NAMES, Site

PROFILE = "store"


def junos_lines(device: Device, site: Site, left: Left) -> Iterator[str]:
    """The configuration, line by line."""
    yield "set version 20.4R3.8"
    yield from _system(device, site, left)
    yield from _layer2(left)
    for vlan, name in VLAN_NAMES.items():
        yield f"set vlans {name} vlan-id {vlan}"
    yield f"set vlans {VLAN_NAMES[MANAGEMENT]} l3-interface irb.{MANAGEMENT}"
    tills = [name for name, port in device.ports.items() if port.use == "till"]
    for name in hardware_of(device).ports():
        yield from _port(name, device.ports.get(name), left if name in tills[-1:] else Left())
    lan = site.lan(MANAGEMENT)
    yield f"set interfaces irb unit {MANAGEMENT} family inet address {site.switch_address(device)}/{lan.prefixlen}"
    yield f"set routing-options static route 0.0.0.0/0 next-hop {lan.network_address + 1}"


def _system(device: Device, site: Site, left: Left) -> Iterator[str]:
    yield f"set system host-name {device.id}"
    yield 'set system root-authentication encrypted-password "$6$lab$root"'
    yield "set system login class storenet-reader permissions [ network view view-configuration ]"
    for user, kind in (("jdoe", "super-user"), ("storenet-ro", "storenet-reader"), ("storenet-rw", "super-user")):
        yield f"set system login user {user} class {kind}"
        yield f'set system login user {user} authentication encrypted-password "$6$lab${user}"'
    yield "set system services ssh root-login deny"
    yield "set system services netconf ssh"
    yield f"set system domain-name {DOMAIN}"
    yield f"set system name-server {RESOLVER}"
    yield f"set system ntp server {NTP_SERVERS[0]} prefer"
    yield f"set system ntp server {OLD_NTP if left.old_ntp else NTP_SERVERS[1]}"
    for server in site.log_servers[: 1 if left.no_regional_log else 2]:
        yield f"set system syslog host {server} any info"
    yield "set system syslog file messages any notice"
    yield f'set snmp location "{site.store.name}, {site.location}"'
    yield f'set snmp contact "{OLD_CONTACT if left.old_contact else CONTACT}"'


def _layer2(left: Left) -> Iterator[str]:
    yield "set protocols lldp advertisement-interval 5"
    yield "set protocols lldp hold-multiplier 2"
    yield "set protocols lldp interface all"
    yield "set protocols l2-learning global-mac-table-aging-time 10"
    yield f"set forwarding-options storm-control-profiles {PROFILE} all bandwidth-percentage 2"
    yield "set protocols rstp interface all"
    if not left.no_link_flap:
        yield "set protocols rstp bpdu-block-on-edge"
    yield "set poe interface all"


def _port(name: str, port: Port | None, left: Left) -> Iterator[str]:
    if port is None:
        yield f"set interfaces {name} disable"
        return
    switching = f"set interfaces {name} unit 0 family ethernet-switching"
    moved = left.hand_description and port.use == "till"
    yield f'set interfaces {name} description "{"till by the door, moved -jd" if moved else f"to {port.to}"}"'
    if port.use == "till":
        yield f"{switching} vlan members 10"
    else:
        if port.use == "access_point":
            yield f"set interfaces {name} native-vlan-id {MANAGEMENT}"
        yield f"{switching} interface-mode trunk"
        yield f"{switching} vlan members [ {' '.join(map(str, port.vlans))} ]"
    if port.use == "trunk":
        return
    yield f"set protocols rstp interface {name} edge"
    if not left.no_storm_control:
        yield f"{switching} storm-control {PROFILE}"
