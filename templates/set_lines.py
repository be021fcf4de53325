"""Configurations that are lines of ``set``: the fewest lines from one to another, and whether lines are in effect.

In: a platform whose ``lines.yaml`` says ``style: set``, and texts as the device shows them or a template renders
them. Out: lines to send, lines to take them back, a diff for people. Called by ``templates.drift``. Why not
hier_config: there are no sections; a line says all, and what is taken away is a path of words.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from templates.line_rules import LineRules, begins, line_rules, unmanaged_under

Words = tuple[str, ...]
SET, DELETE, ACTIVATE, DEACTIVATE = "set", "delete", "activate", "deactivate"
LEAST = 2
"""A path of fewer words is never taken away as a whole: it would be a whole part of the configuration."""
_PLAIN = re.compile(r"[A-Za-z0-9_.:/@*+-]+\Z")
_KIND = re.compile(r"[a-z]+")


def set_change(platform: str, running: str, intended: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the remedy, the undo and the diff. What is not ours counts on neither side.

    Nor does a port that the intent does not mention.
    """
    rules = line_rules(platform)
    everything, wanted = list(_lines(running)), _managed(platform, _lines(intended))
    ports = {line[2] for line in wanted if line[1:2] == ("interfaces",)}
    ours = [line for line in _managed(platform, everything) if not _foreign(rules, line, ports)]
    found = [line for line in ours if line in wanted or not _hollow(rules, line)]
    gone = [line for line in found if line not in wanted]
    new = [line for line in wanted if line not in found]
    after = [*(line for line in everything if line not in gone), *new]
    remedy, undo = _lead(rules, gone, new, after), _lead(rules, new, gone, everything)
    diff = "".join(f"{sign}{_shown(line)}\n" for sign, lines in (("-", gone), ("+", new)) for line in lines)
    return remedy, undo, diff


def set_in_effect(running: str, lines: Sequence[str]) -> bool:
    """Whether lines that were sent hold: what was set is there, of what was deleted nothing is left."""
    found = set(_lines(running))
    asked = list(_lines("\n".join(lines)))
    return all(_holds(found, line, asked) for line in asked)


def _holds(found: set[Words], line: Words, asked: Sequence[Words]) -> bool:
    verb, path = line[0], line[1:]
    if verb == ACTIVATE:
        return (DEACTIVATE, *path) not in found
    if verb != DELETE:
        return line in found
    again = {one[1:] for one in asked if one[0] == SET}
    return not any(one[0] == SET and one[1 : len(line)] == path and one[1:] not in again for one in found)


def _lines(text: str) -> Iterator[Words]:
    """Every line as words; one that sets a list is one line per item."""
    for row in text.splitlines():
        line = row.strip()
        if not line or line.startswith("#"):
            continue
        try:
            words = tuple(shlex.split(line))
        except ValueError:
            words = tuple(line.split())
        if "[" in words and words[-1] == "]":
            at = words.index("[")
            yield from ((*words[:at], item) for item in words[at + 1 : -1])
        else:
            yield words


def _managed(platform: str, lines: Iterable[Words]) -> list[Words]:
    foreign = unmanaged_under(platform, ())
    return [line for line in dict.fromkeys(lines) if foreign is None or not foreign.match(" ".join((SET, *line[1:])))]


def _foreign(rules: LineRules, line: Words, mentioned: set[str]) -> bool:
    """Whether a line is about a port that the intent does not mention."""
    if line[1:2] != ("interfaces",) or line[2] in mentioned:
        return False
    kind = _KIND.match(line[2])
    return kind is not None and kind[0] in rules.hardware


def _hollow(rules: LineRules, line: Words) -> bool:
    """Whether a line only names what has nothing in it: a device shows such a rest after a deletion."""
    text = " ".join(line)
    return any((found := begins(words, text)) is not None and found.end() == len(text) for words in rules.hollow)


def _lead(rules: LineRules, gone: Sequence[Words], new: Sequence[Words], after: Sequence[Words]) -> tuple[str, ...]:
    """Return the lines that take away what is gone and make what is new; ``after`` is all that stands in the end."""
    replaced = {key for line in new if (key := _value_of(rules, line))}
    away: list[str] = []
    for line in gone:
        if line[0] == DEACTIVATE:
            away.append(_shown((ACTIVATE, *line[1:])))
        elif _value_of(rules, line) not in replaced:
            away.append(_shown((DELETE, *_shortest(rules, line[1:], after))))
    return (*dict.fromkeys(away), *(_shown(line) for line in new))


def _value_of(rules: LineRules, line: Words) -> str:
    """What a line gives a value to, where a new value takes the place of the old one; else nothing."""
    text = " ".join(line)
    each = (begins(words, text) for one in rules.replaces for words in one.lines)
    return next((found[0] for found in each if found is not None), "")


def _shortest(rules: LineRules, path: Words, after: Sequence[Words]) -> Words:
    """The fewest words that take a line away, and nothing that stays."""
    for length in range(LEAST, len(path)):
        head = path[:length]
        named = any(_ends(words, head) for words in rules.named)
        if not named and not any(line[1 : length + 1] == head for line in after):
            return head
    return path


def _ends(words: str, head: Words) -> bool:
    """Whether a path ends in a keyword whose name would follow: it cannot be taken away without one."""
    text = " ".join((SET, *head))
    found = begins(words, text)
    return found is not None and found.end() == len(text)


def _shown(line: Words) -> str:
    return " ".join(word if _PLAIN.match(word) else f'"{word}"' for word in line)
