"""The commands that show something, in operational mode.

In: a line such as ``show interfaces terse | match ge-``. Out: text as the prompt prints it, or a refusal with the place
it stumbled on. Called by the shell and by the RPC that carries a command.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.display import display_xml
from lab.devices.juniper_junos.sessions import Session
from lab.devices.juniper_junos.sets import display_set
from lab.devices.juniper_junos.shows_layer2 import LAYER2_SHOWS
from lab.devices.juniper_junos.shows_ports import PORT_SHOWS
from lab.devices.juniper_junos.shows_system import SYSTEM_SHOWS
from lab.devices.juniper_junos.text import render
from lab.devices.juniper_junos.times import stamp
from lab.devices.juniper_junos.tree import Section, empty, find

Show = Callable[[JunosDevice, str], str]
SHOWS: Mapping[str, Show] = {**SYSTEM_SHOWS, **PORT_SHOWS, **LAYER2_SHOWS}
"""By its words; ``*`` stands for a word of the user's, given as second argument (empty otherwise)."""
_ACCESS_DENIED = "{ /* ACCESS-DENIED */ }"


class SyntaxRefusal(Exception):  # noqa: N818 - a refusal, no fault of ours
    """A command that is not understood. ``column`` is where in the line, ``element`` the word there."""

    def __init__(self, message: str, column: int, element: str) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.element = element


def show(device: JunosDevice, session: Session, line: str) -> str:
    """Return what a ``show`` command prints. Raises ``SyntaxRefusal``."""
    command, *pipes = pieces(line)
    words = command.split()
    rights = device.rights(session.user)
    if "view" not in rights:
        raise SyntaxRefusal("unknown command.", 0, words[0])
    if len(words) > 1 and "configuration".startswith(words[1]) and len(words[1]) > 2:  # noqa: PLR2004 - con...
        text = _configuration(device, words[2:], pipes, allowed="view-configuration" in rights, line=line)
    else:
        found, argument = _find(words, line)
        as_xml = any(pipe.split() == ["display", "xml"] for pipe in pipes)
        whole = display_xml(device, session, found, argument) if as_xml else None
        text = whole if whole is not None else SHOWS[found](device, argument)
    return piped(text, pipes, line)


def pieces(line: str) -> list[str]:
    """Return a command and what stands behind each of its pipes; a pipe in quotes is none."""
    return re.findall(r'(?:"[^"]*"|[^|"]|")+', line) or [line]


def _find(words: Sequence[str], line: str) -> tuple[str, str]:
    """Return the show that the words name, abbreviated or not."""
    fitting = [spec.split() for spec in SHOWS]
    for number, word in enumerate(words):
        exact = [spec for spec in fitting if len(spec) > number and spec[number] == word]
        begun = [spec for spec in fitting if len(spec) > number and spec[number].startswith(word)]
        free = [spec for spec in fitting if len(spec) > number and spec[number] == "*"]
        fitting = exact or begun or free
        if not fitting:
            message = "syntax error, expecting <command>." if number else "unknown command."
            raise SyntaxRefusal(message, place(line, number), word)
    whole = [spec for spec in fitting if len(spec) == len(words)]
    if not whole:
        raise SyntaxRefusal("syntax error, expecting <command>.", len(line.rstrip()), words[-1])
    argument = next((word for spec, word in zip(whole[0], words, strict=True) if spec == "*"), "")
    return " ".join(whole[0]), argument


def place(line: str, number: int) -> int:
    """Return the column of a word of a line."""
    spots = [found.start() for found in re.finditer(r"\S+", line)]
    return spots[number] if number < len(spots) else len(line)


def _configuration(device: JunosDevice, path: Sequence[str], pipes: Sequence[str], *, allowed: bool, line: str) -> str:
    config = device.config
    if not allowed:
        return "".join(f"{entry.key[0]} {_ACCESS_DENIED};\n" for entry in config.ordered())
    entry = find(config, path) if path else None
    if path and entry is None:
        return "" if _known(path) else _unknown(path, line)
    section = config if entry is None else entry.section or Section(entry.rule, {entry.key: entry})
    if any("display set" in " ".join(pipe.split()) for pipe in pipes):
        return "".join(f"{row}\n" for row in display_set(section, tuple(path)))
    last = device.database.history[0]
    head = "" if path else f"## Last commit: {stamp(last.when)} by {last.user}\n"
    return head + "".join(f"{row}\n" for row in render(section))


def _known(path: Sequence[str]) -> bool:
    return empty().rule.of(path[0]) is not None


def _unknown(path: Sequence[str], line: str) -> str:
    raise SyntaxRefusal("syntax error.", line.find(path[0]), path[0])


def piped(text: str, pipes: Sequence[str], line: str) -> str:
    """Return what is left of an output behind ``| match``, ``| count`` and the like. Raises ``SyntaxRefusal``."""
    for pipe in pipes:
        name, _, argument = pipe.strip().partition(" ")
        if name not in _PIPES:
            raise SyntaxRefusal("syntax error, expecting <command>.", line.find("|") + 2, name)
        rows = list(_PIPES[name](text.splitlines(), argument.strip().strip('"')))
        text = "".join(f"{row}\n" for row in rows)
    return text


def _match(rows: list[str], pattern: str) -> Iterator[str]:
    wanted = _pattern(pattern)
    return (row for row in rows if wanted.search(row))


def _except(rows: list[str], pattern: str) -> Iterator[str]:
    unwanted = _pattern(pattern)
    return (row for row in rows if not unwanted.search(row))


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern as given, case ignored; what is none is searched as it stands."""
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error:
        return re.compile(re.escape(text), re.IGNORECASE)


def _find_from(rows: list[str], pattern: str) -> Iterator[str]:
    start = next((n for n, row in enumerate(rows) if pattern.lower() in row.lower()), len(rows))
    return iter(rows[start:])


def _last(rows: list[str], argument: str) -> Iterator[str]:
    return iter(rows[-int(argument) if argument.isdigit() else -10 :])


_PIPES: Mapping[str, Callable[[list[str], str], Iterator[str]]] = {
    "no-more": lambda rows, _: iter(rows),
    "display": lambda rows, _: iter(rows),
    "match": _match,
    "except": _except,
    "find": _find_from,
    "last": _last,
    "count": lambda rows, _: iter([f"Count: {len(rows)} lines"]),
}
