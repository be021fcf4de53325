"""Command trees of EOS: the common notation with EOS's own argument types.

``<iface>`` an interface, ``<ports>`` a range of them, ``<cidr>`` an address with the length of its prefix, ``<clock>``
hours, minutes and seconds, ``<file>`` a place for a file.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from ipaddress import AddressValueError, IPv4Interface, NetmaskValueError
from typing import TypeVar

from lab.devices.arista_eos.names import long_name
from lab.devices.grammar import Tree as AnyTree
from lab.devices.tokens import COMMON, Take, Taken, taker_of

T = TypeVar("T")
_CLOCK = re.compile(r"\d{1,2}:\d{1,2}(:\d{1,2})?")
_RANGE = re.compile(r"[A-Za-z-]+\d+(-\d+)?(,[A-Za-z-]*\d+(-\d+)?)*")
_PLACES = ("flash:", "file:", "checkpoint:", "system:")


def _iface(words: Sequence[str], at: int) -> Taken:
    name = long_name(words[at])
    if name is not None:
        return name, 1
    if at + 1 < len(words) and words[at + 1][0].isdigit() and words[at].isalpha():
        name = long_name(words[at] + words[at + 1])
        return None if name is None else (name, 2)
    return None


def _ports(words: Sequence[str], at: int) -> Taken:
    return (words[at], 1) if _RANGE.fullmatch(words[at]) and long_name(words[at]) is None else None


def _cidr(words: Sequence[str], at: int) -> Taken:
    if "/" not in words[at] or "." in words[at].partition("/")[2]:
        return None
    try:
        return str(IPv4Interface(words[at])), 1
    except (AddressValueError, NetmaskValueError):
        return None


def _clock(words: Sequence[str], at: int) -> Taken:
    return (words[at], 1) if _CLOCK.fullmatch(words[at]) else None


def _file(words: Sequence[str], at: int) -> Taken:
    return (words[at], 1) if words[at].startswith(_PLACES) else None


def _quoted(words: Sequence[str], at: int) -> Taken:
    """Read the rest of a line; quotes around it are not part of it."""
    text = " ".join(words[at:])
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text, len(words) - at


_NAMED: dict[str, Take] = COMMON | {
    "iface": _iface,
    "ports": _ports,
    "cidr": _cidr,
    "clock": _clock,
    "file": _file,
    "quoted": _quoted,
}


@cache
def taker(name: str) -> Take:
    """Return the reader of an argument type: ``ip``, ``word`` ... or a number range ``1-4094``."""
    return taker_of(_NAMED, name)


class Tree(AnyTree[T]):
    """A set of commands of one mode."""

    def __init__(self, specs: Iterable[tuple[str, T]]) -> None:
        super().__init__(specs, taker)
