"""Fresh looks for one healing: confirm a fault, see the functions, take the checks that prove them.

In: a store or an incident. Out: observations, evidence, checks. Called by ``controller.heal``; it reads and never
writes, so it is also what a plan may read through. The judging is ``anomaly``'s, the same as in every poll.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from anomaly.answers import Answers
from anomaly.collecting import looks_of
from anomaly.library import Library
from anomaly.model import Finding, Observation, Symptom
from anomaly.service_path import judge
from anomaly.topology import Place
from anomaly.watch import Watch
from controller.events import Check, Evidence
from controller.incident import Incident
from controller.ports import Clock
from inventory.errors import DeviceError
from inventory.looks import Look, PersonRow, Reading
from inventory.model import Chain, DeviceId, FunctionName, StoreId
from inventory.platforms import load_platforms
from inventory.session import Sessions

PEOPLE = Look(getter="people")
AT_WORK_SECONDS = 600.0
"""Who has typed nothing for so long has left the prompt open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One fresh look at a whole store. ``function_states`` is by function name."""

    store: StoreId
    at: datetime
    answers: Mapping[DeviceId, Answers]
    observations: tuple[Observation, ...]
    function_states: Mapping[str, str]
    agents: frozenset[DeviceId] = frozenset()
    """Those without a session: nothing is written there, and their silence stops nobody."""

    @property
    def silent(self) -> tuple[DeviceId, ...]:
        """The devices with a session that answered none of their looks."""
        asked = ((d, told) for d, told in self.answers.items() if d not in self.agents)
        return tuple(d for d, told in asked if not any(isinstance(a, Reading) for a in told.values()))

    @property
    def way_out(self) -> str:
        """The WAN port the store trades through, as a word for people."""
        used = [o.subject for o in self.observations if o.name == "default_via" and o.value is True]
        return used[0] if used else "a way that was not seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """Looks at stores through the sessions; ``playbooks.model.Reader``."""

    chain: Chain
    sessions: Sessions
    watch: Watch
    clock: Clock
    ours: frozenset[str] = frozenset()
    intentions: Callable[[DeviceId], str | None] = field(default=lambda _: None)

    def intended(self, device: DeviceId) -> str | None:
        """What the device should say; None when that is not known."""
        return self.intentions(device)

    def read(self, device: DeviceId, look: Look) -> Reading:
        """Answer one look now. Raises ``DeviceError``."""
        return self.sessions[device].read(look)

    def people(self, device: DeviceId) -> tuple[str, ...] | None:
        """Whoever else is logged in to a device and has typed something lately.

        None when that cannot be found out; nobody where a platform has no way to tell.
        """
        platform = load_platforms().get(self.chain.devices[device].platform or "")
        if platform is None or PEOPLE.getter not in platform.getters:
            return ()
        try:
            rows = self.read(device, PEOPLE).rows
        except DeviceError:
            return None
        there = (r for r in rows if isinstance(r, PersonRow) and (r.idle_seconds or 0.0) < AT_WORK_SECONDS)
        return tuple(sorted({row.user for row in there} - self.ours))

    def look(self, store: StoreId) -> Sighting:
        """Look at every device of the store now."""
        asked = {d.id: looks_of(d, self.chain) for d in self.chain.devices_of(store) if d.is_asked}
        answers = {
            device: by_getter(looks, self.sessions[device].read_many(looks)) for device, looks in asked.items() if looks
        }
        now = self.clock.now()
        observations = self.watch.observations(store, answers, now)
        states = {str(sight.name): str(sight.state) for sight in judge(self.chain, store, observations, now)}
        agents = frozenset(d.id for d in self.chain.devices_of(store) if not d.has_session)
        return Sighting(
            store=store, at=now, answers=answers, observations=observations, function_states=states, agents=agents
        )

    def still_there(self, incident: Incident, sighting: Sighting) -> tuple[bool | None, tuple[Evidence, ...]]:
        """Whether the incident's fault shows in a fresh sighting; None when what tells of it could not be looked at."""
        finding = finding_of(incident)
        told = self.watch.confirm(finding, sighting.answers, sighting.at)
        if told.ok:
            return True, evidence_of(told.evidence, self.watch.library)
        seen = not told.blind and answered(self.watch.looks_to_confirm(finding), sighting.answers)
        return (False if seen else None), ()

    def gear(self, incident: Incident) -> str:
        """What a deep look says of the device to be asked about the fault; empty when it does not answer."""
        device = self.chain.devices[DeviceId(incident.device)]
        above = self.chain.uplink_port_of(device.id)
        asked = device if device.has_session or above is None else above[0]
        try:
            facts = self.sessions[asked.id].deep("get_facts")
        except DeviceError:
            return ""
        seconds = int(facts["uptime"])
        up = f", up for {timedelta(seconds=seconds)}" if seconds >= 0 else ""  # -1: it does not tell
        return f"{asked.id} is a {facts['vendor']} {facts['model']}{up}; {facts['os_version']}"

    def prove(self, store: StoreId, functions: Sequence[str], root: Place | None = None) -> tuple[Check, ...]:
        """Take the active looks that prove these functions (for what hangs on ``root``, where it is given)."""
        return tuple(check for name in functions for check in self._prove(store, FunctionName(name), root))

    def _prove(self, store: StoreId, function: FunctionName, root: Place | None) -> tuple[Check, ...]:
        asked = self.watch.looks_to_prove(store, function, root)
        answers = [(device, look, self._try(device, look)) for device, look in asked]
        checks = self.watch.prove(store, function, answers, self.clock.now(), root)
        return tuple(Check(function=function, name=c.name, ok=c.ok, value=c.value) for c in checks)

    def _try(self, device: DeviceId, look: Look) -> Reading | DeviceError:
        try:
            return self.read(device, look)
        except DeviceError as error:
            return error


def answered(asked: Mapping[DeviceId, Sequence[Look]], answers: Mapping[DeviceId, Answers]) -> bool:
    """Whether each of these looks was answered: what another look lacks (a command not known) says nothing here."""
    return all(
        isinstance(answers.get(device, {}).get(look.key), Reading) for device, looks in asked.items() for look in looks
    )


def by_getter(looks: Sequence[Look], answers: Sequence[Reading | DeviceError]) -> Answers:
    """Key a device's answers by what was asked."""
    return {look.key: answer for look, answer in zip(looks, answers, strict=True)}


def evidence_of(symptoms: Sequence[Symptom], library: Library) -> tuple[Evidence, ...]:
    """Symptoms as they stand in events, each with the observation its value is of."""
    return tuple(
        Evidence(
            symptom=s.name,
            device=s.device,
            subject=s.subject,
            value=s.value,
            since=s.since,
            observation=library.symptoms[s.name].observation,
        )
        for s in symptoms
    )


def finding_of(incident: Incident) -> Finding:
    """The finding an incident was opened on."""
    return Finding(
        signature=incident.signature,
        fault_class=incident.fault_class,
        title=incident.title,
        store=StoreId(incident.store),
        device=DeviceId(incident.device),
        subject=incident.subject,
        confidence=incident.confidence,
        evidence=(),
        at=incident.opened_at,
    )


def root_of(incident: Incident) -> Place:
    """The place an incident is about."""
    return Place(DeviceId(incident.device), incident.subject)
