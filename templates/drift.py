"""What a device's configuration lacks of the intended one, and the fewest lines that make up for it.

In: a platform, a running configuration and the intended text. Out: a ``Drift``: lines to send, lines to take them back,
and a diff for people. Called by the commands ``drift`` and ``push``. Why hier_config: it knows that a line may replace
another, so nothing is dropped that only needs another value; what differs per platform stands in ``lines.yaml``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hier_config.root import HConfig

from templates.acl import aligned, sendable
from templates.config_tree import Node, to_send, tree, without_foreign_hardware
from templates.line_rules import LineRules, begins, driver_of, is_on_by_default, line_rules, negation
from templates.readable import diff_of
from templates.set_lines import set_change, set_in_effect

NO = "no "
DEFAULT = "default "
RESEQUENCE = "ip access-list resequence "


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The difference. ``remedy`` leads to the intended configuration, ``undo`` from there back to the running one.

    Lines under a section are indented by one space a level. ``diff`` may hold secrets of the running configuration
    only if a secret stands in a line that is managed; callers redact it all the same. ``interrupts`` are the lines of
    the remedy that stop service on their way, however right its end is: a BGP process taken away and made anew.
    """

    remedy: tuple[str, ...]
    undo: tuple[str, ...]
    diff: str
    interrupts: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is to be done."""
        return not self.remedy


def drift(platform: str, running: str, intended: str) -> Drift:
    """Compare. Lines that are not ours, and hardware the intent does not mention, count on neither side."""
    if line_rules(platform).style == "set":
        lines, back, told = set_change(platform, running, intended)
        return Drift(remedy=lines, undo=back, diff=told)
    wanted = tree(platform, intended)
    found = without_foreign_hardware(platform, tree(platform, running), wanted)
    before, after = _differing(found, wanted), _differing(wanted, found)
    if not before.children and not after.children:
        return Drift(remedy=(), undo=(), diff="")
    rules, remedy = line_rules(platform), _change(platform, before, after, wanted)
    return Drift(
        remedy=remedy,
        undo=_change(platform, after, before, found),
        diff=diff_of(before, after, rules.ordered),
        interrupts=tuple(line for line in remedy if any(begins(words, line) for words in rules.interrupts)),
    )


def in_effect(platform: str, running: str, lines: Sequence[str]) -> bool:
    """Whether lines that were sent hold: every positive one is there, every ``no`` has nothing left to negate."""
    if line_rules(platform).style == "set":
        return set_in_effect(running, lines)
    found = tree(platform, running)
    asked = tree(platform, "\n".join(lines))
    return all(_holds(platform, found, asked, path, node) for path, node in asked.walk())


def _differing(one: Node, other: Node) -> Node:
    """The top-level lines of ``one`` that are not the same in ``other``; equal ones cost nothing further."""
    return Node(
        children={text: node for text, node in one.children.items() if not _same(node, other.children.get(text))}
    )


def _same(one: Node, other: Node | None) -> bool:
    if other is None:
        return False
    ordered = one.text.startswith("ip access-list ")
    if ordered and tuple(one.children) != tuple(other.children):
        return False
    return one.children.keys() == other.children.keys() and all(
        _same(child, other.children[text]) for text, child in one.children.items()
    )


def _change(platform: str, running: Node, wanted: Node, whole: Node) -> tuple[str, ...]:
    """Return the lines that lead from one configuration to the other, of which ``whole`` is all."""
    rules, driver = line_rules(platform), driver_of(platform)
    old, new, renumbered = aligned(running, wanted, rules.ordered)
    target = _hconfig(driver, new)
    delta = _hconfig(driver, old).config_to_get_to(target).set_order_weight()
    change = _emptied(rules, _made_again(rules, _as_node(delta), running, whole), running)
    _take_along(rules, change)
    _shorten(platform, change)
    anew = _applied_anew(rules, running, whole)
    return tuple(sendable(to_send(line) for line in (*renumbered, *change.lines(), *anew)))


def _applied_anew(rules: LineRules, running: Node, whole: Node) -> Iterator[str]:
    """Lines by which sections use lists again of which an entry goes."""
    for one in rules.applied_anew:
        gone = [
            found[1] for text in running.children if text not in whole.children and (found := begins(one.entry, text))
        ]
        uses = [one.use.replace("*", name) for name in dict.fromkeys(gone)]
        for text, node in whole.children.items():
            for use in uses if begins(one.section, text) else ():
                if use in node.children:
                    yield from (text, f" {NO}{use}", f" {use}")


def _hconfig(driver: object, node: Node) -> HConfig:
    config = HConfig(driver)  # type: ignore[arg-type]
    _add(config, node)
    return config


def _add(parent: object, node: Node) -> None:
    for child in node.children.values():
        _add(parent.add_child(child.text), child)  # type: ignore[attr-defined]


def _as_node(delta: object) -> Node:
    """hier_config's answer, in the order it is to be sent."""
    root = Node()
    for child in sorted(delta.children):  # type: ignore[attr-defined]
        root.children[child.text] = _as_node(child)
        root.children[child.text].text = child.text
    return root


def _made_again(rules: LineRules, change: Node, running: Node, whole: Node) -> Node:
    """The change with sections taken away and made again that cannot be changed while they run, and started again."""
    made = Node()
    for text, node in change.children.items():
        again = next((one for one in rules.made_again if begins(one.section, text)), None)
        if again is None or text not in running.children or text not in whole.children:
            made.children.setdefault(text, node)
            continue
        made.child(f"{NO}{text}")
        made.children[text] = whole.children[text]
        name = text.removeprefix(again.section.removesuffix("*"))
        for start in whole.children:
            if begins(again.starts.replace("*", name), start):
                made.child(start)
    return made


def _emptied(rules: LineRules, change: Node, running: Node) -> Node:
    """The change with sections emptied, line by line, that cannot be taken away."""
    made = Node()
    for text, node in change.children.items():
        section = text.removeprefix(NO)
        if text == section or not any(begins(words, section) for words in rules.emptied):
            made.children[text] = node
            continue
        emptied = made.child(section)
        for line in running.children[section].children if section in running.children else ():
            emptied.child(line.removeprefix(NO) if line.startswith(NO) else f"{NO}{line}")
    return made


def _take_along(rules: LineRules, change: Node) -> None:
    """Leave out what goes by itself when another line is taken away."""
    for one in rules.takes_along:
        for path, node in [((), change), *change.walk()]:
            here = (*path, node.text) if node is not change else ()
            if len(here) != len(one.sections) or not all(map(begins, one.sections, here)):
                continue
            for text in list(node.children):
                gone = begins(one.line, text.removeprefix(NO)) if text.startswith(NO) else None
                if gone is None:
                    continue
                along = one.along.replace("*", gone[1])
                _forget(node, along, text)
                for section, below in list(node.children.items()) if one.below else ():
                    if below.children and not _forget(below, along, text):
                        del node.children[section]


def _shorten(platform: str, change: Node, path: tuple[str, ...] = ()) -> None:
    """Take lines away by as many words as the platform wants."""
    for text, node in list(change.children.items()):
        _shorten(platform, node, (*path, text))
        if text.startswith(NO):
            node.text = negation(platform, path, text.removeprefix(NO))


def _forget(node: Node, along: str, but: str) -> bool:
    """Leave out the lines below ``node`` that take away what begins so, but one; tell whether any line is left."""
    for other in list(node.children):
        if other != but and other.startswith(NO) and begins(along, other.removeprefix(NO)):
            del node.children[other]
    return bool(node.children)


def _holds(platform: str, found: Node, asked: Node, path: tuple[str, ...], node: Node) -> bool:
    """Whether one line that was sent holds."""
    here, text = _at(found, path), node.text
    if _only_empties(platform, node):
        return True
    shown = here.children if here is not None else {}
    positive = text.removeprefix(NO).removeprefix(DEFAULT)
    if text.startswith(RESEQUENCE):
        return True
    if is_on_by_default(platform, path, positive):
        return (f"{NO}{positive}" in shown) == text.startswith(NO)
    if text == positive:
        return text in shown or _is_back_to_default(platform, path, text, shown)
    beside = _at(asked, path)
    again = beside is not None and positive in beside.children
    return again or not any(_negated(positive, line) for line in shown)


def _only_empties(platform: str, node: Node) -> bool:
    """Whether a section is named only to take lines away; emptied, it is not shown."""
    emptied = any(begins(words, node.text) for words in line_rules(platform).emptied)
    return emptied and bool(node.children) and all(line.startswith(NO) for line in node.children)


def _is_back_to_default(platform: str, path: tuple[str, ...], text: str, shown: Iterable[str]) -> bool:
    """Whether a line is the default that takes another away, and no such other is shown."""
    return negation(platform, path, text) == text and not any(negation(platform, path, line) == text for line in shown)


def _negated(positive: str, line: str) -> bool:
    return line == positive or line.startswith(positive + " ")


def _at(node: Node, path: tuple[str, ...]) -> Node | None:
    current: Node | None = node
    for text in path:
        current = current.children.get(text) if current is not None else None
    return current
