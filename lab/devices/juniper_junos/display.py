"""``| display xml``: what a show tells, as the RPC that stands for it would answer.

In: a command's words. Out: XML as the prompt prints it. Called by ``shows``.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.rpc import NAMESPACE, Answer, Request
from lab.devices.juniper_junos.rpc_config import CONFIG
from lab.devices.juniper_junos.rpc_layer2 import LAYER2
from lab.devices.juniper_junos.rpc_ports import PORTS
from lab.devices.juniper_junos.rpc_system import SYSTEM
from lab.devices.juniper_junos.sessions import Session
from lab.devices.juniper_junos.xml import leaf, node

_ANSWERS: Mapping[str, Answer] = {**SYSTEM, **PORTS, **LAYER2, **CONFIG}
_RPCS: Mapping[str, tuple[str, ...]] = {
    "show version": ("get-software-information",),
    "show interfaces": ("get-interface-information",),
    "show interfaces terse": ("get-interface-information", "terse"),
    "show interfaces extensive": ("get-interface-information", "extensive"),
    "show ethernet-switching table": ("get-ethernet-switching-table-information",),
    "show ethernet-switching table extensive": ("get-ethernet-switching-table-information", "extensive"),
    "show vlans": ("get-vlan-information",),
    "show lldp neighbors": ("get-lldp-neighbors-information",),
    "show arp": ("get-arp-table-information",),
    "show arp no-resolve": ("get-arp-table-information", "no-resolve"),
    "show poe interface": ("get-poe-interface-information",),
    "show system uptime": ("get-system-uptime-information",),
    "show system users": ("get-system-users-information",),
    "show system commit": ("get-commit-information",),
    "show chassis routing-engine": ("get-route-engine-information",),
    "show chassis environment": ("get-environment-information",),
    "show route": ("get-route-information",),
    "show route * exact active-path": ("get-route-information", "exact", "active-path"),
}


def display_xml(device: JunosDevice, session: Session, found: str, argument: str) -> str | None:
    """Return a show as XML; ``found`` is its entry in the table of shows. None: it has no such form here."""
    if found not in _RPCS:
        return None
    tag, *flags = _RPCS[found]
    asked = Element(tag)
    for flag in flags:
        SubElement(asked, flag)
    if argument:
        SubElement(asked, "destination").text = argument
    said = _ANSWERS[tag](Request(device, session, asked))
    banner = node("cli", leaf("banner", "{master:0}"))
    whole = f'<rpc-reply xmlns:junos="{NAMESPACE}/junos">\n{said}\n{banner}\n</rpc-reply>\n'
    return whole if isinstance(said, str) else None
