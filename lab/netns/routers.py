"""What the routers of the real lab boot with: the stores' edges, two providers, headquarters.

In: a store's number, or how many stores there are. Out: the text of ``frr.conf``. Called by ``lab.netns.plans``.
"""

from lab.netns.addresses import BACKUP, HEADQUARTERS_ASN, HQ_AT, PRIMARY, PROVIDERS, VLANS, at, edge, loopback
from lab.numbering import (
    BACK_OFFICE,
    CARRIER_ASNS,
    HEADQUARTERS,
    asn,
    backup_address,
    backup_gateway,
    lan,
    wan_address,
    wan_gateway,
)

ADVERTISED = len(VLANS) + 1
"""Prefixes an edge tells each provider: its VLANs and its loopback."""
BFD = "bfd\n profile line\n  detect-multiplier 5\n exit\nexit\n"
HEAD = "frr defaults traditional\nhostname {name}\nno ipv6 forwarding\nservice integrated-vtysh-config\n!\n"
DAEMONS = """bgpd=yes
bfdd=yes
vtysh_enable=yes
zebra_options="-A 127.0.0.1 -s 90000000"
bgpd_options="-A 127.0.0.1"
staticd_options="-A 127.0.0.1"
bfdd_options="-A 127.0.0.1"
watchfrr_options="--interval=2 --timeout=10 --restart-timeout=10 --min-restart-interval=5 --restart=/etc/frr/again-%s"
"""
AGAIN = """#!/bin/sh
name=${0##*again-}
case $name in all) names="bgpd staticd bfdd zebra" ;; *) names=$name ;; esac
for one in $names; do kill -KILL "$(cat /run/frr/$one.pid)"; done 2>/dev/null
exec /usr/lib/frr/watchfrr.sh restart $name
"""
"""How FRR's watchdog restarts a daemon: one that hangs does not hear the signal with which FRR's own script asks."""
WATCHED = ("zebra", "bgpd", "staticd", "bfdd", "all")


def edge_config(number: int) -> str:
    """A store's edge: four prefixes out by both lines, the primary preferred in both directions."""
    own = asn(number)
    lines = {"wan0": wan_address(number), "lte0": backup_address(number), "lo": f"{loopback(number)}/32"}
    lines |= {f"lan0.{vlan}": at(number, vlan, 1) for vlan in VLANS}
    told = [f"{loopback(number)}/32", *(str(lan(number, vlan)) for vlan in VLANS)]
    primary, backup = wan_gateway(number), backup_gateway(number)
    text = [HEAD.format(name=edge(number)), "log syslog informational\nlog facility local7\n"]
    text += [f"interface {name}\n ip address {address}\nexit\n" for name, address in lines.items()]
    text += [f"ip prefix-list STORE seq {5 * n} permit {prefix}\n" for n, prefix in enumerate(told, 1)]
    text.append("ip prefix-list DEFAULT seq 5 permit 0.0.0.0/0\n")
    text.append(f"router bgp {own}\n bgp router-id {loopback(number)}\n no bgp ebgp-requires-policy\n")
    for neighbor, name in ((primary, PRIMARY), (backup, BACKUP)):
        text.append(f" neighbor {neighbor} remote-as {CARRIER_ASNS[name]}\n neighbor {neighbor} description {name}\n")
        text.append(
            f" neighbor {neighbor} bfd\n neighbor {neighbor} bfd profile line\n neighbor {neighbor} timers 3 9\n"
        )
        text.append(f" neighbor {neighbor} timers connect 3\n")
    text.append(" address-family ipv4 unicast\n")
    text += [f"  network {prefix}\n" for prefix in told]
    for neighbor, word in ((primary, "PRIMARY"), (backup, "BACKUP")):
        text.append(f"  neighbor {neighbor} soft-reconfiguration inbound\n")
        text.append(f"  neighbor {neighbor} route-map {word}-IN in\n  neighbor {neighbor} route-map {word}-OUT out\n")
    text.append(" exit-address-family\nexit\n")
    text.append(
        "route-map PRIMARY-IN permit 10\n match ip address prefix-list DEFAULT\n set local-preference 200\nexit\n"
    )
    text.append(
        "route-map BACKUP-IN permit 10\n match ip address prefix-list DEFAULT\n set local-preference 100\nexit\n"
    )
    text.append("route-map PRIMARY-OUT permit 10\n match ip address prefix-list STORE\nexit\n")
    text.append("route-map BACKUP-OUT permit 10\n match ip address prefix-list STORE\n")
    text.append(f" set as-path prepend {own} {own} {own}\nexit\n")
    return "".join(text) + BFD


def provider_config(name: str, stores: int) -> str:
    """A provider: one interface per store, sessions from whoever is behind them, headquarters above."""
    ends = wan_gateway if name == PRIMARY else backup_gateway
    masks = wan_address if name == PRIMARY else backup_address
    text = [HEAD.format(name=name), f"interface hq\n ip address {PROVIDERS[name]}\nexit\n"]
    text += [
        f"interface {edge(n)}\n ip address {ends(n)}/{masks(n).network.prefixlen}\nexit\n" for n in range(1, stores + 1)
    ]
    text.append(f"router bgp {CARRIER_ASNS[name]}\n no bgp ebgp-requires-policy\n")
    text.append(" neighbor STORES peer-group\n neighbor STORES remote-as external\n neighbor STORES bfd profile line\n")
    text.append(" neighbor STORES timers 3 9\n")
    text.append(f" bgp listen range {'198.18.0.0/15' if name == PRIMARY else '100.72.0.0/16'} peer-group STORES\n")
    text.append(" bgp listen limit 500\n")
    text.append(f" neighbor {HQ_AT[name].ip} remote-as {HEADQUARTERS_ASN}\n neighbor {HQ_AT[name].ip} timers 3 9\n")
    text.append(f" neighbor {HQ_AT[name].ip} timers connect 2\n")
    text.append(" address-family ipv4 unicast\n  redistribute connected\n exit-address-family\nexit\n")
    return "".join(text) + BFD


def headquarters_config() -> str:
    """Headquarters: the default for everybody, the ways to both providers."""
    text = [HEAD.format(name="hq")]
    text += [f"interface {name}\n ip address {address}\nexit\n" for name, address in HQ_AT.items()]
    text.append(f"router bgp {HEADQUARTERS_ASN}\n no bgp ebgp-requires-policy\n")
    for name, address in PROVIDERS.items():
        text.append(f" neighbor {address.ip} remote-as {CARRIER_ASNS[name]}\n neighbor {address.ip} timers 3 9\n")
        text.append(f" neighbor {address.ip} timers connect 2\n")
    text.append(f" address-family ipv4 unicast\n  network {HEADQUARTERS}\n  network {BACK_OFFICE}\n")
    text += [f"  neighbor {address.ip} default-originate\n" for address in PROVIDERS.values()]
    text.append(" exit-address-family\nexit\n")
    return "".join(text)
