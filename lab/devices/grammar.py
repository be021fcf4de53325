"""Command trees: specs in a small notation become a tree that reads abbreviated lines.

Notation: ``word`` keyword, ``<type>`` argument, ``(a|b)`` choice, ``[a]`` optional, ``:`` everything before it names
the slot (a later line with the same slot replaces it), ``~`` a shorter form that ``no`` accepts.
In: specs with a payload each. Out: ``Tree.read`` returns payload and canonical words, or a ``Refusal`` with its column.
Called by the configuration editor and the exec shell; one tree is shared by all devices.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from lab.devices.tokens import Take

T = TypeVar("T")
_SPEC = re.compile(r"<[^>]+>|[()\[\]|]|[^\s()\[\]|<>]+")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line was not understood. ``column`` counts from the line's first character; ``depth`` in words."""

    kind: Literal["invalid", "incomplete", "ambiguous"]
    column: int
    depth: int


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A line understood: its payload, its canonical words, and how many of them name the slot."""

    payload: T
    words: tuple[str, ...]
    slot: int


@dataclass(slots=True)
class _Node(Generic[T]):
    words: dict[str, "_Node[T]"] = field(default_factory=dict)
    arguments: dict[str, tuple[Take, "_Node[T]"]] = field(default_factory=dict)
    payload: T | None = None
    slot: int = 0
    stop: tuple[T, int] | None = None
    shown: str = ""


class Tree(Generic[T]):
    """A set of commands of one mode. ``taker`` reads an argument type (``ip``, ``1-4094``) of the dialect."""

    def __init__(self, specs: Iterable[tuple[str, T]], taker: Callable[[str], Take]) -> None:
        self._taker = taker
        self._root: _Node[T] = _Node()
        for spec, payload in specs:
            for sequence in _expand(spec):
                self._add(sequence, payload)

    def read(self, line: str, *, start: int = 0, partial: bool = False) -> Reading[T] | Refusal:
        """Read a line from column ``start``; ``partial`` also accepts the shorter forms allowed after ``no``."""
        found = list(_WORD.finditer(line, start))
        words = [match[0] for match in found]
        columns = [match.start() for match in found]
        return _Walk(words, columns, len(line), partial).walk(self._root, 0, ())

    def _add(self, sequence: Sequence[str], payload: T) -> None:
        node = self._root
        parts = [part for part in sequence if part not in {":", "~"}]
        slot, loose = _before(sequence, ":"), _before(sequence, "~")
        loose = loose if "~" in sequence else slot
        for depth, part in enumerate(parts, start=1):
            node = self._child(node, part)
            if depth >= min(slot, loose) and node.stop is None:
                node.stop = (payload, slot)
        node.payload, node.slot = payload, slot

    def _child(self, node: _Node[T], part: str) -> _Node[T]:
        if not part.startswith("<"):
            return node.words.setdefault(part.lower(), _Node(shown=part))
        name = part[1:-1]
        if name not in node.arguments:
            node.arguments[name] = (self._taker(name), _Node())
        return node.arguments[name][1]


def _before(sequence: Sequence[str], mark: str) -> int:
    """Count the words before a mark, or all of them when there is none."""
    head = sequence[: sequence.index(mark)] if mark in sequence else sequence
    return sum(part not in {":", "~"} for part in head)


@dataclass(slots=True)
class _Walk:
    """One line on its way down the tree."""

    words: list[str]
    columns: list[int]
    length: int
    partial: bool

    def walk(self, node: _Node[T], at: int, done: tuple[str, ...]) -> Reading[T] | Refusal:
        if at == len(self.words):
            return self._end(node, at, done)
        typed = self.words[at].lower()
        exact = node.words.get(typed)
        if exact is not None:
            return self.walk(exact, at + 1, (*done, exact.shown))
        near = [word for word in node.words if word.startswith(typed)]
        worst = Refusal("ambiguous" if len(near) > 1 else "invalid", self._column(node, at), at)
        if len(near) == 1:
            only = node.words[near[0]]
            result = self.walk(only, at + 1, (*done, only.shown))
            if isinstance(result, Reading):
                return result
            worst = result
        return self._arguments(node, at, done, worst)

    def _arguments(self, node: _Node[T], at: int, done: tuple[str, ...], worst: Refusal) -> Reading[T] | Refusal:
        for take, below in node.arguments.values():
            taken = take(self.words, at)
            if taken is None:
                continue
            result = self.walk(below, at + taken[1], (*done, taken[0]))
            if isinstance(result, Reading):
                return result
            if result.depth > worst.depth or worst.kind == "ambiguous":
                worst = result
        return worst

    def _end(self, node: _Node[T], at: int, done: tuple[str, ...]) -> Reading[T] | Refusal:
        if node.payload is not None:
            return Reading(node.payload, done, node.slot)
        if self.partial and node.stop is not None:
            return Reading(node.stop[0], done, node.stop[1])
        return Refusal("incomplete", self.length, at)

    def _column(self, node: _Node[T], at: int) -> int:
        """Return the column of the first character that fits no keyword here."""
        typed = self.words[at].lower()
        fits = max((_common(typed, word) for word in node.words), default=0)
        return self.columns[at] + min(fits, len(typed) - 1)


def _common(left: str, right: str) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _expand(spec: str) -> list[tuple[str, ...]]:
    """Return every sequence of parts that a spec stands for."""
    return list(_choice(iter(_SPEC.findall(spec)))[0])


def _choice(parts: Iterator[str]) -> tuple[list[tuple[str, ...]], str]:
    """Read alternatives up to a closing bracket; return them and that bracket ("" at the end)."""
    whole: list[tuple[str, ...]] = []
    current: list[tuple[str, ...]] = [()]
    for part in parts:
        if part in {")", "]"}:
            return whole + current, part
        if part == "|":
            whole, current = whole + current, [()]
        elif part in {"(", "["}:
            inner, _ = _choice(parts)
            tails = inner if part == "(" else [(), *inner]
            current = [head + tail for head in current for tail in tails]
        else:
            current = [(*head, part) for head in current]
    return whole + current, ""
