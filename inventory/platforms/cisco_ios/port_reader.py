"""Readers of what IOS counts at its ports, and of the health of its software. Pure: text in, rows out.

Called through ``GETTERS``, which ``platform`` adds to its own. Formats after Cisco's command references, ntc-templates
9.3 (cisco_ios_show_interfaces, show_interfaces_status) and genieparser's recorded answers (ShowInterfacesCounters,
ShowInterfacesCountersErrors, ShowMemoryStatistics, ShowClock). Columns are found by their headers: switch families
have them in different numbers and orders.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from inventory.looks import Row
from inventory.platforms import Getter, ParseDoubt
from inventory.platforms.cisco_ios.names import full_port
from inventory.platforms.cisco_ios.switch_readers import ports
from inventory.platforms.cisco_ios.tables import below, lines_of
from inventory.port_rows import (
    NO_YEAR,
    ClockRow,
    LinkDownRow,
    LoadRow,
    MemoryRow,
    NegotiationRow,
    PortErrorsRow,
    PortTrafficRow,
)

Args = Mapping[str, str]
Counts = Mapping[str, Mapping[str, int]]
_AGREED = re.compile(r"\s(?P<auto>a-)?(?P<duplex>full|half)\s+(?:a-)?(?P<speed>\d+G?|2\.5G)(?=\s|\Z)")
_BLOCK = re.compile(r"(?m)^(?P<name>[A-Z][A-Za-z-]*\d\S*) is (?P<state>[^,\n]+), line protocol is ")
_DUPLEX = re.compile(
    r"(?m)^\s+(?P<duplex>Full|Half)[- ][Dd]uplex, (?P<speed>\d+(?:\.\d+)?)\s?(?P<unit>[GM])b(?:/s|ps)"
    r"(?:, link type is (?P<link>[a-z-]+))?"
)
_INPUT = re.compile(r"(?m)^\s+(\d+) packets input,")
_BROADCASTS = re.compile(r"(?m)^\s+Received (\d+) broadcasts")
_BROKEN = re.compile(
    r"(?m)^\s+(?P<runts>\d+) runts,.*\n\s+(?P<errors>\d+) input errors, (?P<crc>\d+) CRC, (?P<frame>\d+)"
)
_LATE = re.compile(r"(?m)\b(\d+) late collisions?\b")
_DOWN = re.compile(
    r"(?P<at>[A-Z][a-z]{2} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d)[^%]*%LINK-(?:SW\d+_SP-)?3-UPDOWN: "
    r"Interface (?P<port>[A-Z]\S+), changed state to (?P<state>\w+)"
)
_CLOCK = re.compile(
    r"(?m)^[*.]?(?P<time>\d\d:\d\d:\d\d)(?:\.\d+)? (?P<zone>\S+) [A-Z][a-z]{2} (?P<day>[A-Z][a-z]{2} +\d+ \d{4})"
)
_LOAD = re.compile(r"CPU utilization for five seconds:.*?one minute:\s*(\d+)%")
_MEMORY = re.compile(r"(?m)^\s*Processor\s+[0-9A-Fa-f]+\s+(?P<total>\d+)\s+(?P<used>\d+)\s+(?P<free>\d+)\b")
_NUMBER = re.compile(r"\d+\Z")
_UNITS = {"M": 1, "G": 1000}


def negotiation(output: str, _args: Args) -> tuple[NegotiationRow, ...]:
    """Read ``show interfaces status``: ports with a link, and what they agreed on (``a-full``) or were set to."""
    linked = {row.name for row in ports(output, _args) if row.status == "connected"}
    return tuple(row for row in map(_negotiated, lines_of(output)) if row is not None and row.port in linked)


def _negotiated(line: str) -> NegotiationRow | None:
    found = list(_AGREED.finditer(line))
    if not found:
        return None
    last = found[-1]  # a description may sound like it
    speed = last["speed"]
    return NegotiationRow(
        port=full_port(line.split(None, 1)[0]),
        half_duplex=last["duplex"] == "half",
        negotiates=last["auto"] is not None,
        speed_mbps=int(float(speed[:-1]) * 1000) if speed.endswith("G") else int(speed),
    )


def errors(output: str, _args: Args) -> tuple[PortErrorsRow, ...]:
    """Read ``show interfaces counters errors``."""
    command = "show interfaces counters errors"
    counted = _by_port(output, command)
    rows = tuple(
        PortErrorsRow(port=port, broken=told["FCS-Err"] + told["Align-Err"], late_collisions=told.get("Late-Col"))
        for port, told in counted.items()
        if "FCS-Err" in told and "Align-Err" in told
    )
    if not rows:
        raise ParseDoubt(f"{command}: no port tells of broken frames")
    return rows


def traffic(output: str, _args: Args) -> tuple[PortTrafficRow, ...]:
    """Read ``show interfaces counters``."""
    command = "show interfaces counters"
    heard = ("InUcastPkts", "InMcastPkts", "InBcastPkts")
    rows = tuple(
        PortTrafficRow(port=port, received=sum(told[kind] for kind in heard), broadcasts=told["InBcastPkts"])
        for port, told in _by_port(output, command).items()
        if all(kind in told for kind in heard)
    )
    if not rows:
        raise ParseDoubt(f"{command}: no port tells what it received")
    return rows


def _by_port(output: str, command: str) -> Counts:
    """Every port's numbers by column, out of one table below another. Raises ``ParseDoubt`` for a row with others."""
    header, lines = below(output, r"^\s*Port\s+\S", command)
    columns, found = header.split()[1:], dict[str, dict[str, int]]()
    for line in lines:
        words = line.split()
        if words[0] == "Port":
            columns = words[1:]
            continue
        numbers = words[1:]
        if len(numbers) != len(columns) or not all(_NUMBER.match(word) for word in numbers):
            raise ParseDoubt(f"{command}: not understood: {line.strip()[:80]!r}")
        found.setdefault(full_port(words[0]), {}).update(zip(columns, map(int, numbers), strict=True))
    return found


def line_health(output: str, _args: Args) -> tuple[Row, ...]:
    """Read ``show interfaces``: of every interface what was negotiated, what broke and what came."""
    blocks = list(_BLOCK.finditer(output.replace("\r", "")))
    if not blocks:
        raise ParseDoubt("show interfaces: no interface at all")
    ends = [*(block.start() for block in blocks[1:]), len(output)]
    return tuple(row for block, end in zip(blocks, ends, strict=True) for row in _interface(block, output, end))


def _interface(block: re.Match[str], output: str, end: int) -> Iterator[Row]:
    port, text = full_port(block["name"]), output.replace("\r", "")[block.end() : end]
    duplex, broken, late = _DUPLEX.search(text), _BROKEN.search(text), _LATE.search(text)
    came, broadcasts = _INPUT.search(text), _BROADCASTS.search(text)
    if duplex is not None and block["state"] == "up":
        link = duplex["link"]
        yield NegotiationRow(
            port=port,
            half_duplex=duplex["duplex"] == "Half",
            negotiates=None if link is None else link == "auto",
            speed_mbps=int(float(duplex["speed"]) * _UNITS[duplex["unit"]]),
        )
    if broken is not None:
        yield PortErrorsRow(
            port=port,
            broken=int(broken["crc"]) + int(broken["frame"]),
            late_collisions=int(late[1]) if late is not None else 0,
        )
    if came is not None and broadcasts is not None:
        yield PortTrafficRow(port=port, received=int(came[1]), broadcasts=int(broadcasts[1]))


def link_downs(output: str, _args: Args) -> tuple[LinkDownRow, ...]:
    """Read ``show logging | include LINK-3-UPDOWN``; lines without a date tell of no time and are left out."""
    found = (match for match in _DOWN.finditer(output) if match["state"] == "down")
    rows = ((full_port(match["port"]), _stamp(match["at"])) for match in found)
    return tuple(LinkDownRow(port=port, at=at) for port, at in rows if at is not None)


def _stamp(text: str) -> datetime | None:
    """``Mar  3 19:07:05``, with a year or without; None for a day that no calendar has."""
    words = text.split()
    if len(words) == 3:  # noqa: PLR2004 - month, day, time
        words.insert(2, f"{NO_YEAR:04}")
    try:
        return datetime.strptime(" ".join(words), "%b %d %Y %H:%M:%S")  # noqa: DTZ007 - the device's own zone
    except ValueError:
        return None


def clock(output: str, _args: Args) -> tuple[ClockRow, ...]:
    """Read ``show clock``."""
    found = _CLOCK.search(output.replace("\r", ""))
    at = _stamp(f"{found['day']} {found['time']}") if found else None
    if found is None or at is None:
        raise ParseDoubt("show clock: no time in the answer")
    return (ClockRow(at=at, zone=found["zone"]),)


def load(output: str, _args: Args) -> tuple[LoadRow, ...]:
    """Read ``show processes cpu | include CPU utilization``."""
    found = _LOAD.search(output)
    if found is None:
        raise ParseDoubt("show processes cpu: no utilization in the answer")
    return (LoadRow(minute_pct=float(found[1])),)


def memory(output: str, _args: Args) -> tuple[MemoryRow, ...]:
    """Read ``show memory statistics``: the processor's pool."""
    found = _MEMORY.search(output)
    if found is None or not int(found["total"]):
        raise ParseDoubt("show memory statistics: no row of the processor's pool")
    return (MemoryRow(total=int(found["total"]), free=int(found["free"])),)


GETTERS: Mapping[str, Getter] = {
    "negotiation": Getter(command="show interfaces status", parse=negotiation),
    "port_errors": Getter(command="show interfaces counters errors", parse=errors),
    "port_traffic": Getter(command="show interfaces counters", parse=traffic),
    "line_health": Getter(command="show interfaces", parse=line_health),
    "link_downs": Getter(command="show logging | include LINK-3-UPDOWN", parse=link_downs),
    "clock": Getter(command="show clock", parse=clock),
    "load": Getter(command="show processes cpu | include CPU utilization", parse=load),
    "memory": Getter(command="show memory statistics", parse=memory),
}
