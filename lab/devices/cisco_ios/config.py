"""The running configuration as an ordered tree of supported lines.

In: entries put and removed by the editor. Out: ``render()``, the body of ``show running-config``.
``parse(render(c)) == c``. Called by the device, the show commands and ``meaning``.
"""

from collections.abc import Iterator

from lab.devices.cisco_ios.names import is_physical
from lab.devices.cisco_ios.rule import Words
from lab.devices.config_tree import Entry, Section

__all__ = ["Config", "Entry", "Section"]


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
