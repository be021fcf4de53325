"""Readers of what a Junos switch prints as text. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Formats after Juniper's command reference, ntc-templates' recorded answers
and public reports of EX switches.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from inventory.looks import AccessRow, ErrDisabledRow, PersonRow, PingRow, PoeRow, PortRow, TextRow, TrunkRow
from inventory.platforms import ParseDoubt
from inventory.platforms.juniper_junos.driver import LOG_LINE
from inventory.platforms.juniper_junos.names import full_port

Args = Mapping[str, str]
Status = Literal["connected", "notconnect", "disabled", "err-disabled"]
SESSIONS = 75
"""What Junos allows over SSH at once unless it is told otherwise (``services ssh connection-limit``)."""
PORTS = 'show interfaces | match "^Physical interface|Link-level type"'
MEMBERS = "show ethernet-switching interface"
POE = "show poe interface"
USERS = "show system users"
_COLUMNS = 6
PHYSICAL = re.compile(
    r"Physical interface: (\S+?), (Enabled|Disabled|Administratively down), Physical link is (Up|Down)\s*\Z"
)
PORT = re.compile(r"(?:ge|xe|et|mge|fe)-\d+/\d+/\d+\Z")
_ERROR = re.compile(r"(BPDU|Loop Detect PDU|Ethernet-Switching|MAC-REWRITE) Error: (?!None)([^,]+)")
_CAUSES = {"BPDU": "bpduguard", "Loop Detect PDU": "loopback", "MAC-REWRITE": "mac-rewrite"}
_LOGICAL = re.compile(r"(\S+\.\d+)\s.*\b(tagged|untagged)\s*\Z")
_MEMBER = re.compile(r"\s+(\S+)\s+(\d+)\s.*\b(tagged|untagged)\s*\Z")
_POE = re.compile(
    r"\s*(\S+/\S+)\s+(Enabled|Disabled)\s+(\S+)\s+[\d.]+\s?W\S*\s+\S+\s+([\d.]+)\s?W(?:\s+(?:(\d)|\S+))?\s*\Z"
)
_OPER = {"ON": "on", "OFF": "off", "Disabled": "off", "OVERLOAD": "power-deny"}
_SENT = re.compile(r"(?m)^(\d+) packets transmitted, (\d+) packets received\b")
_RTT = re.compile(r"(?m)^round-trip min/avg/max/(?:stddev|std-dev) = [\d.]+/([\d.]+)/")
_NO_SOURCE = re.compile(r"(?im)^(?:ping: (?:bind|sendto|invalid|cannot|can't)|error: )[^\n]*")
_SET = re.compile(r"(?:set|deactivate|activate|protect|annotate) \S")


def lines_of(output: str) -> list[str]:
    """Return the lines that are not blank and no messages printed in between. What is no text is a doubt."""
    lines = LOG_LINE.sub("", output.replace("\r", "")).split("\n")
    if not all(line.expandtabs().isprintable() for line in lines):
        raise ParseDoubt("an answer with characters in it that are no text")
    return [line.rstrip() for line in lines if line.strip()]


def ports(output: str, _args: Args) -> tuple[PortRow, ...]:
    """Read every port's state; its VLANs are told elsewhere."""
    return tuple(PortRow(name=name, status=_status(words, cause), vlan="") for name, words, cause in _told(output))


def _status(words: tuple[str, str], cause: str) -> Status:
    if words[0] != "Enabled":
        return "disabled"
    if cause:
        return "err-disabled"
    return "connected" if words[1] == "Up" else "notconnect"


def errdisabled(output: str, _args: Args) -> tuple[ErrDisabledRow, ...]:
    """Read the ports the switch itself has shut."""
    return tuple(ErrDisabledRow(port=name, cause=cause) for name, _, cause in _told(output) if cause)


def _told(output: str) -> Iterator[tuple[str, tuple[str, str], str]]:
    """Yield each port, its two words and why it was shut. Raises ``ParseDoubt`` unless every port has both lines."""
    lines, found = lines_of(output), 0
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        head = PHYSICAL.match(line)
        if head is None and line.startswith("Physical"):
            raise ParseDoubt(f"{PORTS}: not understood: {line[:80]!r}")
        if head is None or not PORT.match(head[1]):
            continue
        if "Link-level type" not in below:
            raise ParseDoubt(f"{PORTS}: {head[1]} tells nothing of its link")
        error = _ERROR.search(below)
        found += 1
        yield head[1], (head[2], head[3]), _CAUSES.get(error[1], error[2].strip().lower()) if error else ""
    if not found:
        raise ParseDoubt(f"{PORTS}: no port at all")


def trunks(output: str, _args: Args) -> tuple[TrunkRow | AccessRow, ...]:
    """Read the VLANs of every port, whether it is up or not: those a trunk may carry, and the one of any other."""
    lines = lines_of(output)
    if not any("Logical" in line and "TAG" in line for line in lines):
        raise ParseDoubt(f"{MEMBERS}: the answer has no table")
    members: dict[str, list[tuple[int, str]]] = {}
    tagging: dict[str, str] = {}
    port = ""
    for line in lines:
        whole, member = _LOGICAL.match(line), _MEMBER.match(line)
        if whole is not None:
            port = full_port(whole[1])
            tagging[port], members[port] = whole[2], []
        elif member is not None and port:
            members[port].append((int(member[2]), member[3]))
    return tuple(row for name, found in members.items() for row in _of_port(name, tagging[name], found))


def _of_port(port: str, tagging: str, members: list[tuple[int, str]]) -> Iterator[TrunkRow | AccessRow]:
    """A port that is no trunk may carry voice beside: what is not tagged is its own."""
    own = [number for number, how in members if how == "untagged"]
    if tagging == "tagged":
        yield TrunkRow(port=port, allowed=frozenset(number for number, _ in members))
    elif len(own) == 1:
        yield AccessRow(port=port, vlan=own[0])


def poe(output: str, _args: Args) -> tuple[PoeRow, ...]:
    """Read every port that can give power."""
    lines = lines_of(output)
    head = next((n for n, line in enumerate(lines) if {"Interface", "Admin", "Oper"} <= set(line.split())), None)
    if head is None:
        raise ParseDoubt(f"{POE}: the answer has no table ({len(lines)} lines)")
    due = [line for line in lines[head + 1 :] if "/" in line]
    found = [_POE.match(line) for line in due]
    if not all(found):
        raise ParseDoubt(f"{POE}: not understood", len(due))
    return tuple(
        PoeRow(
            port=full_port(row[1]),
            admin="auto" if row[2] == "Enabled" else "never",
            oper=_OPER.get(row[3], "faulty"),
            watts=float(row[4]),
            grade=int(row[5]) if row[5] else None,
        )
        for row in found
        if row is not None
    )


def ping(output: str, args: Args) -> tuple[PingRow, ...]:
    """Read ``ping``; a source that cannot send has sent nothing."""
    text = "\n".join(lines_of(output))
    sent = _SENT.search(text)
    destination = args.get("destination", "")
    if not sent and _NO_SOURCE.search(text):
        return (PingRow(destination=destination, sent=0, received=0, average_ms=None),)
    if not sent:
        raise ParseDoubt("ping: no count of packets")
    rtt = _RTT.search(text)
    average = float(rtt[1]) if rtt else None
    return (PingRow(destination=destination, sent=int(sent[1]), received=int(sent[2]), average_ms=average),)


def running_config(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Read ``show configuration | display set``: it begins with the version, and every line sets something."""
    lines = lines_of(output)
    if not lines or not lines[0].startswith("set version ") or not all(_SET.match(line) for line in lines):
        raise ParseDoubt("show configuration: not the whole configuration as set lines")
    return (TextRow(text="\n".join(lines)),)


def port_config(output: str, args: Args) -> tuple[TextRow, ...]:
    """Read the set lines about one port, its power included: no other line may stand among them.

    A line that only names the port for power says nothing: it is what is left when the port was switched on again.
    """
    lines, port = lines_of(output), args.get("port", "")
    if not all(_SET.match(line) and _names(line, port) for line in lines):
        raise ParseDoubt("show configuration: not the configuration of the port asked for")
    return (TextRow(text="\n".join(line for line in lines if line != f"set poe interface {port}")),)


def _names(line: str, port: str) -> bool:
    return any(word == port or word.startswith(f"{port}.") for word in line.split())


def text(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Keep the text as it is; nothing found is a valid answer."""
    return (TextRow(text=output.replace("\r", "").strip("\n")),)


def free_lines(output: str) -> int:
    """Return how many more sessions the device lets in, of ``show system users``. Raises ``ParseDoubt``."""
    return SESSIONS - len(_logged_in(output))


def people(output: str, _args: Args) -> tuple[PersonRow, ...]:
    """Read who is logged in, ourselves included: Junos does not mark our own session."""
    return tuple(PersonRow(user=user, idle_seconds=_idle(idle)) for user, idle in _logged_in(output))


def _logged_in(output: str) -> list[tuple[str, str]]:
    """Everybody at a prompt, and how long they have been idle. Raises ``ParseDoubt`` when nobody is: we are."""
    lines = lines_of(output)
    at = next((n for n, line in enumerate(lines) if line.split()[:2] == ["USER", "TTY"]), None)
    found = [line.split(maxsplit=5) for line in lines[at + 1 :]] if at is not None else []
    if not found or not all(len(words) == _COLUMNS for words in found):
        raise ParseDoubt(f"{USERS}: not understood, or our own session is not among them")
    return [(words[0], words[4]) for words in found]


def _idle(text: str) -> float | None:
    """Seconds of ``-``, ``5`` (minutes), ``1:02`` (hours and minutes) and ``3days``."""
    hours, _, minutes = text.rpartition(":")
    if text == "-":
        return 0.0
    if text.endswith(("day", "days")):
        return float(text.rstrip("days") or 1) * 86400.0
    return (int(hours or 0) * 60 + int(minutes)) * 60.0 if (hours or "0").isdigit() and minutes.isdigit() else None
