"""Reader of the BGP neighbours an IOS router knows. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Format after ntc-templates 9.3 (cisco_ios_show_ip_bgp_summary, its
recorded answers with plain and dotted AS numbers). A router without BGP says so; that is an answer.
"""

import re
from collections.abc import Mapping
from typing import Literal

from inventory.looks import BgpRow
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.tables import lines_of, read_each

Args = Mapping[str, str]
BgpState = Literal["established", "down", "shut", "over_limit"]
COMMAND = "show ip bgp summary"
_HEADER = re.compile(r"Neighbor\s+V\s+AS\s+MsgRcvd")
_TAIL = re.compile(r"\* ?Dynamically|Dynamically created|BGP peergroup|Total dynamically")
_NEIGHBOR = re.compile(
    r"\*?(?P<name>\d+\.\d+\.\d+\.\d+)\s+\d\s+(?P<asn>\d+(?:\.\d+)?)\s+(?:\d+\s+){5}(?P<since>[\dywdh:]+|never)\s+"
    r"(?P<state>\d+|\(?[A-Z][A-Za-z]+\)?(?:\s\([A-Za-z]+\))?)\Z"
)
_CLOCK = re.compile(r"\d{1,6}(?::\d{1,6})+")
_SPAN = re.compile(r"(\d+)([ywdh])")
_WHOLE_SPAN = re.compile(r"(?:\d{1,6}[ywdh])+")
_SPAN_SECONDS = {"y": 31_536_000.0, "w": 604_800.0, "d": 86_400.0, "h": 3600.0}


def bgp(output: str, _args: Args) -> tuple[BgpRow, ...]:
    """Read ``show ip bgp summary``; no row when BGP is not configured, or without neighbours."""
    lines = [line.strip() for line in lines_of(output)]
    if any(line.startswith("% BGP not active") for line in lines):
        return ()
    head = next((i for i, line in enumerate(lines) if _HEADER.match(line)), None)
    if head is None:
        if any(line.startswith("BGP router identifier") for line in lines):
            return ()
        raise ParseDoubt(f"{COMMAND}: the answer has no table in it ({len(lines)} lines)")
    end = next((i for i, line in enumerate(lines) if i > head and _TAIL.match(line)), len(lines))
    return read_each(lines[head + 1 : end], _neighbor, COMMAND)


def _neighbor(line: str) -> BgpRow | None:
    found = _NEIGHBOR.match(line)
    if not found:
        return None
    return bgp_row(found["name"], found["asn"], found["since"], found["state"])


def bgp_row(neighbor: str, asn: str, since: str, state: str) -> BgpRow:
    """Return a neighbour as a row, of the words IOS prints. A number for a state counts prefixes: the session is up."""
    prefixes = int(state) if state.isdecimal() else None
    return BgpRow(
        neighbor=neighbor,
        remote_as=asn,
        state="established" if prefixes is not None else _state(state),
        prefixes=prefixes,
        since_seconds=span_seconds(since),
    )


def _state(word: str) -> BgpState:
    return "shut" if "(Admin)" in word else "over_limit" if "(PfxCt)" in word else "down"


def span_seconds(text: str) -> float | None:
    """Return ``00:20:06`` or ``3w0d`` in seconds; None for ``never`` and for what is no time."""
    if _CLOCK.fullmatch(text):
        seconds = 0
        for part in text.split(":"):
            seconds = seconds * 60 + int(part)
        return float(seconds)
    parts = _SPAN.findall(text) if _WHOLE_SPAN.fullmatch(text) else ()
    return sum(int(n) * _SPAN_SECONDS[unit] for n, unit in parts) if parts else None
