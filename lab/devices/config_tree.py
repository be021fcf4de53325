"""A configuration as an ordered tree of supported lines, for dialects whose configuration is made of lines.

In: entries put and removed by an editor (``slots``). Out: lines in the order in which they are shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.devices.rule import Rule, SortKey, Words


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

    def render(self, indent: str, step: str = " ") -> Iterator[str]:
        """Yield the lines of this section and of those below, each level ``step`` further in."""
        for entry in self.ordered():
            yield indent + entry.text
            if entry.section is not None:
                yield from entry.section.render(indent + step, step)
