"""What a store shows so far: its findings, and those it will have if what is pending goes on. Pure.

In: one round's symptoms and findings. Out: ``Sign``s. Called by ``watch`` every round. Why: a fault that hits many
stores has to be counted before the first of them is repaired, and hold times end store by store.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from anomaly.common_cause import Sign, Spot
from anomaly.correlate import correlate
from anomaly.library import Library
from anomaly.match import NOTHING_SEEN, Sights
from anomaly.model import Finding, Symptom
from inventory.model import Chain


def signs_of(
    library: Library,
    symptoms: Iterable[Symptom],
    findings: Sequence[Finding],
    chain: Chain,
    now: datetime,
    *,
    sights: Sights = NOTHING_SEEN,
) -> tuple[Sign, ...]:
    """The findings as firing signs, and what the pending symptoms are about to become as pending ones."""
    seen = tuple(symptoms)
    found = {_spot(f): _sign(library, f, firing=True) for f in findings}
    if any(s.state == "pending" and not library.symptoms[s.name].normal for s in seen):
        ripe = tuple(replace(s, state="firing") if s.state == "pending" else s for s in seen)
        for finding in correlate(library, ripe, chain, now, sights=sights, standing=findings, compared=False):
            found.setdefault(_spot(finding), _sign(library, finding, firing=False))
    return tuple(found[spot] for spot in sorted(found))


def _spot(finding: Finding) -> Spot:
    return Spot(finding.store, finding.signature, finding.device, finding.subject)


def _sign(library: Library, finding: Finding, *, firing: bool) -> Sign:
    """A sign is as old as the oldest thing out of the ordinary it rests on."""
    odd = tuple(s for s in finding.evidence if not library.symptoms[s.name].normal)
    since = min((s.since for s in odd or finding.evidence), default=finding.at)
    return Sign(spot=_spot(finding), since=since, firing=firing, evidence=odd or finding.evidence)
