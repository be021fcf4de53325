"""The record of a rule: one supported configuration command of a mode.

In: made by a dialect's tables of commands. Out: read by the configuration's entries and the editor. ``check`` and
``act`` are called with the configuration they work on, which is made of entries that hold their rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Words = tuple[str, ...]
SortKey = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One supported command of a mode; a mode's table makes each rule once, so that rules are compared by identity.

    ``order`` and ``group`` place it in ``show running-config``; ``opens`` names the mode of the section it heads;
    ``default`` is the value that is not shown; ``on``: in force unless negated, so only its ``no`` is shown;
    ``key`` names the slot of a line when its first words do not;
    ``less`` takes a part of a list away; ``act`` does something at once and stores nothing; ``merge`` rewrites the
    words from the old ones (None: nothing is left); ``check`` returns a complaint.
    """

    order: int
    group: int
    spec: str
    opens: Callable[[Words], str] | None = None
    expand: Callable[[Words], list[Words]] | None = None
    default: str | None = None
    on: bool = False
    merge: Callable[[Words, Words], Words | None] | None = None
    check: Callable[[Any, Any, Words], str | None] | None = None
    sort: Callable[[Words], SortKey] | None = None
    also_drops: Callable[[Words], Words] | None = None
    numbered: bool = False
    less: Callable[[Words, Words], Words | None] | None = None
    key: Callable[[Words], Words] | None = None
    act: Callable[[Any, Words], None] | None = None

    @property
    def whole(self) -> bool:
        """Whether a line of this command is its own slot: its ``no`` takes that line alone."""
        return not {":", "~"} & set(self.spec)
