"""Readers of the tunnels and shared gateways an IOS router tells of. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Formats after ntc-templates 9.3 (cisco_ios_show_crypto_session_detail and
cisco_ios_show_standby_brief, their recorded answers).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from inventory.edge_rows import EdgeTaleRow, StandbyRow, TunnelRow
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.bgp_reader import span_seconds
from inventory.platforms.cisco_ios.names import full_port
from inventory.platforms.cisco_ios.tables import below, lines_of, read_each
from inventory.port_rows import NO_YEAR

Args = Mapping[str, str]
TUNNELS, STANDBY = "show crypto session detail", "show standby brief"
_STATUS = re.compile(r"Session status: (UP-\w+(?:-\w+)*|DOWN(?:-\w+)?)\s*\Z")
_PEER = re.compile(r"Peer: (\d+\.\d+\.\d+\.\d+) port \d+")
_UPTIME = re.compile(r"Uptime: (\S+)")
_INBOUND = re.compile(r"\s*Inbound:\s+#pkts dec'ed (\d+)")
_OUTBOUND = re.compile(r"\s*Outbound:\s+#pkts enc'ed (\d+)")
_GROUP = re.compile(
    r"(?P<port>[A-Z][A-Za-z-]*[\d/.]+)\s+(?P<group>\d+)\s+(?P<priority>\d+)\s+(?:P\s+)?(?P<state>[A-Z][a-z]+)\s+"
    r"(?P<active>\S+)\s+(?P<standby>\S+)\s+(?P<address>\d+\.\d+\.\d+\.\d+)\Z"
)
_STAMP = re.compile(r"[*.]?([A-Z][a-z]{2}) +(\d{1,2})(?: (\d{4}))? (\d\d:\d\d:\d\d)")
_TURNED = (
    re.compile(
        r"%LINEPROTO-5-UPDOWN: Line protocol on Interface (?P<about>Tunnel\d+), changed state to (?P<to>up|down)"
    ),
    re.compile(r"%CRYPTO-5-SESSION_STATUS: Crypto tunnel is (?P<to>UP|DOWN)\b.*?Peer (?P<about>\d+\.\d+\.\d+\.\d+):"),
)
_TOLD: tuple[tuple[Literal["stray", "refused", "disputed"], re.Pattern[str]], ...] = (
    ("stray", re.compile(r"%CRYPTO-4-RECVD_PKT_INV_SPI:")),
    ("refused", re.compile(r"%CRYPTO-4-IKMP_BAD_MESSAGE:|%CRYPTO-6-IKMP_MODE_FAILURE:")),
    ("disputed", re.compile(r"%(?:HSRP|STANDBY)-\d-(?:BADAUTH|DUPADDR):|%VRRP-4-BADAUTH")),
)


def tunnels(output: str, _args: Args) -> tuple[TunnelRow, ...]:
    """Read ``show crypto session detail``; no row without tunnels."""
    lines = lines_of(output)
    if not any(line.startswith("Crypto session current status") for line in lines):
        raise ParseDoubt(f"{TUNNELS}: the answer has no beginning ({len(lines)} lines)")
    return tuple(_tunnel(block) for block in _blocks(lines))


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """The lines of each interface's session; the legend above the first is left out."""
    starts = [i for i, line in enumerate(lines) if line.startswith("Interface: ")]
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        yield lines[start:end]


def _tunnel(block: list[str]) -> TunnelRow:
    port = full_port(block[0].removeprefix("Interface: "))
    status, peer, uptime = (_first(p, block) for p in (_STATUS, _PEER, _UPTIME))
    if status is None or peer is None:
        raise ParseDoubt(f"{TUNNELS}: no status or no peer of {port}")
    up = status[1].startswith("UP")
    return TunnelRow(
        port=port,
        peer=peer[1],
        up=up,
        up_seconds=span_seconds(uptime[1]) if up and uptime else None,
        sent=_sum(_OUTBOUND, block),
        received=_sum(_INBOUND, block),
    )


def _first(pattern: re.Pattern[str], block: list[str]) -> re.Match[str] | None:
    return next((m for line in block if (m := pattern.match(line.strip()))), None)


def _sum(pattern: re.Pattern[str], block: list[str]) -> int:
    """Over all flows of the session."""
    return sum(int(m[1]) for line in block if (m := pattern.match(line)))


def standby(output: str, _args: Args) -> tuple[StandbyRow, ...]:
    """Read ``show standby brief``; no row when no address is shared, which IOS answers with nothing at all."""
    if not lines_of(output):
        return ()
    _, lines = below(output, r"^Interface\s+Grp\s+Pri\s+P\s+State\s+Active\s+Standby", STANDBY)
    return read_each(lines, _standby, STANDBY)


def _standby(line: str) -> StandbyRow | None:
    found = _GROUP.match(line.strip())
    if not found:
        return None
    return StandbyRow(
        port=full_port(found["port"]),
        group=int(found["group"]),
        state=found["state"],
        active=_known(found["active"]),
        standby=_known(found["standby"]),
        address=found["address"],
    )


def _known(word: str) -> str | None:
    return None if word == "unknown" else word


def edge_log(output: str, _args: Args) -> tuple[EdgeTaleRow, ...]:
    """Read the log's lines about tunnels and shared gateways; one without a date tells of no time and is left out."""
    return tuple(row for line in output.replace("\r", "").split("\n") if (row := _tale(line)) is not None)


def _tale(line: str) -> EdgeTaleRow | None:
    at, turned = _stamp(line), next((m for pattern in _TURNED if (m := pattern.search(line))), None)
    if at is None:
        return None
    if turned:
        return EdgeTaleRow(word="rose" if turned["to"].lower() == "up" else "fell", about=turned["about"], at=at)
    word = next((word for word, pattern in _TOLD if pattern.search(line)), None)
    return None if word is None else EdgeTaleRow(word=word, about="", at=at)


def _stamp(line: str) -> datetime | None:
    """The time a line begins with; None for one that counts from the restart, or a day that no calendar has."""
    found = _STAMP.match(line.strip())
    if not found:
        return None
    month, day, year, time = found.groups()
    try:
        return datetime.strptime(f"{month} {day} {year or f'{NO_YEAR:04}'} {time}", "%b %d %Y %H:%M:%S")  # noqa: DTZ007 - the device's own zone
    except ValueError:
        return None
