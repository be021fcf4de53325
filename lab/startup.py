"""Startup configurations, as text, for the devices of a chain.

In: a device and its store. Out: IOS configuration text as it would stand in the device's flash.
Called by ``lab.server`` (to boot the emulators) and ``lab.content``. Why: the lab owns what its stores were
configured with before the controller ever came: nearly the standard, with what people left behind.
"""

from collections.abc import Iterator

from inventory.model import Chain, Device
from lab.legacy import OLD_BANNER, OLD_CONTACT, OLD_NTP, Left, left_behind
from lab.standards import (
    BANNER,
    CONTACT,
    DOMAIN,
    MANAGEMENT,
    MANAGEMENT_NETWORKS,
    NTP_SERVERS,
    RESOLVER,
    SNMP_NETWORKS,
    Site,
    acl_words,
    site_of,
)
from lab.startup_edge import edge_lines
from lab.startup_switch import switch_lines
from lab.startup_switch_eos import eos_lines
from lab.startup_switch_junos import junos_lines


def startup(chain: Chain, device: Device) -> str:
    """The device's startup configuration. Raises ``ValueError`` for gear without a configuration of its own."""
    site = site_of(chain, device.store)
    left = left_behind(device, site.store)
    if device.platform == "arista_eos":
        return "\n".join((*eos_lines(device, site, left), ""))
    if device.platform == "juniper_junos":
        return "\n".join((*junos_lines(device, site, left), ""))
    if device.role == "edge":
        source, middle = f"GigabitEthernet0/1.{MANAGEMENT}", edge_lines(chain, device, site, left)
    elif device.role == "switch":
        source, middle = f"Vlan{MANAGEMENT}", switch_lines(device, site, left)
    else:
        raise ValueError(f"{device.id} has no configuration of its own")
    return "\n".join((*_head(device, site, left, source), *middle, *_tail(site, left, source), "end", ""))


def _head(device: Device, site: Site, left: Left, source: str) -> Iterator[str]:
    yield "version 15.7"
    yield "no service pad"
    yield "service timestamps debug datetime msec"
    yield "service timestamps log datetime msec"
    yield "service password-encryption"
    yield "service tcp-keepalives-in"
    yield "service tcp-keepalives-out"
    yield "service sequence-numbers"
    yield "!"
    yield f"hostname {device.id}"
    yield "!"
    yield "logging buffered 16384"
    yield "no logging console"
    yield "enable secret 9 $9$lab$enable"
    yield "!"
    yield "no aaa new-model"
    yield "username storenet-ro privilege 1 secret 9 $9$lab$storenet-ro"
    yield "username storenet-rw privilege 15 secret 9 $9$lab$storenet-rw"
    yield "username jdoe privilege 15 secret 9 $9$lab$jdoe"
    yield "!"
    yield "clock timezone UTC 0 0"
    yield "no ip source-route"
    yield "no ip bootp server"
    yield "no ip domain lookup"
    yield f"{'' if left.web_server else 'no '}ip http server"
    yield "no ip http secure-server"
    yield f"ip domain name {DOMAIN}"
    yield f"ip name-server {RESOLVER}"
    yield from _logging_in(source)
    yield from _archive()
    yield "cdp timer 5"
    yield "cdp holdtime 10"
    yield "lldp run"
    yield "!"
    yield f"logging source-interface {source}"
    yield "logging origin-id hostname"
    for server in site.log_servers[: 1 if left.no_regional_log else 2]:
        yield f"logging host {server}"
    yield "!"


def _logging_in(source: str) -> Iterator[str]:
    yield "login block-for 30 attempts 10 within 60"
    yield "login on-failure log"
    yield "login on-success log"
    yield "ip ssh time-out 60"
    yield "ip ssh authentication-retries 2"
    yield "ip ssh version 2"
    yield f"ip ssh source-interface {source}"
    yield "ip scp server enable"
    yield "!"


def _archive() -> Iterator[str]:
    yield "archive"
    yield " log config"
    yield "  logging enable"
    yield "  logging size 200"
    yield "  notify syslog contenttype plaintext"
    yield "  hidekeys"
    yield " path flash:archive"
    yield "!"


def _tail(site: Site, left: Left, source: str) -> Iterator[str]:
    yield "ip access-list standard MANAGEMENT"
    for at, network in enumerate(MANAGEMENT_NETWORKS):
        yield f" permit {acl_words(network)}"
        if at == 0 and left.consultant:
            yield f" permit {left.consultants_address}"
    yield f" permit {acl_words(site.lan(MANAGEMENT))}"
    yield " deny any log"
    yield "ip access-list standard SNMP"
    yield from (f" permit {acl_words(network)}" for network in SNMP_NETWORKS)
    yield " deny any log"
    yield "!"
    yield "snmp-server ifindex persist"
    yield f"snmp-server location {site.store.name}, {site.location}"
    yield f"snmp-server contact {OLD_CONTACT if left.old_contact else CONTACT}"
    yield f"snmp-server source-interface traps {source}"
    yield "snmp-server enable traps config"
    yield "snmp-server enable traps envmon"
    yield "!"
    yield f"banner login ^C{OLD_BANNER if left.old_banner else BANNER}^C"
    yield "!"
    yield from _lines(site)
    yield f"ntp source {source}"
    yield f"ntp server {NTP_SERVERS[0]} prefer"
    yield f"ntp server {OLD_NTP if left.old_ntp else NTP_SERVERS[1]}"
    yield "!"


def _lines(site: Site) -> Iterator[str]:
    yield "line con 0"
    yield f" exec-timeout {site.idle_minutes} 0"
    yield " logging synchronous"
    yield "line vty 0 4"
    yield " access-class MANAGEMENT in"
    yield f" exec-timeout {site.idle_minutes} 0"
    yield " logging synchronous"
    yield " login local"
    yield " transport input ssh"
    yield "!"
