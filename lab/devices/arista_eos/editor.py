"""Applies configuration lines the way a configuration mode of EOS does.

In: lines as typed, read from a file or sent over eAPI. Out: ``Applied`` per line: what changed, or EOS's complaint.
Called by the command line, ``configure replace``, hand edits by faults, and ``parse``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lab.devices.arista_eos.commands import place_of, tree_of
from lab.devices.arista_eos.config import Config
from lab.devices.arista_eos.names import is_physical
from lab.devices.config_tree import Entry, Section
from lab.devices.grammar import Reading, Refusal
from lab.devices.rule import Rule, Words
from lab.devices.slots import KEPT_LINES, put, remove

_NO = re.compile(r"\s*(?:no|default)\s+", re.IGNORECASE)
_BANNER = re.compile(r"\s*banner\s+(login|motd)\s*\Z", re.IGNORECASE)
_ACL_ROW = re.compile(r"\s*(?:no\s+)?(permit|deny|remark)\b", re.IGNORECASE)
_EXIT = frozenset({"exit", "exi", "ex"})
_STEP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One line's effect. ``section`` is the header it stands under ("" for global); ``left``: the mode is over."""

    line: str = ""
    section: str = ""
    changed: bool = False
    refusal: Refusal | None = None
    message: str = ""
    left: bool = False
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class _Level:
    header: Words
    sections: tuple[Section, ...]


class Editor:
    """A configuration mode on a ``Config``. ``hardware`` limits physical interfaces (None: any may appear)."""

    def __init__(self, config: Config, hardware: frozenset[str] | None = None) -> None:
        self._config = config
        self._hardware = hardware
        self._levels = [_Level((), (config.root,))]
        self._banner: list[str] | None = None
        self._kind = ""

    @property
    def place(self) -> str:
        """The part of the prompt that names the place: ``-if-Et1``."""
        level = self._levels[-1]
        return place_of(level.sections[0].mode, level.header)

    @property
    def collecting(self) -> bool:
        """Whether lines are the text of a banner, until ``EOF``."""
        return self._banner is not None

    def feed(self, line: str) -> Applied:
        """Apply one line. Nothing is raised: a refused line changes nothing."""
        if self._banner is not None:
            return self._collect(line)
        text = line.strip()
        if not text or text.startswith("!"):
            return Applied()
        if self._levels[0].sections[0] is not self._config.root:
            self._levels = [_Level((), (self._config.root,))]
        if text.lower() in _EXIT or text.lower() == "end":
            return self._exit(whole=text.lower() == "end")
        if text.lower() in {"no", "default"}:
            return Applied(line=text, refusal=Refusal("incomplete", len(line), 1))
        if banner := _BANNER.match(line):
            self._banner, self._kind = [], banner[1].lower()
            return Applied()
        return self._plain(line)

    def banner(self, kind: str, text: str) -> Applied:
        """Set a banner's text at once."""
        self._levels = self._levels[:1]
        key = ("banner", kind)
        reading = tree_of("global").read(f"banner {kind} x")
        if not isinstance(reading, Reading):
            return Applied()
        body = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
        entry = Entry(reading.payload, ("banner", f"{kind}\n{body}\nEOF"))
        changed = self._config.root.entries.get(key) != entry
        self._config.root.entries[key] = entry
        return Applied(line=f"banner {kind}", changed=changed, accepted=True)

    def _collect(self, line: str) -> Applied:
        lines = self._banner or []
        if line.strip() != "EOF":
            self._banner = [*lines, line]
            return Applied()
        self._banner = None
        return self.banner(self._kind, "\n".join(lines))

    def _exit(self, *, whole: bool) -> Applied:
        if whole or len(self._levels) == 1:
            del self._levels[1:]
            return Applied(left=True)
        self._levels.pop()
        return Applied()

    def _plain(self, line: str) -> Applied:
        negation = _NO.match(line)
        if self._levels[-1].sections[0].mode == "acl" and _ACL_ROW.match(line):
            line = _numbered(self._levels[-1].sections[0], line)
        start = negation.end() if negation else 0
        worst: Refusal | None = None
        for depth in range(len(self._levels) - 1, -1, -1):
            level = self._levels[depth]
            reading = _read(level.sections[0].mode, line, start, partial=negation is not None)
            if isinstance(reading, Reading):
                del self._levels[depth + 1 :]
                return self._act(reading, level, line, negated=negation is not None)
            if worst is None or reading.depth > worst.depth:
                worst = reading
        if negation is not None and worst is not None:
            worst = Refusal(worst.kind, worst.column, worst.depth + 1)
        return Applied(line=line.strip(), section=" ".join(self._levels[-1].header), refusal=worst)

    def _act(self, reading: Reading[Rule], level: _Level, line: str, *, negated: bool) -> Applied:
        restores = reading.payload.on and line.strip().lower().startswith("default")
        if negated and not restores:
            changed = bool(sum(remove(section, reading, _is_hardware) for section in level.sections))
            return _done(reading.words, level, changed=changed, negated=True)
        if reading.payload.opens is not None:
            return self._open(reading, level, line)
        changed = False
        for section in level.sections:
            check = reading.payload.check
            complaint = check(self._config, section, reading.words) if check is not None else None
            if complaint:
                return Applied(line=line.strip(), section=" ".join(level.header), message=complaint)
            changed |= put(section, reading)
        return _done(reading.words, level, changed=changed)

    def _open(self, reading: Reading[Rule], level: _Level, line: str) -> Applied:
        rule = reading.payload
        headers = rule.expand(reading.words) if rule.expand is not None else [reading.words]
        if not headers or any(self._absent(words) for words in headers):
            refusal = Refusal("invalid", len(line), 1)
            return Applied(line=line.strip(), section=" ".join(level.header), refusal=refusal)
        opened: list[Section] = []
        changed = False
        for words in headers:
            entry = level.sections[0].find(*words)
            if entry is None or entry.section is None:
                entry = _new_section(_plain_rule(rule, words), words)
                level.sections[0].entries[words] = entry
                changed = True
            if entry.section is not None:
                opened.append(entry.section)
        header = headers[0] if len(headers) == 1 else reading.words
        self._levels.append(_Level(header, tuple(opened)))
        return _done(reading.words, level, changed=changed)

    def _absent(self, words: Words) -> bool:
        known = words[0] != "interface" or self._hardware is None or words[1] in self._hardware
        return not known and is_physical(words[1])


def _done(words: Words, level: _Level, *, changed: bool, negated: bool = False) -> Applied:
    text = ("no " if negated else "") + " ".join(words)
    return Applied(line=text, section=" ".join(level.header), changed=changed, accepted=True)


def _numbered(section: Section, line: str) -> str:
    """Give a row of an access list its number: ten after the last, or the one it has."""
    negated, _, row = line.strip().rpartition("no ") if line.strip().lower().startswith("no ") else ("", "", line)
    known = next((key[0] for key, e in section.entries.items() if " ".join(e.words[1:]) == " ".join(row.split())), None)
    if line.strip().lower().startswith("no "):
        return f"{negated}no {known or row}"
    last = max((entry.sort[0] for entry in section.entries.values() if entry.sort), default=0)
    return f"{known or last + _STEP} {row.strip()}"


def _plain_rule(rule: Rule, words: Words) -> Rule:
    """Return the rule of a single section: a range of interfaces opens sections of single ones."""
    reading = tree_of("global").read(" ".join(words)) if words[0] == "interface" else None
    return reading.payload if isinstance(reading, Reading) else rule


def _new_section(rule: Rule, words: Words) -> Entry:
    mode = rule.opens(words) if rule.opens is not None else "empty"
    return Entry(rule, words, rule.sort(words) if rule.sort is not None else (), Section(mode))


def _is_hardware(key: Words) -> bool:
    return key[0] == "interface" and is_physical(key[1])


@lru_cache(maxsize=KEPT_LINES)
def _read(mode: str, line: str, start: int, *, partial: bool) -> Reading[Rule] | Refusal:
    """Read a line of a mode; what many devices have in their configurations is read once."""
    return tree_of(mode).read(line, start=start, partial=partial)


def parse(text: str, hardware: frozenset[str] | None = None) -> Config:
    """Read a configuration text leniently: refused lines are left out."""
    config = Config()
    for _ in feed_all(Editor(config, hardware), text.splitlines()):
        pass
    return config


def feed_all(editor: Editor, lines: Iterable[str]) -> Iterable[tuple[str, Applied]]:
    """Apply a file's lines up to ``end``; yield each line with its effect."""
    for line in lines:
        collecting = editor.collecting
        applied = editor.feed(line)
        yield line, applied
        if applied.left and not collecting and line.strip().lower() == "end":
            return
