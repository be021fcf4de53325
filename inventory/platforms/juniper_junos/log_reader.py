"""Readers of a Junos switch's own log and clock. Pure: text in, rows out.

Called through ``GETTERS``, which ``platform`` adds to its own. Log lines after Juniper's reference of system log
messages and public reports of EX switches, the clock after ntc-templates (juniper_junos_show_system_uptime). Its memory
is not read: how much of it a switch of this kind uses in health is not known well enough.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from inventory.platforms import Getter, ParseDoubt
from inventory.platforms.juniper_junos.text_readers import PORT
from inventory.port_rows import NO_YEAR, ClockRow, LinkDownRow

Args = Mapping[str, str]
DOWNS = 'show log messages | match "SNMP_TRAP_LINK_DOWN"'
CLOCK = 'show system uptime | match "^Current time"'
_DOWN = re.compile(
    r"(?m)^(?P<day>[A-Z][a-z]{2} +\d+) (?P<before>\d{4} )?(?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?(?P<after> \d{4})? [^\n]*"
    r"SNMP_TRAP_LINK_DOWN: ifIndex \d+, ifAdminStatus up\(1\), ifOperStatus down\(2\), ifName (?P<port>\S+)\s*$"
)
_NOW = re.compile(r"(?m)^Current time: *(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S+)\s*$")


def link_downs(output: str, _args: Args) -> tuple[LinkDownRow, ...]:
    """Read when ports lost their link; what was shut, and units, which go with their port, are left out."""
    found = (
        (line["port"], _at(f"{line['day']} {line['time']}", (line["before"] or line["after"] or "").strip()))
        for line in _DOWN.finditer(output.replace("\r", ""))
        if PORT.match(line["port"])
    )
    return tuple(LinkDownRow(port=port, at=at) for port, at in found if at is not None)


def _at(text: str, year: str) -> datetime | None:
    """None for a day that no calendar has."""
    try:
        return datetime.strptime(f"{text} {year or f'{NO_YEAR:04}'}", "%b %d %H:%M:%S %Y")  # noqa: DTZ007 - its own zone
    except ValueError:
        return None


def clock(output: str, _args: Args) -> tuple[ClockRow, ...]:
    """Read the time; of several members the first tells it."""
    found = _NOW.search(output.replace("\r", ""))
    try:
        at = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S") if found is not None else None  # noqa: DTZ007 - as above
    except ValueError:
        at = None
    if found is None or at is None:
        raise ParseDoubt(f"{CLOCK}: no time in the answer")
    return (ClockRow(at=at, zone=found[2]),)


GETTERS: Mapping[str, Getter] = {
    "link_downs": Getter(command=DOWNS, parse=link_downs),
    "clock": Getter(command=CLOCK, parse=clock),
}
