"""Access lists: their entries are tried in order, so an entry has its place.

In: two trees. Out: both with numbered entries where they differ, so that entries that stay keep their place, and the
lines that number the device's entries anew first. Called by ``templates.drift``. Why: a list must never be dropped and
written again, for in between it lets everything or nothing through.
"""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from templates.config_tree import Node

STEP = 1000


def aligned(running: Node, wanted: Node, ordered: Sequence[str]) -> tuple[Node, Node, tuple[str, ...]]:
    """Return both trees with numbered entries in lists that both have, and lines that renumber those lists."""
    old, new = Node(children=dict(running.children)), Node(children=dict(wanted.children))
    renumbered: list[str] = []
    for text, node in running.children.items():
        target = wanted.children.get(text)
        if target is None or not text.startswith(tuple(f"{words} " for words in ordered)):
            continue
        old.children[text], new.children[text], inserted = _numbered(node, target)
        if inserted:
            renumbered.append(f"ip access-list resequence {text.split()[-1]} {STEP} {STEP}")
    return old, new, tuple(renumbered)


def _numbered(running: Node, wanted: Node) -> tuple[Node, Node, bool]:
    """Number the entries; those that stay have the same number in both. True: something goes in between."""
    before, after = list(running.children), list(wanted.children)
    old = {f"{(at + 1) * STEP} {text}": Node(f"{(at + 1) * STEP} {text}") for at, text in enumerate(before)}
    numbers: list[int] = []
    inserted = False
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            numbers += [(at + 1) * STEP for at in range(from_old, to_old)]
        else:
            first = to_old * STEP
            numbers += [first + 1 + place for place in range(to_new - from_new)]
            inserted |= to_new > from_new and to_old < len(before)
    new = {f"{number} {text}": Node(f"{number} {text}") for number, text in zip(numbers, after, strict=True)}
    return Node(running.text, old), Node(wanted.text, new), inserted


def sendable(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they are sent: an entry is taken away by its words, and goes to the end of its list without a number."""
    section, renumbered = "", set[str]()
    for line in lines:
        if not line.startswith(" "):
            section = line
            if line.startswith("ip access-list resequence "):
                renumbered.add(line.split()[3])
            yield line
        elif section.startswith("ip access-list ") and line.strip():
            yield _entry(line.strip(), keep=section.split()[-1] in renumbered)
        else:
            yield line


def _entry(line: str, *, keep: bool) -> str:
    negation, text = ("no ", line[3:]) if line.startswith("no ") else ("", line)
    number, _, rest = text.partition(" ")
    if number.isdigit() and (negation or not keep):
        return f" {negation}{rest}"
    return f" {negation}{text}"
