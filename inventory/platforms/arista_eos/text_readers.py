"""Readers of what an EOS switch prints as text. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Formats after Arista's command reference and ntc-templates' recorded
answers. For ``show poe`` no recording is public: it is read by its header alone, whatever order the columns have.
"""

import re
from collections.abc import Mapping

from inventory import vty_table
from inventory.looks import PersonRow, PingRow, PoeRow, TextRow
from inventory.platforms import ParseDoubt
from inventory.platforms.arista_eos.answers import lines_of
from inventory.platforms.arista_eos.names import full_port

Args = Mapping[str, str]
SESSIONS = 50
"""What EOS allows over SSH at once unless it is told otherwise (``management ssh``, ``connection limit``)."""
POE = "show poe"
_COLUMNS = ("Port", "Enabled", "State", "Power")
_GAP = re.compile(r"\s{2,}")
_RULE = re.compile(r"[-\s]+\Z")
_WATTS = re.compile(r"(\d+(?:\.\d+)?)\s*(m?)W?\Z", re.IGNORECASE)
_CLASS = re.compile(r"(?:class ?)?(\d)\Z", re.IGNORECASE)
_OPER = {"powered": "on", "on": "on", "fault": "faulty", "faulty": "faulty", "denied": "power-deny"}
_USERS = re.compile(r"^\s*Line\s+User\s+Host\(s\)\s+Idle\s+Location")
_USER = re.compile(r"(\*?)\s*\d+\s+(con|vty|aux)\s*\d+\s+\S+")
_SENT = re.compile(r"(?m)^(\d+) packets transmitted, (\d+) received\b")
_RTT = re.compile(r"(?m)^rtt min/avg/max/mdev = [\d.]+/([\d.]+)/")
_TARGET = re.compile(r"(?m)^PING (\S+) \(")
_NO_SOURCE = re.compile(
    r"(?im)^(?:% ?Invalid source|(?:ping: )?connect: Network is unreachable|(?:ping: )?bind: )[^\n]*"
)


def poe(output: str, _args: Args) -> tuple[PoeRow, ...]:
    """Read every port that can give power."""
    lines = [line for line in lines_of(output) if not _RULE.match(line)]
    at = next((i for i, line in enumerate(lines) if set(_COLUMNS) <= set(_GAP.split(line.strip()))), None)
    if at is None:
        raise ParseDoubt(f"{POE}: the answer has no table with {', '.join(_COLUMNS)} ({len(lines)} lines)")
    return tuple(_poe(lines[at], line, len(lines) - at - 1) for line in lines[at + 1 :])


def _poe(header: str, line: str, due: int) -> PoeRow:
    names, cells = _GAP.split(header.strip()), _cells(header, line)
    row = dict(zip(names, cells, strict=False))
    watts, grade = _WATTS.match(row.get("Power", "")), _CLASS.match(row.get("Class", ""))
    if len(cells) != len(names) or row["Enabled"].lower() not in ("yes", "no") or watts is None:
        raise ParseDoubt(f"{POE}: not understood: {line.strip()[:80]!r}", due)
    return PoeRow(
        port=full_port(row["Port"]),
        admin="auto" if row["Enabled"].lower() == "yes" else "never",
        oper=_OPER.get(row["State"].lower(), "off"),
        watts=float(watts[1]) / (1000 if watts[2] else 1),
        grade=int(grade[1]) if grade is not None else None,
    )


def _cells(header: str, line: str) -> list[str]:
    """The cells of a row, two blanks apart; else cut where the header's names begin, if blanks stand before."""
    cells = _GAP.split(line.strip())
    starts = [found.start() for found in re.finditer(r"\S+(?: \S+)*", header)]
    if len(cells) == len(starts) or any(line[at - 1 : at].strip() for at in starts if at):
        return cells
    return [line[at:end].strip() for at, end in zip(starts, [*starts[1:], None], strict=True)]


def ping(output: str, args: Args) -> tuple[PingRow, ...]:
    """Read ``ping``; a source that cannot send has sent nothing."""
    text = "\n".join(lines_of(output))
    sent, target = _SENT.search(text), _TARGET.search(text)
    if not sent and _NO_SOURCE.search(text):
        return (PingRow(destination=args.get("destination", ""), sent=0, received=0, average_ms=None),)
    if not sent or not target:
        raise ParseDoubt("ping: no count of packets")
    rtt = _RTT.search(text)
    return (
        PingRow(
            destination=target[1],
            sent=int(sent[1]),
            received=int(sent[2]),
            average_ms=float(rtt[1]) if rtt else None,
        ),
    )


def running_config(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Read ``show running-config``: whole only when it ends in ``end``."""
    lines = lines_of(output)
    if not lines or lines[-1] != "end" or not any(line.startswith(("! device: ", "hostname ")) for line in lines):
        raise ParseDoubt("show running-config: incomplete (no 'end', or no beginning)")
    return (TextRow(text="\n".join(lines)),)


def port_config(output: str, args: Args) -> tuple[TextRow, ...]:
    """Read ``show running-config interfaces``: nothing but the port asked for may stand in it."""
    lines = lines_of(output)
    named = re.fullmatch(r"interface (\S+)", lines[0]) if lines else None
    foreign = [line for line in lines[1:] if not line.startswith("   ") or not line.isprintable()]
    if not named or foreign or full_port(named[1]) != full_port(args.get("port", "")):
        raise ParseDoubt("show running-config interfaces: not the configuration of the port asked for")
    return (TextRow(text="\n".join(lines)),)


def text(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Keep the text as it is; nothing found is a valid answer."""
    return (TextRow(text=output.replace("\r", "").strip("\n")),)


def people(output: str, _args: Args) -> tuple[PersonRow, ...]:
    """Read who else is logged in, of ``show users``."""
    found = vty_table.people(output)
    if found is None:
        raise ParseDoubt("show users: not understood")
    return found


def free_lines(output: str) -> int:
    """Return how many more sessions the switch lets in, of ``show users``.

    Raises ``ParseDoubt`` when ours is not among them, or a line is not understood.
    """
    lines = lines_of(output)
    at = next((i for i, line in enumerate(lines) if _USERS.match(line)), None)
    found = [_USER.match(line.strip()) for line in lines[at + 1 :]] if at is not None else []
    if not found or not all(found):
        raise ParseDoubt("show users: not understood")
    if not any(one and one[1] for one in found):
        raise ParseDoubt("show users: our own line is not marked")
    return SESSIONS - sum(1 for one in found if one and one[2] == "vty")
