"""Argument tokens of IOS's commands: the common ones, and interfaces, files and banners as IOS writes them.

In: the words of a line. Out: the canonical text of one argument and how many words it took, or None.
Called by ``grammar`` while it walks a line.
"""

from collections.abc import Sequence
from functools import cache

from lab.devices.cisco_ios.names import long_name
from lab.devices.tokens import COMMON, MAX_VLAN, Take, Taken, taker_of, vlan_numbers, vlan_text

__all__ = ["MAX_VLAN", "taker", "vlan_numbers", "vlan_text"]


def _iface(words: Sequence[str], at: int) -> Taken:
    name = long_name(words[at])
    if name is not None:
        return name, 1
    if at + 1 < len(words) and words[at + 1][0].isdigit() and words[at][-1].isalpha():
        name = long_name(words[at] + words[at + 1])
        return None if name is None else (name, 2)
    return None


def _banner(words: Sequence[str], at: int) -> Taken:
    """Read a banner given on one line, between two equal delimiters; shown with ``^C``, as IOS does."""
    text = " ".join(words[at:])
    mark = "^C" if text.startswith("^C") else text[:1]
    body, closed, after = text.removeprefix(mark).partition(mark)
    return (f"^C{body}^C", len(words) - at) if closed and not after and body else None


def _flash(words: Sequence[str], at: int) -> Taken:
    return (words[at], 1) if ":" in words[at] else None


_NAMED: dict[str, Take] = COMMON | {"iface": _iface, "file": _flash, "banner": _banner}


@cache
def taker(name: str) -> Take:
    """Return the reader of an argument type: ``ip``, ``word`` ... or a number range ``1-4094``."""
    return taker_of(_NAMED, name)
