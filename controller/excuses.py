"""Which checks of a proof another fault of the same store accounts for. Pure.

In: the checks taken for one incident, and the store's other open incidents. Out: the checks that still count.
Called by ``controller.rung``. Why: with two faults at once, repairing the first must not fail for the second's sake -
the way out of the store proves a WAN repair, what hangs on the port proves one inside the store.
"""

from collections.abc import Iterable, Mapping, Sequence

from controller.events import Check
from controller.incident import Incident
from inventory.model import Chain, DeviceId

WAY_OUT = frozenset({"target_answers", "names_resolved"})
BEYOND = frozenset({"names_resolved", "service_answers"})
"""What a service beyond the store answers for; where that is another incident's, nothing in the store repairs it."""


def counting(
    checks: Sequence[Check], incident: Incident, others: Iterable[Incident], chain: Chain
) -> tuple[Check, ...]:
    """The checks that tell of this incident alone; all of them when no other incident is open."""
    others = tuple(others)
    beyond = {other.subject for other in others if other.fault_class == "E" and other.subject in chain.functions}
    checks = [c for c in checks if c.name not in BEYOND or c.function not in beyond]
    if stands_by(chain, incident):
        touched = {name for other in others for name in other.functions}
        return tuple(c for c in checks if c.ok or c.function not in touched)
    open_elsewhere = {on_the_way_out(chain, other) for other in others if not stands_by(chain, other)}
    mine = on_the_way_out(chain, incident)
    if mine and False in open_elsewhere:
        return tuple(c for c in checks if c.name in WAY_OUT)
    if not mine and True in open_elsewhere:
        return tuple(c for c in checks if c.name not in WAY_OUT)
    return tuple(checks)


def unaccounted(states: Mapping[str, str], others: Iterable[Incident]) -> Mapping[str, str]:
    """The function states that no other open incident of the store touches."""
    touched = {name for other in others for name in other.functions}
    return {name: state for name, state in states.items() if name not in touched}


def on_the_way_out(chain: Chain, incident: Incident) -> bool:
    """Whether an incident is about a WAN port."""
    return _use(chain, incident) in ("wan", "backup_wan")


def stands_by(chain: Chain, incident: Incident) -> bool:
    """Whether an incident is about a backup port: what the store trades over says nothing of it."""
    return _use(chain, incident) == "backup_wan"


def _use(chain: Chain, incident: Incident) -> str | None:
    device = chain.devices.get(DeviceId(incident.device))
    port = device.ports.get(incident.subject) if device else None
    return port.use if port else None
