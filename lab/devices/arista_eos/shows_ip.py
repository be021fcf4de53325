"""Shows about addresses, neighbours and routes.

In: a place at the switch and canonical words. Out: text as EOS prints it, and its models. Gathered in ``tables``.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from lab.devices.arista_eos.answers import CommandError, Model
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.counters import ports_of
from lab.devices.arista_eos.names import dotted_mac
from lab.devices.arista_eos.shows_ports import address_model, link_word, named, protocol_word
from lab.devices.rule import Words
from lab.model import ArpLook, PortLook, RouteLook

_DEFAULT = IPv4Network("0.0.0.0/0")
_KINDS = {"C": "connected", "S": "static", "B": "eBGP"}


def _addressed(cli: Cli, words: Words) -> list[PortLook]:
    wanted = named(words, 3)
    settings = cli.device.setting.ports
    return [p for p in ports_of(cli, wanted) if p.address is not None or settings[p.name].mode == "routed"]


def _brief(cli: Cli, words: Words) -> str:
    lines = [
        f"{'':<79}Address",
        f"{'Interface':<17} {'IP Address':<20} {'Status':<12} {'Protocol':<17} {'MTU':>5}    Owner",
        f"{'-' * 17} {'-' * 20} {'-' * 12} {'-' * 17} {'-' * 5}    -------",
    ]
    for port in _addressed(cli, words):
        state = "up" if port.oper_up else "admin down" if not port.admin_up else "down"
        address = str(port.address) if port.address is not None else "unassigned"
        protocol = protocol_word(port).lower()
        lines.append(f"{port.name:<17} {address:<20} {state:<12} {protocol:<17} {1500:>5}")
    return rows(*lines)


def _brief_model(cli: Cli, words: Words) -> Model:
    return {
        "interfaces": {
            port.name: {
                "name": port.name,
                "interfaceAddress": {"ipAddr": address_model(port)["primaryIp"], "unnumberedIntf": None},
                "interfaceStatus": link_word(port),
                "lineProtocolStatus": protocol_word(port),
                "mtu": 1500,
                "ipv4Routable240": False,
                "nonRoutableClassEIntf": False,
            }
            for port in _addressed(cli, words)
        }
    }


def _interface(cli: Cli, words: Words) -> str:
    return rows(*(_lines(port) for port in _addressed(cli, words)))


def _lines(port: PortLook) -> Iterator[str]:
    state = "up" if port.oper_up else "administratively down" if not port.admin_up else "down"
    yield f"{port.name} is {state}, line protocol is {protocol_word(port).lower()} ({link_word(port)})"
    if port.description:
        yield f"  Description: {port.description}"
    yield (
        f"  Internet address is {port.address}"
        if port.address is not None
        else "  No Internet protocol address assigned"
    )
    yield "  Broadcast address is 255.255.255.255"
    yield "  IPv6 Interface Forwarding : None"
    yield "  Proxy-ARP is disabled"
    yield "  Local Proxy-ARP is disabled"
    yield "  IP MTU 1500 bytes"


def _interface_model(cli: Cli, words: Words) -> Model:
    return {
        "interfaces": {
            port.name: {
                "name": port.name,
                "interfaceAddress": address_model(port),
                "interfaceStatus": link_word(port),
                "lineProtocolStatus": protocol_word(port),
                "enabled": port.admin_up,
                "mtu": 1500,
                "vrf": "default",
                "urpf": "disable",
                "proxyArp": False,
                "localProxyArp": False,
                "description": port.description,
            }
            for port in _addressed(cli, words)
        }
    }


def _no_ipv6(_cli: Cli, _words: Words) -> str:
    raise CommandError("No IPv6 configured interfaces")


def _no_ipv6_model(_cli: Cli, _words: Words) -> Model:
    raise CommandError("No IPv6 configured interfaces")


def _arp_rows(cli: Cli, words: Words) -> list[ArpLook]:
    """The switch's own addresses are none of its neighbours."""
    learned = [one for one in cli.device.view.arp() if one.age_minutes is not None]
    wanted = words[-1] if words[-1][0].isdigit() else None
    return [one for one in learned if wanted in (None, str(one.address))]


def _behind(cli: Cli, look: ArpLook) -> str:
    """Return the interface, and for a VLAN's also the port the address was learned on."""
    vlan = look.interface.removeprefix("Vlan")
    port = next((m.port for m in cli.device.view.macs() if m.mac == look.mac and str(m.vlan) == vlan), "not learned")
    return f"{look.interface}, {port}" if look.interface.startswith("Vlan") else look.interface


def _arp(cli: Cli, words: Words) -> str:
    lines = [f"{'Address':<16} {'Age (sec)':>9}  {'Hardware Addr':<14}  Interface"]
    for look in _arp_rows(cli, words):
        mac, seconds = (dotted_mac(look.mac) if look.mac else "incomplete"), (look.age_minutes or 0) * 60
        told = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        lines.append(f"{look.address!s:<16} {told:>9}  {mac:<14}  {_behind(cli, look)}")
    return rows(*lines)


def _arp_model(cli: Cli, words: Words) -> Model:
    found = [look for look in _arp_rows(cli, words) if look.mac]
    inside = {
        "dynamicEntries": len(found),
        "staticEntries": 0,
        "notLearnedEntries": 0,
        "totalEntries": len(found),
        "ipV4Neighbors": [
            {
                "hwAddress": dotted_mac(look.mac or ""),
                "address": str(look.address),
                "interface": _behind(cli, look),
                "age": (look.age_minutes or 0) * 60,
            }
            for look in found
        ],
    }
    return {"vrfs": {"default": inside}} if words[-1] == "all" else inside


def _routes(cli: Cli, words: Words) -> list[RouteLook]:
    """Return the routes that are in use and asked for: all, a prefix's, or the one an address takes."""
    found = sorted((r for r in cli.device.view.routes() if r.source != "L"), key=lambda r: (r.prefix, r.distance))
    wanted = words[-1] if words[-1][0].isdigit() else None
    if wanted is None:
        return found
    if "/" in wanted:
        return [route for route in found if route.prefix == IPv4Network(wanted, strict=False)]
    fitting = [route for route in found if IPv4Address(wanted) in route.prefix]
    longest = max((route.prefix.prefixlen for route in fitting), default=-1)
    return [route for route in fitting if route.prefix.prefixlen == longest]


def _way(cli: Cli, route: RouteLook) -> str | None:
    """Return the interface a route leaves by."""
    if route.interface is not None or route.next_hop is None:
        return route.interface
    ports = (port for port in ports_of(cli) if port.address is not None and port.oper_up)
    return next((p.name for p in ports if p.address is not None and route.next_hop in p.address.network), None)


def _route(cli: Cli, words: Words) -> str:
    lines = [
        "",
        "VRF: default",
        "Codes: C - connected, S - static, K - kernel, ",
        "       O - OSPF, IA - OSPF inter area, E1 - OSPF external type 1,",
        "       E2 - OSPF external type 2, N1 - OSPF NSSA external type 1,",
        "       N2 - OSPF NSSA external type2, B - Other BGP Routes,",
        "       B I - iBGP, B E - eBGP, R - RIP, I L1 - IS-IS level 1,",
        "       I L2 - IS-IS level 2, A B - BGP Aggregate, DH - DHCP client installed default route",
        "",
    ]
    found = _routes(cli, words)
    defaults = [route for route in found if route.prefix == _DEFAULT]
    if not words[-1][0].isdigit() or not found:
        lines += [*(["Gateway of last resort:"] if defaults else ["Gateway of last resort is not set"])]
    lines += [_route_row(cli, route) for route in found]
    return rows(*lines, "")


def _route_row(cli: Cli, route: RouteLook) -> str:
    if route.next_hop is None:
        return f" {route.source:<8} {route.prefix} is directly connected, {route.interface}"
    return f" {route.source:<8} {route.prefix} [{route.distance}/0] via {route.next_hop}, {_way(cli, route)}"


def _route_model(cli: Cli, words: Words) -> Model:
    routes: dict[str, Any] = {}
    for route in _routes(cli, words):
        told = routes.setdefault(
            str(route.prefix),
            {
                "kernelProgrammed": True,
                "hardwareProgrammed": True,
                "directlyConnected": route.next_hop is None,
                "routeType": _KINDS.get(route.source, "static"),
                "routeLeaked": False,
                "routeAction": "forward",
                "preference": route.distance,
                "metric": 0,
                "vias": [],
            },
        )
        hop = {"nexthopAddr": str(route.next_hop)} if route.next_hop is not None else {}
        told["vias"].append(hop | {"interface": _way(cli, route) or ""})
    found = {"routes": routes, "allRoutesProgrammedKernel": True, "allRoutesProgrammedHardware": True}
    state = {"routingDisabled": not cli.device.running.root.has("ip", "routing"), "defaultRouteState": "reachable"}
    return {"vrfs": {"default": found | state}}


def _vrf(cli: Cli, _words: Words) -> str:
    return rows(
        "Maximum number of VRFs allowed: 1023",
        "   VRF           Protocols       State         Interfaces",
        "------------- --------------- ---------------- ---------------------",
        f"   default       IPv4            no routing    {', '.join(p.name for p in _addressed(cli, ('show',)))}",
        "",
    )


def _vrf_model(cli: Cli, _words: Words) -> Model:
    ports = [port.name for port in _addressed(cli, ("show",))]
    return {"vrfs": {"default": {"routeDistinguisher": "", "vrfState": "up", "interfaces": ports, "protocols": {}}}}


TABLE: list[Row] = [
    ("show ip interface [<iface>]", "any", show(_interface, _interface_model)),
    ("show ip interface [<iface>] brief", "any", show(_brief, _brief_model)),
    ("show ipv6 interface [brief]", "any", show(_no_ipv6, _no_ipv6_model)),
    ("show ip arp [<ip>]", "any", show(_arp, _arp_model)),
    ("show ip arp vrf all", "any", show(_arp, _arp_model)),
    ("show arp [vrf all]", "any", show(_arp, _arp_model)),
    ("show ip route [(<cidr>|<ip>)]", "any", show(_route, _route_model)),
    ("show vrf", "any", show(_vrf, _vrf_model)),
]
