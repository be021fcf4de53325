"""Show commands about switching: port status, trunks, VLANs, CDP neighbours, MAC addresses.

In: a shell and canonical words. Out: text, as IOS prints it. Called by ``exec_commands``.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from lab.devices.cisco_ios.names import cdp_name, dotted_mac, kind_of, short_name
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.devices.cisco_ios.tokens import vlan_text
from lab.model import NeighborLook, PortLook
from lab.setting import PortSetting

_NAME_WIDTH = 18
_DEVICE_WIDTH = 16
_PORTS_WIDTH = 31


def _switch_ports(shell: Terminal) -> list[tuple[PortLook, PortSetting]]:
    settings = shell.device.setting.ports
    return [
        (port, settings.get(port.name, PortSetting(name=port.name, mode="access")))
        for port in shell.device.view.ports()
        if kind_of(port.name) == "switch"
    ]


def _status(shell: Terminal, words: Words) -> str:
    rows = ["", "Port      Name               Status       Vlan       Duplex  Speed Type"]
    wanted = words[2] if words[2] != "status" else None
    for port, setting in _switch_ports(shell):
        if wanted not in (None, port.name):
            continue
        vlan = {"trunk": "trunk", "routed": "routed"}.get(setting.mode, str(setting.access_vlan))
        if setting.mode == "trunk" and not port.oper_up:
            vlan = "1"
        duplex, speed = _negotiated(port, setting)
        rows.append(
            f"{short_name(port.name):<9} {port.description[:_NAME_WIDTH]:<18} {port.status:<12} {vlan:<10} "
            f"{duplex:>6} {speed:>6} 10/100/1000BaseTX"
        )
    return "\n".join(rows) + "\n"


def _negotiated(port: PortLook, setting: PortSetting) -> tuple[str, str]:
    """Return the duplex and speed columns: ``a-`` marks what was negotiated."""
    fixed = setting.speed != "auto"
    if not port.oper_up:
        return setting.duplex, setting.speed
    half = "half" if port.half_duplex else "full"
    return (half if setting.duplex != "auto" else f"a-{half}"), str(port.speed) if fixed else f"a-{port.speed}"


def _err_disabled(shell: Terminal, _words: Words) -> str:
    rows = [
        f"{short_name(port.name):<9} {port.description[:_NAME_WIDTH]:<18} {port.status:<12} {port.cause}"
        for port, _ in _switch_ports(shell)
        if port.status == "err-disabled"
    ]
    head = ["", "Port      Name               Status       Reason               Err-disabled Vlans"]
    return "\n".join((*head, *rows) if rows else ("",)) + "\n"


def _trunk(shell: Terminal, _words: Words) -> str:
    trunks = [(p, s) for p, s in _switch_ports(shell) if s.mode == "trunk" and p.oper_up]
    if not trunks:
        return "\n"
    known = shell.device.setting.vlans | {1}
    rows = ["", "Port        Mode             Encapsulation  Status        Native vlan"]
    rows += [f"{short_name(p.name):<11} {'on':<16} {'802.1q':<14} {'trunking':<13} {s.native_vlan}" for p, s in trunks]
    rows += ["", "Port        Vlans allowed on trunk"]
    rows += [f"{short_name(p.name):<11} {_vlan_list(s.allowed)}" for p, s in trunks]
    carried = [(p.name, known if s.allowed is None else s.allowed & known) for p, s in trunks]
    active = [f"{short_name(name):<11} {_vlan_list(vlans)}" for name, vlans in carried]
    rows += ["", "Port        Vlans allowed and active in management domain", *active]
    rows += ["", "Port        Vlans in spanning tree forwarding state and not pruned", *active]
    return "\n".join(rows) + "\n"


def _vlan_list(allowed: frozenset[int] | None) -> str:
    return "1-4094" if allowed is None else vlan_text(allowed) or "none"


def _vlan_brief(shell: Terminal, _words: Words) -> str:
    rows = ["", f"VLAN {'Name':<32} {'Status':<9} Ports", f"{'-' * 4} {'-' * 32} {'-' * 9} {'-' * 31}"]
    ports = _switch_ports(shell)
    names = {
        int(words[1]): (section.value("name") or (f"VLAN{int(words[1]):04d}",))[0]
        for words, section in shell.device.running.sections("vlan")
    }
    for number, name in sorted({1: "default", **names}.items()):
        members = [short_name(p.name) for p, s in ports if s.mode == "access" and s.access_vlan == number]
        state = "active" if number == 1 or number in shell.device.setting.vlans else "act/lshut"
        first, *others = list(_wrapped(members)) or [""]
        rows.append(f"{number:<4} {name:<32} {state:<9} {first}")
        rows += [f"{'':<47} {line}" for line in others]
    rows += [
        f"{number} {name:<32} act/unsup "
        for number, name in (
            (1002, "fddi-default"),
            (1003, "token-ring-default"),
            (1004, "fddinet-default"),
            (1005, "trnet-default"),
        )
    ]
    return "\n".join(rows) + "\n"


def _wrapped(names: Sequence[str]) -> Iterator[str]:
    line = ""
    for name in names:
        if line and len(line) + len(name) + 2 > _PORTS_WIDTH:
            yield line
            line = ""
        line = f"{line}, {name}" if line else name
    if line:
        yield line


def _neighbors(shell: Terminal, words: Words) -> str:
    looks = shell.device.view.neighbors()
    if words[-1] == "detail":
        return "".join(_neighbor_detail(look) for look in looks) + f"\nTotal cdp entries displayed : {len(looks)}\n"
    rows = [
        "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge",
        "                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, ",
        "                  D - Remote, C - CVTA, M - Two-port Mac Relay ",
        "",
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID",
    ]
    for look in looks:
        platform = look.platform.removeprefix("cisco ").removeprefix("Cisco ")[:9]
        tail = f"{cdp_name(look.local_port):<17} {look.hold_seconds:<10} {_codes(look):<11} {platform:<9} "
        tail += cdp_name(look.remote_port)
        if len(look.name) > _DEVICE_WIDTH:
            rows += [look.name, f"{'':<17}{tail}"]
        else:
            rows.append(f"{look.name:<17}{tail}")
    return "\n".join(rows) + f"\n\nTotal cdp entries displayed : {len(looks)}\n"


def _codes(look: NeighborLook) -> str:
    """Return capability letters, apart from each other; words are shortened to their letter."""
    letters = {"Router": "R", "Switch": "S", "Trans-Bridge": "T", "Host": "H", "IGMP": "I"}
    return " ".join(letters.get(word, word[:1]) for word in look.capability.split()) or "H"


def _neighbor_detail(look: NeighborLook) -> str:
    full = {"R": "Router", "S": "Switch", "T": "Trans-Bridge", "H": "Host", "I": "IGMP"}
    capabilities = " ".join(full.get(code, code) for code in _codes(look).split())
    version = f"Cisco AP Software, Version: {look.version}" if look.version else f"Cisco IOS Software, {look.platform}"
    platform = look.platform if look.platform.lower().startswith("cisco ") else f"cisco {look.platform}"
    return (
        f"-------------------------\nDevice ID: {look.name}\nEntry address(es): \n"
        f"Platform: {platform},  Capabilities: {capabilities} \n"
        f"Interface: {look.local_port},  Port ID (outgoing port): {look.remote_port}\n"
        f"Holdtime : {look.hold_seconds} sec\n\nVersion :\n{version}\n\n"
        "advertisement version: 2\n"
    )


def _macs(shell: Terminal, words: Words) -> str:
    looks = [look for look in shell.device.view.macs() if _wanted(words, look.vlan, look.mac, look.port)]
    rows = [
        "          Mac Address Table",
        "-" * 43,
        "",
        "Vlan    Mac Address       Type        Ports",
        "----    -----------       --------    -----",
    ]
    rows += [f"{look.vlan:>4}    {dotted_mac(look.mac)}    DYNAMIC     {short_name(look.port)}" for look in looks]
    return "\n".join(rows) + f"\nTotal Mac Addresses for this criterion: {len(looks)}\n"


def _wanted(words: Words, vlan: int, mac: str, port: str) -> bool:
    options = dict(pairwise(words))
    return (
        options.get("vlan") in (None, str(vlan))
        and options.get("interface") in (None, port)
        and options.get("address") in (None, dotted_mac(mac))
    )


TABLE: Table = [
    ("show interfaces [<iface>] status", 1, _status),
    ("show interfaces status err-disabled", 1, _err_disabled),
    ("show interfaces trunk", 1, _trunk),
    ("show vlan [brief]", 1, _vlan_brief),
    ("show cdp neighbors [detail]", 1, _neighbors),
    (
        "show mac address-table [dynamic] [(vlan <1-4094>|interface <iface> [vlan <1-4094>]|address <word>)]",
        1,
        _macs,
    ),
]
