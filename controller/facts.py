"""What the guardrails are told about one planned change.

In: gathered by ``controller.heal`` from the ledger, the chain and fresh observations.
Out: read by every file in ``controller/guardrails``. None means "could not be found out": guards refuse on it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from controller.events import Verdict
from inventory.model import Port, Store
from playbooks.model import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetFacts:
    """How the other stores stand.

    ``cause``: the common cause this change belongs to (empty: none). ``unswept``: stores that share its line and
    were not looked at since the fault began. ``under_way``: other repairs, of which there may be ``at_most``.
    """

    cause: str
    unswept: int
    under_way: int
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One change, and all that may speak against it.

    ``kill_reason``: why the kill switch is thrown. ``others``: remediations under way in the same store.
    ``tries``: earlier remediations of this fault at this place within a day. ``alive_behind``: what hangs on
    the port and works right now. ``management_ports``: the ports of the device our own session comes through.
    ``people``: whoever else is logged in to the device and has typed something lately.
    ``intended_port``: what the inventory says of the port. ``fleet``: how the other stores stand.
    ``quarantine``: why the device or the store is in quarantine. ``named_wrongly``: whether a person said so of the
    incident.
    """

    incident: str
    store: Store
    change: Change
    now: datetime
    kill_reason: str | None
    others: tuple[str, ...] | None
    tries: int | None
    alive_behind: tuple[str, ...] | None
    management_ports: frozenset[str] | None
    fleet: FleetFacts | None = None
    quarantine: tuple[str, ...] | None = None
    people: tuple[str, ...] | None = None
    intended_port: Port | None = None
    named_wrongly: bool | None = False

    @property
    def sets_vlan(self) -> bool:
        """Whether the change moves a port to another VLAN."""
        return self.change.action == "set_access_vlan"


class Guardrail(Protocol):
    """A rule."""

    def judge(self, facts: Facts) -> Verdict:
        """Say whether the change may be made, and why."""
