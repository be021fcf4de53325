"""Who else is logged in, from the table ``show users`` that several vendors print alike.

In: the table's text. Out: ``PersonRow``s of everybody but the session that asks. Used by readers in ``platforms``.
"""

import re

from inventory.looks import PersonRow

HEAD = re.compile(r"(?m)^\s*Line\s+User\s+Host\(s\)\s+Idle\b.*$")
_LINE = re.compile(r"\s*(\*?)\s*\d+\s+(?:con|vty|aux|tty)\s*\d+\s+(.*)")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+)\Z")
_LONG = re.compile(r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?::?\d+m?)?\Z")
_UNITS = (365 * 86400, 7 * 86400, 86400, 3600)
FEWEST_WORDS = 2


def people(text: str) -> tuple[PersonRow, ...] | None:
    """Return who else is there; None when the text is no such table. Lines nobody has logged in on are left out."""
    head = HEAD.search(text)
    if head is None:
        return None
    lines = text[head.end() :].split("Interface ", 1)[0].splitlines()
    found = [match for line in lines if (match := _LINE.match(line))]
    rows = (_row(match[2].split()) for match in found if not match[1])
    return tuple(row for row in rows if row is not None)


def _row(words: list[str]) -> PersonRow | None:
    """``user host idle location``; without a user the line is not somebody's."""
    at = next((n for n, word in enumerate(words) if n >= FEWEST_WORDS and idle_seconds(word) is not None), None)
    return None if at is None else PersonRow(user=words[0], idle_seconds=idle_seconds(words[at]))


def idle_seconds(word: str) -> float | None:
    """Return ``00:02:03``, ``1d02h`` or ``3w4d`` in seconds; None for anything else."""
    clock = _CLOCK.match(word)
    if clock:
        return 3600.0 * int(clock[1] or 0) + 60.0 * int(clock[2]) + int(clock[3])
    long = _LONG.match(word)
    if long is None or not any(long.groups()):
        return None
    return float(sum(unit * int(count or 0) for unit, count in zip(_UNITS, long.groups(), strict=True)))
