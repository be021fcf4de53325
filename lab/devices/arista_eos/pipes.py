"""What stands behind a ``|``: filters of what a command prints.

In: ``include down`` and a text. Out: the rows that remain. Called by ``cli``.
"""

import re
from collections.abc import Callable, Iterator

_FILTERS = ("include", "exclude", "begin", "section", "grep", "no-more", "nz", "count")


def filter_of(pipe: str) -> Callable[[str], str] | None:
    """Return the filter, None when EOS knows none of that name or its pattern is none."""
    name, _, pattern = pipe.strip().partition(" ")
    found = [word for word in _FILTERS if name and word.startswith(name.lower())]
    if len(found) != 1 or (not pattern.strip() and found[0] not in ("no-more", "nz")):
        return None
    try:
        wanted = re.compile(pattern.strip().strip('"'), re.IGNORECASE if found[0] in ("include", "exclude") else 0)
    except re.error:
        return None
    return lambda text: "".join(f"{row}\n" for row in _kept(found[0], wanted, text.splitlines()))


def _kept(kind: str, wanted: re.Pattern[str], rows: list[str]) -> Iterator[str]:
    if kind in ("no-more", "nz"):
        yield from rows
    elif kind == "count":
        yield str(sum(1 for row in rows if wanted.search(row)))
    elif kind == "begin":
        first = next((at for at, row in enumerate(rows) if wanted.search(row)), len(rows))
        yield from rows[first:]
    elif kind == "section":
        yield from sections(wanted, rows)
    else:
        yield from (row for row in rows if (wanted.search(row) is not None) == (kind != "exclude"))


def sections(wanted: re.Pattern[str], rows: list[str]) -> Iterator[str]:
    """Yield the sections of a configuration of which a line fits, whole."""
    whole: list[str] = []
    for row in [*rows, "!"]:
        if whole and not row.startswith(" "):
            if any(wanted.search(line) for line in whole):
                yield from whole
            whole = []
        if row not in ("!", "end"):
            whole.append(row)
