"""Readers of what a Junos switch counts at its ports, and what these agreed on. Pure: text in, rows out.

Called through ``GETTERS``, which ``platform`` adds to its own. One command tells it all, and ``match`` leaves what
is read here, at every look word for word the same: it costs the switch some seconds, so it is asked now and then. Lines
after Juniper's command reference and public reports of EX switches. Junos counts no late collisions: they are not told.
The ``Link-mode`` of its second line is what a port begins with, and says nothing of what was agreed on.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from inventory.platforms import Getter, ParseDoubt
from inventory.platforms.juniper_junos.text_readers import PHYSICAL, PORT, lines_of
from inventory.port_rows import NegotiationRow, PortErrorsRow, PortTrafficRow

Args = Mapping[str, str]
EXTENSIVE = (
    'show interfaces extensive | match "^Physical interface|Link-level type|Auto-negotiation|Link partner|Link mode'
    '|(Unicast|Broadcast|Multicast) packets|CRC/Align errors"'
)
_COUNTED = re.compile(r"\s+(Unicast packets|Broadcast packets|Multicast packets|CRC/Align errors)\s+(\d+)(?:\s+\d+)?\Z")
_COUNTS = ("Unicast packets", "Broadcast packets", "Multicast packets", "CRC/Align errors")
_NEGOTIATES = re.compile(r"\bAuto-negotiation: (Enabled|Disabled)\b")
_SET_SPEED = re.compile(r"\bSpeed: (\d+)(mbps|Gbps)\b")
_SET_MODE = re.compile(r"\b(?:Duplex|Link-mode): (Full|Half)-[Dd]uplex\b")
_AGREED_SPEED = re.compile(r"\bLink (?:partner )?[Ss]peed: (\d+) Mbps\b")
_AGREED_MODE = re.compile(r"\b(?:Link mode|Link partner): (Full|Half)-duplex\b")
_GIGABIT = 1000
Counts = Mapping[str, int]


def errors(output: str, _args: Args) -> tuple[PortErrorsRow, ...]:
    """Read what went wrong on each port."""
    return tuple(
        PortErrorsRow(port=port, broken=counts["CRC/Align errors"], late_collisions=None)
        for port, counts in _counted(output)
    )


def traffic(output: str, _args: Args) -> tuple[PortTrafficRow, ...]:
    """Read what each port received."""
    return tuple(
        PortTrafficRow(
            port=port,
            received=sum(counts[name] for name in _COUNTS[:3]),
            broadcasts=counts["Broadcast packets"],
        )
        for port, counts in _counted(output)
    )


def negotiation(output: str, _args: Args) -> tuple[NegotiationRow, ...]:
    """Read what ports with a link agreed on, or were set to."""
    return tuple(_negotiated(port, lines) for port, up, lines in _blocks(output) if up)


def _blocks(output: str) -> Iterator[tuple[str, bool, Sequence[str]]]:
    """Yield each port, whether it has a link, and the lines about it. Raises ``ParseDoubt`` when there is none."""
    heads: list[tuple[str, bool, list[str]]] = []
    for line in lines_of(output):
        if line.startswith("Physical"):
            head = PHYSICAL.match(line)
            if head is None:
                raise ParseDoubt(f"{EXTENSIVE}: not understood: {line[:80]!r}")
            heads.append((head[1], head[3] == "Up", []))
        elif heads:
            heads[-1][2].append(line)
    ports = [block for block in heads if PORT.match(block[0])]
    if not ports:
        raise ParseDoubt(f"{EXTENSIVE}: no port at all")
    yield from ports


def _counted(output: str) -> list[tuple[str, Counts]]:
    """Each port that counts. Raises ``ParseDoubt`` for one that tells some of it only, and when none counts."""
    found: list[tuple[str, Counts]] = []
    for port, _, lines in _blocks(output):
        counts = {match[1]: int(match[2]) for match in map(_COUNTED.match, lines) if match is not None}
        due = [line for line in lines if any(name in line for name in _COUNTS)]
        if due and not len(counts) == len(due) == len(_COUNTS):
            raise ParseDoubt(f"{EXTENSIVE}: {port} does not tell all it counted", len(_COUNTS))
        if counts:
            found.append((port, counts))
    if not found:
        raise ParseDoubt(f"{EXTENSIVE}: no port tells what it counted")
    return found


def _negotiated(port: str, lines: Sequence[str]) -> NegotiationRow:
    text = "\n".join(lines)
    told = _NEGOTIATES.search(text)
    forced = told is not None and told[1] == "Disabled"
    speed = _set_speed(text) if forced else _agreed_speed(text) or _set_speed(text)
    return NegotiationRow(
        port=port,
        half_duplex=_half(_SET_MODE if forced else _AGREED_MODE, text, speed),
        negotiates=None if told is None else not forced,
        speed_mbps=speed,
    )


def _set_speed(text: str) -> int | None:
    found = _SET_SPEED.search(text)
    return int(found[1]) * (1 if found[2] == "mbps" else _GIGABIT) if found is not None else None


def _agreed_speed(text: str) -> int | None:
    """The speed of this end is told last, where it is told."""
    found = _AGREED_SPEED.findall(text)
    return int(found[-1]) if found else None


def _half(pattern: re.Pattern[str], text: str, speed: int | None) -> bool | None:
    """Whether it is half duplex; of what was agreed on, this end's word comes last. At a gigabit there is none."""
    found = pattern.findall(text)
    if speed is not None and speed >= _GIGABIT:
        return False
    return found[-1] == "Half" if found else None


GETTERS: Mapping[str, Getter] = {
    "negotiation": Getter(command=EXTENSIVE, parse=negotiation),
    "port_errors": Getter(command=EXTENSIVE, parse=errors),
    "port_traffic": Getter(command=EXTENSIVE, parse=traffic),
}
