"""A second look right before a write: does the same fault show on the same root, now?

In: a finding and one fresh set of observations; no hold time, no memory. Out: a ``Confirmation`` with the fresh
evidence. Called by ``watch`` for ``controller.heal``. What cannot be seen confirms nothing (flow laws 6 and 10).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from anomaly.collecting import FUNCTION_OBSERVES, looks_of
from anomaly.correlate import UNKNOWN, correlate, sights_of
from anomaly.detect import unheld
from anomaly.growing import is_rate
from anomaly.library import Library
from anomaly.match import fit, scene_of
from anomaly.model import Finding, Observation, Symptom
from anomaly.reasons import against
from anomaly.service_path import function_observations, judge
from anomaly.topology import Place, tree_of
from inventory.looks import Look
from inventory.model import Chain, Device, DeviceId

AT_REST = "store_at_rest"
WHO_IS_THERE = frozenset({"till_seen", "ap_seen", "ap_answers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Whether the fault still shows; ``why`` says what is missing when it does not.

    ``blind``: how fast a counter grows is not known yet, so that a fault not shown need not be gone.
    """

    ok: bool
    evidence: tuple[Symptom, ...]
    why: str = ""
    blind: bool = False


def confirm(
    library: Library, finding: Finding, observations: Iterable[Observation], chain: Chain, now: datetime
) -> Confirmation:
    """Recognise afresh, from these observations alone, and compare signature and root."""
    fresh = [o for o in observations if o.store == finding.store]
    if _asks(library, finding, FUNCTION_OBSERVES):
        fresh += function_observations(judge(chain, finding.store, fresh, now), fresh, chain, finding.store, now)
    symptoms = tuple(unheld(library, fresh))
    for again in correlate(library, symptoms, chain, now, sights=sights_of(fresh), compared=False):
        if (again.signature, again.device, again.subject) == (finding.signature, finding.device, finding.subject):
            return Confirmation(ok=True, evidence=again.evidence)
    why, blind = _why(library, finding, symptoms, fresh, chain), _blind(library, finding, fresh)
    return Confirmation(ok=False, evidence=(), why=why, blind=blind)


def looks_needed(library: Library, finding: Finding, chain: Chain) -> Mapping[DeviceId, tuple[Look, ...]]:
    """The looks that show every symptom the finding's signature asks for or is excluded by, per device.

    Asked are the root itself, the edge (it probes) and the neighbour whose port feeds the root.
    """
    tree = tree_of(chain, finding.store)
    root = Place(finding.device, finding.subject)
    signature = library.signatures.get(finding.signature)
    if signature is None or _asks(library, finding, FUNCTION_OBSERVES - {AT_REST}):
        return {d.id: looks_of(d, chain) for d in tree.devices.values() if d.has_session}
    names = {library.symptoms[m.symptom].observation for m in signature.mentions} | {"device_reachable"}
    ends = (tree.upstream_port(root), tree.other_end(root))
    asked = {
        root.device,
        *(end.device for end in ends if end is not None),
        *(d.id for d in (tree.edge, tree.prober) if d),
    }
    if AT_REST in names:
        names |= WHO_IS_THERE
        asked |= {d.id for d in tree.devices.values() if d.role == "switch"}
    required = {library.symptoms[clue.symptom].observation for clue in signature.symptoms if clue.required}
    looks = {device: _looks(tree.devices[device], chain, names, required) for device in sorted(asked)}
    return {device: those for device, those in looks.items() if those}


def _looks(device: Device, chain: Chain, names: Collection[str], required: Collection[str]) -> tuple[Look, ...]:
    """The looks that tell of these observations; any one look tells whether a device answers.

    What a device without a session tells of itself is needed only where the signature requires it.
    """
    if not device.has_session:
        return looks_of(device, chain, required)
    return looks_of(device, chain, names) or looks_of(device, chain)[:1]


def _asks(library: Library, finding: Finding, observations: Collection[str]) -> bool:
    """Whether the fault is also known by one of these; what is unknown is known by how all functions stand."""
    signature = library.signatures.get(finding.signature)
    if signature is None:
        return finding.signature == UNKNOWN
    return any(library.symptoms[m.symptom].observation in observations for m in signature.mentions)


def _blind(library: Library, finding: Finding, observations: Sequence[Observation]) -> bool:
    """Whether a rate that the signature requires is not known at the root, or nowhere near it: a second look tells."""
    signature = library.signatures.get(finding.signature)
    for clue in () if signature is None else signature.symptoms:
        name = library.symptoms[clue.symptom].observation
        if not clue.required or not is_rate(name):
            continue
        near = [o for o in observations if o.name == name and o.device == finding.device]
        told = [o.value for o in near if clue.relation != "self" or o.subject == finding.subject]
        if told and all(value is None for value in told):
            return True
    return False


def _why(
    library: Library,
    finding: Finding,
    symptoms: Iterable[Symptom],
    observations: Iterable[Observation],
    chain: Chain,
) -> str:
    signature = library.signatures.get(finding.signature)
    if signature is None:
        return "every function that was dead is seen working, or cannot be seen"
    own = (s for s in symptoms if s.store == finding.store)
    scene = scene_of(tree_of(chain, finding.store), own, sights_of(observations))
    fresh = fit(library, signature, Place(finding.device, finding.subject), scene)
    return against(library, fresh, scene) or "another fault explains it"
