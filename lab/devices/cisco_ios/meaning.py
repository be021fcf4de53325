"""What a running configuration means to the lab's world.

In: a ``Config``. Out: ``lab.model.DeviceSetting``, free of IOS words. Called by the device after every change.
"""

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, Literal

from lab.devices.cisco_ios.access import filter_on
from lab.devices.cisco_ios.config import Config, Section
from lab.devices.cisco_ios.meaning_bgp import bgp_meaning
from lab.devices.cisco_ios.meaning_policy import limit_kbps
from lab.devices.cisco_ios.meaning_services import snooped_vlans, standby_groups, time_servers
from lab.devices.cisco_ios.meaning_track import tracks
from lab.devices.cisco_ios.meaning_tunnels import tunnel_meaning
from lab.devices.cisco_ios.names import kind_of, long_name
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tokens import vlan_numbers
from lab.filters import Direction, Filter
from lab.setting import DeviceSetting, PoolSetting, PortSetting, ProbeSetting, RouteSetting

_DAY = 86400
_FOREVER = 10 * 365 * _DAY
_DEFAULT_VLAN = 1
ETHERNET = 1500


def meaning(config: Config) -> DeviceSetting:
    """Return everything in the configuration that the world acts on."""
    root = config.root
    excluded = _excluded(root)
    return DeviceSetting(
        hostname=config.hostname(),
        ports={name: _port(name, section, root) for name, section in config.interfaces()},
        vlans=_vlans(root),
        pools=tuple(
            pool
            for words, section in config.sections("ip", "dhcp", "pool")
            if (pool := _pool(words[3], section, excluded)) is not None
        ),
        probes=tuple(
            probe
            for words, section in config.sections("ip", "sla")
            if (probe := _probe(int(words[2]), section, root)) is not None
        ),
        routes=tuple(_route(words) for words in root.starting("ip", "route")),
        tracks=tracks(config),
        filters=dict(_filters(config)),
        gateway=_gateway(root),
        bgp=bgp_meaning(config),
        cdp_hold_seconds=_number(root, 180, "cdp", "holdtime"),
        recovered_causes=frozenset(words[3] for words in root.starting("errdisable", "recovery", "cause")),
        recovery_seconds=_number(root, 300, "errdisable", "recovery", "interval"),
        flap_limit=_flaps(root),
        mac_aging_seconds=_number(root, 300, "mac", "address-table", "aging-time"),
        snooped=snooped_vlans(root),
        tunnels=tuple(tunnel_meaning(config)),
        time_servers=time_servers(root),
    )


def _filters(config: Config) -> Iterator[tuple[tuple[str, Direction], Filter]]:
    directions: tuple[Direction, ...] = ("in", "out")
    for name, section in config.interfaces():
        for direction in directions:
            rules = filter_on(config.root, section, direction)
            if rules is not None:
                yield (name, direction), rules


def _gateway(root: Section) -> IPv4Address | None:
    value = root.value("ip", "default-gateway")
    return IPv4Address(value[0]) if value else None


def _number(section: Section, default: int, *key: str) -> int:
    value = section.value(*key)
    return int(value[0]) if value else default


def _vlans(root: Section) -> frozenset[int]:
    """VLANs that carry traffic: suspended and shut ones do not."""
    return frozenset(
        int(entry.words[1])
        for key, entry in root.entries.items()
        if key[0] == "vlan"
        and entry.section is not None
        and not entry.section.has("shutdown")
        and entry.section.value("state") is None
    )


def _port(name: str, section: Section, root: Section) -> PortSetting:
    native = _number(section, _DEFAULT_VLAN, "switchport", "trunk", "native", "vlan")
    tag = section.value("encapsulation", "dot1Q")
    return _shared(
        name=name,
        shutdown=section.has("shutdown"),
        mode=_mode(name, section),
        access_vlan=_number(section, _DEFAULT_VLAN, "switchport", "access", "vlan"),
        native_vlan=native,
        allowed=_allowed(section),
        power="never" if section.value("power", "inline") == ("never",) else "auto",
        address=_address(section),
        tag=int(tag[0]) if tag else None,
        description=" ".join(section.value("description") or ()),
        speed=(section.value("speed") or ("auto",))[0],
        duplex=(section.value("duplex") or ("auto",))[0],
        storm_level=_storm_level(section),
        storm_shuts=section.has("storm-control", "action", "shutdown"),
        trusted=section.has("ip", "dhcp", "snooping", "trust"),
        standby=standby_groups(section),
        mtu=_number(section, ETHERNET, "ip", "mtu"),
        mss=_number(section, 0, "ip", "tcp", "adjust-mss") or None,
        quiet=_is_off(section, "ip", "unreachables"),
        limit_kbps=limit_kbps(root, section),
    )


def _is_off(section: Section, *key: str) -> bool:
    entry = section.find(*key)
    return entry is not None and entry.negated


def _storm_level(section: Section) -> float | None:
    """Percent of the link; limits in bits or packets a second are taken for none."""
    value = section.value("storm-control", "broadcast", "level")
    first = value[0].split()[0] if value else ""
    return float(first) if first.replace(".", "", 1).isdigit() else None


def _flaps(root: Section) -> tuple[int, int]:
    value = root.value("errdisable", "flap-setting", "cause", "link-flap")
    return (int(value[1]), int(value[3])) if value else (5, 10)


@lru_cache(maxsize=4096)
def _shared(**fields: Any) -> PortSetting:
    """Return the setting; equal ports of many devices share one."""
    return PortSetting(**fields)


def _mode(name: str, section: Section) -> Literal["routed", "access", "trunk"]:
    switchport = section.find("switchport")
    if kind_of(name) != "switch" or (switchport is not None and switchport.negated):
        return "routed"
    return "trunk" if section.value("switchport", "mode") == ("trunk",) else "access"


def _allowed(section: Section) -> frozenset[int] | None:
    value = section.value("switchport", "trunk", "allowed", "vlan")
    return None if value is None else vlan_numbers(value[0]) or frozenset()


def _address(section: Section) -> IPv4Interface | Literal["dhcp"] | None:
    value = section.value("ip", "address")
    if value is None:
        return None
    return "dhcp" if value[0] == "dhcp" else IPv4Interface(f"{value[0]}/{value[1]}")


def _excluded(root: Section) -> frozenset[IPv4Address]:
    found: set[IPv4Address] = set()
    for words in root.starting("ip", "dhcp", "excluded-address"):
        first, last = int(IPv4Address(words[3])), int(IPv4Address(words[-1]))
        found.update(IPv4Address(number) for number in range(first, min(last, first + 4096) + 1))
    return frozenset(found)


def _pool(name: str, section: Section, excluded: frozenset[IPv4Address]) -> PoolSetting | None:
    network = section.value("network")
    if network is None:
        return None
    subnet = IPv4Network("/".join(network), strict=False)
    router = section.value("default-router")
    return PoolSetting(
        name=name,
        network=subnet,
        router=IPv4Address(router[0]) if router else None,
        lease_seconds=_lease(section.value("lease")),
        excluded=frozenset(address for address in excluded if address in subnet),
    )


def _lease(value: Words | None) -> int:
    if value is None:
        return _DAY
    if value == ("infinite",):
        return _FOREVER
    return sum(int(part) * unit for part, unit in zip(value, (_DAY, 3600, 60), strict=False))


def _probe(number: int, section: Section, root: Section) -> ProbeSetting | None:
    kinds: tuple[Literal["icmp-echo", "dns", "tcp-connect", "http"], ...] = ("icmp-echo", "dns", "tcp-connect", "http")
    kind = next((name for name in kinds if section.value(name) is not None), None)
    if kind is None:
        return None
    words = " ".join(section.value(kind) or ()).split()
    words = words[1 + (words[0] == "secure") :] if kind == "http" else words
    port = int(words.pop(1)) if kind == "tcp-connect" else 0
    options = dict(zip(words[1::2], words[2::2], strict=False))
    return ProbeSetting(
        number=number,
        kind=kind,
        target=words[0],
        port=port,
        source=options.get("source-interface") or options.get("source-ip"),
        name_server=options.get("name-server"),
        frequency_seconds=_number(section, 60, "frequency"),
        timeout_ms=_number(section, 5000, "timeout"),
        scheduled="start-time now" in " ".join(root.value("ip", "sla", "schedule", str(number)) or ()),
    )


def _route(words: Words) -> RouteSetting:
    """Read ``ip route PREFIX MASK (dhcp | IFACE [dhcp|GW] | GW) [DISTANCE] [track N]``."""
    prefix, rest = IPv4Network(f"{words[2]}/{words[3]}", strict=False), list(words[4:])
    interface = rest.pop(0) if long_name(rest[0]) else None
    next_hop: IPv4Address | Literal["dhcp"] | None = None
    if rest and rest[0] == "dhcp":
        next_hop = "dhcp"
        rest.pop(0)
    elif rest and "." in rest[0]:
        next_hop = IPv4Address(rest.pop(0))
    default = 254 if next_hop == "dhcp" else 1
    distance = int(rest[0]) if rest and rest[0].isdigit() else default
    track = int(rest[rest.index("track") + 1]) if "track" in rest else None
    return RouteSetting(prefix=prefix, next_hop=next_hop, interface=interface, distance=distance, track=track)
