"""What every reader of EOS needs: an answer as JSON, and its fields, or a doubt.

In: what a session printed. Out: dictionaries and values of the kind they must be. Called by ``readers`` and
``sessions``. Why JSON: ``| json`` gives EOS's own model of an answer, whole names and no columns that can be cut off; a
spoilt answer does not parse, so that half of one is never taken for all. A template for text could add nothing.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from inventory.platforms import ParseDoubt
from inventory.platforms.arista_eos.driver import LOG_LINE

Value = TypeVar("Value")


def lines_of(output: str) -> list[str]:
    """Return the lines that are not blank and not log messages printed in between."""
    lines = (line.rstrip() for line in output.replace("\r", "").split("\n"))
    return [line for line in lines if line and not ("%" in line and LOG_LINE.fullmatch(line.strip()))]


def answer(output: str, command: str) -> Mapping[str, Any]:
    """Return the answer's top level. Raises ``ParseDoubt`` when it is not one whole JSON object."""
    try:
        found = json.loads("\n".join(lines_of(output)))
    except (ValueError, RecursionError):
        raise ParseDoubt(f"{command}: not one whole answer in JSON ({len(output)} characters)") from None
    if not isinstance(found, dict):
        raise ParseDoubt(f"{command}: an answer of another kind")
    if "errors" in found:
        raise ParseDoubt(f"{command}: {' '.join(str(found['errors']).split())[:120]}")
    return found


def field(record: Any, name: str, kind: type[Value], command: str) -> Value:
    """Return a field that must be there. Raises ``ParseDoubt``."""
    value = record.get(name) if isinstance(record, dict) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ParseDoubt(f"{command}: {name} is missing or of another kind")
    return value


def records(record: Any, name: str, command: str) -> Mapping[str, Any]:
    """Return a field that must be there and hold a record for each name. Raises ``ParseDoubt``."""
    return field(record, name, dict, command)
