"""Quarantine: a device or a store that nothing is written to until a person lifts it.

In: a name and a reason, from a person or from the controller. Out: a switch in the ledger, read by the guardrail of the
same name before every write. Called by ``controller.rung``, pushes and the command line.
"""

from collections.abc import Mapping

from controller.ports import Ledger

PREFIX = "quarantine/"


def put(ledger: Ledger, name: str, reason: str) -> None:
    """Put a device or store in quarantine; the first reason stays."""
    if ledger.switch(PREFIX + name) is None:
        ledger.throw(PREFIX + name, reason)


def lift(ledger: Ledger, name: str) -> bool:
    """Lift a quarantine; False when there was none."""
    there = ledger.switch(PREFIX + name) is not None
    if there:
        ledger.throw(PREFIX + name, None)
    return there


def quarantined(ledger: Ledger) -> Mapping[str, str]:
    """Return what is in quarantine, and why."""
    return {name.removeprefix(PREFIX): reason for name, reason in ledger.switches(PREFIX).items()}


def reasons(ledger: Ledger, *names: str) -> tuple[str, ...]:
    """Return why any of these may not be written to; empty when none is in quarantine."""
    known = {name: ledger.switch(PREFIX + name) for name in dict.fromkeys(names)}
    return tuple(f"{name} is in quarantine: {reason}" for name, reason in known.items() if reason is not None)
