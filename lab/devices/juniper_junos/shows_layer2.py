"""Shows about what is behind the ports.

In: a device. Out: text. Called through ``shows``.
"""

from collections.abc import Callable, Mapping

from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.layer2 import (
    LEASED_WATTS,
    arp_rows,
    lldp_rows,
    mac_rows,
    poe_rows,
    route_rows,
    vlan_rows,
)
from lab.devices.juniper_junos.times import ago

_FLAGS = """
MAC flags (S - static MAC, D - dynamic MAC, L - locally learned, P - Persistent static
           SE - statistics enabled, NM - non configured MAC, R - remote PE MAC, O - ovsdb MAC)


"""
_POE_HEAD = (
    "Interface    Admin       Oper     Max        Priority       Power          Class\n"
    "             status      status   power                     consumption\n"
)
_MEMBERS = """Routing Instance Name : default-switch
Logical Interface flags (DL - disable learning, AD - packet action drop,
                         LH - MAC limit hit, DN - interface down,
                         MMAS - Mac-move action shutdown, AS - Autostate-exclude enabled,
                         SCTL - shutdown by Storm-control, MI - MAC+IP limit hit)

Logical         Vlan                   TAG   MAC    MAC+IP STP         Logical          Tagging
interface       members                      limit  limit  state       interface flags
"""
_LLDP_HEAD = "Local Interface    Parent Interface    Chassis Id          Port info          System Name\n"


def _macs(device: JunosDevice, _: str) -> str:
    rows = mac_rows(device)
    told = "".join(f"    {row.name:19} {row.mac}   {'D':7} {'-':>6}   {row.interface:22} 0         0\n" for row in rows)
    return (
        f"{_FLAGS}Ethernet switching table : {len(rows)} entries, {len(rows)} learned\n"
        "Routing instance : default-switch\n"
        "    Vlan                MAC                 MAC         Age    Logical                NH        RTR\n"
        "    name                address             flags              interface              Index     ID\n" + told
    )


def _every_mac(device: JunosDevice, _: str) -> str:
    return "\n".join(
        f"MAC address: {row.mac}\n  Routing instance: default-switch\n   VLAN ID : {row.vlan}\n"
        f"  Learning interface: {row.interface}\n"
        for row in mac_rows(device)
    )


def _vlans(device: JunosDevice, _: str) -> str:
    lines = ["Routing instance        VLAN name             Tag          Interfaces"]
    for row in vlan_rows(device):
        lines.append(f"default-switch          {row.name:21} {row.tag}")
        lines += [f"{'':60}{member}" for member in row.members]
    return "".join(f"{line}\n" for line in lines)


def _members(device: JunosDevice, _: str) -> str:
    names, up = {row.tag: row.name for row in vlan_rows(device)}, {p.name for p in device.view.ports() if p.oper_up}
    shut = {look.name for look in device.view.ports() if look.cause == "storm-control"}
    lines = []
    for port in device.setting.ports.values():
        if port.mode == "routed":
            continue
        trunk, flags = port.mode == "trunk", "SCTL" if port.name in shut else "" if port.name in up else "DN"
        every = device.setting.vlans if port.allowed is None else port.allowed & device.setting.vlans
        tags = sorted(every) if trunk else [port.access_vlan]
        whole = "tagged" if trunk else "untagged"
        lines.append(f"{port.name + '.0':38} {'':6}{65536:<7}{0:<7}{'':12}{flags:17}{whole}")
        state = "Forwarding" if port.name in up else "Discarding"
        for tag in tags:
            how = "tagged" if trunk and tag != port.native_vlan else "untagged"
            lines.append(f"{'':16}{names.get(tag, 'default'):23}{tag:<6}{65536:<7}{0:<7}{state:29}{how}")
    return _MEMBERS + "".join(f"{line}\n" for line in lines)


def _lldp(device: JunosDevice, _: str) -> str:
    rows = lldp_rows(device)
    if not rows:
        return ""
    return _LLDP_HEAD + "".join(
        f"{row.local_port:18} {'-':19} {row.mac or row.name:19} {row.remote_port:18} {row.name}\n" for row in rows
    )


def _lldp_detail(device: JunosDevice, port: str) -> str:
    now = device.view.now()
    blocks = [
        "LLDP Neighbor Information:\n"
        f"Local Information:\nIndex: {number} Time to live: {row.hold_seconds} Time mark: {now:%a %b %d %H:%M:%S %Y} "
        f"Age: {ago(1)}\nLocal Interface    : {row.local_port}\nParent Interface   : -\nLocal Port ID      : "
        f"{number}\nNeighbour Information:\nChassis type       : Mac address\n"
        f"Chassis ID         : {row.mac or row.name}\nPort type          : Interface name\n"
        f"Port ID            : {row.remote_port}\nPort description   : {row.remote_port}\n"
        f"System name        : {row.name}\n\nSystem Description : {row.version or row.platform}\n"
        for number, row in enumerate(lldp_rows(device), start=1)
        if row.local_port == port.partition(".")[0]
    ]
    return "\n".join(blocks)


def _arp(device: JunosDevice, _: str) -> str:
    rows = arp_rows(device)
    told = "".join(f"{row.mac} {row.address:15} {row.interface:24} none\n" for row in rows)
    return f"MAC Address       Address         Interface                Flags\n{told}Total entries: {len(rows)}\n"


def _poe(device: JunosDevice, _: str) -> str:
    rows = poe_rows(device)
    return _POE_HEAD + "".join(
        f" {row.port:11} {'Enabled' if row.enabled else 'Disabled':11} {row.status:8} "
        f"{f'{LEASED_WATTS}W' if row.enabled else '0.0W':10} {row.priority:14} {f'{row.watts:.1f}W':14} {row.grade}\n"
        for row in rows
    )


def _routes(device: JunosDevice, prefix: str) -> str:
    rows = route_rows(device, prefix)
    if prefix and not rows:
        return ""
    up = ago(device.uptime())
    lines = [
        "",
        f"inet.0: {len(rows)} destinations, {len(rows)} routes ({len(rows)} active, 0 holddown, 0 hidden)",
        "+ = Active Route, - = Last Active, * = Both",
        "",
    ]
    for row in rows:
        lines.append(f"{row.prefix:18} *[{row.protocol}/{row.preference}] {up}")
        if row.protocol == "Local":
            lines.append(f"{'':22}Local via {row.via}")
        else:
            lines.append(f"{'':20}>  {f'to {row.to} ' if row.to else ''}via {row.via or 'irb'}")
    return "".join(f"{line}\n" for line in lines)


LAYER2_SHOWS: Mapping[str, Callable[[JunosDevice, str], str]] = {
    "show ethernet-switching table": _macs,
    "show ethernet-switching table extensive": _every_mac,
    "show ethernet-switching interface": _members,
    "show vlans": _vlans,
    "show lldp neighbors": _lldp,
    "show lldp neighbors interface *": _lldp_detail,
    "show arp": _arp,
    "show arp no-resolve": _arp,
    "show poe interface": _poe,
    "show route": _routes,
    "show route * exact active-path": _routes,
}
