"""What goes wrong on a port that has a link: broken frames, late collisions, and what its two ends agreed on.

In: ``negotiation`` and ``port_errors`` of a switch, ``line_health`` of an edge. Out, per intended port with a cable:
``broken_frames_total`` - or ``broken_frames_forced_total`` while the port is set to a speed and a duplex, so that the
other end cannot agree on them -, ``late_collisions_total`` (and their rates), ``half_duplex``, ``port_forced``,
``port_mbps``. Why two names: frames that broke because of a setting say nothing of the cable once it is undone.
"""

from collections.abc import Iterator
from datetime import datetime

from anomaly.answers import Answers, seen, table
from anomaly.growing import with_rates
from anomaly.model import Observation, Value
from inventory.looks import Look
from inventory.model import Chain, Device, PortUse, Role
from inventory.port_rows import NegotiationRow, PortErrorsRow

GETTERS = frozenset({"negotiation", "port_errors", "line_health"})
ROLES: frozenset[Role] = frozenset({"edge", "switch"})
PACE = "slow"
BROKEN, BROKEN_FORCED = "broken_frames_total", "broken_frames_forced_total"
OBSERVES = with_rates(
    {BROKEN, BROKEN_FORCED, "late_collisions_total", "half_duplex", "port_forced", "port_mbps"},
)
GIGABIT = 1000
CABLED: frozenset[PortUse] = frozenset({"wan", "trunk", "access_point", "till", "other"})


def looks(device: Device, chain: Chain) -> tuple[Look, ...]:
    """A router tells it all in one answer, a switch in two short ones."""
    del chain
    getters = ("line_health",) if device.role == "edge" else ("negotiation", "port_errors")
    return tuple(Look(getter=getter) for getter in getters)


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say what each intended port with a cable counted and agreed on; without a link there is nothing to agree on."""
    del chain
    errors_of, agreed_by = ("line_health",) * 2 if device.role == "edge" else ("port_errors", "negotiation")
    counted = {row.port: row for row in table(answers, errors_of, PortErrorsRow) or ()}
    agreed = {row.port: row for row in table(answers, agreed_by, NegotiationRow) or ()}
    return tuple(
        seen(device, name, value, now, on=device.id, subject=port.name)
        for port in device.ports.values()
        if port.use in CABLED
        for name, value in _facts(counted.get(port.name), agreed.get(port.name))
    )


def _facts(counted: PortErrorsRow | None, agreed: NegotiationRow | None) -> Iterator[tuple[str, Value]]:
    forced = None if agreed is None else _forced(agreed)
    yield BROKEN_FORCED if forced else BROKEN, None if counted is None else counted.broken
    yield "late_collisions_total", None if counted is None else counted.late_collisions
    yield "half_duplex", None if agreed is None else agreed.half_duplex
    yield "port_forced", forced
    yield "port_mbps", None if agreed is None else agreed.speed_mbps


def _forced(agreed: NegotiationRow) -> bool | None:
    """From a gigabit on there is one duplex only, and fibre has nothing to negotiate: no port there is set by hand."""
    if agreed.negotiates is None:
        return None
    return not agreed.negotiates and not (agreed.speed_mbps or 0) >= GIGABIT
