"""Readers of what an IOS router tells of its lines. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Formats after ntc-templates 9.3 (its recorded answers to ``show
interfaces`` and ``ping``) and Cisco's command references (``show ip sla statistics``). Sub-interfaces of many routers
tell no counters: what is not printed is None.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from inventory.line_rows import LargePingRow, LineRow, MtuRow, ProbeCountRow
from inventory.platforms import Getter, ParseDoubt
from inventory.platforms.cisco_ios.bgp_reader import span_seconds
from inventory.platforms.cisco_ios.names import full_port
from inventory.platforms.cisco_ios.tables import lines_of

Args = Mapping[str, str]
FULL_LOAD = 255
_HEAD = re.compile(r"(?m)^(\S+) is [^\n]*?, line protocol is (up|down)\b")
_LOAD = r"\b{}load (\d+)/255\b"
_SILENT = re.compile(r"(?m)^\s+Last input (\S+), output ")
_INPUT = re.compile(r"(?m)^\s+(\d+) packets input(?:, (\d+) bytes)?")
_OUTPUT = re.compile(r"(?m)^\s+(\d+) packets output(?:, (\d+) bytes)?")
_OPERATION = re.compile(r"\s*(?:IPSLA operation id|Round Trip Time \(RTT\) for\s+Index):?\s+(\d+)\s*\Z")
_COUNT = re.compile(r"\s*Number of (successes|failures):\s*(\d+)\s*\Z")
_SENDING = re.compile(r"Sending (\d+), (\d+)-byte ICMP Echos? to (\S+?),")
_SUCCESS = re.compile(r"Success rate is \d+ percent \((\d+)/(\d+)\)")
_MARKS = re.compile(r"(?m)^[!.UQM?&CN]+$")


def line(output: str, args: Args) -> tuple[LineRow, ...]:
    """Read ``show interfaces <port>``."""
    text = "\n".join(lines_of(output))
    head = _HEAD.search(text)
    if head is None or full_port(head[1]) != full_port(args.get("port", "")):
        raise ParseDoubt("show interfaces: not the interface asked for")
    silent, into, out = _SILENT.search(text), _INPUT.search(text), _OUTPUT.search(text)
    return (
        LineRow(
            name=full_port(head[1]),
            up=head[2] == "up",
            in_load_pct=_load(text, "rx"),
            out_load_pct=_load(text, "tx"),
            silent_seconds=span_seconds(silent[1]) if silent else None,
            in_packets=_number(into, 1),
            in_bytes=_number(into, 2),
            out_packets=_number(out, 1),
            out_bytes=_number(out, 2),
        ),
    )


def _load(text: str, way: str) -> float | None:
    found = re.search(_LOAD.format(way), text)
    return 100.0 * int(found[1]) / FULL_LOAD if found else None


def _number(found: re.Match[str] | None, group: int) -> int | None:
    return int(found[group]) if found is not None and found[group] is not None else None


def probe_counts(output: str, _args: Args) -> tuple[ProbeCountRow, ...]:
    """Read ``show ip sla statistics``; an operation that has not run yet counts nothing and has no row."""
    lines = lines_of(output)
    if not any(text.startswith(("IPSLAs Latest", "Round Trip Time")) for text in lines):
        raise ParseDoubt("show ip sla statistics: the answer has no statistics in it")
    return tuple(_counted(lines))


def _counted(lines: Sequence[str]) -> Iterator[ProbeCountRow]:
    number: int | None = None
    told: dict[str, int] = {}
    for text in lines:
        operation, count = _OPERATION.match(text), _COUNT.match(text)
        if operation:
            number, told = int(operation[1]), {}
        elif count and number is not None:
            told[count[1]] = int(count[2])
            if len(told) == 2:  # noqa: PLR2004 - successes and failures
                yield ProbeCountRow(number=number, successes=told["successes"], failures=told["failures"])
                number = None


def mtu(output: str, args: Args) -> tuple[MtuRow, ...]:
    """Read ``show ip interface <port>``: what it says of packet sizes."""
    text = "\n".join(lines_of(output))
    head = _HEAD.search(text)
    if head is None or full_port(head[1]) != full_port(args.get("port", "")):
        raise ParseDoubt("show ip interface: not the interface asked for")
    found = re.search(r"(?m)^\s+MTU is (\d+) bytes", text)
    return (MtuRow(name=full_port(head[1]), bytes=int(found[1]) if found else None),)


def large_ping(output: str, _args: Args) -> tuple[LargePingRow, ...]:
    """Read ``ping ... df-bit``. ``M`` marks an echo that somebody on the way said is too large."""
    text = "\n".join(found.strip() for found in lines_of(output))
    if re.search(r"^% Invalid source", text, re.MULTILINE):
        return ()
    sending, success = _SENDING.search(text), _SUCCESS.search(text)
    if not sending or not success or sending[1] != success[2]:
        raise ParseDoubt("ping: no success rate, or not of the echoes sent")
    marks = "".join(_MARKS.findall(text))
    return (
        LargePingRow(
            destination=sending[3],
            size=int(sending[2]),
            sent=int(success[2]),
            received=int(success[1]),
            told=marks.count("M"),
        ),
    )


GETTERS: Mapping[str, Getter] = {
    "line": Getter(command="show interfaces {port}", parse=line),
    "ip_mtu": Getter(command="show ip interface {port}", parse=mtu),
    "probe_counts": Getter(command="show ip sla statistics", parse=probe_counts),
    "large_ping": Getter(
        command="ping {destination} size {size} df-bit source {source} repeat {count} timeout 1",
        parse=large_ping,
        seconds_arg="count",
    ),
}
