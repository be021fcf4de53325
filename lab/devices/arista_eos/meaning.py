"""What a running configuration means to the lab's world.

In: a ``Config``. Out: ``lab.model.DeviceSetting``, free of EOS words. Called by the device after every change. EOS
watches no DHCP servers (its snooping only tells who asked), so nothing is snooped whatever is configured.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network
from typing import Any, Literal

from lab.devices.arista_eos.access import filter_named
from lab.devices.arista_eos.config import Config
from lab.devices.arista_eos.names import kind_of
from lab.devices.config_tree import Section
from lab.devices.rule import Words
from lab.devices.tokens import vlan_numbers
from lab.filters import Direction, Filter
from lab.setting import DeviceSetting, PortSetting, RouteSetting

_DEFAULT = IPv4Network("0.0.0.0/0")
_SPEED = re.compile(r"(10|100|1000)(half|full)")


def meaning(config: Config) -> DeviceSetting:
    """Return everything in the configuration that the world acts on."""
    root = config.root
    routes = tuple(_route(words) for words in root.starting("ip", "route"))
    return DeviceSetting(
        hostname=config.hostname(),
        ports={name: _port(name, section) for name, section in config.interfaces() if kind_of(name) != "management"},
        vlans=frozenset({1} | set(_vlans(config))),
        routes=routes,
        filters=dict(_filters(config)),
        gateway=_gateway(routes),
        recovered_causes=frozenset(words[3] for words in root.starting("errdisable", "recovery", "cause")),
        recovery_seconds=_number(root, 300, "errdisable", "recovery", "interval"),
        flap_limit=_flaps(root),
        mac_aging_seconds=_number(root, 300, "mac", "address-table", "aging-time"),
        time_servers=tuple(_addresses(words[2] for words in root.starting("ntp", "server"))),
    )


def _gateway(routes: tuple[RouteSetting, ...]) -> IPv4Address | None:
    hops = (route.next_hop for route in routes if route.prefix == _DEFAULT)
    return next((hop for hop in hops if isinstance(hop, IPv4Address)), None)


def _addresses(words: Iterator[str]) -> Iterator[IPv4Address]:
    for word in words:
        try:
            yield IPv4Address(word)
        except AddressValueError:
            continue


def _vlans(config: Config) -> Iterator[int]:
    """VLANs that carry traffic: suspended ones do not."""
    for words, section in config.sections("vlan"):
        if section.value("state") is None:
            yield int(words[1])


def _filters(config: Config) -> Iterator[tuple[tuple[str, Direction], Filter]]:
    directions: tuple[Direction, ...] = ("in", "out")
    for name, section in config.interfaces():
        for direction in directions:
            group = section.find("ip", "access-group", direction)
            rules = filter_named(config, group.words[2]) if group is not None else None
            if rules is not None:
                yield (name, direction), rules


def _number(section: Section, default: int, *key: str) -> int:
    value = section.value(*key)
    return int(value[0]) if value else default


def _flaps(root: Section) -> tuple[int, int]:
    value = root.value("errdisable", "flap-setting", "cause", "link-flap", "max-flaps")
    return (int(value[0]), int(value[2])) if value else (5, 10)


def _port(name: str, section: Section) -> PortSetting:
    return _shared(
        name=name,
        shutdown=section.has("shutdown"),
        mode=_mode(name, section),
        access_vlan=_number(section, 1, "switchport", "access", "vlan"),
        native_vlan=_number(section, 1, "switchport", "trunk", "native", "vlan"),
        allowed=_allowed(section),
        power="never" if section.has("poe", "disabled") else "auto",
        address=_address(section),
        description=" ".join(section.value("description") or ()),
        speed=_speed(section),
        duplex=_duplex(section),
        storm_level=_storm_level(section),
    )


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
    return "dhcp" if value[0] == "dhcp" else IPv4Interface(value[0])


def _forced(section: Section) -> re.Match[str] | None:
    value = section.value("speed", "forced") or section.value("speed") or ("auto",)
    return _SPEED.fullmatch(value[0])


def _speed(section: Section) -> Literal["auto", "10", "100", "1000"]:
    found = _forced(section)
    speeds: dict[str, Literal["10", "100", "1000"]] = {"10": "10", "100": "100", "1000": "1000"}
    return speeds[found[1]] if found is not None else "auto"


def _duplex(section: Section) -> Literal["auto", "full", "half"]:
    """Both or neither are negotiated."""
    found = _forced(section)
    return "auto" if found is None else "half" if found[2] == "half" else "full"


def _storm_level(section: Section) -> float | None:
    """Percent of the link that broadcasts may take; more of them is dropped."""
    value = section.value("storm-control", "broadcast", "level") or section.value("storm-control", "all", "level")
    first = value[0].split()[0] if value else ""
    return float(first) if first.replace(".", "", 1).isdigit() else None


def _route(words: Words) -> RouteSetting:
    """Read ``ip route PREFIX (HOP | INTERFACE) [DISTANCE]``."""
    hop = words[3]
    is_address = hop[0].isdigit()
    return RouteSetting(
        prefix=IPv4Network(words[2], strict=False),
        next_hop=IPv4Address(hop) if is_address else None,
        interface=None if is_address else hop,
        distance=int(words[4]) if len(words) > 4 else 1,  # noqa: PLR2004
    )
