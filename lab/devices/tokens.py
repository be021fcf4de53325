"""Typed argument tokens of commands: what ``<ip>`` or ``<vlans>`` in a command's spec accepts and how it is written.

In: the words of a line. Out: the canonical text of one argument and how many words it took, or None.
Called by ``grammar`` while it walks a line; each dialect adds its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

Taken = tuple[str, int] | None
Take = Callable[[Sequence[str], int], Taken]

_OCTETS = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})")
_FULL = 0xFFFFFFFF
MAX_VLAN = 4094


@lru_cache(maxsize=16384)
def _address(text: str) -> int | None:
    found = _OCTETS.fullmatch(text)
    if found is None:
        return None
    value = 0
    for part in found.groups():
        if int(part) > 255:  # noqa: PLR2004
            return None
        value = value << 8 | int(part)
    return value


def _is_mask(value: int) -> bool:
    inverted = value ^ _FULL
    return inverted & (inverted + 1) == 0


def _ip(words: Sequence[str], at: int) -> Taken:
    return None if _address(words[at]) is None else (words[at], 1)


def _mask(words: Sequence[str], at: int) -> Taken:
    value = _address(words[at])
    return (words[at], 1) if value is not None and _is_mask(value) else None


def _word(words: Sequence[str], at: int) -> Taken:
    return words[at], 1


def _rest(words: Sequence[str], at: int) -> Taken:
    return " ".join(words[at:]), len(words) - at


def _vlans(words: Sequence[str], at: int) -> Taken:
    numbers = vlan_numbers(words[at])
    return None if numbers is None else (vlan_text(numbers), 1)


@lru_cache(maxsize=4096)
def vlan_numbers(text: str) -> frozenset[int] | None:
    """Read ``10,20-22`` into VLAN numbers; None when it is no list of VLANs."""
    numbers: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if not low.isdigit() or (dash and not high.isdigit()):
            return None
        first, last = int(low), int(high or low)
        if not 1 <= first <= last <= MAX_VLAN:
            return None
        numbers.update(range(first, last + 1))
    return frozenset(numbers)


def vlan_text(numbers: Iterable[int]) -> str:
    """Write VLAN numbers as IOS does: ascending, ranges of three or more (and pairs) with a dash or comma."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    if len(run) == 1:
        return str(run[0])
    return f"{run[0]},{run[1]}" if len(run) == 2 else f"{run[0]}-{run[-1]}"  # noqa: PLR2004


def number_in(low: int, high: int) -> Take:
    """Return the reader of a number in a range."""

    def take(words: Sequence[str], at: int) -> Taken:
        text = words[at]
        if not (text.isascii() and text.isdigit() and len(text) < 12 and low <= int(text) <= high):  # noqa: PLR2004
            return None
        return str(int(text)), 1

    return take


COMMON: dict[str, Take] = {"ip": _ip, "mask": _mask, "word": _word, "rest": _rest, "vlans": _vlans}


def taker_of(named: Mapping[str, Take], name: str) -> Take:
    """Return the reader of an argument type: one that is named (``ip``, ``word`` ...) or a number range ``1-4094``."""
    found = named.get(name)
    if found is not None:
        return found
    low, _, high = name.partition("-")
    return number_in(int(low), int(high))
