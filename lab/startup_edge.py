"""An edge's part of its startup configuration: addresses, WAN, routes, queues, access lists, probes.

In: the chain, the device, its store's values, what people left behind. Out: lines. Called by ``lab.startup``.
"""

from collections.abc import Iterator

from inventory.model import Chain, Device, Port
from lab.legacy import Left
from lab.numbering import host, store_number
from lab.standards import (
    CARRIERS,
    DISTANCES,
    DOMAIN,
    FIRST_LEASE,
    MANAGEMENT,
    RESOLVED_NAME,
    RESOLVER,
    VLAN_NAMES,
    WITH_DHCP,
    Site,
    acl_words,
)

GUESTS = 30
QUEUES = {
    10: "priority percent 30",
    20: "bandwidth percent 30",
    30: "bandwidth percent 5",
    99: "bandwidth percent 10",
}


def edge_lines(chain: Chain, device: Device, site: Site, left: Left) -> Iterator[str]:
    """The lines between those that every device has."""
    wans = [port for port in device.ports.values() if port.use in DISTANCES]
    trunk = next(port for port in device.ports.values() if port.use == "trunk")
    yield from _pools(site, left)
    yield from _queues(site, wans)
    for port in wans:
        yield from _wan(site, port, left)
    yield from _inside(site, trunk)
    yield from _access_lists(site)
    yield from _bgp(site, wans)
    for port in wans:
        way = "dhcp" if port.use == "wan" else port.name
        yield f"ip route 0.0.0.0 0.0.0.0 {way} {DISTANCES[port.use]}"
    yield "!"
    yield from _probes(chain, device, trunk.name)


def _pools(site: Site, left: Left) -> Iterator[str]:
    for vlan in WITH_DHCP:
        first = site.lan(vlan).network_address
        yield f"ip dhcp excluded-address {first + 1} {first + FIRST_LEASE - 1}"
    yield "ip dhcp bootp ignore"
    yield "!"
    for vlan in WITH_DHCP:
        network = site.lan(vlan)
        yield f"ip dhcp pool {VLAN_NAMES[vlan]}"
        yield f" network {network.network_address} {network.netmask}"
        yield f" default-router {network.network_address + 1}"
        yield f" dns-server {RESOLVER}"
        yield f" domain-name {DOMAIN}"
        yield f" lease 0 {12 if left.wide_lease and vlan == GUESTS else 8}"
        yield "!"


def _queues(site: Site, wans: list[Port]) -> Iterator[str]:
    for vlan in QUEUES:
        yield f"class-map match-any {VLAN_NAMES[vlan]}"
        yield f" match access-group name QOS-{VLAN_NAMES[vlan]}"
    yield "policy-map STORE-QUEUES"
    for vlan, share in QUEUES.items():
        yield f" class {VLAN_NAMES[vlan]}"
        yield f"  {share}"
    yield " class class-default"
    yield "  fair-queue"
    for port in wans:
        yield f"policy-map WAN-{port.carrier}"
        yield " class class-default"
        yield f"  shape average {CARRIERS[port.carrier or ''][1] * 1000}"
        yield "  service-policy STORE-QUEUES"
    yield "!"
    for vlan in QUEUES:
        yield f"ip access-list extended QOS-{VLAN_NAMES[vlan]}"
        yield f" permit ip {acl_words(site.lan(vlan))} any"
    yield "!"


def _wan(site: Site, port: Port, left: Left) -> Iterator[str]:
    backup = port.use == "backup_wan"
    yield f"interface {port.name}"
    yield f" description {'LTE' if backup else 'WAN'} {port.carrier}"
    yield f" bandwidth {CARRIERS[port.carrier or ''][1]}"
    yield f" ip address {site.backup_address} 255.255.255.252" if backup else " ip address dhcp"
    yield " ip access-group FROM-WAN in"
    if backup:
        yield " ip access-group NO-GUEST out"
    yield " no ip redirects"
    if not left.unreachables:
        yield " no ip unreachables"
    yield " no ip proxy-arp"
    yield " load-interval 30"
    yield f" service-policy output WAN-{port.carrier}"
    yield "!"


def _inside(site: Site, trunk: Port) -> Iterator[str]:
    yield f"interface {trunk.name}"
    yield f" description to {trunk.to}"
    yield " no ip address"
    yield " load-interval 30"
    yield "!"
    for vlan in trunk.vlans:
        network = site.lan(vlan)
        yield f"interface {trunk.name}.{vlan}"
        yield f" description {VLAN_NAMES[vlan]}"
        yield f" encapsulation dot1Q {vlan}"
        yield f" ip address {network.network_address + 1} {network.netmask}"
        if vlan == GUESTS:
            yield " ip access-group FROM-GUESTS in"
        yield " no ip redirects"
        yield " no ip unreachables"
        yield " no ip proxy-arp"
        yield "!"


def _access_lists(site: Site) -> Iterator[str]:
    yield "ip access-list extended FROM-GUESTS"
    yield " permit udp any any eq bootps"
    yield " permit udp any any eq domain"
    yield " deny ip any 10.0.0.0 0.255.255.255"
    yield " deny ip any 172.16.0.0 0.15.255.255"
    yield " deny ip any 192.168.0.0 0.0.255.255"
    yield " permit ip any any"
    yield "ip access-list extended FROM-WAN"
    for vlan in VLAN_NAMES:
        yield f" deny ip {acl_words(site.lan(vlan))} any"
    yield " deny ip 127.0.0.0 0.255.255.255 any"
    yield " deny ip 224.0.0.0 31.255.255.255 any"
    yield " permit ip any any"
    yield "ip access-list extended NO-GUEST"
    yield f" deny ip {acl_words(site.lan(GUESTS))} any"
    yield " permit ip any any"
    yield "!"


def _bgp(site: Site, wans: list[Port]) -> Iterator[str]:
    told = [site.lan(vlan) for vlan in VLAN_NAMES if vlan != GUESTS]
    yield f"router bgp {site.asn}"
    yield f" bgp router-id {site.lan(MANAGEMENT).network_address + 1}"
    yield " bgp log-neighbor-changes"
    yield from (f" network {network.network_address} mask {network.netmask}" for network in told)
    for port in wans:
        backup = port.use == "backup_wan"
        neighbour = f" neighbor {site.backup_router if backup else site.carrier_router}"
        yield f"{neighbour} remote-as {CARRIERS[port.carrier or ''][0]}"
        yield f"{neighbour} description {port.carrier}"
        yield f"{neighbour} timers 10 30"
        yield f"{neighbour} soft-reconfiguration inbound"
        yield f"{neighbour} prefix-list STORE out"
        yield f"{neighbour} route-map TO-{'BACKUP' if backup else 'PRIMARY'} out"
        yield f"{neighbour} maximum-prefix 200 80"
    yield "!"
    for at, network in enumerate(told, start=1):
        yield f"ip prefix-list STORE seq {5 * at} permit {network}"
    yield "route-map TO-BACKUP permit 10"
    yield f" set as-path prepend {site.asn} {site.asn}"
    yield "route-map TO-PRIMARY permit 10"
    yield "!"


def _probes(chain: Chain, device: Device, trunk: str) -> Iterator[str]:
    for name in chain.stores[device.store].functions:
        needs = chain.functions[name].requirement
        yield from _echo(needs.probe, needs.target, f"{trunk}.{needs.vlan}")
        if needs.dns_probe is not None:
            yield from _operation(needs.dns_probe, f"dns {RESOLVED_NAME} name-server {RESOLVER}")
        if needs.service_probe is not None:
            own = host(store_number(device.store), needs.vlan, 1)
            kind = f"tcp-connect {needs.target} {needs.service_port} source-ip {own} control disable"
            yield from _operation(needs.service_probe, f"{_page(needs.url)} source-ip {own}" if needs.url else kind)
    for other in chain.devices_of(device.store):
        if other.probe is not None:
            yield from _echo(other.probe, other.address, f"{trunk}.{MANAGEMENT}")


def _page(url: str) -> str:
    return f"http {'secure ' if url.startswith('https') else ''}get {url}"


def _echo(number: int, target: str, source: str) -> Iterator[str]:
    yield from _operation(number, f"icmp-echo {target} source-interface {source}")


def _operation(number: int, kind: str) -> Iterator[str]:
    yield f"ip sla {number}"
    yield f" {kind}"
    yield " timeout 1000"
    yield " frequency 2"
    yield f"ip sla schedule {number} life forever start-time now"
