"""Intended ports that the switch itself has shut, by the cause it names.

In: ``ports`` (whether it is) and ``errdisabled`` (why). Out: ``errdisabled_cause`` per intended port: empty while the
port is not shut by the switch, ``link-flap``, ``bpduguard`` ... when it is. A cause that is not told is unknown.
"""

from datetime import datetime

from anomaly.answers import Answers, rows, seen, table
from anomaly.model import Observation
from inventory.looks import ErrDisabledRow, PortRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"ports", "errdisabled"})
ROLES: frozenset[Role] = frozenset({"switch"})
OBSERVES = frozenset({"errdisabled_cause"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say why each intended port was shut; the cause counts only while the port's status says so, too."""
    del chain
    status = {row.name: row.status for row in table(answers, "ports", PortRow) or ()}
    causes = {row.port: row.cause for row in rows(answers, "errdisabled", ErrDisabledRow) or ()}
    return tuple(
        seen(device, "errdisabled_cause", _cause(status.get(port), causes.get(port)), now, on=device.id, subject=port)
        for port in device.ports
    )


def _cause(status: str | None, cause: str | None) -> str | None:
    if status is None:
        return None
    return cause if status == "err-disabled" else ""
