"""Show commands about IP: addresses, ARP, routes, IP SLA, DHCP.

In: a shell and canonical words. Out: text, as IOS prints it. Called by ``exec_commands``.
"""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network

from lab.devices.cisco_ios.names import dotted_mac
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows import clock_text
from lab.devices.cisco_ios.shows_ports import chosen_ports, named, state_words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.model import PortLook, ProbeLook, RouteLook

_CODES = """\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP
       a - application route
       + - replicated route, % - next hop override, p - overrides from PfR

"""
_DEFAULT = IPv4Network("0.0.0.0/0")
_SOURCES = {"B": "bgp", "C": "connected", "L": "connected", "S": "static"}
_MINUTE = 60


def _brief(shell: Terminal, words: Words) -> str:
    rows = ["Interface                  IP-Address      OK? Method Status                Protocol"]
    for port in chosen_ports(shell, words[-1] if words[-1] != "brief" else None):
        address = "unassigned" if port.address is None else str(port.address.ip)
        state, protocol = state_words(port)
        rows.append(f"{port.name:<26} {address:<15} YES {port.method:<6} {state:<21} {protocol:<8}")
    return "\n".join(rows) + "\n"


def _ip_interface(shell: Terminal, words: Words) -> str:
    ports = chosen_ports(shell, named(words, 3))
    return "".join(f"{line}\n" for port in ports for line in _ip_rows(shell, port))


def _ip_rows(shell: Terminal, port: PortLook) -> Iterator[str]:
    state, protocol = state_words(port)
    yield f"{port.name} is {state}, line protocol is {protocol}"
    if port.address is None:
        yield "  Internet protocol processing disabled"
        return
    section = shell.device.running.interface(port.name)
    groups = section.starting("ip", "access-group") if section is not None else []
    lists = {group[-1]: group[2] for group in groups}
    yield f"  Internet address is {port.address}"
    yield "  Broadcast address is 255.255.255.255"
    yield f"  Address determined by {'DHCP' if port.method == 'DHCP' else 'setup command'}"
    mtu = section.value("ip", "mtu") if section is not None else None
    yield f"  MTU is {mtu[0] if mtu else 1500} bytes"
    yield "  Helper address is not set"
    yield "  Directed broadcast forwarding is disabled"
    yield f"  Outgoing access list is {lists.get('out', 'not set')}"
    yield f"  Inbound  access list is {lists.get('in', 'not set')}"
    yield "  Proxy ARP is enabled"


def _arp(shell: Terminal, words: Words) -> str:
    wanted = words[-1] if "." in words[-1] and words[-1][0].isdigit() else None
    rows = ["Protocol  Address          Age (min)  Hardware Addr   Type   Interface"]
    for look in shell.device.view.arp():
        if wanted not in (None, str(look.address)):
            continue
        age = "-" if look.age_minutes is None else str(look.age_minutes)
        mac = "Incomplete" if look.mac is None else dotted_mac(look.mac)
        port = "" if look.mac is None else look.interface
        rows.append(f"Internet  {look.address!s:<15} {age:>10}   {mac:<14}  ARPA   {port}".rstrip())
    return "\n".join(rows) + "\n"


def _routes(shell: Terminal, _words: Words) -> str:
    looks = shell.device.view.routes()
    default = next((look for look in looks if look.prefix == _DEFAULT), None)
    rows = [_CODES + _last_resort(default), ""]
    if default is not None:
        rows.append(f"S*    0.0.0.0/0 {_via(default)}")
    previous: IPv4Network | None = None
    for look in sorted((look for look in looks if look.prefix != _DEFAULT), key=lambda look: look.prefix):
        major = _classful(look.prefix)
        if major != previous:
            inside = [other.prefix for other in looks if other.prefix != _DEFAULT and _classful(other.prefix) == major]
            masks = len({prefix.prefixlen for prefix in inside})
            rows.append(f"      {major} is variably subnetted, {len(inside)} subnets, {masks} masks")
            previous = major
        rows.append(f"{look.source}        {look.prefix} {_via(look)}")
    return "\n".join(rows) + "\n"


def _last_resort(default: RouteLook | None) -> str:
    if default is None:
        return "Gateway of last resort is not set"
    return f"Gateway of last resort is {default.next_hop or _DEFAULT.network_address} to network 0.0.0.0"


def _classful(prefix: IPv4Network) -> IPv4Network:
    first = int(prefix.network_address) >> 24
    length = 8 if first < 128 else 16 if first < 192 else 24  # noqa: PLR2004
    return prefix if prefix.prefixlen < length else prefix.supernet(new_prefix=length)


def _via(look: RouteLook) -> str:
    if look.next_hop is not None:
        return f"[{look.distance}/0] via {look.next_hop}"
    return f"is directly connected, {look.interface}"


def _route_to(shell: Terminal, words: Words) -> str:
    wanted = IPv4Address(words[3])
    looks = shell.device.view.routes()
    if int(wanted) == 0:
        found = next((look for look in looks if look.prefix == _DEFAULT), None)
    else:
        inside = [look for look in looks if wanted in look.prefix and look.prefix != _DEFAULT]
        found = max(inside, key=lambda look: look.prefix.prefixlen, default=None)
    return "% Network not in table\n" if found is None else _routing_entry(found)


def _routing_entry(look: RouteLook) -> str:
    default = look.prefix == _DEFAULT
    notes = " (connected, via interface)" if look.source in "CL" else " (connected)" if look.next_hop is None else ""
    hop = str(look.next_hop) if look.next_hop is not None else f"directly connected, via {look.interface}"
    return (
        f"Routing entry for {look.prefix}{', supernet' if default else ''}\n"
        f'  Known via "{_SOURCES[look.source]}", distance {look.distance}, metric 0{notes}'
        f"{', candidate default path' if default else ''}\n  Routing Descriptor Blocks:\n  * {hop}\n"
        "      Route metric is 0, traffic share count is 1\n"
    )


def _sla_summary(shell: Terminal, _words: Words) -> str:
    rows = [
        "IPSLAs Latest Operation Summary",
        "Codes: * active, ^ inactive, ~ pending",
        "All Stats are in milliseconds. Stats with u are in microseconds",
        "",
        "ID           Type        Destination       Stats       Return      Last",
        "                                                       Code        Run ",
        "-" * 71,
    ]
    for look in shell.device.view.probes():
        mark = "~" if look.code == "Unknown" else "*"
        stats = "-" if look.rtt_ms is None else f"RTT={max(1, round(look.rtt_ms))}"
        last = "-" if look.age_seconds is None else _ago(look.age_seconds)
        rows.append(f"{mark}{look.number:<11} {look.kind:<11} {look.target:<17} {stats:<11} {look.code:<11} {last}")
    return "\n".join(rows) + "\n\n"


def _ago(seconds: float) -> str:
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, _MINUTE)
    told = f"{minutes} minute{'' if minutes == 1 else 's'}, " if minutes else ""
    return f"{told}{rest} second{'' if rest in (0, 1) else 's'} ago"


def _sla_statistics(shell: Terminal, words: Words) -> str:
    wanted = named(words, 4)
    looks = [look for look in shell.device.view.probes() if wanted in (None, str(look.number))]
    return "IPSLAs Latest Operation Statistics\n\n" + "".join(_sla_block(shell, look) for look in looks)


def _sla_block(shell: Terminal, look: ProbeLook) -> str:
    rtt = "NoConnection/Busy/Timeout" if look.rtt_ms is None else f"{max(1, round(look.rtt_ms))} milliseconds"
    started = ""
    if look.age_seconds is not None:
        start = shell.device.view.now() - timedelta(seconds=look.age_seconds)
        started = f"Latest operation start time: {clock_text(start)}\n"
    return (
        f"IPSLA operation id: {look.number}\n        Latest RTT: {rtt}\n{started}"
        f"Latest operation return code: {look.code}\nNumber of successes: {look.successes}\n"
        f"Number of failures: {look.failures}\nOperation time to live: Forever\n\n\n"
    )


def _bindings(shell: Terminal, _words: Words) -> str:
    rows = [
        "Bindings from all pools not associated with VRF:",
        "IP address          Client-ID/              Lease expiration        Type",
        "                    Hardware address/",
        "                    User name",
    ]
    for lease in shell.device.view.leases():
        digits = "01" + lease.mac.replace(":", "").lower()
        client = ".".join(digits[at : at + 4] for at in range(0, len(digits), 4))
        expires = f"{lease.expires:%b %d %Y %I:%M %p}"
        rows.append(f"{lease.address!s:<19} {client:<23} {expires:<23} Automatic")
    return "\n".join(rows) + "\n"


def _client_leases(shell: Terminal, _words: Words) -> str:
    view = shell.device.view
    ports = [name for name, section in shell.device.running.interfaces() if section.value("ip", "address") == ("dhcp",)]
    return "".join(_client_lease(shell, name) for name in ports if view.client_lease(name) is not None)


def _client_lease(shell: Terminal, port: str) -> str:
    address = shell.device.view.client_lease(port)
    if address is None:
        return ""
    gateway = next((look.next_hop for look in shell.device.view.routes() if look.next_hop in address.network), None)
    gateway = gateway or address.network.network_address + 1
    return (
        f"Temp IP addr: {address.ip}  for peer on Interface: {port}\nTemp  sub net mask: {address.netmask}\n"
        f"   DHCP Lease server: {gateway}, state: 5 Bound\n   DHCP transaction id: 1A2B\n"
        "   Lease: 3600 secs,  Renewal: 1800 secs,  Rebind: 3150 secs\n"
        f"Temp default-gateway addr: {gateway}\n   Next timer fires after: 00:29:00\n"
        f"   Retry count: 0   Client-ID: cisco-{port}\n   Hostname: {shell.device.running.hostname()}\n\n"
    )


TABLE: Table = [
    ("show ip interface brief [<iface>]", 1, _brief),
    ("show ip interface [<iface>]", 1, _ip_interface),
    ("show [ip] arp [<ip>]", 1, _arp),
    ("show ip route", 1, _routes),
    ("show ip route <ip> [<mask>]", 1, _route_to),
    ("show ip sla summary", 1, _sla_summary),
    ("show ip sla statistics [<1-2147483647>]", 1, _sla_statistics),
    ("show ip dhcp binding", 1, _bindings),
    ("show dhcp lease", 1, _client_leases),
]
