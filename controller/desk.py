"""What a healing has at hand: its collaborators (``Healer``), and its incident with recorded steps (``Moment``).

In: wired once by ``controller.running``; a ``Moment`` is made per pass. Used by ``heal`` and ``rung``.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, TypedDict

from controller.budget import Budget
from controller.events import Escalated, Event, Held
from controller.eyes import Eyes, Sighting
from controller.facts import Guardrail
from controller.fleet_watch import FleetWatch
from controller.hands import Hands
from controller.incident import Incident
from controller.ports import Clock, Ledger, Steps
from controller.timing import Timing
from inventory.model import Chain, StoreId
from playbooks.library import Library

End = Literal["done", "failed", "again", "mitigated"]


class Stamp(TypedDict):
    """What every event says first."""

    incident: str
    store: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Healer:
    """Everything healing needs; wired once."""

    chain: Chain
    library: Library
    eyes: Eyes
    hands: Hands
    ledger: Ledger
    clock: Clock
    timing: Timing
    guardrails: Mapping[str, Guardrail]
    fleet: FleetWatch
    budget: Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One pass over one incident. ``prefix`` names its steps."""

    desk: Healer
    steps: Steps
    incident: Incident
    prefix: str

    def do(self, name: str, step: Callable[[], str]) -> str:
        """Run a named step once; its result is a short word, or JSON as text."""
        return str(json.loads(self.steps.do(f"{self.prefix}.{name}", lambda: json.dumps(step()))))

    def tell(self, *events: Event) -> None:
        """Put events into the ledger."""
        self.desk.ledger.append(*events)

    def stamp(self) -> Stamp:
        """The first fields of an event that happens now."""
        return {"incident": self.incident.id, "store": self.incident.store, "at": self.desk.clock.now()}

    def look(self) -> Sighting:
        """A fresh look at the whole store."""
        return self.desk.eyes.look(StoreId(self.incident.store))

    def looks_within(self, window: str) -> Iterator[float]:
        """Yield the part of a named window that is over (0 to 1 and once beyond), with pauses between looks."""
        seconds, clock = self.desk.timing.seconds, self.desk.clock
        start, passed = clock.now(), 0.0
        while passed < 1.0:
            passed = (clock.now() - start).total_seconds() / seconds[window]
            yield passed
            clock.sleep(seconds["proof_retry"])

    def hold(self, reason: str, rules: tuple[str, ...], after: str | None = "held_retry") -> None:
        """Nothing is done now; asked again ``after`` a named time, or (None) when its common cause is over."""
        seconds = self.desk.timing.seconds
        again = self.desk.clock.now() + timedelta(seconds=seconds[after]) if after else None
        self.tell(Held(**self.stamp(), rules=rules, reason=reason, again_at=again))

    def escalate(self, reason: str, advice: str) -> End:
        """Call a person."""
        self.do("escalate", partial(self._call, reason, advice))
        return "done"

    def _call(self, reason: str, advice: str) -> str:
        self.tell(Escalated(**self.stamp(), reason=reason, advice=advice))
        return "called"
