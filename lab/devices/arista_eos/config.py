"""The configuration of a switch as EOS shows it.

In: entries put and removed by the editor. Out: ``render()``, the body of ``show running-config``.
``parse(render(c)) == c``. Called by the device, the sessions, the show commands and ``meaning``.
"""

from collections.abc import Iterator
from functools import cache

from lab.devices.arista_eos.commands import tree_of
from lab.devices.arista_eos.names import is_physical
from lab.devices.config_tree import Entry, Section
from lab.devices.grammar import Reading
from lab.devices.rule import Words

STEP = "   "
FACTORY_NAME = "localhost"
_SHOWN_OFF: tuple[Words, ...] = (("aaa", "root"), ("ip", "routing"))


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
        return (self.root.value("hostname") or (FACTORY_NAME,))[0]

    def fqdn(self) -> str:
        """Return the host name with its domain."""
        domain = self.root.value("dns", "domain")
        return f"{self.hostname()}.{domain[0]}" if domain else self.hostname()

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

    def section(self, *head: str) -> Section | None:
        """Return a top-level section by its header."""
        entry = self.root.find(*head)
        return None if entry is None else entry.section

    def sections(self, *head: str) -> Iterator[tuple[Words, Section]]:
        """Yield every top-level section whose header starts so, in shown order."""
        for entry in self.root.ordered():
            if entry.section is not None and entry.words[: len(head)] == head:
                yield entry.words, entry.section

    def render(self) -> str:
        """Return the body of ``show running-config``, from the first ``!`` to ``end``."""
        lines = ["!"]
        last: tuple[int, bool] | None = None
        for entry in self._shown():
            is_section = entry.section is not None
            if last is not None and (is_section or last[1] or last[0] != entry.rule.group):
                lines.append("!")
            lines += entry.text.splitlines()
            if entry.section is not None:
                lines += entry.section.render(STEP, STEP)
            last = (entry.rule.group, is_section)
        return "\n".join([*lines, "!", "end", ""])

    def _shown(self) -> list[Entry]:
        """What is configured, and what EOS shows because it is off."""
        off = [_leaf_off(words) for words in _SHOWN_OFF if not self.root.has(*words)]
        return sorted([*self.root.ordered(), *off], key=lambda entry: (entry.rule.order, entry.sort))


@cache
def _leaf_off(words: Words) -> Entry:
    reading = tree_of("global").read(" ".join(words))
    if not isinstance(reading, Reading):
        raise TypeError(words)
    return Entry(reading.payload, words, negated=True)


def with_hardware(config: Config, running: Config) -> Config:
    """Add the running device's physical interfaces that ``config`` lacks, empty."""
    for key, entry in running.root.entries.items():
        missing = key[0] == "interface" and is_physical(key[1]) and key not in config.root.entries
        if missing and entry.section is not None:
            config.root.entries[key] = Entry(entry.rule, entry.words, entry.sort, Section(entry.section.mode))
    return config
