"""Show commands about interfaces: state and counters.

In: a shell and canonical words. Out: text, as IOS prints it; NAPALM's getters read it. Called by ``exec_commands``.
"""

from collections.abc import Iterator

from lab.devices.cisco_ios.names import dotted_mac, kind_of, short_name, split
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.model import PortLook

_PACKET_BYTES = 300
_RATES = ("IHQ", "IQD", "OHQ", "OQD", "RXBS", "RXPS", "TXBS", "TXPS", "TRTL")
_NO_SUCH = "% Invalid input detected at '^' marker.\n\n"


def chosen_ports(shell: Terminal, name: str | None) -> list[PortLook]:
    """Return every interface, or the one named."""
    return [port for port in shell.device.view.ports() if name in (None, port.name)]


def state_words(port: PortLook) -> tuple[str, str]:
    """Return the state and protocol columns of ``show ip interface brief``."""
    if not port.admin_up:
        return "administratively down", "down"
    return ("up", "up") if port.oper_up else ("down", "down")


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
    yield "  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec, "
    yield "     reliability 255/255, txload 1/255, rxload 1/255"
    section = shell.device.running.interface(port.name)
    tag = section.value("encapsulation", "dot1Q") if section is not None else None
    yield f"  Encapsulation 802.1Q Virtual LAN, Vlan ID  {tag[0]}." if tag else "  Encapsulation ARPA, loopback not set"
    if kind_of(port.name) in {"switch", "routed"}:
        yield "  Keepalive set (10 sec)"
        yield "  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX"
    yield "  ARP type: ARPA, ARP Timeout 04:00:00"
    yield "  Last input 00:00:00, output 00:00:00, output hang never"
    yield '  Last clearing of "show interface" counters never'
    yield from _traffic(port)


def _hardware(name: str) -> str:
    kind = split(name)[0]
    known = {"Vlan": "EtherSVI", "Cellular": "LTE Adv CAT6", "GigabitEthernet": "Gigabit Ethernet"}
    return known.get(kind, kind)


def _traffic(port: PortLook) -> Iterator[str]:
    yield "  Input queue: 0/75/0/0 (size/max/drops/flushes); Total output drops: 0"
    yield "  Queueing strategy: fifo"
    yield "  Output queue: 0/40 (size/max)"
    yield "  5 minute input rate 0 bits/sec, 0 packets/sec"
    yield "  5 minute output rate 0 bits/sec, 0 packets/sec"
    yield f"     {port.in_packets} packets input, {port.in_packets * _PACKET_BYTES} bytes, 0 no buffer"
    yield "     Received 0 broadcasts (0 IP multicasts)"
    yield "     0 runts, 0 giants, 0 throttles "
    yield "     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored"
    yield f"     {port.out_packets} packets output, {port.out_packets * _PACKET_BYTES} bytes, 0 underruns"
    yield "     0 output errors, 0 collisions, 1 interface resets"
    yield "     0 unknown protocol drops"
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
        rows.append(f"{mark} {port.name:<25}" + "         0" * 9)
    return "\n".join(rows) + "\n"


def _counters(shell: Terminal, _words: Words) -> str:
    ports = [port for port in shell.device.view.ports() if kind_of(port.name) in {"switch", "routed"}]
    rows = ["", "Port            InOctets    InUcastPkts    InMcastPkts    InBcastPkts "]
    rows += [_counter_row(port, port.in_packets) for port in ports]
    rows += ["", "Port           OutOctets   OutUcastPkts   OutMcastPkts   OutBcastPkts "]
    rows += [_counter_row(port, port.out_packets) for port in ports]
    return "\n".join(rows) + "\n"


def _counter_row(port: PortLook, packets: int) -> str:
    return f"{short_name(port.name):<9}{packets * _PACKET_BYTES:>15}{packets:>15}{0:>15}{0:>15} "


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
