"""The table of supported configuration commands, one list per mode, in the order ``show running-config`` prints them.

``"!"`` starts a new group (IOS prints a separator). The notation of specs is explained in ``grammar``.
"""

from collections.abc import Sequence
from functools import cache

from lab.devices.cisco_ios.command_rows import Row
from lab.devices.cisco_ios.command_rows import command as _c
from lab.devices.cisco_ios.global_commands import GLOBAL
from lab.devices.cisco_ios.grammar import Tree
from lab.devices.cisco_ios.rule import Rule
from lab.devices.cisco_ios.rules import (
    by_direction,
    by_policy,
    check_address,
    check_neighbour,
    merge_vlans,
    neighbour_of,
    section_mode,
)

_COMMON_INTERFACE: Sequence[Row] = (_c("description : <rest>"),)
_SWITCHPORT: Sequence[Row] = (
    _c("switchport", on=True),
    _c("switchport access vlan : <1-4094>", default="1"),
    _c("switchport trunk encapsulation : (dot1q|isl|negotiate)"),
    _c("switchport trunk native vlan : <1-4094>", default="1"),
    _c(
        "switchport trunk allowed vlan : (<vlans>|all|none|add <vlans>|remove <vlans>|except <vlans>)",
        merge=merge_vlans,
    ),
    _c("switchport mode : (access|trunk|dynamic auto|dynamic desirable)", default="dynamic auto"),
    _c("switchport nonegotiate"),
    _c("switchport voice vlan : <1-4094>"),
    _c("switchport port-security : [<rest>]"),
    _c("storm-control (broadcast|multicast|unicast) level : <rest>"),
    _c("storm-control action (shutdown|trap)"),
    _c("ip dhcp snooping trust"),
    _c("ip dhcp snooping limit rate : <1-2048>"),
    _c("ip arp inspection trust"),
)
_ENCAPSULATION: Sequence[Row] = (_c("encapsulation dot1Q : <1-4094> [native]"),)
_ROUTED: Sequence[Row] = (
    _c("ip address : dhcp"),
    _c("ip address : <ip> <mask>", check=check_address),
    _c("ip address <ip> <mask> secondary"),
    _c("ip access-group <word> (in|out)", key=by_direction),
    _c("ip helper-address <ip>"),
    _c("ip (redirects|proxy-arp|unreachables)", on=True),
    _c("ip nat (inside|outside)"),
    _c("ip mtu : <68-9216>"),
    _c("ip tcp adjust-mss : <500-1460>"),
    _c("mtu : <64-9216>"),
    _c("ip dhcp client : <rest>"),
    _c("standby version : (1|2)", default="1"),
    _c("standby <0-255> ip : <ip>"),
    _c("standby <0-255> timers : <1-254> <1-255>", default="3 10"),
    _c("standby <0-255> priority : <0-255>", default="100"),
    _c("standby <0-255> preempt : [delay minimum <0-3600>]"),
    _c("standby <0-255> authentication : [text] <word>"),
    _c("standby <0-255> track <1-1000> : [decrement <1-255>]"),
    _c("bandwidth : <1-10000000>"),
    _c("delay : <1-16777215>"),
    _c("service-policy (input|output) : <word>"),
    _c("rate-limit (input|output) : <8000-2000000000> <1000-512000000> <2000-1024000000> <rest>"),
)
_STATE: Sequence[Row] = (_c("shutdown"),)
_TUNNEL: Sequence[Row] = (
    _c("tunnel source : <iface>"),
    _c("tunnel mode : (gre ip|ipsec ipv4)", default="gre ip"),
    _c("tunnel destination : <ip>"),
    _c("tunnel protection ipsec profile : <word>"),
)
_PHYSICAL: Sequence[Row] = (
    _c("load-interval : <30-600>", default="300"),
    _c("speed : (auto|10|100|1000)", default="auto"),
    _c("duplex : (auto|full|half)", default="auto"),
    _c("media-type : <word>"),
    _c("negotiation auto"),
    _c("keepalive : <1-32767>"),
    _c("encapsulation : (slip|ppp)"),
    _c("dialer <rest>"),
    _c("pulse-time : <1-65535>"),
    _c("async mode interactive"),
    _c("cdp enable", on=True),
    _c("lldp (transmit|receive)", on=True),
    _c("channel-group : <1-255> mode <word>"),
)
_SWITCH_PHYSICAL: Sequence[Row] = (
    _c("power inline : (auto|never|static) [max <4000-60000>]", default="auto"),
    _c("spanning-tree portfast : [(edge|trunk|edge trunk|disable)]"),
    _c("spanning-tree (bpduguard|bpdufilter) : (enable|disable)"),
    _c("spanning-tree guard : <word>"),
    _c("spanning-tree link-type : <word>"),
    _c("udld port : [aggressive]"),
)
_CLASS_MAP: Sequence[Row] = (_c("description : <rest>"), _c("match <rest>"))
_POLICY_MAP: Sequence[Row] = (_c("description : <rest>"), _c("class <word>", opens=section_mode("policy-class")))
_POLICY_CLASS: Sequence[Row] = (
    _c("(priority|bandwidth) : [(percent|remaining percent)] <1-10000000>"),
    _c("shape average : <8000-4294967295>"),
    _c("police : <rest>"),
    _c("set (dscp|ip dscp|cos|precedence) : <word>"),
    _c("queue-limit : <rest>"),
    _c("(fair-queue|random-detect)"),
    _c("service-policy : <word>"),
)
_BGP: Sequence[Row] = (
    _c("bgp router-id : <ip>"),
    _c("bgp log-neighbor-changes"),
    _c("bgp (bestpath|graceful-restart|deterministic-med) [<rest>]"),
    _c("timers bgp : <0-65535> <0-65535>", default="60 180"),
    _c("network <ip> [mask <mask>]"),
    _c("redistribute (connected|static) : [<rest>]"),
    _c("neighbor <ip> ~ remote-as : <1-4294967295>", also_drops=neighbour_of),
    _c("neighbor <ip> description : <rest>", check=check_neighbour),
    _c("neighbor <ip> shutdown", check=check_neighbour),
    _c("neighbor <ip> password : [<0-7>] <word>", check=check_neighbour),
    _c("neighbor <ip> ebgp-multihop : [<1-255>]", check=check_neighbour),
    _c("neighbor <ip> update-source : <iface>", check=check_neighbour),
    _c("neighbor <ip> timers : <0-65535> <0-65535>", check=check_neighbour),
    _c("neighbor <ip> fall-over : [bfd]", check=check_neighbour),
    _c("neighbor <ip> (send-community|next-hop-self|soft-reconfiguration inbound)", check=check_neighbour),
    _c("neighbor <ip> weight : <0-65535>", check=check_neighbour),
    _c(
        "neighbor <ip> (prefix-list|route-map|distribute-list|filter-list) <word> (in|out)",
        check=check_neighbour,
        key=by_policy,
    ),
    _c("neighbor <ip> maximum-prefix : <1-2147483647> [<1-100>]", check=check_neighbour),
    _c("maximum-paths : <1-32>", default="1"),
)

_MODES: dict[str, Sequence[Row]] = {
    "global": GLOBAL,
    "interface-switch": (*_COMMON_INTERFACE, *_SWITCHPORT, *_ROUTED, *_STATE, *_PHYSICAL, *_SWITCH_PHYSICAL),
    "interface-routed": (*_COMMON_INTERFACE, *_ROUTED, *_STATE, *_PHYSICAL),
    "interface-sub": (*_COMMON_INTERFACE, *_ENCAPSULATION, *_ROUTED, *_STATE),
    "interface-svi": (*_COMMON_INTERFACE, *_ROUTED, *_STATE),
    "interface-logical": (*_COMMON_INTERFACE, *_ROUTED, *_TUNNEL, *_STATE),
    "vlan": (_c("name : <word>"), _c("state : (active|suspend)", default="active"), _c("shutdown")),
    "dhcp-pool": (
        _c("network : <ip> <mask>"),
        _c("default-router : <ip> [<ip>]"),
        _c("dns-server : <ip> [<ip>]"),
        _c("domain-name : <word>"),
        _c("lease : (infinite|<0-365> [<0-23> [<0-59>]])", default="1"),
        _c("option <0-254> : <rest>"),
        _c("host : <ip> [<mask>]"),
        _c("client-identifier : <word>"),
    ),
    "sla": (
        _c("icmp-echo : <word> [(source-interface <iface>|source-ip <ip>)]"),
        _c("dns : <word> name-server <ip> [(source-interface <iface>|source-ip <ip>)]"),
        _c("tcp-connect : <word> <1-65535> [(source-ip <ip>|control disable|source-ip <ip> control disable)]"),
        _c("http : (get|raw) <word> [(source-ip <ip>|name-server <ip>|name-server <ip> source-ip <ip>)]"),
        _c("http : secure (get|head) <word> [(source-ip <ip>|name-server <ip>|name-server <ip> source-ip <ip>)]"),
        _c("udp-jitter : <rest>"),
        _c("tag : <rest>"),
        _c("threshold : <0-60000>", default="5000"),
        _c("request-data-size : <0-16384>"),
        _c("timeout : <0-604800000>", default="5000"),
        _c("frequency : <1-604800>", default="60"),
        _c("tos : <0-255>"),
    ),
    "track": (_c("delay : <rest>"),),
    "class-map": _CLASS_MAP,
    "policy-map": _POLICY_MAP,
    "policy-class": _POLICY_CLASS,
    "bgp": _BGP,
    "route-map": (
        _c("description : <rest>"),
        _c("match (ip address|ip address prefix-list|as-path|community|tag) : <rest>"),
        _c("set (local-preference|metric|weight|tag) : <0-4294967295>"),
        _c("set (as-path prepend|community|ip next-hop) : <rest>"),
    ),
    "acl": (
        _c("(permit|deny|remark) <rest>", numbered=True),
        _c("<1-2147483647> ~ (permit|deny|remark) <rest>", numbered=True),
    ),
    "archive": (
        _c("log config", opens=section_mode("archive-log")),
        _c("path : <rest>"),
        _c("maximum : <1-14>", default="10"),
        _c("write-memory"),
        _c("time-period : <1-525600>"),
    ),
    "archive-log": (
        _c("logging enable"),
        _c("logging size : <1-1000>", default="100"),
        _c("hidekeys"),
        _c("notify syslog : [<rest>]"),
    ),
    "line": (
        _c("access-class : <word> in"),
        _c("exec-timeout : <0-35791> [<0-2147483>]", default="10 0"),
        _c("privilege level : <0-15>", default="1"),
        _c("password : [(0|7)] <word>"),
        _c("logging synchronous : [<rest>]"),
        _c("login : [(local|authentication <word>)]"),
        _c("length : <0-512>", default="24"),
        _c("width : <0-512>", default="80"),
        _c("transport (input|output|preferred) : <rest>"),
        _c("stopbits : <word>"),
        _c("session-timeout : <0-35791>"),
        _c("history size : <0-256>"),
    ),
    "isakmp": (
        _c("encryption : (des|3des|aes|aes 128|aes 192|aes 256)", default="des"),
        _c("hash : (md5|sha|sha256|sha384|sha512)", default="sha"),
        _c("authentication : (pre-share|rsa-sig|rsa-encr)", default="rsa-sig"),
        _c("group : <1-24>", default="1"),
        _c("lifetime : <60-86400>", default="86400"),
    ),
    "transform-set": (_c("mode : (tunnel|transport)", default="tunnel"),),
    "ipsec-profile": (_c("set transform-set : <word>"), _c("set pfs : <word>")),
    "radius-server": (
        _c("address ipv4 : <ip> [auth-port <0-65535>] [acct-port <0-65535>]"),
        _c("timeout : <1-1000>", default="5"),
        _c("retransmit : <0-100>", default="3"),
        _c("key : [<0-7>] <word>"),
    ),
    "radius-group": (_c("server name <word>"), _c("deadtime : <1-1440>")),
    "empty": (),
}

PROMPTS = {
    "global": "(config)",
    "vlan": "(config-vlan)",
    "dhcp-pool": "(dhcp-config)",
    "sla": "(config-ip-sla)",
    "track": "(config-track)",
    "acl": "(config-ext-nacl)",
    "archive": "(config-archive)",
    "archive-log": "(config-archive-log-cfg)",
    "line": "(config-line)",
    "class-map": "(config-cmap)",
    "policy-map": "(config-pmap)",
    "policy-class": "(config-pmap-c)",
    "bgp": "(config-router)",
    "route-map": "(config-route-map)",
    "isakmp": "(config-isakmp)",
    "transform-set": "(cfg-crypto-trans)",
    "ipsec-profile": "(ipsec-profile)",
    "radius-server": "(config-radius-server)",
    "radius-group": "(config-sg-radius)",
    "empty": "(config-cp)",
    "interface-sub": "(config-subif)",
}


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


def prompt_of(mode: str) -> str:
    """Return the part of the prompt that names a mode: ``(config-if)``."""
    return PROMPTS.get(mode, "(config-if)")
