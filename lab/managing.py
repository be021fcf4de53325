"""Whether the controller's packets get through to a device and back.

In: a ``Shop`` as it stands. Out: a yes or no per device. Called by ``lab.view``. Why: management is in-band - the
device's own configuration, and that of every device on the way, can cut it off; a lock-out is real.
The edge is told by its management address; a switch must hold its own, and know its gateway.
"""

from ipaddress import IPv4Address, IPv4Interface

from lab.filters import ssh
from lab.gear import Gear
from lab.net import Member
from lab.numbering import CONTROLLER, MANAGEMENT_VLAN, host
from lab.paths import way_out
from lab.setting import PortSetting
from lab.shop import Shop


def managed(shop: Shop, gear: Gear) -> bool:
    """Whether a session from headquarters reaches the device now."""
    if gear.state != "running":
        return False
    address = IPv4Address(host(shop.number, MANAGEMENT_VLAN, gear.index + 1))
    answer = ssh(CONTROLLER, address).back()
    if gear is shop.edge:
        return way_out(shop, answer) is not None
    entering = _gateway(shop, gear, address)
    return entering is not None and way_out(shop, answer, entering.name) is not None


def _gateway(shop: Shop, switch: Gear, address: IPv4Address) -> PortSetting | None:
    """The edge's interface a switch answers through, if they hear each other and the switch knows it."""
    svi = next((port for port in switch.setting.ports.values() if _holds(port, address)), None)
    if svi is None or not switch.up(svi.name):
        return None
    member = Member("switch", switch.name, int(svi.name.removeprefix("Vlan")))
    for port in shop.edge.setting.ports.values():
        if port.tag is None or not isinstance(port.address, IPv4Interface) or address not in port.address.network:
            continue
        if switch.setting.gateway == port.address.ip and member in shop.reach.get(port.tag, ()):
            return port
    return None


def _holds(port: PortSetting, address: IPv4Address) -> bool:
    return port.name.startswith("Vlan") and isinstance(port.address, IPv4Interface) and port.address.ip == address
