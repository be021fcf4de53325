"""One row of a table of configuration commands.

In: a spec and what is special about it. Out: a ``Row``. Used by ``commands`` and ``global_commands``.
"""

from typing import Any

Row = tuple[str, dict[str, Any]] | str


def command(spec: str, **special: Any) -> Row:
    """Make a row; ``special`` are fields of ``rule.Rule``."""
    return spec, special
