"""Applies configuration lines the way a configuration session does.

In: lines as typed or read from a file. Out: ``Applied`` per line: what changed, or IOS's complaint and its column.
Called by the shell, ``copy``/``configure replace``, hand edits by faults, and ``parse``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lab.devices.cisco_ios.commands import prompt_of, tree_of
from lab.devices.cisco_ios.config import Config, Entry, Section
from lab.devices.cisco_ios.grammar import Reading, Refusal
from lab.devices.cisco_ios.names import is_physical
from lab.devices.cisco_ios.rule import Rule, Words
from lab.devices.slots import KEPT_LINES, put, remove

_NO = re.compile(r"\s*(?:no|default)\s+", re.IGNORECASE)
_EXIT = frozenset({"exit", "exi", "ex"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One line's effect. ``section`` is the header it stands under ("" for global); ``left``: the session is over."""

    line: str = ""
    section: str = ""
    changed: bool = False
    refusal: Refusal | None = None
    message: str = ""
    left: bool = False
    accepted: bool = False

    @property
    def failed(self) -> bool:
        """Whether IOS printed a complaint."""
        return self.refusal is not None or bool(self.message)


@dataclass(frozen=True, slots=True)
class _Level:
    header: str
    sections: tuple[Section, ...]


class Editor:
    """A configuration session on a ``Config``. ``hardware`` limits physical interfaces (None: any may appear)."""

    def __init__(self, config: Config, hardware: frozenset[str] | None = None) -> None:
        self._config = config
        self._hardware = hardware
        self._levels = [_Level("", (config.root,))]

    @property
    def prompt(self) -> str:
        """The mode part of the prompt: ``(config-if)``."""
        section = self._levels[-1].sections[0]
        if section.mode == "sla" and section.starting("icmp-echo"):
            return "(config-ip-sla-echo)"
        return prompt_of(section.mode)

    def feed(self, line: str) -> Applied:
        """Apply one line. Nothing is raised: a refused line changes nothing."""
        text = line.strip()
        if not text or text.startswith("!"):
            return Applied()
        if self._levels[0].sections[0] is not self._config.root:
            self._levels = [_Level("", (self._config.root,))]
        word = text.lower()
        if word in _EXIT:
            return self._exit()
        if word == "end":
            self._levels = self._levels[:1]
            return Applied(left=True)
        if word in {"no", "default"}:
            return Applied(line=text, refusal=Refusal("incomplete", len(line), 1))
        negation = _NO.match(line)
        start = negation.end() if negation else 0
        return self._apply(line, start, negated=negation is not None)

    def _exit(self) -> Applied:
        if len(self._levels) == 1:
            return Applied(left=True)
        self._levels.pop()
        return Applied()

    def _apply(self, line: str, start: int, *, negated: bool) -> Applied:
        worst: Refusal | None = None
        for depth in range(len(self._levels) - 1, -1, -1):
            level = self._levels[depth]
            reading = _read(level.sections[0].mode, line, start, partial=negated)
            if isinstance(reading, Reading):
                del self._levels[depth + 1 :]
                return self._act(reading, level, line, negated=negated)
            if worst is None or reading.depth > worst.depth:
                worst = reading
        return Applied(line=line.strip(), section=self._levels[-1].header, refusal=worst)

    def _act(self, reading: Reading[Rule], level: _Level, line: str, *, negated: bool) -> Applied:
        restores = reading.payload.on and line.strip().lower().startswith("default")
        if negated and not restores:
            changed = bool(sum(remove(section, reading, _is_hardware) for section in level.sections))
            return self._done(reading.words, level, changed=changed, negated=True)
        if reading.payload.opens is not None:
            return self._open(reading, level, line)
        if reading.payload.act is not None:
            reading.payload.act(self._config, reading.words)
            return self._done(reading.words, level, changed=False)
        changed = False
        for section in level.sections:
            complaint = self._complaint(reading, section)
            if complaint:
                return Applied(line=line.strip(), section=level.header, message=complaint)
            changed |= put(section, reading)
        return self._done(reading.words, level, changed=changed)

    def _complaint(self, reading: Reading[Rule], section: Section) -> str | None:
        check = reading.payload.check
        return check(self._config, section, reading.words) if check is not None else None

    @staticmethod
    def _done(words: Words, level: _Level, *, changed: bool, negated: bool = False) -> Applied:
        text = ("no " if negated else "") + " ".join(words)
        return Applied(line=text, section=level.header, changed=changed, accepted=True)

    def _open(self, reading: Reading[Rule], level: _Level, line: str) -> Applied:
        rule = reading.payload
        headers = rule.expand(reading.words) if rule.expand is not None else [reading.words]
        if not headers or any(self._absent(words) for words in headers):
            refusal = Refusal("invalid", line.rstrip().rfind(" ") + 1, len(reading.words))
            return Applied(line=line.strip(), section=level.header, refusal=refusal)
        opened: list[Section] = []
        changed = False
        for words in headers:
            entry = level.sections[0].find(*words)
            if entry is None or entry.section is None:
                entry = _new_section(_plain(rule, words), words)
                level.sections[0].entries[words] = entry
                changed = True
            if entry.section is not None:
                opened.append(entry.section)
        self._levels.append(_Level(" ".join(headers[0] if len(headers) == 1 else reading.words), tuple(opened)))
        return self._done(reading.words, level, changed=changed)

    def _absent(self, words: Words) -> bool:
        return (
            words[0] == "interface"
            and self._hardware is not None
            and is_physical(words[1])
            and words[1] not in self._hardware
        )


def _plain(rule: Rule, words: Words) -> Rule:
    """Return the rule of a single section: ``interface range`` opens sections of ``interface``."""
    if rule.expand is None or words[0] != "interface":
        return rule
    reading = tree_of("global").read(" ".join(words))
    return reading.payload if isinstance(reading, Reading) else rule


def _new_section(rule: Rule, words: Words) -> Entry:
    mode = rule.opens(words) if rule.opens is not None else "empty"
    return Entry(rule, words, rule.sort(words) if rule.sort is not None else (), Section(mode))


@lru_cache(maxsize=KEPT_LINES)
def _read(mode: str, line: str, start: int, *, partial: bool) -> Reading[Rule] | Refusal:
    """Read a line of a mode; what many devices have in their configurations is read once."""
    return tree_of(mode).read(line, start=start, partial=partial)


def _is_hardware(key: Words) -> bool:
    return key[0] == "interface" and is_physical(key[1])


def parse(text: str, hardware: frozenset[str] | None = None) -> Config:
    """Read a configuration text leniently: refused lines are left out."""
    config = Config()
    for _ in feed_all(Editor(config, hardware), text.splitlines()):
        pass
    return config


def feed_all(editor: Editor, lines: Iterable[str]) -> Iterable[tuple[str, Applied]]:
    """Apply a file's lines up to ``end``; yield each line with its effect."""
    for line in lines:
        applied = editor.feed(line)
        yield line, applied
        if applied.left and line.strip().lower() == "end":
            return
