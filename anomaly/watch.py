"""The anomaly room's front: answers of a store's devices in, what is going on there out.

Called by the store lanes and by ``controller.heal``. Each lane owns its store: calls for one store must not overlap,
calls for different stores may. Everything underneath is pure; only the memory between rounds lives here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anomaly.answers import Answers
from anomaly.collecting import collect, looks_of
from anomaly.common_cause import Sign
from anomaly.confirm import Confirmation, confirm, looks_needed
from anomaly.correlate import blind_spots, correlate, named_vlans
from anomaly.detect import Memory, detect
from anomaly.library import Library
from anomaly.model import NOTHING_TOLD, Finding, Hinted, Observation, Symptom
from anomaly.proof import Answered, ProofCheck, judge_proof, prove_looks
from anomaly.service_path import FunctionSight, function_observations, judge
from anomaly.signs import signs_of
from anomaly.topology import Place, functions_touched
from inventory.looks import Look
from inventory.model import Chain, Device, DeviceId, FunctionName, StoreId


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSight:
    """One round in one store: what was seen, what holds, what is wrong or about to be, and how the functions stand."""

    store: StoreId
    at: datetime
    observations: tuple[Observation, ...]
    symptoms: tuple[Symptom, ...]
    findings: tuple[Finding, ...]
    functions: tuple[FunctionSight, ...]
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """What is remembered of one store between rounds."""

    memory: Memory = field(default_factory=Memory)
    standing: tuple[Finding, ...] = ()


def look(
    library: Library,
    chain: Chain,
    store: StoreId,
    observations: tuple[Observation, ...],
    before: Recollection,
    now: datetime,
    seconds: Mapping[str, float],
    hinted: Hinted = NOTHING_TOLD,
) -> tuple[StoreSight, Recollection]:
    """One round, pure: judge the functions, detect, correlate."""
    functions = judge(chain, store, observations, now)
    observations += function_observations(functions, observations, chain, store, now)
    symptoms, memory = detect(library, observations, before.memory, now, seconds, hinted)
    blind = blind_spots(observations)
    findings = correlate(library, symptoms, chain, now, blind=blind, standing=before.standing)
    sight = StoreSight(
        store=store,
        at=now,
        observations=observations,
        symptoms=symptoms,
        findings=findings,
        functions=functions,
        signs=signs_of(library, symptoms, findings, chain, now, blind=blind),
    )
    return sight, Recollection(memory=memory, standing=findings)


def observe_all(
    chain: Chain, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime
) -> tuple[Observation, ...]:
    """The observations of every device with a session; one that was not asked is unknown throughout."""
    return tuple(
        observation
        for device in chain.devices_of(store)
        if device.has_session
        for observation in collect(device, chain, answers.get(device.id, {}), now)
    )


Beside = Callable[[StoreId, Mapping[DeviceId, Answers], datetime], tuple[Observation, ...]]


class Watch:
    """Watches every store of a chain. ``seconds``: ``hold_brief``, ``hold_steady``, ``hold_patient``, ``clear_after``.

    It remembers per store, so lanes share one. ``beside`` makes observations of answers this room cannot judge.
    """

    def __init__(
        self, library: Library, chain: Chain, seconds: Mapping[str, float], beside: Beside | None = None
    ) -> None:
        self.library = library
        self._beside = beside or (lambda *_: ())
        self._seconds = dict(seconds)
        self._chains = _by_store(chain)
        self._before = {store: Recollection() for store in chain.stores}

    def looks(self, store: StoreId) -> Mapping[DeviceId, tuple[Look, ...]]:
        """The looks of one poll, per device with a session."""
        chain = self._chains[store]
        return {d.id: looks_of(d, chain) for d in chain.devices.values() if d.has_session}

    def observe(
        self, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime, hinted: Hinted = NOTHING_TOLD
    ) -> StoreSight:
        """Take one round of answers (keyed by getter) into account. ``hinted``: when devices told of what."""
        seen = self.observations(store, answers, now)
        sight, self._before[store] = look(
            self.library, self._chains[store], store, seen, self._before[store], now, self._seconds, hinted
        )
        return sight

    def observations(
        self, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime
    ) -> tuple[Observation, ...]:
        """Everything one set of answers shows. Changes nothing that is remembered."""
        return observe_all(self._chains[store], store, answers, now) + self._beside(store, answers, now)

    def looks_to_confirm(self, finding: Finding) -> Mapping[DeviceId, tuple[Look, ...]]:
        """The looks ``confirm`` needs."""
        return looks_needed(self.library, finding, self._chains[finding.store])

    def confirm(self, finding: Finding, answers: Mapping[DeviceId, Answers], now: datetime) -> Confirmation:
        """Whether fresh answers show the same fault on the same root. Changes nothing that is remembered."""
        chain = self._chains[finding.store]
        return confirm(self.library, finding, self.observations(finding.store, answers, now), chain, now)

    def functions_touched(self, finding: Finding) -> tuple[FunctionName, ...]:
        """The functions a finding can hurt, most critical first."""
        vlans = frozenset(vlan for symptom in finding.evidence for vlan in named_vlans(symptom))
        root = Place(finding.device, finding.subject)
        return functions_touched(self._chains[finding.store], finding.store, root, vlans)

    def looks_to_prove(
        self, store: StoreId, function: FunctionName, root: Place | None = None
    ) -> tuple[tuple[DeviceId, Look], ...]:
        """The looks ``prove`` needs; give it the finding's root to prove what hangs on that."""
        chain = self._chains[store]
        return prove_looks(chain.functions[function], chain, chain.stores[store], root)

    def prove(
        self, store: StoreId, function: FunctionName, answers: Answered, now: datetime, root: Place | None = None
    ) -> tuple[ProofCheck, ...]:
        """Judge the answers to ``looks_to_prove``: every check must be ok."""
        chain = self._chains[store]
        return judge_proof(chain.functions[function], chain, chain.stores[store], answers, now, root)


def _by_store(chain: Chain) -> Mapping[StoreId, Chain]:
    """One small chain per store, so that a round costs the same however many stores there are."""
    devices: dict[StoreId, dict[DeviceId, Device]] = {store: {} for store in chain.stores}
    for device in chain.devices.values():
        devices.setdefault(device.store, {})[device.id] = device
    return {
        store: Chain(stores={store: shop}, devices=devices[store], functions=chain.functions)
        for store, shop in chain.stores.items()
    }
