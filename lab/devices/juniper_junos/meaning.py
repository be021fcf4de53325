"""What a committed configuration means to the lab's world.

In: a configuration tree and the ports the hardware has. Out: ``lab.model.DeviceSetting``, free of Junos words; a routed
VLAN interface is called ``Vlan99`` there, whatever its ``irb`` unit is called. Called by the device after every commit.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, Literal

from lab.devices.juniper_junos.tree import Section
from lab.setting import DeviceSetting, PortSetting, RouteSetting

AMNESIAC = "Amnesiac"
NEVER_FLAPS = (10**6, 1)
"""A switch of this kind does not shut a port because its link comes and goes."""
_UPLINKS = 4
_SPEEDS: dict[str, Literal["auto", "10", "100", "1000"]] = {"10m": "10", "100m": "100", "1g": "1000"}
_DUPLEX: dict[str, Literal["auto", "full", "half"]] = {"full-duplex": "full", "half-duplex": "half"}
_COPPER = re.compile(r"-(24|48|12)")
_DEFAULT = IPv4Network("0.0.0.0/0")


@lru_cache
def hardware(model: str) -> tuple[str, ...]:
    """Return the ports of a model: the copper ones, then the uplinks."""
    found = _COPPER.search(model)
    copper = int(found[1]) if found else 24
    return (*(f"ge-0/0/{n}" for n in range(copper)), *(f"xe-0/1/{n}" for n in range(_UPLINKS)))


def meaning(config: Section, ports: tuple[str, ...]) -> DeviceSetting:
    """Return everything in the configuration that the world acts on."""
    vlans = vlan_ids(config)
    routes = tuple(_route(name, section) for name, section in config.names("routing-options", "static", "route"))
    return DeviceSetting(
        hostname=config.value("system", "host-name") or AMNESIAC,
        ports={**{name: _port(config, name, vlans) for name in ports}, **_routed_vlans(config)},
        vlans=frozenset(vlans.values()),
        routes=routes,
        flap_limit=NEVER_FLAPS,
        cdp_hold_seconds=_number(config, 30, "lldp", "advertisement-interval")
        * _number(config, 4, "lldp", "hold-multiplier"),
        mac_aging_seconds=_number(config, 300, "l2-learning", "global-mac-table-aging-time"),
        time_servers=tuple(IPv4Address(name) for name, _ in config.names("system", "ntp", "server")),
        gateway=next(
            (r.next_hop for r in routes if r.prefix == _DEFAULT and isinstance(r.next_hop, IPv4Address)), None
        ),
    )


def _number(config: Section, default: int, *path: str) -> int:
    return int(config.value("protocols", *path) or default)


def vlan_ids(config: Section) -> dict[str, int]:
    """Return the number of each VLAN that has one, by its name."""
    named = ((name, section.value("vlan-id")) for name, section in config.names("vlans", "vlan"))
    return {name: int(number) for name, number in named if number is not None}


def irb_vlans(config: Section) -> dict[str, int]:
    """Return the VLAN of each routed interface: ``irb.99`` -> 99."""
    named = ((section.value("l3-interface"), section.value("vlan-id")) for _, section in config.names("vlans", "vlan"))
    return {irb: int(number) for irb, number in named if irb is not None and number is not None}


def world_name(config: Section, interface: str) -> str:
    """Return what the world calls an interface, logical or physical."""
    vlan = irb_vlans(config).get(interface)
    if vlan is not None:
        return f"Vlan{vlan}"
    return interface.partition(".")[0]


def junos_name(config: Section, port: str) -> str:
    """Return what Junos calls a port of the world: the logical interface that carries packets."""
    if not port.startswith("Vlan"):
        return port if port.startswith(("irb", "lo0")) else f"{port}.0"
    number = int(port.removeprefix("Vlan"))
    return next((irb for irb, vlan in irb_vlans(config).items() if vlan == number), f"irb.{number}")


def _port(config: Section, name: str, vlans: dict[str, int]) -> PortSetting:
    section = config.at("interfaces", name)
    power = _power(config, name)
    if section is None:
        return _shared(name=name, power=power)
    switching = section.at("unit", "0", "family", "ethernet-switching")
    level, shuts = _storm(config, switching)
    return _shared(
        name=name,
        shutdown=section.has("disable") or section.has("unit", "0", "disable"),
        power=power,
        address=_address(section.at("unit", "0", "family", "inet")),
        description=section.value("description") or section.value("unit", "0", "description") or "",
        speed=_SPEEDS.get(section.value("speed") or "", "auto"),
        duplex=_duplex(section),
        native_vlan=int(section.value("native-vlan-id") or 1),
        storm_level=level,
        storm_shuts=shuts,
        **_membership(switching, vlans),
    )


def _duplex(section: Section) -> Literal["auto", "full", "half"]:
    """The mode that is forced upon the other end: one that is only preferred is still negotiated."""
    forced = section.has("ether-options", "no-auto-negotiation")
    return _DUPLEX.get(section.value("link-mode") or "", "auto") if forced else "auto"


def _membership(switching: Section | None, vlans: dict[str, int]) -> dict[str, Any]:
    if switching is None:
        return {"mode": "routed"}
    members = switching.values("vlan", "members")
    numbers = _numbers(members, vlans)
    if switching.value("interface-mode") == "trunk":
        return {"mode": "trunk", "allowed": None if "all" in members else numbers}
    return {"mode": "access", "access_vlan": min(numbers, default=1)}


def _numbers(members: tuple[str, ...], vlans: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for member in members:
        low, _, high = member.partition("-")
        if member in vlans:
            found.add(vlans[member])
        elif low.isdigit() and (high or low).isdigit():
            found.update(range(int(low), int(high or low) + 1))
    return frozenset(found)


def _storm(config: Section, switching: Section | None) -> tuple[float | None, bool]:
    name = switching.value("storm-control") if switching is not None else None
    profile = config.at("forwarding-options", "storm-control-profiles", name) if name else None
    level = profile.value("all", "bandwidth-percentage") if profile is not None else None
    return float(level) if level else None, profile is not None and profile.has("action-shutdown")


def _power(config: Section, name: str) -> Literal["auto", "never"]:
    """Ports feed what hangs on them only where PoE is configured."""
    own = config.at("poe", "interface", name)
    chosen = own if own is not None else config.at("poe", "interface", "all")
    return "never" if chosen is None or chosen.has("disable") else "auto"


def _address(inet: Section | None) -> IPv4Interface | Literal["dhcp"] | None:
    if inet is None:
        return None
    if inet.has("dhcp"):
        return "dhcp"
    return next((IPv4Interface(name) for name, _ in inet.names("address")), None)


def _routed_vlans(config: Section) -> dict[str, PortSetting]:
    found = {}
    whole = config.at("interfaces", "irb")
    for irb, vlan in irb_vlans(config).items():
        unit = whole.at("unit", irb.partition(".")[2]) if whole is not None else None
        if whole is not None and unit is not None:
            found[f"Vlan{vlan}"] = _shared(
                name=f"Vlan{vlan}",
                shutdown=whole.has("disable") or unit.has("disable"),
                address=_address(unit.at("family", "inet")),
                description=unit.value("description") or "",
            )
    return found


def _route(prefix: str, section: Section) -> RouteSetting:
    hop = section.value("next-hop")
    return RouteSetting(
        prefix=IPv4Network(prefix, strict=False),
        next_hop=IPv4Address(hop) if hop else None,
        interface="Null0" if section.has("discard") else None,
        distance=int(section.value("preference") or 5),
    )


@lru_cache(maxsize=4096)
def _shared(**fields: Any) -> PortSetting:
    """Return the setting; equal ports of many devices share one."""
    return PortSetting(**fields)
