"""Bringing text into a candidate configuration.

In: a candidate and a text (braces, set lines) with the action ``load`` was given. Out: the candidate, changed in
place, and every refusal; what stands beside a refused statement is taken all the same, as Junos does.
Called by the NETCONF side and by the configuration mode.
"""

from collections.abc import Iterable

from lab.devices.juniper_junos.sets import order
from lab.devices.juniper_junos.text import Order, read
from lab.devices.juniper_junos.tree import RefusalError, Section, empty, find, place, remove


def parse(text: str) -> Section:
    """Return the configuration of a text with braces. Raises ``RefusalError`` for the first mistake in it."""
    config = empty()
    for refusal in load_orders(config, read(text)):
        raise refusal
    return config


def parse_set(text: str) -> Section:
    """Return the configuration of lines of ``set``. Raises ``RefusalError`` for the first mistake in it."""
    config = empty()
    for refusal in load_set(config, text):
        raise refusal
    return config


def load_text(config: Section, text: str, *, override: bool = False) -> list[RefusalError]:
    """Merge a text with braces into a configuration, or put it in its place."""
    try:
        orders = read(text)
    except RefusalError as refusal:
        return [refusal]
    if override:
        config.entries.clear()
    return load_orders(config, orders)


def load_set(config: Section, text: str) -> list[RefusalError]:
    """Carry out lines of ``set`` and ``delete``."""
    refusals = []
    for line in text.splitlines():
        try:
            asked = order(line)
            if asked is not None:
                obey(config, asked)
        except RefusalError as refusal:
            refusals.append(refusal)
    return refusals


def load_orders(config: Section, orders: Iterable[Order]) -> list[RefusalError]:
    """Carry out orders one by one; each that is refused is returned."""
    refusals: list[RefusalError] = []
    for asked in orders:
        if any(asked.words[: len(seen)] == seen for seen in _stumbled(refusals)):
            continue
        try:
            obey(config, asked)
        except RefusalError as refusal:
            refusals.append(refusal)
    return refusals


def _stumbled(refusals: Iterable[RefusalError]) -> list[tuple[str, ...]]:
    """Where nothing more is read: inside a statement that was not understood."""
    return [(*refusal.path, refusal.element) for refusal in refusals if not refusal.warning]


def obey(config: Section, asked: Order) -> None:
    """Carry out one order. Raises ``RefusalError``."""
    if asked.verb == "delete":
        remove(config, asked.words)
    elif asked.verb == "replace":
        entry = find(config, asked.words)
        if entry is not None and entry.section is not None:
            entry.section.entries.clear()
        elif entry is not None:
            entry.values = ()
    elif asked.verb == "set":
        _keeping(config, asked)
    else:
        entry = find(config, asked.words)
        if entry is None:
            raise RefusalError("statement not found", asked.words[-1], asked.words[:-1], warning=True)
        entry.inactive = asked.verb == "inactive"


def _keeping(config: Section, asked: Order) -> None:
    """Make a statement; a refused one leaves nothing of itself behind."""
    made = [length for length in range(1, len(asked.words)) if find(config, asked.words[:length]) is None]
    try:
        place(config, asked.words)
    except RefusalError:
        if made and find(config, asked.words[: made[0]]) is not None:
            remove(config, asked.words[: made[0]])
        raise
