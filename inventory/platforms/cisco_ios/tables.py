"""What the readers of tables share: finding the table, and counting what must be read.

In: show output. Out: its data lines. Called by the readers. Why: a row that does not match is told, never dropped.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.driver import LOG_LINE

Row = TypeVar("Row")
_LOAD = re.compile(r"(Load for five secs|Time source is)\b")


def lines_of(output: str) -> list[str]:
    """Return the lines that are not blank and not log messages printed in between."""
    return [
        line.rstrip()
        for line in output.replace("\r", "").split("\n")
        if line.strip() and not ("%" in line and LOG_LINE.match(line.strip())) and not _LOAD.match(line)
    ]


def below(output: str, header: str, command: str) -> tuple[str, list[str]]:
    """Return the header line that matches ``header`` and the lines below it. Raises ``ParseDoubt`` without it."""
    wanted = re.compile(header)
    lines = lines_of(output)
    for index, line in enumerate(lines):
        if wanted.search(line):
            return line, lines[index + 1 :]
    raise ParseDoubt(f"{command}: the answer has no table in it ({len(lines)} lines)")


def read_each(lines: Iterable[str], read: Callable[[str], Row | None], command: str) -> tuple[Row, ...]:
    """Return a row for every line. Raises ``ParseDoubt`` telling how many lines were not understood."""
    due = list(lines)
    rows = [read(line) for line in due]
    understood = tuple(row for row in rows if row is not None)
    if len(understood) != len(due):
        odd = next(line for line, row in zip(due, rows, strict=True) if row is None)
        told = f"{len(understood)} of {len(due)} lines understood; not: {odd.strip()[:80]!r}"
        raise ParseDoubt(f"{command}: {told}", len(due))
    return understood


def check_total(rows: Sequence[object], said: re.Match[str] | None, command: str) -> None:
    """Raise ``ParseDoubt`` when the device counted otherwise (group 1 of ``said``)."""
    if said and int(said.group(1)) != len(rows):
        raise ParseDoubt(f"{command}: {len(rows)} rows read, the device counts {said.group(1)}", int(said.group(1)))
