"""A switch's part of its startup configuration: VLANs, ports, its own address.

In: the device, its store's values, what people left behind. Out: lines. Called by ``lab.startup``.
"""

from collections.abc import Iterator

from inventory.model import Device, Port
from lab.hardware import hardware_of
from lab.legacy import Left
from lab.standards import MANAGEMENT, VLAN_NAMES, WITH_DHCP, Site


def switch_lines(device: Device, site: Site, left: Left) -> Iterator[str]:
    """The lines between those that every device has."""
    yield "vtp mode transparent"
    for vlan, name in VLAN_NAMES.items():
        yield f"vlan {vlan}"
        yield f" name {name}"
        yield "!"
    yield from _layer2(left)
    tills = [name for name, port in device.ports.items() if port.use == "till"]
    for name in hardware_of(device).ports():
        yield f"interface {name}"
        yield from _port(device.ports.get(name), left if name in tills[-1:] else Left())
        yield "!"
    yield "interface Vlan1"
    yield " no ip address"
    yield " shutdown"
    yield "!"
    yield f"interface Vlan{MANAGEMENT}"
    yield f" description {VLAN_NAMES[MANAGEMENT]}"
    yield f" ip address {site.switch_address(device)} {site.lan(MANAGEMENT).netmask}"
    yield "!"
    yield f"ip default-gateway {site.lan(MANAGEMENT).network_address + 1}"
    yield "!"


def _layer2(left: Left) -> Iterator[str]:
    yield "spanning-tree mode rapid-pvst"
    yield "spanning-tree loopguard default"
    yield "spanning-tree portfast bpduguard default"
    yield "spanning-tree extend system-id"
    yield "errdisable recovery cause bpduguard"
    if not left.no_link_flap:
        yield "errdisable recovery cause link-flap"
    yield "errdisable recovery cause storm-control"
    yield f"ip dhcp snooping vlan {','.join(map(str, WITH_DHCP))}"
    yield "no ip dhcp snooping information option"
    yield "ip dhcp snooping"
    yield "mac address-table aging-time 10"
    yield "!"


def _port(port: Port | None, left: Left) -> Iterator[str]:
    if port is None:
        yield " shutdown"
    elif port.use == "till":
        yield from _till(port, left)
    else:
        yield f" description to {port.to}"
        if port.use == "access_point":
            yield f" switchport trunk native vlan {MANAGEMENT}"
        yield f" switchport trunk allowed vlan {','.join(map(str, port.vlans))}"
        yield " switchport mode trunk"
        yield " switchport nonegotiate"
        if port.use == "trunk":
            yield " ip dhcp snooping trust"
        else:
            yield " storm-control broadcast level 2.00"
            yield " storm-control action trap"
            yield " spanning-tree portfast trunk"


def _till(port: Port, left: Left) -> Iterator[str]:
    yield " description till by the door, moved -jd" if left.hand_description else f" description to {port.to}"
    yield " switchport access vlan 10"
    yield " switchport mode access"
    yield " switchport nonegotiate"
    if not left.no_storm_control:
        yield " storm-control broadcast level 2.00"
        yield " storm-control action trap"
    yield " spanning-tree portfast"
    yield " spanning-tree bpduguard enable"
