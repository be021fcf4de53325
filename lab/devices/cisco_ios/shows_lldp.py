"""``show lldp neighbors`` and its detail: what hangs on the ports says who it is, which class of power, which plate.

In: a shell and canonical words. Out: text, as IOS prints it (ntc-templates' cisco_ios_show_lldp_neighbors and
cisco_ios_show_lldp_neighbors_detail, Apache-2.0). Called by ``exec_commands``.
"""

from collections.abc import Iterator

from lab.devices.cisco_ios.names import dotted_mac, short_name
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.model import NeighborLook

_OFF = "% LLDP is not enabled\n"
_CODES = {"R": "B,R", "S": "B", "T": "B,W"}
_NAME_WIDTH = 20
_HEAD = """\
Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other

Device ID           Local Intf     Hold-time  Capability      Port ID
"""


def _neighbors(shell: Terminal, words: Words) -> str:
    if not shell.device.running.root.has("lldp", "run"):
        return _OFF
    looks = shell.device.view.lldp()
    if words[-1] == "detail":
        text = "".join(f"{line}\n" for look in looks for line in _detail(look))
    else:
        text = _HEAD + "".join(_row(look) for look in looks)
    return f"{text}\nTotal entries displayed: {len(looks)}\n\n"


def _row(look: NeighborLook) -> str:
    name = f"{look.name[:_NAME_WIDTH]:<20}"
    return f"{name}{short_name(look.local_port):<15}120        {_capability(look):<16}{_port(look)}\n"


def _capability(look: NeighborLook) -> str:
    return _CODES.get(look.capability.split()[0], "O")


def _port(look: NeighborLook) -> str:
    return short_name(look.remote_port)


def _detail(look: NeighborLook) -> Iterator[str]:
    described = (
        f"Cisco AP Software, Version: {look.version}" if look.version else f"Cisco IOS Software, {look.platform}"
    )
    yield "------------------------------------------------"
    yield f"Local Intf: {short_name(look.local_port)}"
    yield f"Chassis id: {dotted_mac(look.mac)}"
    yield f"Port id: {_port(look)}"
    yield f"Port Description: {look.remote_port}"
    yield f"System Name: {look.name}"
    yield from ("", "System Description: ", described, "")
    yield f"Time remaining: {look.hold_seconds} seconds"
    yield f"System Capabilities: {_capability(look)}"
    yield f"Enabled Capabilities: {_capability(look)}"
    yield "Management Addresses - not advertised"
    yield from ("Auto Negotiation - supported, enabled", "Physical media capabilities:", "    1000baseT(FD)")
    yield from ("Media Attachment Unit type: 30", "Vlan ID: - not advertised")
    if look.grade is not None:
        yield from ("PoE+ Power-via-MDI TLV:", " Power Pair: Signal", f" Power Class: Class {look.grade}")
        yield from (" Power Device Type: Type 1 PD", " Power Source: PSE", " Power Priority: unknown")
    if look.version:
        yield from ("", "MED Information:", "")
        yield from (f"    S/W revision: {look.version}", f"    Serial number: {look.serial}", "    Manufacturer: Cisco")
        yield f"    Model: {look.platform}"
    yield ""


TABLE: Table = [
    ("show lldp neighbors [detail]", 1, _neighbors),
]
