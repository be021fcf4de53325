"""The table of supported configuration commands, one list per mode, in the order ``show running-config`` prints them.

``"!"`` starts a new group (EOS prints a separator). The notation of specs is explained in ``lab.devices.grammar``.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from lab.devices.arista_eos.grammar import Tree
from lab.devices.arista_eos.names import short_name
from lab.devices.arista_eos.rules import (
    by_direction,
    by_first,
    by_interface,
    by_number,
    check_address,
    check_route,
    hash_secret,
    interface_mode,
    interface_range,
    merge_vlans,
    vlan_sections,
)
from lab.devices.rule import Rule, Words

Row = tuple[str, dict[str, Any]] | str


def _c(spec: str, **special: Any) -> Row:
    return spec, special


def _opens(mode: str) -> dict[str, Any]:
    return {"opens": lambda _words: mode}


_GLOBAL: Sequence[Row] = (
    _c("transceiver qsfp default-mode : <word>"),
    _c("service routing protocols model : (ribd|multi-agent)"),
    "!",
    _c("agent <word> shutdown"),
    "!",
    _c("logging buffered : [<rest>]"),
    _c("logging console", on=True),
    _c("logging console : <rest>"),
    _c("logging (monitor|trap|synchronous|facility) : [<rest>]"),
    _c("logging host <ip>"),
    _c("logging format : <rest>"),
    _c("logging facility : <word>", default="local4"),
    _c("logging source-interface : <iface>"),
    _c("logging event link-status global"),
    "!",
    _c("hostname : <word>"),
    _c("ip name-server <ip>"),
    _c("ip name-server vrf <word> <ip>"),
    _c("dns domain : <word>"),
    "!",
    _c("lldp run", on=True),
    _c("lldp timer : <1-32768>", default="30"),
    _c("lldp hold-time : <10-65535>", default="120"),
    _c("lldp management-address : <word>"),
    "!",
    _c("mac address-table aging-time : <10-1000000>", default="300"),
    "!",
    _c("errdisable detect cause <rest>"),
    _c("errdisable flap-setting cause link-flap max-flaps : <1-100> time <1-1800>"),
    _c("errdisable recovery cause <word>"),
    _c("errdisable recovery interval : <30-86400>", default="300"),
    "!",
    _c("ntp local-interface : <iface>"),
    _c("ntp server <word> : [prefer] [iburst] [version <1-4>] [local-interface <iface>]"),
    "!",
    _c("poe reboot action : (maintain|power-off)"),
    "!",
    _c("radius-server <rest>"),
    _c("tacacs-server <rest>"),
    "!",
    _c("snmp-server chassis-id : <quoted>"),
    _c("snmp-server contact : <quoted>"),
    _c("snmp-server location : <quoted>"),
    _c("snmp-server local-interface : <iface>"),
    _c("snmp-server community <word> : [(ro|rw)] [<word>]"),
    _c("snmp-server host <ip> <rest>"),
    _c("snmp-server enable traps : [<rest>]"),
    "!",
    _c("spanning-tree mode : (mstp|rapid-pvst|rstp|none|backup)"),
    _c("spanning-tree edge-port bpduguard default"),
    _c("spanning-tree guard loop default"),
    _c("spanning-tree (mst|vlan-id|vlan) <word> priority : <0-61440>"),
    _c("spanning-tree priority : <0-61440>"),
    "!",
    _c("aaa root : [<rest>]"),
    _c("aaa (authentication|authorization|accounting) <rest>"),
    "!",
    _c("enable (secret|password) : [(0|5|sha512)] <word>"),
    _c("username <word> : [privilege <0-15>] [role <word>] secret [(0|5|sha512)] <word>", merge=hash_secret),
    _c("username <word> : [privilege <0-15>] [role <word>] nopassword"),
    "!",
    _c("clock timezone : <rest>"),
    "!",
    _c("vlan <vlans>", opens=lambda _words: "vlan", expand=vlan_sections, sort=by_number),
    "!",
    _c("interface <iface>", opens=interface_mode, sort=by_interface),
    _c("interface <ports>", opens=interface_mode, expand=interface_range, sort=by_interface),
    "!",
    _c("ip access-list standard <word>", **_opens("acl")),
    _c("ip access-list <word>", **_opens("acl")),
    "!",
    _c("ip dhcp snooping"),
    _c("ip dhcp snooping information option"),
    _c("ip dhcp snooping vlan : <vlans>"),
    "!",
    _c("ip routing"),
    "!",
    _c("ip route <cidr> <ip> : [<1-255>]", check=check_route),
    _c("ip route <cidr> <iface> : [<1-255>]", check=check_route),
    "!",
    _c("banner (login|motd) : <rest>"),
    "!",
    _c("management api http-commands", **_opens("api")),
    _c("management console", **_opens("console")),
    _c("management ssh", **_opens("ssh")),
    _c("management security", **_opens("security")),
    _c("management telnet", **_opens("telnet")),
)
_COMMON: Sequence[Row] = (
    _c("description : <quoted>"),
    _c("shutdown"),
    _c("mtu : <68-9214>"),
    _c("load-interval : <0-600>"),
    _c("logging event link-status"),
    _c("snmp trap link-change", on=True),
)
_ROUTED: Sequence[Row] = (
    _c("ip address : <cidr>", check=check_address),
    _c("ip address : dhcp"),
    _c("ip address <cidr> secondary"),
    _c("ip helper-address <ip>"),
    _c("ip access-group <word> (in|out)", key=by_direction),
)
_SWITCHED: Sequence[Row] = (
    _c("speed : (auto|10half|10full|100half|100full|1000full|1000half|10gfull)", default="auto"),
    _c("speed forced : (10half|10full|100half|100full|1000full|1000half|10000full)"),
    _c("switchport access vlan : <1-4094>", default="1"),
    _c("switchport trunk native vlan : <1-4094>", default="1"),
    _c(
        "switchport trunk allowed vlan : (<vlans>|all|none|add <vlans>|remove <vlans>|except <vlans>)",
        merge=merge_vlans,
    ),
    _c("switchport mode : (access|trunk|dot1q-tunnel)", default="access"),
    _c("switchport phone vlan : <1-4094>"),
    _c("switchport", on=True),
    _c("lldp (transmit|receive)", on=True),
    _c("poe disabled"),
    _c("poe priority : (critical|high|medium|low)", default="low"),
    _c("poe limit : <rest>"),
    _c("poe (reboot|link down|shutdown) action : <rest>"),
    _c("poe pairset : <rest>"),
    _c("storm-control (broadcast|multicast|all) level : <rest>"),
    _c("spanning-tree portfast : [(edge|network|normal)]"),
    _c("spanning-tree bpduguard : (enable|disable)"),
    _c("spanning-tree guard : (root|loop|none)"),
    _c("spanning-tree cost : <1-200000000>"),
)
_MODES: dict[str, Sequence[Row]] = {
    "global": _GLOBAL,
    "interface-switch": (*_COMMON, *_SWITCHED, *_ROUTED),
    "interface-management": (*_COMMON, *_ROUTED),
    "interface-svi": (*_COMMON, _c("autostate", on=True), *_ROUTED),
    "interface-logical": (*_COMMON, *_ROUTED),
    "vlan": (_c("name : <word>"), _c("state : (active|suspend)", default="active"), _c("trunk group <word>")),
    "acl": (
        _c("<1-4294967295> : (permit|deny|remark) <rest>", sort=by_first),
        _c("counters per-entry"),
    ),
    "api": (
        _c("idle-timeout : <0-1440>"),
        _c("protocol https : [port <1-65535>]"),
        _c("protocol http : [port <1-65535>]"),
        _c("protocol http localhost : [port <1-65535>]"),
        _c("protocol unix-socket"),
        _c("shutdown", on=True),
    ),
    "console": (_c("idle-timeout : <0-86400>"),),
    "ssh": (
        _c("idle-timeout : <0-86400>", default="0"),
        _c("ip access-group : <word> in"),
        _c("authentication mode : <rest>"),
        _c("connection limit : <1-100>", default="50"),
        _c("connection per-host : <1-20>"),
        _c("log-level : <rest>"),
        _c("login timeout : <1-1000>"),
        _c("shutdown"),
    ),
    "security": (_c("password minimum length : <1-32>"), _c("ssl profile : <rest>")),
    "telnet": (_c("idle-timeout : <0-86400>"), _c("shutdown", on=True)),
    "empty": (),
}
_PROMPTS = {"api": "-mgmt-api-http-cmds", "console": "-mgmt-console", "ssh": "-mgmt-ssh", "security": "-mgmt-security"}


@cache
def tree_of(mode: str) -> Tree[Rule]:
    """Return the command tree of a mode; built once for all devices."""
    specs: list[tuple[str, Rule]] = []
    group = 0
    for order, row in enumerate(_MODES[mode]):
        if isinstance(row, str):
            group += 1
            continue
        spec, special = row
        specs.append((spec, Rule(order=order, group=group, spec=spec, **special)))
    return Tree(specs)


def place_of(mode: str, header: Words) -> str:
    """Return the part of the prompt that names a place: ``-if-Et1``."""
    if mode.startswith("interface"):
        return f"-if-{short_name(header[1])}"
    if mode in ("vlan", "acl"):
        return f"-{mode}-{header[-1]}"
    return _PROMPTS.get(mode, "")
