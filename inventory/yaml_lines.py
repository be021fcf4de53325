"""YAML text to plain values that remember their lines.

In: text. Out: ``LineMap`` and ``LineList`` (a dict and a list with line numbers), strings, numbers, booleans, None.
Called by ``inventory.yaml_file``. Why not a ready loader: duplicate keys, depth and aliases are refused while
reading, ``no`` and ``on`` stay text (YAML 1.2), and every key knows its line, at the speed of libyaml.
"""

import re
from typing import Any

import yaml

MAX_DEPTH = 30
MAX_ALIASED_VALUES = 20_000

_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LineMap(dict[Any, Any]):
    """A mapping; ``lines`` tells each key's line (1-based), ``line`` its own."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[Any, int] = {}


class LineList(list[Any]):
    """A list; ``lines`` tells each item's line (1-based), ``line`` its own."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class YamlRefusedError(Exception):
    """The text is not YAML we take; ``line`` is 1-based."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def parse(text: str) -> Any:
    """Return the document's value (None when empty). Raises ``YamlRefusedError``."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise YamlRefusedError(_error_line(error), _error_message(text, error)) from None
    except yaml.YAMLError:
        raise YamlRefusedError(_bad_character_line(text), "a control character, which YAML does not allow") from None
    return builder.document


def _error_line(error: Any) -> int:
    mark = error.problem_mark or error.context_mark
    return int(mark.line) + 1 if mark else 1


def _error_message(text: str, error: Any) -> str:
    lines = text.splitlines()
    line = lines[_error_line(error) - 1] if _error_line(error) <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab is used to indent; YAML takes spaces only"
    said = " ".join(str(part) for part in (error.context, error.problem) if part)
    return f"not readable as YAML: {said}"


def _bad_character_line(text: str) -> int:
    found = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


class _Builder:
    """Puts events together; one open container per level."""

    def __init__(self) -> None:
        self.document: Any = None
        self._open: list[LineMap | LineList] = []
        self._keys: list[tuple[Any, int] | None] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._counts: list[tuple[str | None, int]] = []
        self._values = 0
        self._aliased = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(LineMap(line), event.anchor, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(LineList(line), event.anchor, line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor, line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise YamlRefusedError(line, "a second document (---); one per file")

    def _scalar(self, event: Any, line: int) -> None:
        if event.tag is not None and event.tag != "!":
            raise YamlRefusedError(line, f"the tag {event.tag} is not allowed")
        value = _plain(event.value) if event.implicit[0] else event.value
        self._put(value, line)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)

    def _start(self, container: LineMap | LineList, anchor: str | None, line: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise YamlRefusedError(line, f"nested deeper than {MAX_DEPTH} levels")
        self._put(container, line)
        self._open.append(container)
        self._keys.append(None)
        self._counts.append((anchor, self._values))

    def _end(self) -> None:
        container = self._open.pop()
        self._keys.pop()
        anchor, before = self._counts.pop()
        if anchor:
            self._anchors[anchor] = (container, self._values - before + 1)

    def _alias(self, anchor: str, line: int) -> None:
        if anchor not in self._anchors:
            raise YamlRefusedError(line, f"the alias *{anchor} names nothing above it")
        value, size = self._anchors[anchor]
        self._aliased += size
        self._values += size
        if self._aliased > MAX_ALIASED_VALUES:
            raise YamlRefusedError(line, f"aliases repeat more than {MAX_ALIASED_VALUES} values")
        self._put(value, line)

    def _put(self, value: Any, line: int) -> None:
        self._values += 1
        if not self._open:
            self.document = value
            return
        container = self._open[-1]
        if isinstance(container, LineList):
            container.append(value)
            container.lines.append(line)
            return
        held = self._keys[-1]
        if held is None:
            self._keys[-1] = (_key(container, value, line), line)
            return
        container[held[0]] = value
        container.lines[held[0]] = held[1]
        self._keys[-1] = None


def _key(container: LineMap, value: Any, line: int) -> Any:
    if isinstance(value, (LineMap, LineList)):
        raise YamlRefusedError(line, "a key must be a plain word")
    if value in container:
        raise YamlRefusedError(line, f"the key {value!r} is given twice (first on line {container.lines[value]})")
    return value


def _plain(text: str) -> str | int | float | bool | None:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text) and len(text) < 20:  # noqa: PLR2004 - longer runs of digits stay text
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
