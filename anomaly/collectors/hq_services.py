"""Services at headquarters that the edge itself lives from: time and accounts (``probes`` tell of names).

In: ``time_servers``, ``account_servers``, and ``probes``: a service that does not answer tells of itself only while the
way there works. Out, on the edge: ``time_servers_silent`` and ``account_servers_dead``: the servers, apart by commas,
when none of that kind answers any more, else empty; unknown where none is configured or no probe is answered.
"""

from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation, Value
from inventory.looks import ProbeRow
from inventory.model import Chain, Device, Role
from inventory.service_rows import AccountServerRow, TimeServerRow

PACE = "slow"
GETTERS = frozenset({"time_servers", "account_servers", "probes"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"time_servers_silent", "account_servers_dead"})
LAST_POLLS = 0b111
"""A server that missed three polls in a row is silent: one is lost now and then."""


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say who is silent; nothing in a round in which they were not asked for."""
    if "time_servers" not in answers:
        return ()
    works = _way_works(device, chain, rows(answers, "probes", ProbeRow) or ())
    facts: dict[str, Value] = {
        "time_servers_silent": _silent(rows(answers, "time_servers", TimeServerRow)) if works else None,
        "account_servers_dead": _dead(rows(answers, "account_servers", AccountServerRow)) if works else None,
    }
    return tuple(seen(device, name, value, now, on=device.id, subject=device.id) for name, value in facts.items())


def _way_works(device: Device, chain: Chain, probes: tuple[ProbeRow, ...]) -> bool:
    """Whether any function's target answers its echo."""
    numbers = {chain.functions[name].requirement.probe for name in chain.stores[device.store].functions}
    return any(row.ok and row.number in numbers for row in probes)


def _silent(found: tuple[TimeServerRow, ...] | None) -> str | None:
    """None while none was met yet: the edge may just have started."""
    if not any(row.met for row in found or ()):
        return None
    return "" if any(row.reach & LAST_POLLS for row in found or ()) else ",".join(row.server for row in found or ())


def _dead(found: tuple[AccountServerRow, ...] | None) -> str | None:
    if not found:
        return None
    return ",".join(row.server for row in found) if all(row.dead for row in found) else ""
