"""Configurations as lines of ``set``: written as ``| display set`` does, read as ``load set`` and the prompt do.

In: a tree, or one line. Out: lines, or an ``Order``. Called by ``loading`` and the configuration mode.
"""

import shlex
from collections.abc import Iterator

from lab.devices.juniper_junos.rule import quoted
from lab.devices.juniper_junos.text import Order
from lab.devices.juniper_junos.tree import RefusalError, Section, Words

_VERBS = {"set": "set", "delete": "delete", "deactivate": "inactive", "activate": "active"}


def display_set(section: Section, path: Words = ()) -> Iterator[str]:
    """Yield the lines that make a section."""
    for entry in section.ordered():
        own = (*path, *(quoted(word) for word in entry.key))
        if entry.section is not None and entry.section.entries:
            yield from display_set(entry.section, own)
        elif entry.values:
            for value in entry.values:
                shown = f'"{value}"' if entry.rule.secret else quoted(value)
                yield " ".join(("set", *own, shown))
        else:
            yield " ".join(("set", *own))
        if entry.inactive:
            yield " ".join(("deactivate", *own))


def order(line: str, path: Words = ()) -> Order | None:
    """Return what a line asks for, None for an empty one or a comment. Raises ``RefusalError``."""
    if not line.strip() or line.lstrip().startswith("#"):
        return None
    try:
        verb, *words = shlex.split(line.replace("[ ", "").replace(" ]", ""))
    except ValueError:
        raise RefusalError("syntax error", line.rsplit(maxsplit=1)[-1], path) from None
    if verb not in _VERBS:
        raise RefusalError("unknown command", verb, path)
    if not words and not (verb == "delete" and path):
        raise RefusalError("missing argument.", verb, path)
    return Order(_VERBS[verb], (*path, *words))
