"""A configuration as a tree of statements.

In: statements as paths of words (``vlans TILLS vlan-id 10``). Out: the tree, changed in place; refusals in Junos's
words. Text with braces is read and written by ``text``, set lines by ``sets``, XML by ``xml_forms``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lab.devices.juniper_junos.grammar import ROOT
from lab.devices.juniper_junos.rule import Rule

Words = tuple[str, ...]
_PARTS = re.compile(r"(\d+)")


class RefusalError(Exception):
    """A statement that is not understood. ``element`` is the word it stumbled on, ``path`` where it stood."""

    def __init__(self, message: str, element: str = "", path: Words = (), *, warning: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.element = element
        self.path = path
        self.warning = warning


@dataclass(slots=True, eq=False)
class Entry:
    """One statement: its own words (keyword and name), its values, what is inside it."""

    rule: Rule
    key: Words
    values: Words = ()
    section: "Section | None" = None
    inactive: bool = False

    def copy(self) -> "Entry":
        """Return a deep copy."""
        inner = None if self.section is None else self.section.copy()
        return Entry(self.rule, self.key, self.values, inner, self.inactive)

    def same(self, other: "Entry") -> bool:
        """Whether both say the same, all that is inside included."""
        if (self.values, self.inactive) != (other.values, other.inactive):
            return False
        mine, theirs = self.section, other.section
        if mine is None or theirs is None:
            return mine is theirs
        return mine.entries.keys() == theirs.entries.keys() and all(
            entry.same(theirs.entries[key]) for key, entry in mine.entries.items()
        )


@dataclass(slots=True, eq=False)
class Section:
    """The statements inside one statement, by their own words."""

    rule: Rule
    entries: dict[Words, Entry] = field(default_factory=dict)

    def copy(self) -> "Section":
        """Return a deep copy."""
        return Section(self.rule, {key: entry.copy() for key, entry in self.entries.items()})

    def ordered(self) -> list[Entry]:
        """Return the statements as Junos shows them: by the grammar, names in natural order."""
        rank = {(rule.word, rule.bare): number for number, rule in enumerate(self.rule.rules)}
        return sorted(
            self.entries.values(), key=lambda e: (rank.get((e.rule.word, e.rule.bare), 0), natural(e.key[-1]))
        )

    def at(self, *path: str) -> "Section | None":
        """Return the section at a path of words; inactive statements are not there."""
        section: Section | None = self
        rest = path
        while rest and section is not None:
            entry, rest = section.step(rest)
            section = entry.section if entry is not None and not entry.inactive else None
        return section

    def step(self, path: Words) -> tuple[Entry | None, Words]:
        """Return the statement that a path begins with, and what of the path is left."""
        for length in (2, 1):
            entry = self.entries.get(path[:length])
            if entry is not None and len(path) >= length:
                return entry, path[length:]
        return None, ()

    def value(self, *path: str) -> str | None:
        """Return the value of a leaf, None when it is not set or inactive."""
        found = self.values(*path)
        return found[0] if found else None

    def values(self, *path: str) -> Words:
        """Return the values of a leaf."""
        section = self.at(*path[:-1])
        entry = section.entries.get(path[-1:]) if section is not None else None
        return entry.values if entry is not None and not entry.inactive else ()

    def has(self, *path: str) -> bool:
        """Whether a statement is there and active."""
        section = self.at(*path[:-1])
        entry = section.entries.get(path[-1:]) if section is not None else None
        return entry is not None and not entry.inactive

    def names(self, *path: str) -> Iterator[tuple[str, "Section"]]:
        """Yield the name and the inside of each active named statement of one keyword (bare ones: of the section)."""
        keyword, section = path[-1], self.at(*path[:-1])
        for entry in section.ordered() if section is not None else ():
            fits = entry.rule.kind == "named" and entry.rule.word == keyword
            if fits and entry.section is not None and not entry.inactive:
                yield entry.key[-1], entry.section


def natural(word: str) -> list[tuple[int, int, str]]:
    """Return a sorting key by which ge-0/0/2 comes before ge-0/0/10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in _PARTS.split(word) if part]


def empty() -> Section:
    """Return an empty configuration."""
    return Section(ROOT)


def place(section: Section, words: Sequence[str], path: Words = ()) -> Entry:
    """Make the statement that ``words`` name, and all it stands in; return it. Raises ``RefusalError``.

    ``path`` is where the section itself stands.
    """
    while True:
        entry, rest = _one(section, tuple(words), path)
        path += entry.key
        if not rest or entry.section is None:
            return entry
        section, words = entry.section, rest


def _one(section: Section, words: Words, path: Words) -> tuple[Entry, Words]:
    rule = section.rule.of(words[0])
    if rule is None:
        raise RefusalError("syntax error", words[0], path)
    if rule.kind in ("leaf", "leaves"):
        return _leaf(section, rule, words, path), ()
    length = 2 if rule.kind == "named" and not rule.bare else 1
    if len(words) < length:
        raise RefusalError("missing argument.", words[0], path)
    key = words[:length]
    complaint = rule.check(key[-1]) if rule.check is not None and rule.kind == "named" else None
    if complaint:
        raise RefusalError(complaint, key[-1], path)
    entry = section.entries.get(key)
    if entry is None:
        entry = Entry(rule, key, section=None if rule.kind == "flag" else Section(rule))
        section.entries[key] = entry
    if rule.kind == "flag" and len(words) > 1:
        raise RefusalError("syntax error", words[1], path + key)
    return entry, words[length:]


def _leaf(section: Section, rule: Rule, words: Words, path: Words) -> Entry:
    values = words[1:]
    if not values:
        raise RefusalError("missing argument.", words[0], path)
    if rule.kind == "leaf" and len(values) > 1:
        raise RefusalError("syntax error", values[1], (*path, words[0]))
    for value in values:
        complaint = rule.check(value) if rule.check is not None else None
        if complaint:
            raise RefusalError(complaint, value, (*path, words[0]))
    entry = section.entries.setdefault((rule.word,), Entry(rule, (rule.word,)))
    if rule.kind == "leaves":
        values = (*entry.values, *(value for value in values if value not in entry.values))
    entry.values = values
    return entry


def remove(section: Section, words: Sequence[str], path: Words = ()) -> None:
    """Delete a statement, or one value of a list. Raises ``RefusalError``; what is not there is a warning."""
    words = tuple(words)
    if section.rule.of(words[0]) is None:
        raise RefusalError("syntax error", words[0], path)
    entry, rest = section.step(words)
    if entry is None:
        raise RefusalError("statement not found", words[-1], path, warning=True)
    if rest and entry.section is not None:
        remove(entry.section, rest, path + entry.key)
        prune(section, entry)
        return
    if rest and not set(rest) <= set(entry.values):
        raise RefusalError("statement not found", rest[0], path + entry.key, warning=True)
    if rest:
        entry.values = tuple(value for value in entry.values if value not in rest)
    if not rest or not entry.values:
        del section.entries[entry.key]


def prune(section: Section, entry: Entry) -> None:
    """Drop a box that is empty now and means nothing when empty."""
    hollow = entry.rule.kind == "box" and not entry.rule.presence
    if hollow and entry.section is not None and not entry.section.entries:
        section.entries.pop(entry.key, None)


def find(section: Section, words: Sequence[str]) -> Entry | None:
    """Return the statement a path names, None when it is not there."""
    entry, rest = section.step(tuple(words))
    while entry is not None and rest:
        if entry.section is None:
            return entry if set(rest) <= set(entry.values) else None
        entry, rest = entry.section.step(rest)
    return entry
