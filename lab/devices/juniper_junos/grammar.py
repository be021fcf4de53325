"""The statements an EX switch of a store knows, in the order Junos shows them.

In: nothing. Out: ``ROOT``, the rule of the whole configuration. Used by ``tree``. What is not here is a syntax error,
as a mistyped word is on a real switch.
"""

from lab.devices.juniper_junos.rule import (
    Rule,
    address,
    box,
    flag,
    leaf,
    leaves,
    matching,
    named,
    number,
    one_of,
    prefix,
)

MAX_VLAN = 4094
_PORT = matching(r"(ge|xe|mge)-\d+/\d+/\d+|irb|lo0|me0|vme|ae\d+", "invalid interface name '{}'")
_UNIT_PORT = matching(r"all|(ge|xe|mge)-\d+/\d+/\d+(\.\d+)?|irb\.\d+|ae\d+(\.\d+)?", "invalid interface name '{}'")
_IRB = matching(r"(irb|vlan)\.\d+", "invalid interface name '{}'")
_WORD = matching(r"[A-Za-z0-9_.:-]+", "invalid value '{}'")
_LEVEL = one_of("any", "alert", "critical", "emergency", "error", "info", "none", "notice", "warning")

_STORM = matching(r"[A-Za-z0-9_-]+", "invalid value '{}'")
_SWITCHING = box(
    "ethernet-switching",
    leaf("interface-mode", one_of("access", "trunk")),
    box("vlan", leaves("members", matching(r"[A-Za-z0-9_.-]+", "invalid value '{}'"))),
    leaf("storm-control", _STORM),
    box("recovery-timeout"),
    presence=True,
)
_INET = box(
    "inet",
    box("dhcp", leaf("client-identifier"), presence=True),
    named("address", flag("primary"), flag("preferred"), check=prefix),
    leaf("mtu", number(256, 9192)),
    presence=True,
)
_UNIT = named(
    "unit",
    leaf("description"),
    flag("disable"),
    leaf("vlan-id", number(1, MAX_VLAN)),
    box("family", _INET, _SWITCHING, glued=True),
    check=number(0, 16385),
)
INTERFACES = box(
    "interfaces",
    named(
        "interface",
        leaf("description"),
        flag("disable"),
        leaf("mtu", number(256, 9216)),
        leaf("speed", one_of("10m", "100m", "1g", "10g", "auto")),
        leaf("link-mode", one_of("automatic", "full-duplex", "half-duplex")),
        box("ether-options", flag("auto-negotiation"), flag("no-auto-negotiation"), leaf("speed")),
        leaf("native-vlan-id", number(0, MAX_VLAN)),
        flag("vlan-tagging"),
        _UNIT,
        check=_PORT,
        bare=True,
    ),
)
_LOGIN = box(
    "login",
    named("class", leaf("idle-timeout", number(0, 100000)), leaves("permissions")),
    named(
        "user",
        leaf("full-name"),
        leaf("uid", number(100, 64000)),
        leaf("class"),
        box("authentication", Rule("encrypted-password", "leaf", secret=True), Rule("ssh-rsa", "leaf", secret=True)),
    ),
    leaf("message"),
)
_SYSLOG_LEVELS = tuple(
    leaf(facility, _LEVEL)
    for facility in ("any", "authorization", "change-log", "daemon", "interactive-commands", "kernel")
)
SYSTEM = box(
    "system",
    leaf("host-name", matching(r"[A-Za-z0-9_.-]{1,255}", "invalid host name '{}'")),
    leaf("domain-name"),
    leaf("time-zone", matching(r"[A-Za-z0-9_/+-]+", "invalid time zone '{}'")),
    box("root-authentication", leaf("encrypted-password", secret=True)),
    named("name-server", check=address),
    _LOGIN,
    box(
        "services",
        box(
            "ssh", leaf("root-login", one_of("allow", "deny", "deny-password")), leaf("protocol-version"), presence=True
        ),
        box("netconf", box("ssh", leaf("port", number(1, 65535)), presence=True), flag("rfc-compliant")),
        leaf("max-sessions"),
    ),
    box("syslog", named("user", *_SYSLOG_LEVELS), named("host", *_SYSLOG_LEVELS), named("file", *_SYSLOG_LEVELS)),
    box("ntp", named("server", flag("prefer"), check=address)),
    leaf("max-configurations-on-flash", number(0, 49)),
    leaf("max-configuration-rollbacks", number(0, 49)),
)
_SWITCHED_PORT = named("interface", flag("disable"), flag("edge"), flag("no-root-port"), check=_UNIT_PORT)
ROOT = box(
    "configuration",
    leaf("version"),
    SYSTEM,
    box("chassis", box("alarm", box("management-ethernet", leaf("link-down", one_of("ignore", "red", "yellow"))))),
    INTERFACES,
    box(
        "snmp",
        leaf("location"),
        leaf("contact"),
        named("community", leaf("authorization", one_of("read-only", "read-write")), check=_WORD),
    ),
    box(
        "forwarding-options",
        named(
            "storm-control-profiles",
            box("all", leaf("bandwidth-level"), leaf("bandwidth-percentage", number(0, 100)), presence=True),
            flag("action-shutdown"),
            check=_STORM,
        ),
    ),
    box(
        "routing-options",
        box(
            "static",
            named("route", leaf("next-hop", address), flag("discard"), leaf("preference"), check=prefix, inline=True),
        ),
        leaf("router-id", address),
    ),
    box(
        "protocols",
        box(
            "lldp",
            flag("disable"),
            leaf("advertisement-interval", number(5, 32768)),
            leaf("hold-multiplier", number(2, 10)),
            named("interface", flag("disable"), check=_UNIT_PORT),
        ),
        box("l2-learning", leaf("global-mac-table-aging-time", number(10, 64000))),
        box("lldp-med", named("interface", flag("disable"), check=_UNIT_PORT)),
        box("igmp-snooping", named("vlan", check=_WORD)),
        box("rstp", leaf("bridge-priority"), _SWITCHED_PORT, flag("bpdu-block-on-edge")),
    ),
    box(
        "poe",
        named(
            "interface",
            flag("disable"),
            leaf("priority", one_of("high", "low")),
            leaf("maximum-power"),
            check=_UNIT_PORT,
        ),
    ),
    box(
        "vlans",
        named(
            "vlan",
            leaf("description"),
            leaf("vlan-id", number(1, MAX_VLAN)),
            leaf("l3-interface", _IRB),
            check=matching(r"[A-Za-z0-9_.-]{1,255}", "invalid VLAN name '{}'"),
            bare=True,
        ),
    ),
)
