"""What every agent has, and how values are read. Pure.

Called by ``aironet`` and ``reading``. Objects of SNMPv2-MIB (RFC 3418).
"""

from collections.abc import Mapping

from inventory.snmp.asking import Told
from inventory.snmp.ber import Oid

DESCRIPTION: Oid = (1, 3, 6, 1, 2, 1, 1, 1, 0)
UP_TIME: Oid = (1, 3, 6, 1, 2, 1, 1, 3, 0)
HUNDREDTHS = 100
Cell = int | bytes | Oid


def column(told: Told, oid: Oid) -> Mapping[Oid, Cell]:
    """The cells of one column by their index."""
    return {name[len(oid) :]: value for name, value in told.items() if name[: len(oid)] == oid}


def text(value: Cell | None) -> str:
    """A value as one line of printable text; empty for none."""
    if not isinstance(value, bytes):
        return ""
    return "".join(c for c in value.decode("utf-8", "replace") if c.isprintable()).strip()


def number(value: Cell | None) -> int | None:
    """A value as a number, None for anything else."""
    return value if isinstance(value, int) else None


def up_seconds(told: Told) -> float:
    """For how long the agent has run. Raises ``ValueError`` when it does not tell."""
    ticks = number(told.get(UP_TIME))
    if ticks is None:
        raise ValueError("no time since its start is told")
    return ticks / HUNDREDTHS
