"""Steer the store to its backup line, in both directions, under the device's own timer.

It deviates from the intended configuration on purpose; `storenet push` brings the store back when the line is well.
Witness: the BGP neighbours as the device lists them.
"""

from collections.abc import Mapping

from inventory.looks import BgpRow, Reading
from playbooks.model import Change, Reader, Target
from playbooks.steering import steer

TITLE = "steer the store to its backup line"
PARAMS = {"revert_seconds": (10.0, 7200.0)}
DEVIATES = True


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Take the primary's neighbour out of use. Raises ``LookupError`` unless the backup's session carries routes."""
    return steer(target, reader, params)


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the neighbour is shut, for a change that shuts it, or open, for one that opens it."""
    rows = [r for r in witness.rows if isinstance(r, BgpRow) and f"neighbor {r.neighbor}" in change.touches]
    wants_shut = not any(line.strip().startswith("no ") for line in change.write.lines)
    return (rows[0].state == "shut") == wants_shut if rows else None
