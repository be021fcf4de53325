"""Differences between two configurations, as IOS's archive commands tell them.

In: two ``Config``. Out: ``Difference`` rows, or the text of ``show archive config differences``.
Called by the archive commands, ``configure replace`` and the revert timer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from lab.devices.cisco_ios.config import Config, Entry, Section


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that only one side has; ``section`` is its header, "" for global."""

    section: str
    sign: Literal["+", "-"]
    line: str

    @property
    def command(self) -> str:
        """The line to type to get there."""
        if self.sign == "+":
            return self.line
        return self.line[3:] if self.line.startswith("no ") else f"no {self.line}"


def differences(old: Config, new: Config) -> list[Difference]:
    """Return what ``new`` has and ``old`` has not, and the other way round."""
    return list(_between(old.root, new.root, ""))


def _between(old: Section, new: Section, header: str) -> Iterator[Difference]:
    for entry in old.ordered():
        match = new.entries.get(entry_key(old, entry))
        if match is None or match.text != entry.text:
            yield Difference(header, "-", entry.text)
    for entry in new.ordered():
        match = old.entries.get(entry_key(new, entry))
        if match is None or match.text != entry.text:
            yield Difference(header, "+", entry.text)
        if entry.section is not None:
            below = match.section if match is not None and match.section is not None else Section(entry.section.mode)
            yield from _between(below, entry.section, entry.text)


def entry_key(section: Section, entry: Entry) -> tuple[str, ...]:
    """Return the slot of an entry within its section."""
    if entry.rule.key is not None:
        return entry.rule.key(entry.words)
    for size in range(len(entry.words), 0, -1):
        if section.entries.get(entry.words[:size]) is entry:
            return entry.words[:size]
    return entry.words


def contextual(found: Iterable[Difference]) -> str:
    """Return the text ``show archive config differences`` prints."""
    lines = ["!Contextual Config Diffs:"]
    for header, rows in groupby(found, key=lambda row: row.section):
        if header:
            lines.append(header)
        lines += [f"{' ' if header else ''}{row.sign}{row.line}" for row in rows]
    return "\n".join(lines) + "\n" if len(lines) > 1 else "!No changes were found\n"


def commands(found: Iterable[Difference]) -> str:
    """Return the list of commands that leads from the old to the new configuration, ending in ``end``."""
    lines: list[str] = []
    for header, rows in groupby(found, key=lambda row: row.section):
        if header and (not lines or lines[-1] != header):
            lines.append(header)
        lines += [f"{' ' if header else ''}{row.command}" for row in rows]
    return "\n".join(["!List of Rollback Commands:", *lines, "end"]) + "\n"
