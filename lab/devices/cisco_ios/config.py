"""The running configuration as an ordered tree of supported lines.

In: entries put and removed by the editor. Out: ``render()``, the body of ``show running-config``.
``parse(render(c)) == c``. Called by the device, the show commands and ``meaning``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.devices.cisco_ios.names import is_physical
from lab.devices.cisco_ios.rule import Rule, SortKey, Words


@dataclass(slots=True)
class Entry:
    """One line; ``section`` holds the lines below it, ``negated`` shows it with ``no``."""

    rule: Rule
    words: Words
    sort: SortKey = ()
    section: "Section | None" = None
    negated: bool = False

    @property
    def text(self) -> str:
        """The line as shown."""
        return ("no " if self.negated else "") + " ".join(self.words)


@dataclass(slots=True)
class Section:
    """Lines of one mode, keyed by slot: a second line of the same slot replaces the first."""

    mode: str
    entries: dict[Words, Entry] = field(default_factory=dict)

    def find(self, *key: str) -> Entry | None:
        """Return the entry of a slot."""
        return self.entries.get(key)

    def starting(self, *words: str) -> list[Words]:
        """Return the words of every line that starts so, negated ones left out."""
        size = len(words)
        return [e.words for key, e in self.entries.items() if key[:size] == words and not e.negated]

    def has(self, *key: str) -> bool:
        """Whether a line of that slot is in force, not negated."""
        entry = self.entries.get(key)
        return entry is not None and not entry.negated

    def value(self, *key: str) -> Words | None:
        """Return the words after a slot's name, None when it is not set."""
        entry = self.entries.get(key)
        return None if entry is None or entry.negated else entry.words[len(key) :]

    def ordered(self) -> list[Entry]:
        """Return the entries as shown."""
        return sorted(self.entries.values(), key=lambda entry: (entry.rule.order, entry.sort))

    def copy(self) -> "Section":
        """Return a deep copy; entries without a section are shared, they never change."""
        return Section(
            self.mode,
            {
                key: entry
                if entry.section is None
                else Entry(entry.rule, entry.words, entry.sort, entry.section.copy(), entry.negated)
                for key, entry in self.entries.items()
            },
        )

    def render(self, indent: str) -> Iterator[str]:
        """Yield the lines of this section and of those below."""
        for entry in self.ordered():
            yield indent + entry.text
            if entry.section is not None:
                yield from entry.section.render(indent + " ")


class Config:
    """A whole configuration."""

    def __init__(self, root: Section | None = None) -> None:
        self.root = root if root is not None else Section("global")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self.render() == other.render()

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> "Config":
        """Return an independent copy."""
        return Config(self.root.copy())

    def hostname(self) -> str:
        """Return the configured host name."""
        return (self.root.value("hostname") or ("Router",))[0]

    def interfaces(self) -> Iterator[tuple[str, Section]]:
        """Yield every configured interface in shown order."""
        found = [
            (entry.sort, entry.words[1], entry.section)
            for key, entry in self.root.entries.items()
            if key[0] == "interface" and entry.section is not None
        ]
        for _, name, section in sorted(found, key=lambda row: row[0]):
            yield name, section

    def interface(self, name: str) -> Section | None:
        """Return the lines of one interface."""
        entry = self.root.find("interface", name)
        return None if entry is None else entry.section

    def hardware(self) -> frozenset[str]:
        """Return the names of physical interfaces."""
        return frozenset(name for name, _ in self.interfaces() if is_physical(name))

    def sections(self, *head: str) -> Iterator[tuple[Words, Section]]:
        """Yield every top-level section whose header starts so, in shown order."""
        for entry in self.root.ordered():
            if entry.section is not None and entry.words[: len(head)] == head:
                yield entry.words, entry.section

    def render(self) -> str:
        """Return the body of ``show running-config``, from the first ``!`` to ``end``."""
        lines: list[str] = ["!"]
        last: tuple[int, bool] | None = None
        for entry in self.root.ordered():
            is_section = entry.section is not None
            apart = last is not None and (is_section or last[1] or last[0] != entry.rule.group)
            if apart and not _together(entry, lines):
                lines.append("!")
            lines.append(entry.text)
            if entry.section is not None:
                lines.extend(entry.section.render(" "))
            last = (entry.rule.group, is_section)
        lines += ["!", "end", ""]
        return "\n".join(lines)


def _together(entry: Entry, lines: list[str]) -> bool:
    """IOS prints IP SLA operations and their schedules, and lines, without separators between them."""
    head = entry.words[:2]
    joined = head == ("ip", "sla") or head[0] == "line"
    return joined and any(line.startswith(" ".join(head[: 1 + (head[0] == "ip")])) for line in lines[-12:])
