"""Shows about interfaces.

In: a device, and an interface name or nothing. Out: text. Called through ``shows``.
"""

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase

from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.rows import Physical, Unit, interfaces
from lab.devices.juniper_junos.times import ago, stamp
from lab.model import PortLook

_PACKET_BYTES = 512
_FIRST_INDEX = 645
_LINK = (
    "BPDU Error: {bpdu}, Loop Detect PDU Error: None, Ethernet-Switching Error: {switching}, MAC-REWRITE Error: None, "
    "Loopback: Disabled, Source filtering: Disabled, Flow control: Disabled, Auto-negotiation: {negotiation}, "
    "Remote fault: Online, Media type: Copper"
)


def _wanted(device: JunosDevice, name: str) -> list[Physical]:
    return [row for row in interfaces(device) if fnmatchcase(row.name, name.partition(".")[0] or "*")]


def _terse(device: JunosDevice, name: str) -> str:
    rows = _wanted(device, name)
    if not rows:
        return f"error: device {name} not found\n"
    lines = ["Interface               Admin Link Proto    Local                 Remote"]
    for row in rows:
        if "." not in name:
            lines.append(f"{row.name:23} {_state(up=row.admin_up):5} {_state(up=row.up)}")
        for unit in row.units:
            family = f" {unit.family:8} {unit.address}".rstrip()
            lines.append(f"{unit.name:23} {'up':5} {_state(up=unit.up):4}{family}".rstrip())
    return "".join(f"{line}\n" for line in lines)


def _state(*, up: bool) -> str:
    return "up" if up else "down"


def _descriptions(device: JunosDevice, name: str) -> str:
    rows = [row for row in _wanted(device, name) if row.description]
    head = "Interface       Admin Link Description\n" if rows else ""
    return head + "".join(
        f"{row.name:15} {_state(up=row.admin_up):5} {_state(up=row.up):4} {row.description}\n" for row in rows
    )


def _interfaces(device: JunosDevice, name: str) -> str:
    return _told(device, name, extensive=False)


def _extensive(device: JunosDevice, name: str) -> str:
    return _told(device, name, extensive=True)


def _told(device: JunosDevice, name: str, *, extensive: bool) -> str:
    rows = _wanted(device, name)
    if not rows:
        return f"error: device {name} not found\n"
    return "\n".join(_physical(device, row, extensive=extensive) for row in rows)


def _physical(device: JunosDevice, row: Physical, *, extensive: bool) -> str:
    state = "Enabled" if row.admin_up else "Administratively down"
    number = _FIRST_INDEX + (device.ports.index(row.name) if row.name in device.ports else len(device.ports))
    lines = [f"Physical interface: {row.name}, {state}, Physical link is {'Up' if row.up else 'Down'}"]
    lines.append(f"  Interface index: {number}, SNMP ifIndex: {number - 131}")
    lines += [f"  Description: {row.description}"] if row.description else []
    lines += [
        f"  Link-level type: Ethernet, MTU: 1514{_media(row)}",
        f"  Device flags   : Present Running{'' if row.up else ' Down'}",
        f"  Interface flags: {'' if row.up else 'Hardware-Down '}SNMP-Traps Internal: 0x4000",
        "  Link flags     : None",
    ]
    lines += [f"  Current address: {row.mac}, Hardware address: {row.mac}"] if row.mac else []
    lines += _numbers(device, row, row.look, extensive=extensive) if row.look is not None else []
    for place, unit in enumerate(row.units):
        lines += ["", *_unit(device, row, unit, number + place)]
    return "".join(f"{line}\n" for line in lines)


def _media(row: Physical) -> str:
    """What only a port with a socket tells: its speed, and why the switch shut it itself, if it did."""
    if row.look is None:
        return ""
    cause = row.look.cause if row.look.status == "err-disabled" else ""
    bpdu = "Detected" if cause == "bpduguard" else "None"
    switching = "None" if cause in ("", "bpduguard") else cause
    speed = f", LAN-PHY mode, Speed: {_speed(row)}, Duplex: {_duplex(row)}, "
    return speed + _LINK.format(bpdu=bpdu, switching=switching, negotiation="Disabled" if row.forced else "Enabled")


def _speed(row: Physical) -> str:
    fixed = {"10m": "10mbps", "100m": "100mbps", "1g": "1000mbps"}.get(row.fixed_speed)
    return fixed or ("10Gbps" if row.name.startswith("xe") else "Auto")


def _duplex(row: Physical) -> str:
    """What is set: what was agreed on stands below what is counted."""
    return "Auto" if not row.forced or row.look is None else "Half-Duplex" if row.look.half_duplex else "Full-Duplex"


def _numbers(device: JunosDevice, row: Physical, look: PortLook, *, extensive: bool) -> Iterator[str]:
    seconds = int((device.view.now() - look.last_change).total_seconds())
    yield f"  Last flapped   : {stamp(look.last_change)} ({ago(seconds)} ago)"
    if extensive:
        yield from _counters(look)
        yield from () if row.forced else _agreed(look)
    rates = look.counts
    yield f"  Input rate     : {rates.in_rate * _PACKET_BYTES * 8} bps ({rates.in_rate} pps)"
    yield f"  Output rate    : {rates.out_rate * _PACKET_BYTES * 8} bps ({rates.out_rate} pps)"
    yield f"  Active alarms  : {'None' if look.oper_up else 'LINK'}"
    yield f"  Active defects : {'None' if look.oper_up else 'LINK'}"


def _counters(look: PortLook) -> Iterator[str]:
    counts = look.counts
    broken = counts.crc + counts.frame
    cleared = "Never" if look.cleared_seconds is None else f"{ago(int(look.cleared_seconds))} ago"
    yield f"  Statistics last cleared: {cleared}"
    yield "  Traffic statistics:"
    yield f"   Input  bytes  : {look.in_packets * _PACKET_BYTES:>20}"
    yield f"   Output bytes  : {look.out_packets * _PACKET_BYTES:>20}"
    yield f"   Input  packets: {look.in_packets:>20}"
    yield f"   Output packets: {look.out_packets:>20}"
    yield "  Input errors:"
    yield (
        f"    Errors: {counts.input_errors}, Drops: 0, Framing errors: {broken}, Runts: {counts.runts}, "
        "Policed discards: 0, L3 incompletes: 0, L2 channel errors: 0, L2 mismatch timeouts: 0, FIFO errors: 0, "
        "Resource errors: 0"
    )
    yield "  Output errors:"
    yield (
        f"    Carrier transitions: {counts.resets}, Errors: {counts.output_errors}, Drops: {counts.output_drops}, "
        f"Collisions: {counts.collisions}, Aged packets: 0, FIFO errors: 0, HS link CRC errors: 0, MTU errors: 0, "
        "Resource errors: 0"
    )
    yield "  MAC statistics:                      Receive         Transmit"
    unicasts = max(look.in_packets - counts.broadcasts, 0)
    for name, received, sent in (
        ("Total octets", look.in_packets * _PACKET_BYTES, look.out_packets * _PACKET_BYTES),
        ("Total packets", look.in_packets, look.out_packets),
        ("Unicast packets", unicasts, look.out_packets),
        ("Broadcast packets", counts.broadcasts, 0),
        ("Multicast packets", 0, 0),
        ("CRC/Align errors", broken, 0),
        ("FIFO errors", 0, 0),
        ("MAC control frames", 0, 0),
        ("MAC pause frames", 0, 0),
    ):
        yield f"    {name:25}{received:>15}  {sent:>15}"
    for name in ("Oversized frames", "Jabber frames", "Fragment frames", "Code violations"):
        yield f"    {name:25}{0:>15}"


def _agreed(look: PortLook) -> Iterator[str]:
    yield "  Autonegotiation information:"
    if not look.oper_up:
        yield "    Negotiation status: Incomplete"
        return
    mode = "Half-duplex" if look.half_duplex else "Full-duplex"
    yield "    Negotiation status: Complete"
    yield "    Link partner:"
    yield f"        Link mode: {mode}, Flow control: None, Remote fault: OK, Link partner Speed: {look.speed} Mbps"
    yield "    Local resolution:"
    yield f"        Flow control: None, Remote fault: Link OK, Local link Speed: {look.speed} Mbps, Link mode: {mode}"


def _unit(device: JunosDevice, row: Physical, unit: Unit, number: int) -> Iterator[str]:
    del device
    flags = "Up" if unit.up else "Device-Down"
    encapsulation = "Ethernet-Bridge" if unit.family == "eth-switch" else "ENET2"
    yield f"  Logical interface {unit.name} (Index {number - 98}) (SNMP ifIndex {number - 100})"
    if unit.description and unit.description != row.description:
        yield f"    Description: {unit.description}"
    yield f"    Flags: {flags} SNMP-Traps 0x24024000 Encapsulation: {encapsulation}"
    yield f"    Input packets : {row.look.in_packets if row.look is not None else 0}"
    yield f"    Output packets: {row.look.out_packets if row.look is not None else 0}"
    if unit.family:
        yield f"    Protocol {unit.family}, MTU: 1514"
    if unit.address:
        address, _, size = unit.address.partition("/")
        yield "      Addresses, Flags: Is-Preferred Is-Primary"
        yield f"        Destination: {address}/{size}, Local: {address}, Broadcast: -"


PORT_SHOWS: Mapping[str, Callable[[JunosDevice, str], str]] = {
    "show interfaces terse": _terse,
    "show interfaces terse *": _terse,
    "show interfaces * terse": _terse,
    "show interfaces descriptions": _descriptions,
    "show interfaces extensive": _extensive,
    "show interfaces": _interfaces,
    "show interfaces *": _interfaces,
    "show interfaces * extensive": _extensive,
}
