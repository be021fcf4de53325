"""What a switch knows of what is behind its ports, as rows.

In: a device. Out: MAC addresses, VLANs, LLDP neighbours, power, ARP and routes under Junos's names. Used by the RPCs
and by the shows, so both tell the same.
"""

from dataclasses import dataclass

from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.meaning import junos_name, vlan_ids
from lab.model import NeighborLook

LEASED_WATTS = 15.4
_ARP_SECONDS = 1200
_STATUS = {"on": "ON", "off": "OFF", "faulty": "FAULT", "power-deny": "OVERLOAD"}
_PROTOCOLS = {"S": "Static", "C": "Direct", "L": "Local", "B": "BGP"}


@dataclass(frozen=True, slots=True)
class MacRow:
    """A learned address."""

    name: str
    vlan: int
    mac: str
    interface: str


@dataclass(frozen=True, slots=True)
class VlanRow:
    """A VLAN and the interfaces in it; a star behind those that are up."""

    name: str
    tag: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArpRow:
    """An address on the wire."""

    mac: str
    address: str
    interface: str
    expires: int


@dataclass(frozen=True, slots=True)
class PoeRow:
    """Power on one port."""

    port: str
    enabled: bool
    status: str
    priority: str
    watts: float
    grade: str


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route in use."""

    prefix: str
    protocol: str
    preference: int
    to: str
    via: str


def _names(device: JunosDevice) -> dict[int, str]:
    return {tag: name for name, tag in vlan_ids(device.config).items()} | {1: "default"}


def mac_rows(device: JunosDevice) -> list[MacRow]:
    """Return the learned addresses, by VLAN and address."""
    names = _names(device)
    rows = [
        MacRow(names.get(look.vlan, f"vlan{look.vlan}"), look.vlan, look.mac, junos_name(device.config, look.port))
        for look in device.view.macs()
    ]
    return sorted(rows, key=lambda row: (row.name, row.mac))


def vlan_rows(device: JunosDevice) -> list[VlanRow]:
    """Return the VLANs by name; the one called ``default`` is always there."""
    setting, rows = device.setting, []
    up = {look.name for look in device.view.ports() if look.oper_up}
    for tag, name in sorted(_names(device).items(), key=lambda row: row[1]):
        members = tuple(
            f"{port.name}.0{'*' * (port.name in up)}"
            for port in setting.ports.values()
            if (port.mode == "access" and port.access_vlan == tag)
            or (port.mode == "trunk" and (tag in port.allowed if port.allowed is not None else tag in setting.vlans))
        )
        rows.append(VlanRow(name, tag, members))
    return rows


def lldp_rows(device: JunosDevice) -> list[NeighborLook]:
    """Return the neighbours on ports where LLDP runs; none where it is not configured."""
    lldp = device.config.at("protocols", "lldp")
    if lldp is None or lldp.has("disable"):
        return []
    return [look for look in device.view.neighbors() if _listens(device, look.local_port)]


def _listens(device: JunosDevice, port: str) -> bool:
    lldp = device.config.at("protocols", "lldp")
    if lldp is None:
        return False
    own = lldp.at("interface", port) or lldp.at("interface", f"{port}.0") or lldp.at("interface", "all")
    return own is not None and not own.has("disable")


def arp_rows(device: JunosDevice) -> list[ArpRow]:
    """Return what answered; the switch's own addresses are not among them."""
    return [
        ArpRow(
            look.mac,
            str(look.address),
            junos_name(device.config, look.interface),
            max(_ARP_SECONDS - look.age_minutes * 60, 1),
        )
        for look in device.view.arp()
        if look.mac is not None and look.age_minutes is not None
    ]


def poe_rows(device: JunosDevice) -> list[PoeRow]:
    """Return the ports that can feed power."""
    rows = []
    for look in device.view.poe():
        enabled = look.admin == "auto"
        own = device.config.at("poe", "interface", look.port) or device.config.at("poe", "interface", "all")
        priority = (own.value("priority") or "low") if own is not None else "low"
        status = _STATUS[look.oper] if enabled else "Disabled"
        grade = str(look.grade) if look.oper == "on" else "not-applicable"
        rows.append(PoeRow(look.port, enabled, status, priority.capitalize(), look.watts, grade))
    return rows


def route_rows(device: JunosDevice, prefix: str = "") -> list[RouteRow]:
    """Return the routes in use, or those of one prefix; what is local has preference 0, a static one 5."""
    return [
        RouteRow(
            str(look.prefix),
            _PROTOCOLS[look.source],
            look.distance if look.source in ("S", "B") else 0,
            str(look.next_hop) if look.next_hop is not None else "",
            junos_name(device.config, look.interface) if look.interface is not None else "",
        )
        for look in device.view.routes()
        if prefix in ("", str(look.prefix))
    ]
