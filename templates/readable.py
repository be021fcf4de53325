"""A difference between two configurations, for people.

In: two trees. Out: text with ``-`` and ``+`` before lines that are gone and new, under the sections they stand in.
Called by ``templates.drift``; whoever shows it redacts it first.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from templates.config_tree import Node


def diff_of(running: Node, wanted: Node, ordered: Sequence[str]) -> str:
    """Return the text, one line per changed line and per section with changes."""
    return "".join(f"{line}\n" for line in _diff(running, wanted, "", ordered))


def _diff(running: Node, wanted: Node, indent: str, ordered: Sequence[str]) -> Iterator[str]:
    if running.text.startswith(tuple(f"{words} " for words in ordered)):
        yield from _in_order(list(running.children), list(wanted.children), indent)
        return
    for text, node in running.children.items():
        other = wanted.children.get(text)
        if other is None:
            yield from _whole("-", node, indent)
        elif changes := list(_diff(node, other, indent + " ", ordered)):
            yield f" {indent}{text}"
            yield from changes
    for text, node in wanted.children.items():
        if text not in running.children:
            yield from _whole("+", node, indent)


def _whole(sign: str, node: Node, indent: str) -> Iterator[str]:
    yield f"{sign}{indent}{node.text}"
    yield from (f"{sign}{line}" for line in node.lines(indent + " "))


def _in_order(before: list[str], after: list[str], indent: str) -> Iterator[str]:
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (f"-{indent}{text}" for text in before[from_old:to_old])
            yield from (f"+{indent}{text}" for text in after[from_new:to_new])
