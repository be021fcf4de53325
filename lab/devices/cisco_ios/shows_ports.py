"""Show commands about interfaces: state and counters.

In: a shell and canonical words. Out: text, as IOS prints it; NAPALM's getters read it. Called by ``exec_commands``.
"""

from collections.abc import Iterator

from lab.devices.cisco_ios.config import Section
from lab.devices.cisco_ios.names import dotted_mac, kind_of, short_name, split
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.model import PortLook
from lab.setting import PortSetting

_PACKET_BYTES, _BROADCAST_BYTES = 300, 64
_RATES = ("IHQ", "IQD", "OHQ", "OQD", "RXBS", "RXPS", "TXBS", "TXPS", "TRTL")
_NO_SUCH = "% Invalid input detected at '^' marker.\n\n"


def chosen_ports(shell: Terminal, name: str | None) -> list[PortLook]:
    """Return every interface, or the one named."""
    return [port for port in shell.device.view.ports() if name in (None, port.name)]


def state_words(port: PortLook) -> tuple[str, str]:
    """Return the state and protocol columns of ``show ip interface brief``."""
    if not port.admin_up:
        return "administratively down", "down"
    return ("up" if port.oper_up or port.name.startswith("Tunnel") else "down"), "up" if port.oper_up else "down"


def named(words: Words, after: int) -> str | None:
    """Return the interface a command names, if any."""
    return words[after] if len(words) > after else None


def _interfaces(shell: Terminal, words: Words) -> str:
    ports = chosen_ports(shell, named(words, 2))
    return "\n".join(line for port in ports for line in _interface(shell, port)) + "\n" if ports else _NO_SUCH


def _interface(shell: Terminal, port: PortLook) -> Iterator[str]:
    state, protocol = state_words(port)
    note = "" if kind_of(port.name) != "switch" else f" ({port.status})"
    yield f"{port.name} is {state}, line protocol is {protocol}{note} "
    yield f"  Hardware is {_hardware(port.name)}, address is {dotted_mac(port.mac)} (bia {dotted_mac(port.mac)})"
    if port.description:
        yield f"  Description: {port.description}"
    if port.address is not None:
        yield f"  Internet address is {port.address}"
    section = shell.device.running.interface(port.name)
    kbps = _bandwidth(section, port)
    out, into = _load(port.counts.out_rate, 0, kbps), _load(port.counts.in_rate, port.counts.broadcast_rate, kbps)
    yield f"  MTU 1500 bytes, BW {kbps} Kbit/sec, DLY 10 usec, "
    yield f"     reliability {_reliability(port)}/255, txload {out}/255, rxload {into}/255"
    tag = section.value("encapsulation", "dot1Q") if section is not None else None
    yield f"  Encapsulation 802.1Q Virtual LAN, Vlan ID  {tag[0]}." if tag else "  Encapsulation ARPA, loopback not set"
    if kind_of(port.name) in {"switch", "routed"}:
        yield "  Keepalive set (10 sec)"
        yield _negotiated(shell, port)
    yield "  ARP type: ARPA, ARP Timeout 04:00:00"
    yield f"  Last input {_ago(port.silent_seconds)}, output 00:00:00, output hang never"
    yield f'  Last clearing of "show interface" counters {_ago(port.cleared_seconds)}'
    yield from _traffic(port)


def _negotiated(shell: Terminal, port: PortLook) -> str:
    """A switch says what came of it; a router, in other words, also whether the port was left to agree on it."""
    duplex = "Half" if port.half_duplex else "Full"
    if kind_of(port.name) == "switch":
        return f"  {duplex}-duplex, {port.speed}Mb/s, media type is 10/100/1000BaseTX"
    set_to = shell.device.setting.ports.get(port.name, PortSetting(name=port.name))
    link = "auto" if "auto" in (set_to.speed, set_to.duplex) else "force-up"
    return f"  {duplex} Duplex, {port.speed}Mbps, link type is {link}, media type is RJ45"


def _reliability(port: PortLook) -> int:
    """Of 255: how much of what came in was whole."""
    heard = port.in_packets + port.counts.input_errors
    return 255 - min(254, 255 * port.counts.input_errors // heard) if heard else 255


def _bandwidth(section: Section | None, port: PortLook) -> int:
    """What the interface is said to carry, in kbit/s; its speed, when nobody says otherwise."""
    told = section.value("bandwidth") if section is not None else None
    return int(told[0]) if told else port.speed * 1000


def _load(packets: int, broadcasts: int, kbps: int) -> int:
    """Of 255: how much of what the interface carries is used."""
    return max(1, min(255, 255 * 8 * _octets(packets, broadcasts) // (kbps * 1000)))


def _octets(packets: int, broadcasts: int) -> int:
    """How much so many packets are, some of them the small ones of a storm."""
    return (packets - broadcasts) * _PACKET_BYTES + broadcasts * _BROADCAST_BYTES


def _ago(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _hardware(name: str) -> str:
    kind = split(name)[0]
    known = {"Vlan": "EtherSVI", "Cellular": "LTE Adv CAT6", "GigabitEthernet": "Gigabit Ethernet"}
    return known.get(kind, kind)


def _traffic(port: PortLook) -> Iterator[str]:
    counts = port.counts
    yield f"  Input queue: 0/75/0/0 (size/max/drops/flushes); Total output drops: {counts.output_drops}"
    yield "  Queueing strategy: fifo"
    yield "  Output queue: 0/40 (size/max)"
    bits = 8 * _octets(counts.in_rate, counts.broadcast_rate)
    yield f"  5 minute input rate {bits} bits/sec, {counts.in_rate} packets/sec"
    yield f"  5 minute output rate {8 * _octets(counts.out_rate, 0)} bits/sec, {counts.out_rate} packets/sec"
    yield f"     {port.in_packets} packets input, {_octets(port.in_packets, counts.broadcasts)} bytes, 0 no buffer"
    yield f"     Received {counts.broadcasts} broadcasts (0 IP multicasts)"
    yield f"     {counts.runts} runts, 0 giants, 0 throttles "
    yield f"     {counts.input_errors} input errors, {counts.crc} CRC, {counts.frame} frame, 0 overrun, 0 ignored"
    yield f"     {port.out_packets} packets output, {port.out_packets * _PACKET_BYTES} bytes, 0 underruns"
    yield f"     {counts.output_errors} output errors, {counts.collisions} collisions, {counts.resets} interface resets"
    yield "     0 unknown protocol drops"
    if counts.late_collisions:
        yield f"     0 babbles, {counts.late_collisions} late collision, 0 deferred"
    yield "     0 output buffer failures, 0 output buffers swapped out"


def _summary(shell: Terminal, _words: Words) -> str:
    rows = [
        "",
        " *: interface is up",
        " IHQ: pkts in input hold queue     IQD: pkts dropped from input queue",
        " OHQ: pkts in output hold queue    OQD: pkts dropped from output queue",
        " RXBS: rx rate (bits/sec)          RXPS: rx rate (pkts/sec)",
        " TXBS: tx rate (bits/sec)          TXPS: tx rate (pkts/sec)",
        " TRTL: throttle count",
        "",
        "  Interface                " + "".join(f"{name:>10}" for name in _RATES),
        "-" * 118,
    ]
    for port in shell.device.view.ports():
        mark = "*" if port.oper_up else " "
        counts = port.counts
        heard = 8 * _octets(counts.in_rate, counts.broadcast_rate), counts.in_rate
        rates = (*heard, 8 * _octets(counts.out_rate, 0), counts.out_rate)
        rows.append(f"{mark} {port.name:<25}" + "".join(f"{value:>10}" for value in (0, 0, 0, 0, *rates, 0)))
    return "\n".join(rows) + "\n"


def _counters(shell: Terminal, _words: Words) -> str:
    ports = [port for port in shell.device.view.ports() if kind_of(port.name) in {"switch", "routed"}]
    rows = ["", "Port            InOctets    InUcastPkts    InMcastPkts    InBcastPkts "]
    rows += [_counter_row(port, port.in_packets, port.counts.broadcasts) for port in ports]
    rows += ["", "Port           OutOctets   OutUcastPkts   OutMcastPkts   OutBcastPkts "]
    rows += [_counter_row(port, port.out_packets, 0) for port in ports]
    return "\n".join(rows) + "\n"


def _counter_row(port: PortLook, packets: int, broadcasts: int) -> str:
    told = max(0, packets - broadcasts)
    return f"{short_name(port.name):<9}{_octets(packets, broadcasts):>15}{told:>15}{0:>15}{broadcasts:>15} "


def _descriptions(shell: Terminal, _words: Words) -> str:
    rows = ["Interface                      Status         Protocol Description"]
    for port in shell.device.view.ports():
        state, protocol = state_words(port)
        told = "admin down" if not port.admin_up else state
        rows.append(f"{short_name(port.name):<30} {told:<14} {protocol:<8} {port.description}".rstrip())
    return "\n".join(rows) + "\n"


TABLE: Table = [
    ("show interfaces [<iface>]", 1, _interfaces),
    ("show interfaces summary", 1, _summary),
    ("show interfaces counters", 1, _counters),
    ("show interfaces description", 1, _descriptions),
]
