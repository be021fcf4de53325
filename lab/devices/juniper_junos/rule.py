"""What a statement of the configuration may look like.

In: words of a statement. Out: the rule that describes it, or what Junos says against a name or a value.
The rules themselves stand in ``grammar`` and its neighbours; ``tree`` keeps what they accept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Literal

Check = Callable[[str], str | None]
"""Returns the complaint about a word, None when it is fine."""

_NAME = re.compile(r"[A-Za-z0-9_.:/@*<>+-]+\Z")
_LOOSE = re.compile(r"[A-Za-z0-9_.:/@*+-]+\Z")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of statement.

    ``box``: braces around other statements; ``named``: the same, many by name; ``leaf``: one value; ``leaves``: a list
    of values; ``flag``: the word alone. ``bare``: a named one that is written without its keyword; ``glued``: a box
    written on the line of the box inside it (``family inet {``); ``inline``: a named one on one line with what is in
    it; ``presence``: a box that means something when it is empty; ``secret``: never shown in the lab's own log.
    """

    word: str
    kind: Literal["box", "named", "leaf", "leaves", "flag"]
    rules: tuple["Rule", ...] = ()
    check: Check | None = None
    bare: bool = False
    glued: bool = False
    inline: bool = False
    presence: bool = False
    secret: bool = False

    def of(self, word: str) -> "Rule | None":
        """Return the rule of a statement inside this one that begins with ``word``."""
        for rule in self.rules:
            if rule.word == word and not rule.bare:
                return rule
        return next((rule for rule in self.rules if rule.bare and name_fits(rule, word)), None)


def name_fits(rule: Rule, word: str) -> bool:
    """Whether a word can be the name of a statement written without a keyword."""
    return _NAME.match(word) is not None and (rule.check is None or rule.check(word) is None)


def box(word: str, *rules: Rule, presence: bool = False, glued: bool = False) -> Rule:
    """A statement with braces."""
    return Rule(word, "box", rules, presence=presence, glued=glued)


def named(word: str, *rules: Rule, check: Check | None = None, bare: bool = False, inline: bool = False) -> Rule:
    """A statement with a name, and braces."""
    return Rule(word, "named", rules, check=check, bare=bare, inline=inline)


def leaf(word: str, check: Check | None = None, *, secret: bool = False) -> Rule:
    """A statement with one value."""
    return Rule(word, "leaf", check=check, secret=secret)


def leaves(word: str, check: Check | None = None) -> Rule:
    """A statement with a list of values."""
    return Rule(word, "leaves", check=check)


def flag(word: str) -> Rule:
    """A statement of one word."""
    return Rule(word, "flag")


def number(low: int, high: int) -> Check:
    """A whole number within a range."""

    def check(word: str) -> str | None:
        if not word.isdigit():
            return f"Invalid numeric value: '{word}'"
        return None if low <= int(word) <= high else f"Value {word} is not within range ({low}..{high})"

    return check


def one_of(*words: str) -> Check:
    """One of some words."""
    return lambda word: None if word in words else f"invalid value '{word}', expecting {' or '.join(words)}"


def address(word: str) -> str | None:
    """An IPv4 address."""
    try:
        IPv4Address(word)
    except ValueError:
        return f"invalid ip address or hostname: {word}"
    return None


def prefix(word: str) -> str | None:
    """An IPv4 address with its length."""
    try:
        IPv4Interface(word)
    except ValueError:
        return f"invalid prefix: '{word}'"
    return None if "/" in word else f"prefix length missing: '{word}'"


def matching(pattern: str, complaint: str) -> Check:
    """A word that matches a pattern; ``complaint`` is filled with the word."""
    compiled = re.compile(pattern)
    return lambda word: None if compiled.fullmatch(word) else complaint.format(word)


def quoted(word: str) -> str:
    """Return a value as a configuration shows it."""
    if _LOOSE.match(word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
