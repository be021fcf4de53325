"""The anomaly room's front: answers of a store's devices in, what is going on there out.

Called by the store lanes and by ``controller.heal``. Each lane owns its store: calls for one store must not overlap,
calls for different stores may. Everything underneath is pure; only the memory between rounds lives here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from anomaly.answers import Answers
from anomaly.collecting import collect, looks_of
from anomaly.common_cause import Sign
from anomaly.confirm import Confirmation, confirm, looks_needed
from anomaly.correlate import correlate, named_vlans, sights_of
from anomaly.detect import Memory, detect
from anomaly.growing import Samples, rates, remember
from anomaly.lapses import keep_told, lapses
from anomaly.learn.seen_before import SeenBefore, suggest
from anomaly.leasing import lease_observations
from anomaly.library import Library
from anomaly.match import Sights, scene_of
from anomaly.model import NOTHING_TOLD, Finding, Hinted, Observation, Symptom
from anomaly.proof import Answered, ProofCheck, judge_proof, prove_looks
from anomaly.service_path import FunctionSight, function_observations, judge
from anomaly.signs import signs_of
from anomaly.storms import storms
from anomaly.topology import Place, functions_touched, tree_of
from anomaly.trends import trends
from inventory.looks import Look
from inventory.model import Chain, Device, DeviceId, FunctionName, StoreId

NOTHING_LEARNED = SeenBefore()


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
    """What is remembered of one store between rounds. ``suspicious``: something there deserves every look there is."""

    memory: Memory = field(default_factory=Memory)
    standing: tuple[Finding, ...] = ()
    sights: Sights = field(default_factory=dict)
    suspicious: bool = False
    samples: Samples = field(default_factory=dict)
    told: Hinted = field(default_factory=dict)


def look(
    library: Library,
    chain: Chain,
    store: StoreId,
    observations: tuple[Observation, ...],
    before: Recollection,
    now: datetime,
    seconds: Mapping[str, float],
    hinted: Hinted = NOTHING_TOLD,
    *,
    learned: SeenBefore = NOTHING_LEARNED,
) -> tuple[StoreSight, Recollection]:
    """One round, pure: judge the functions, detect, correlate, say what was seen before."""
    samples = remember(observations, before.samples)
    observations += _grown(chain, store, observations, before.samples)
    told = keep_told(before.told, hinted, now)
    observations += tuple(lapses(store, before.memory, observations, told, now))
    functions = judge(chain, store, observations, now)
    observations += function_observations(functions, observations, chain, store, now)
    symptoms, memory = detect(library, observations, before.memory, now, seconds, hinted)
    sights = _newest(before.sights, sights_of(observations))
    findings = correlate(library, symptoms, chain, now, sights=sights, standing=before.standing)
    if findings and learned.learned:
        findings = suggest(learned, library, findings, scene_of(tree_of(chain, store), symptoms, sights), chain)
    sight = StoreSight(
        store=store,
        at=now,
        observations=observations,
        symptoms=symptoms,
        findings=findings,
        functions=functions,
        signs=signs_of(library, symptoms, findings, chain, now, sights=sights),
    )
    patience = timedelta(seconds=seconds["hold_patient"])
    after = Recollection(
        memory=memory,
        standing=findings,
        sights=sights,
        suspicious=any(_changing(library, symptom, now, patience) for symptom in symptoms),
        samples=samples,
        told=told,
    )
    return sight, after


def _grown(chain: Chain, store: StoreId, seen: tuple[Observation, ...], samples: Samples) -> tuple[Observation, ...]:
    """What this round's counters tell together with those of earlier rounds."""
    rated = rates(seen, samples)
    return (*rated, *storms(seen, rated), *trends(chain, store, seen, samples))


def _newest(before: Sights, told: Sights) -> Sights:
    """What slow looks told stands until they are taken again."""
    return {name: told.get(name) or before[name] for name in {*before, *told}}


def _changing(library: Library, symptom: Symptom, now: datetime, patience: timedelta) -> bool:
    """Whether a symptom out of the ordinary is coming, going or still young."""
    if symptom.state == "cleared" or library.symptoms[symptom.name].normal:
        return False
    return symptom.state == "pending" or symptom.fading or now - symptom.since < patience


def observe_all(
    chain: Chain, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime
) -> tuple[Observation, ...]:
    """The observations of every device with a session; one that was not asked is unknown throughout."""
    each = tuple(
        observation
        for device in chain.devices_of(store)
        if device.is_asked
        for observation in collect(device, chain, answers.get(device.id, {}), now)
    )
    return (*each, *lease_observations(chain, store, answers, now))


Heard = Callable[[StoreId, tuple[Observation, ...], datetime, Hinted], None]
Beside = Callable[[StoreId, Mapping[DeviceId, Answers], datetime], tuple[Observation, ...]]


class Watch:
    """Watches every store of a chain. ``seconds``: ``hold_brief``, ``hold_steady``, ``hold_patient``, ``clear_after``.

    It remembers per store, so lanes share one. ``beside`` makes observations of answers this room cannot judge.
    ``heard`` is told of every round, just as ``look`` is given it.
    """

    def __init__(
        self,
        library: Library,
        chain: Chain,
        seconds: Mapping[str, float],
        beside: Beside | None = None,
        heard: Heard | None = None,
    ) -> None:
        self.library = self._written = library
        self._learned = NOTHING_LEARNED
        self._beside = beside or (lambda *_: ())
        self._heard = heard or (lambda *_: None)
        self._seconds = dict(seconds)
        self._chains = by_store(chain)
        self._before = {store: Recollection() for store in chain.stores}

    def learn(self, learned: SeenBefore) -> None:
        """From the next round on, say what was seen before, and trust written signatures as people do."""
        self.library = learned.over(self._written)
        self._learned = learned

    def looks(self, store: StoreId, *, slow: bool = True) -> Mapping[DeviceId, tuple[Look, ...]]:
        """All looks of one poll, ``slow`` ones too unless it says no, per device that can be looked at."""
        chain = self._chains[store]
        return {d.id: looks_of(d, chain, slow=slow) for d in chain.devices.values() if d.is_asked}

    def suspicious(self, store: StoreId) -> bool:
        """Whether the store showed something in the last round that deserves the slow looks at once."""
        return self._before[store].suspicious

    def observe(
        self, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime, hinted: Hinted = NOTHING_TOLD
    ) -> StoreSight:
        """Take one round of answers (keyed by getter) into account. ``hinted``: when devices told of what."""
        seen = self._observed(store, answers, now)
        self._heard(store, seen, now, hinted)
        before, learned = self._before[store], self._learned
        sight, self._before[store] = look(
            self.library, self._chains[store], store, seen, before, now, self._seconds, hinted, learned=learned
        )
        return sight

    def observations(
        self, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime
    ) -> tuple[Observation, ...]:
        """Everything one set of answers shows. Changes nothing that is remembered."""
        seen = self._observed(store, answers, now)
        before = self._before[store]
        grown = _grown(self._chains[store], store, seen, before.samples)
        return (*seen, *grown, *lapses(store, before.memory, seen, before.told, now))

    def _observed(self, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime) -> tuple[Observation, ...]:
        """As ``observations``, without how fast counters grow."""
        return observe_all(self._chains[store], store, answers, now) + self._beside(store, answers, now)

    def looks_to_confirm(self, finding: Finding) -> Mapping[DeviceId, tuple[Look, ...]]:
        """The looks ``confirm`` needs."""
        return looks_needed(self.library, finding, self._chains[finding.store])

    def confirm(self, finding: Finding, answers: Mapping[DeviceId, Answers], now: datetime) -> Confirmation:
        """Whether fresh answers show the same fault on the same root. Changes nothing that is remembered."""
        chain = self._chains[finding.store]
        return confirm(self.library, finding, self.observations(finding.store, answers, now), chain, now)

    def functions_touched(self, finding: Finding) -> tuple[FunctionName, ...]:
        """The functions a finding can hurt, most critical first; what only the edge itself asks for hurts none."""
        signature, chain = self.library.signatures.get(finding.signature), self._chains[finding.store]
        alone = finding.subject == finding.device and not chain.devices[finding.device].serves
        if alone and signature is not None and signature.root == "service":
            return ()
        vlans = frozenset(vlan for symptom in finding.evidence for vlan in named_vlans(symptom))
        root = Place(finding.device, finding.subject)
        return functions_touched(chain, finding.store, root, vlans)

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


def by_store(chain: Chain) -> Mapping[StoreId, Chain]:
    """One small chain per store, so that a round costs the same however many stores there are."""
    devices: dict[StoreId, dict[DeviceId, Device]] = {store: {} for store in chain.stores}
    for device in chain.devices.values():
        devices.setdefault(device.store, {})[device.id] = device
    return {
        store: Chain(stores={store: shop}, devices=devices[store], functions=chain.functions)
        for store, shop in chain.stores.items()
    }
