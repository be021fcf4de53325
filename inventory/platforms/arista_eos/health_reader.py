"""Readers of an EOS switch's own log, clock and memory. Pure: text in, rows out.

Called through ``GETTERS``, which ``platform`` adds to its own. Log lines and ``show clock`` after Arista's command
reference, ntc-templates (arista_eos_show_clock) and public reports; memory as ANTA reads it of ``show version``. EOS
says of a port that lost its link and of one that was shut the same; ``logging format timestamp`` decides how.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from inventory.platforms import Getter, ParseDoubt
from inventory.platforms.arista_eos.answers import answer, field
from inventory.platforms.arista_eos.names import full_port
from inventory.platforms.arista_eos.pending import VERSION
from inventory.port_rows import NO_YEAR, ClockRow, LinkDownRow, MemoryRow

Args = Mapping[str, str]
DOWNS = "show logging | include LINEPROTO-5-UPDOWN"
CLOCK = "show clock"
KILO = 1024
_DOWN = re.compile(
    r"(?m)^(?P<at>(?:\d{4} )?[A-Z][a-z]{2} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\S*[^%\n]*"
    r"%LINEPROTO-5-UPDOWN: Line protocol on Interface (?P<port>Ethernet\S+?)(?: \([^\n]*\))?, changed state to down\s*$"
)
_NOW = re.compile(r"(?m)^[A-Z][a-z]{2} (?P<day>[A-Z][a-z]{2} +\d+) (?P<time>\d\d:\d\d:\d\d) (?P<year>\d{4})\s*$")
_YEAR = re.compile(r"\b\d{4}\b")
_ZONE = re.compile(r"(?m)^[Tt]imezone(?:: | is )(\S+)")


def link_downs(output: str, _args: Args) -> tuple[LinkDownRow, ...]:
    """Read when ports lost their link; a time that no calendar has tells nothing and is left out."""
    found = ((full_port(line["port"]), _at(line["at"])) for line in _DOWN.finditer(output.replace("\r", "")))
    return tuple(LinkDownRow(port=port, at=at) for port, at in found if at is not None)


def _at(text: str) -> datetime | None:
    """``Nov 20 12:00:01``, with the year before or after the day or not at all, or ``2026-11-20T12:00:01``."""
    if "T" in text[4:]:
        words, form = [text], "%Y-%m-%dT%H:%M:%S"
    else:
        year = _YEAR.search(text)
        words, form = [_YEAR.sub("", text), year[0] if year else f"{NO_YEAR:04}"], "%b %d %H:%M:%S %Y"
    try:
        return datetime.strptime(" ".join(words).strip(), form)  # noqa: DTZ007 - the device's own zone
    except ValueError:
        return None


def clock(output: str, _args: Args) -> tuple[ClockRow, ...]:
    """Read the time."""
    text = output.replace("\r", "")
    now, zone = _NOW.search(text), _ZONE.search(text)
    at = _at(f"{now['day']} {now['time']} {now['year']}") if now is not None else None
    if at is None or zone is None:
        raise ParseDoubt(f"{CLOCK}: no time in the answer")
    return (ClockRow(at=at, zone=zone[1]),)


def memory(output: str, _args: Args) -> tuple[MemoryRow, ...]:
    """Read the memory of the whole switch; EOS tells kilobytes."""
    found = answer(output, VERSION)
    total, free = (field(found, name, int, VERSION) for name in ("memTotal", "memFree"))
    if not 0 < total >= free >= 0:
        raise ParseDoubt(f"{VERSION}: {free} of {total} kB cannot be free")
    return (MemoryRow(total=total * KILO, free=free * KILO),)


GETTERS: Mapping[str, Getter] = {
    "link_downs": Getter(command=DOWNS, parse=link_downs),
    "clock": Getter(command=CLOCK, parse=clock),
    "memory": Getter(command=VERSION, parse=memory),
}
