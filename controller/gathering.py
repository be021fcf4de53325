"""Gathers what the guardrails are told about one planned change.

In: the change, its incident, a fresh sighting of the store, the ledger. Out: ``Facts``. Called by ``rung`` right before
a write and by ``dry_run``, which may have no ledger: what only the ledger knows is then not known, and guards refuse.
"""

from collections.abc import Iterable
from datetime import datetime

from anomaly.model import Observation
from controller.facts import Facts, FleetFacts
from controller.impact import alive_behind, management_ports
from controller.incident import Incident, named_wrongly
from controller.past import others_under_way, tries_within_a_day
from controller.ports import Ledger
from controller.quarantine import reasons
from inventory.model import Chain
from playbooks.model import Change

NO_LEDGER = "there is no ledger that says otherwise"


def facts_of(
    chain: Chain,
    ledger: Ledger | None,
    incident: Incident,
    change: Change,
    observations: Iterable[Observation],
    now: datetime,
    fleet: FleetFacts | None = None,
    people: tuple[str, ...] | None = None,
) -> Facts:
    """Return the facts of the moment about one change.

    ``fleet`` None: it is not known how the other stores stand; ``people`` None: nor who is logged in to the device.
    """
    seen = tuple(observations)
    return Facts(
        incident=incident.id,
        store=chain.stores[change.store],
        change=change,
        now=now,
        kill_reason=NO_LEDGER if ledger is None else ledger.switch("kill"),
        others=None if ledger is None else others_under_way(ledger, incident),
        tries=None if ledger is None else tries_within_a_day(ledger, incident, now),
        alive_behind=alive_behind(chain, change.device, change.port, seen),
        management_ports=management_ports(chain, change.device, seen),
        fleet=fleet,
        people=people,
        intended_port=chain.devices[change.device].ports.get(change.port),
        named_wrongly=None if ledger is None else named_wrongly(ledger.incident(incident.id) or incident),
        quarantine=None if ledger is None else reasons(ledger, change.device, change.store, incident.device),
    )
