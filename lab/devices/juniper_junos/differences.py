"""What ``show | compare`` says: the statements that differ, under the level they stand at.

In: two configurations. Out: a patch in Junos's form; the changes one by one, for the lab's own log.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.devices.juniper_junos.text import render_entry
from lab.devices.juniper_junos.tree import Entry, Section, Words, empty


@dataclass(frozen=True, slots=True)
class Change:
    """One statement added or taken away, and the level it stands at."""

    path: Words
    sign: str
    entry: Entry


def changes(old: Section, new: Section, path: Words = ()) -> Iterator[Change]:
    """Yield what differs between two sections, the old before the new."""
    for entry in _both(old, new):
        was, now = old.entries.get(entry.key), new.entries.get(entry.key)
        if was is not None and now is not None and was.same(now):
            continue
        if _goes_inside(was, now) and was is not None and now is not None:
            inner_old, inner_new = was.section or empty(), now.section or empty()
            yield from changes(inner_old, inner_new, path + entry.key)
            continue
        if was is not None:
            yield Change(path, "-", was)
        if now is not None:
            yield Change(path, "+", now)


def _goes_inside(was: Entry | None, now: Entry | None) -> bool:
    """Whether a statement is on both sides and only what is inside it differs."""
    if was is None or now is None or was.section is None or now.section is None:
        return False
    return was.inactive == now.inactive


def _both(old: Section, new: Section) -> list[Entry]:
    together = Section(old.rule, {**new.entries, **old.entries})
    return together.ordered()


def compare(old: Section, new: Section) -> str:
    """Return the patch from one configuration to another, empty when they are the same."""
    lines: list[str] = []
    level: Words | None = None
    for change in changes(old, new):
        if change.path != level:
            level = change.path
            lines.append(edit_line(level))
        space = " " * (_depth(level) + 1)
        lines.extend(f"{change.sign}{space}{line}" for line in render_entry(change.entry))
    return "".join(f"{line}\n" for line in lines)


def edit_line(path: Words) -> str:
    """Return a level as Junos names it."""
    return f"[{' '.join(('edit', *path))}]"


def _depth(path: Words) -> int:
    """How many levels deep a path is; a keyword and its name are one."""
    depth, section = 0, empty()
    rest = path
    while rest:
        rule = section.rule.of(rest[0])
        if rule is None:
            break
        depth += 1
        rest = rest[2 if rule.kind == "named" and not rule.bare else 1 :]
        section = Section(rule)
    return depth
