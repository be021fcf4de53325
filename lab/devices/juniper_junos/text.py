"""Configurations as text with braces: written as ``show configuration`` does, read as ``load`` does.

In: a tree, or text. Out: text, or a list of ``Order`` - what each statement of the text asks for. Called by ``loading``
and by whoever shows a configuration.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lab.devices.juniper_junos.rule import quoted
from lab.devices.juniper_junos.tree import Entry, RefusalError, Section, Words

INDENT = "    "
HIDDEN = " ## SECRET-DATA"
_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|/\*.*?\*/|(?P<mark>[{};\[\]])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s{};\[\]"#]+)""", re.DOTALL
)
_TAGS = ("replace:", "delete:", "inactive:", "active:", "protect:")


@dataclass(frozen=True, slots=True)
class Order:
    """One thing a text asks for: ``set``, ``delete``, ``replace`` (empty it first), ``inactive``, ``active``."""

    verb: str
    words: Words


def render(section: Section, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a section, with braces."""
    for entry in section.ordered():
        yield from render_entry(entry, depth)


def render_entry(entry: Entry, depth: int = 0) -> Iterator[str]:
    """Yield the lines of one statement."""
    tag = "inactive: " if entry.inactive else ""
    yield from _rendered(entry, f"{INDENT * depth}{tag}", depth)


def _rendered(entry: Entry, before: str, depth: int) -> Iterator[str]:
    head = " ".join((*entry.key[:-1], quoted(entry.key[-1])))
    if entry.section is None:
        yield f"{before}{_line(entry)}"
    elif not entry.section.entries:
        yield f"{before}{head};"
    elif entry.rule.inline and len(entry.section.entries) == 1:
        (only,) = entry.section.entries.values()
        yield from _rendered(only, f"{before}{head} ", depth)
    elif entry.rule.glued:
        for inner in entry.section.ordered():
            tag = "inactive: " if inner.inactive else ""
            yield from _rendered(inner, f"{before}{tag}{head} ", depth)
    else:
        yield f"{before}{head} {{"
        yield from render(entry.section, depth + 1)
        yield f"{INDENT * depth}}}"


def _line(entry: Entry) -> str:
    if entry.rule.secret:
        return f'{entry.key[0]} "{entry.values[0]}";{HIDDEN}'
    values = [quoted(value) for value in entry.values]
    shown = values[0] if len(values) == 1 else f"[ {' '.join(values)} ]"
    return f"{entry.key[0]} {shown};" if values else f"{entry.key[0]};"


def read(text: str) -> list[Order]:
    """Return what a text asks for, in order. Raises ``RefusalError`` when its braces do not match."""
    orders: list[Order] = []
    tokens = list(_tokens(text))
    end = _block(tokens, 0, (), orders)
    if end != len(tokens):
        raise RefusalError("syntax error", "}")
    return orders


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, word): kind is a mark itself, or ``word``."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise RefusalError("syntax error", text[at : at + 20].split("\n", maxsplit=1)[0])
        at = found.end()
        if found["mark"]:
            yield found["mark"], found["mark"]
        elif found["quoted"] is not None:
            yield "word", re.sub(r"\\(.)", r"\1", found["quoted"])
        elif found["word"]:
            yield "word", found["word"]


def _block(tokens: list[tuple[str, str]], at: int, path: Words, orders: list[Order]) -> int:
    """Read statements until the closing brace of the block; return where it stands."""
    words: list[str] = []
    while at < len(tokens):
        kind, word = tokens[at]
        at += 1
        if kind == "word":
            words.append(word)
        elif kind == ";":
            _ask(path, words, orders)
            words = []
        elif kind == "{":
            inner = _ask(path, words, orders)
            words = []
            at = _block(tokens, at, inner, orders)
            if at >= len(tokens):
                raise RefusalError("missing closing brace", " ".join(inner))
            at += 1
        elif kind == "}":
            at -= 1
            break
    if words:
        raise RefusalError("syntax error", words[-1], path)
    return at


def _ask(path: Words, words: list[str], orders: list[Order]) -> Words:
    """Add what a statement's own words ask for; return where its inside stands."""
    tags = [word for word in words if word in _TAGS]
    own = (*path, *(word for word in words if word not in _TAGS))
    if not words or own == path:
        raise RefusalError("syntax error", "{" if not words else words[0], path)
    if "delete:" in tags:
        orders.append(Order("delete", own))
        return own
    if "replace:" in tags:
        orders.append(Order("replace", own))
    orders.append(Order("set", own))
    orders.extend(Order(tag[:-1], own) for tag in tags if tag in ("inactive:", "active:"))
    return own
