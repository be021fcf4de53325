"""A second look right before a write: does the same fault show on the same root, now?

In: a finding and one fresh set of observations; no hold time, no memory. Out: a ``Confirmation`` with the fresh
evidence. Called by ``watch`` for ``controller.heal``. What cannot be seen confirms nothing (flow laws 6 and 10).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from anomaly.collecting import FUNCTION_OBSERVES, looks_of
from anomaly.correlate import UNKNOWN, blind_spots, correlate
from anomaly.detect import unheld
from anomaly.library import Library
from anomaly.match import fit, scene_of
from anomaly.model import Finding, Observation, Symptom
from anomaly.service_path import function_observations, judge
from anomaly.topology import Place, tree_of
from inventory.looks import Look
from inventory.model import Chain, Device, DeviceId

AT_REST = "store_at_rest"
WHO_IS_THERE = frozenset({"till_seen", "ap_seen"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Whether the fault still shows; ``why`` says what is missing when it does not."""

    ok: bool
    evidence: tuple[Symptom, ...]
    why: str = ""


def confirm(
    library: Library, finding: Finding, observations: Iterable[Observation], chain: Chain, now: datetime
) -> Confirmation:
    """Recognise afresh, from these observations alone, and compare signature and root."""
    fresh = [o for o in observations if o.store == finding.store]
    if _asks(library, finding, FUNCTION_OBSERVES):
        fresh += function_observations(judge(chain, finding.store, fresh, now), fresh, chain, finding.store, now)
    symptoms = tuple(unheld(library, fresh))
    for again in correlate(library, symptoms, chain, now, blind=blind_spots(fresh)):
        if (again.signature, again.device, again.subject) == (finding.signature, finding.device, finding.subject):
            return Confirmation(ok=True, evidence=again.evidence)
    return Confirmation(ok=False, evidence=(), why=_why(library, finding, symptoms, chain))


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
    looks = {device: _looks(tree.devices[device], chain, names) for device in sorted(asked)}
    return {device: those for device, those in looks.items() if those}


def _looks(device: Device, chain: Chain, names: Collection[str]) -> tuple[Look, ...]:
    """The looks that tell of these observations; any one look tells whether a device answers."""
    return looks_of(device, chain, names) or looks_of(device, chain)[:1]


def _asks(library: Library, finding: Finding, observations: Collection[str]) -> bool:
    """Whether the fault is also known by one of these; what is unknown is known by how all functions stand."""
    signature = library.signatures.get(finding.signature)
    if signature is None:
        return finding.signature == UNKNOWN
    return any(library.symptoms[m.symptom].observation in observations for m in signature.mentions)


def _why(library: Library, finding: Finding, symptoms: Iterable[Symptom], chain: Chain) -> str:
    signature = library.signatures.get(finding.signature)
    if signature is None:
        return "every function that was dead is seen working, or cannot be seen"
    scene = scene_of(tree_of(chain, finding.store), (s for s in symptoms if s.store == finding.store))
    fresh = fit(library, signature, Place(finding.device, finding.subject), scene)
    return fresh.against or "another fault explains it"
