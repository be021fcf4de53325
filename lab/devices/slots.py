"""Putting lines into a section and taking them away, by the rules of their commands.

In: a section and a line that was understood. Out: whether anything changed. Called by the dialects' editors.
"""

from collections.abc import Callable
from functools import lru_cache

from lab.devices.config_tree import Entry, Section
from lab.devices.grammar import Reading
from lab.devices.rule import Rule, SortKey, Words

KEPT_LINES = 8192


def put(section: Section, reading: Reading[Rule]) -> bool:
    """Store a line in its slot; return whether anything changed."""
    rule, words = reading.payload, reading.words
    if rule.numbered:
        return _put_numbered(section, rule, words)
    key = _key(reading)
    old = section.entries.get(key)
    if rule.on:
        return section.entries.pop(key, None) is not None
    merged: Words | None = words
    if rule.merge is not None:
        merged = rule.merge(old.words if old is not None else (), words)
    if merged is None or " ".join(merged[reading.slot :]) == rule.default:
        return section.entries.pop(key, None) is not None
    if old is not None and old.words == merged and not old.negated:
        return False
    section.entries[key] = _leaf(rule, merged)
    return True


@lru_cache(maxsize=KEPT_LINES)
def _leaf(rule: Rule, words: Words, *, negated: bool = False) -> Entry:
    """Return a line's entry: one without a section never changes, so that devices share it."""
    return Entry(rule, words, rule.sort(words) if rule.sort is not None and not negated else (), negated=negated)


def _key(reading: Reading[Rule]) -> Words:
    """Return the slot a line goes to."""
    key = reading.payload.key
    return key(reading.words) if key is not None else reading.words[: reading.slot]


def _put_numbered(section: Section, rule: Rule, words: Words) -> bool:
    """Store an access-list entry: in the order of its sequence number, ten after the last when none is given."""
    key = words[1:] if words[0].isdigit() else words
    if key in section.entries:
        return False
    last = max((entry.sort for entry in section.entries.values()), default=(0,))
    sort: SortKey = (int(words[0]),) if words[0].isdigit() else (last[0] // 10 * 10 + 10,)
    for taken in [old for old, entry in section.entries.items() if entry.sort == sort]:
        del section.entries[taken]
    first_rule = next((entry.rule for entry in section.entries.values()), rule)
    section.entries[key] = Entry(first_rule, key, sort)
    return True


def remove(section: Section, reading: Reading[Rule], stays: Callable[[Words], bool]) -> bool:
    """Take a line, a slot or every line that starts so; return whether anything changed.

    ``stays`` tells the slots of sections that are hardware: they are emptied, not taken.
    """
    rule, words = reading.payload, reading.words
    if rule.on and len(words) >= reading.slot:
        old = section.entries.get(words)
        section.entries[words] = _leaf(rule, words, negated=True)
        return old is None or not old.negated
    if rule.numbered:
        doomed = [
            key
            for key, entry in section.entries.items()
            if key == words or entry.sort == tuple(int(w) for w in words[:1] if w.isdigit()) or key == words[1:]
        ]
    elif rule.less is not None and len(words) > reading.slot:
        return _take_off(section, rule, words, words[: reading.slot])
    elif rule.key is not None and len(words) == reading.slot:
        doomed = [key for key, entry in section.entries.items() if key == rule.key(words) and entry.words == words]
    elif rule.whole:
        doomed = [key for key in (rule.expand(words) if rule.expand is not None else [words]) if key in section.entries]
    elif rule.expand is not None:
        doomed = [key for key in rule.expand(words) if key in section.entries]
    else:
        slot = words[: reading.slot]
        doomed = [key for key in section.entries if key[: len(slot)] == slot]
    for key in doomed:
        if key in section.entries:
            _drop(section, key, stays)
    return bool(doomed)


def _take_off(section: Section, rule: Rule, words: Words, slot: Words) -> bool:
    """Take a part of a list away."""
    old = section.entries.get(slot)
    if old is None or rule.less is None:
        return False
    left = rule.less(old.words, words)
    if left is None:
        del section.entries[slot]
    else:
        section.entries[slot] = Entry(rule, left)
    return left != old.words


def _drop(section: Section, key: Words, stays: Callable[[Words], bool]) -> None:
    entry = section.entries[key]
    if entry.section is not None and stays(key):
        entry.section.entries.clear()
        return
    section.entries.pop(key, None)
    if entry.rule.also_drops is not None:
        head = entry.rule.also_drops(key)
        for other in [known for known in section.entries if known[: len(head)] == head]:
            del section.entries[other]
