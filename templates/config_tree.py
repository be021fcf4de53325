"""A configuration text as a tree of the lines that are ours.

In: a platform and a text, as a device shows it or a template renders it. Out: a ``Node`` without comments, unmanaged
lines and hardware nobody mentions, in one spelling. Called by ``templates.drift``. Why: the same meaning must be the
same lines before two configurations are compared.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from templates.line_rules import LineRules, begins, line_rules, unmanaged_under

BANNER = "banner "
DELIMITER = "^C"
CONTROL = "\x03"
SPARE_DELIMITERS = "#~|@$%"
FREE_TEXT = ("description ", "remark ")  # elsewhere a device may align words with more blanks
JOINED_VLANS = "switchport trunk allowed vlan"
_MOST_DIGITS = 4
HEREDOC_ENDS = "EOF"


@dataclass(slots=True)
class Node:
    """A line and what stands under it, by text, in order."""

    text: str = ""
    children: dict[str, "Node"] = field(default_factory=dict)

    def child(self, text: str) -> "Node":
        """The line of this text, made when there is none."""
        return self.children.setdefault(text, Node(text))

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], "Node"]]:
        """Every node below with the texts above it."""
        for node in self.children.values():
            yield path, node
            yield from node.walk((*path, node.text))

    def lines(self, indent: str = "") -> Iterator[str]:
        """The lines below, indented by one space a level."""
        for node in self.children.values():
            yield indent + node.text
            yield from node.lines(indent + " ")


Level = tuple[int, Node, tuple[str, ...]]


def tree(platform: str, text: str) -> Node:
    """Return the managed part of a configuration."""
    rules = line_rules(platform)
    root = Node()
    levels: list[Level] = [(-1, root, ())]
    skipped: int | None = None
    for indent, line in _lines(text):
        if skipped is not None and indent > skipped:
            continue
        while indent <= levels[-1][0]:
            levels.pop()
        _hoist(rules, levels, line)
        _, parent, path = levels[-1]
        unmanaged = unmanaged_under(platform, path)
        skipped = indent if unmanaged is not None and unmanaged.match(line) else None
        if skipped is not None:
            continue
        for spelled in _spelled(rules, line, path):
            node = _put(parent, spelled)
            levels.append((indent, node, (*path, spelled)))
    return root


def _hoist(rules: LineRules, levels: list[Level], line: str) -> None:
    """Leave the levels below the section a line belongs to, although the device shows it further in."""
    for one in rules.flat:
        depth = len(one.sections)
        if len(levels) > depth + 1 and any(begins(words, line) for words in one.lines):
            path = levels[depth][2]
            if all(map(begins, one.sections, path)):
                del levels[depth + 1 :]


def without_foreign_hardware(platform: str, node: Node, mentioned: Node) -> Node:
    """The same without hardware interfaces that ``mentioned`` does not mention; ``*`` takes all for hardware."""
    kinds = line_rules(platform).hardware
    return Node(
        children={
            text: child
            for text, child in node.children.items()
            if text in mentioned.children or not _is_hardware(text, kinds)
        }
    )


def _is_hardware(text: str, kinds: tuple[str, ...]) -> bool:
    word, _, name = text.partition(" ")
    return word == "interface" and ("*" in kinds or ("." not in name and name.rstrip("0123456789/") in kinds))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Every line that says something, with its indent; a banner over many lines is one."""
    rows = iter(text.replace(CONTROL, DELIMITER).splitlines())
    for row in rows:
        line = row.strip()
        if line.startswith(BANNER):
            yield 0, _banner(line, rows)
        elif line and not line.startswith("!") and not line.startswith("exit-address-family"):
            yield len(row) - len(row.lstrip()), line if line.startswith(FREE_TEXT) else " ".join(line.split())


def _banner(line: str, rows: Iterator[str]) -> str:
    """``banner login ^Ctext^C`` whatever the delimiter was; lines within are kept, joined by a line break."""
    head, _, body = line.removeprefix(BANNER).partition(" ")
    if not body:  # EOS: the text on lines of its own
        body = f"{DELIMITER}{chr(10).join(iter(lambda: next(rows, HEREDOC_ENDS), HEREDOC_ENDS))}{DELIMITER}"
    mark = DELIMITER if body.startswith(DELIMITER) else body[:1]
    body = body.removeprefix(mark)
    while mark and mark not in body:
        following = next(rows, None)
        if following is None:
            break
        body += "\n" + following
    return f"{BANNER}{head} {DELIMITER}{body.partition(mark)[0] if mark else ''}{DELIMITER}"


def _spelled(rules: LineRules, line: str, path: tuple[str, ...]) -> Iterator[str]:
    """One spelling of a line; lists that grow become one line per item."""
    negation, positive = ("no ", line[3:]) if line.startswith("no ") else ("", line)
    if not path and negation == "":
        for words in (*rules.grows, "vlan"):
            if begins(words, positive) and (numbers := _numbers(positive.removeprefix(words).strip())):
                yield from (f"{words} {number}" for number in numbers)
                return
    if path and path[-1].startswith("ip access-list "):
        first, _, rest = positive.partition(" ")
        positive = rest if first.isdigit() and rest else positive
    if positive.startswith(f"{JOINED_VLANS} ") and (numbers := _numbers(positive.removeprefix(JOINED_VLANS).strip())):
        positive = f"{JOINED_VLANS} {runs(numbers)}"
    yield negation + positive


def _numbers(text: str) -> tuple[int, ...]:
    """``10,20-22`` as numbers; nothing when it is no such list, or a single number."""
    found: list[int] = []
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if not low.isdecimal() or (dash and not high.isdecimal()) or max(len(low), len(high)) > _MOST_DIGITS:
            return ()
        found += range(int(low), int(high or low) + 1)
    return tuple(found)


def runs(numbers: Iterable[int]) -> str:
    """Numbers with a dash for three or more in a row: some devices print pairs with one as well."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in found)  # noqa: PLR2004


def _put(parent: Node, line: str) -> Node:
    """Put a line under its section; a long list of VLANs that goes on in a second line is joined."""
    more = f"{JOINED_VLANS} add "
    if line.startswith(more):
        before = next((text for text in parent.children if text.startswith(JOINED_VLANS)), None)
        if before is not None:
            del parent.children[before]
            line = f"{before},{line.removeprefix(more)}"
    return parent.child(line)


def to_send(line: str) -> str:
    """The line as it must be typed: a banner's delimiter is shown as ``^C`` but cannot be typed so."""
    text = line.lstrip()
    if not text.startswith(BANNER) or DELIMITER not in text:
        return line
    body = text.partition(DELIMITER)[2].removesuffix(DELIMITER)
    mark = next((spare for spare in SPARE_DELIMITERS if spare not in body), None)
    return line if mark is None else line.replace(DELIMITER, mark)
