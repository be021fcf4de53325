"""What the shows and the RPCs about ports are made of.

In: a device. Out: its interfaces as Junos counts them - physical ones with their units - as plain rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.meaning import irb_vlans
from lab.devices.juniper_junos.tree import Section
from lab.model import PortLook

_ZERO_MAC = "02:53:00:00:00:00"
_FORCIBLE = ("10m", "100m")


@dataclass(frozen=True, slots=True)
class Unit:
    """A logical interface. ``family`` is what it carries; ``address`` is empty unless it is routed."""

    name: str
    up: bool
    family: str
    address: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Physical:
    """A physical interface; ``look`` is None for those that no cable reaches (``irb``, ``lo0``, ``vme``).

    ``forced``: it negotiates nothing.
    """

    name: str
    admin_up: bool
    up: bool
    mac: str
    description: str
    units: tuple[Unit, ...]
    look: PortLook | None = None
    fixed_speed: str = ""
    forced: bool = False


def interfaces(device: JunosDevice) -> list[Physical]:
    """Return the interfaces: ports, then those the switch makes up. A module slot without module is not listed."""
    config = device.config
    looks = {look.name: look for look in device.view.ports()}
    found = []
    for name in device.ports:
        look, section = looks.get(name), config.at("interfaces", name)
        if look is None or (name.startswith("xe") and section is None and not look.oper_up):
            continue
        found.append(_port(name, look, section))
    base = found[0].mac if found else _ZERO_MAC
    found.append(Physical("irb", True, True, base, "", tuple(_irbs(device, looks))))  # noqa: FBT003 - a row
    found.append(Physical("lo0", True, True, "", "", ()))  # noqa: FBT003
    found.append(Physical("vme", True, False, base, "", ()))  # noqa: FBT003
    return found


def _port(name: str, look: PortLook, section: Section | None) -> Physical:
    units = []
    for unit, inside in section.names("unit") if section is not None else ():
        inet = inside.at("family", "inet")
        switching = inside.at("family", "ethernet-switching") is not None
        address = str(look.address) if inet is not None and look.address is not None else ""
        family = "eth-switch" if switching else "inet" if inet is not None else ""
        up = look.oper_up and not inside.has("disable")
        units.append(Unit(f"{name}.{unit}", up, family, address, inside.value("description") or ""))
    speed = (section.value("speed") or "") if section is not None else ""
    forced = section is not None and section.has("ether-options", "no-auto-negotiation") and speed in _FORCIBLE
    return Physical(name, look.admin_up, look.oper_up, look.mac, look.description, tuple(units), look, speed, forced)


def _irbs(device: JunosDevice, looks: dict[str, PortLook]) -> Iterator[Unit]:
    for irb, vlan in sorted(irb_vlans(device.config).items()):
        look = looks.get(f"Vlan{vlan}")
        if look is not None:
            address = str(look.address) if look.address is not None else ""
            yield Unit(irb, look.oper_up, "inet", address, look.description)
