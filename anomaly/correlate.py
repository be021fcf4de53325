"""Turns symptoms into findings: what is wrong, where, how sure, and who came second. Pure.

In: the library, symptoms (of any number of stores), the chain, the time. Out: findings, best first. Called by
``watch`` every round and by ``confirm`` right before a write. A dead function that no finding explains becomes the
finding ``unknown``: shown to people with the nearest known faults, never healed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from anomaly.learn.nearest import nearest
from anomaly.library import Library
from anomaly.match import NOTHING_SEEN, Match, Mode, Scene, Sights, area, fit, roots, scene_of
from anomaly.model import Finding, Observation, Symptom, Value
from anomaly.reasons import arithmetic, runner_up
from anomaly.topology import Endpoint, Place, is_behind, tree_of
from inventory.model import Chain, FunctionName, StoreId

UNKNOWN = "unknown"
DEAD = "function_down"


def correlate(
    library: Library,
    symptoms: Iterable[Symptom],
    chain: Chain,
    now: datetime,
    *,
    sights: Sights = NOTHING_SEEN,
    standing: Sequence[Finding] = (),
    compared: bool = True,
) -> tuple[Finding, ...]:
    """Recognise every known fault the symptoms show, and what is left unexplained.

    ``sights``: what is known of each observation; optional symptoms of what is not known do not lower the
    confidence. ``standing``: the findings of the round before; they end by contrary evidence only.
    ``compared``: whether new findings say who came second; every signature is tried for that.
    """
    by_store: dict[StoreId, list[Symptom]] = defaultdict(list)
    for symptom in symptoms:
        by_store[symptom.store].append(symptom)
    found: list[Finding] = []
    stood = {(f.signature, Place(f.device, f.subject)): f for f in standing}
    for store, those in by_store.items():
        scene = scene_of(tree_of(chain, store), those, sights)
        matches = tuple(_try_all(library, scene, lambda one: "standing" if one in stood else "new"))
        holding = _uninhibited([m for m in matches if m.holds], scene)
        for match in holding:
            before, second = stood.get((match.signature.name, match.root)), ""
            if compared:
                second = before.runner_up if before else runner_up(library, match, holding, matches, scene)
            found.append(_finding(store, match, second, now))
        found += _unexplained(library, chain, scene, those, now)
    return tuple(sorted(found, key=lambda f: (-f.confidence, f.signature, f.store, f.device, f.subject)))


def sights_of(observations: Iterable[Observation]) -> Sights:
    """What one set of observations tells."""
    sights: dict[str, dict[Place, Value]] = defaultdict(dict)
    for o in observations:
        sights[o.name][Place(o.device, o.subject)] = o.value
    return sights


def _try_all(library: Library, scene: Scene, mode: Callable[[tuple[str, Place]], Mode]) -> Iterator[Match]:
    """Every signature on every root where one of its required symptoms may be, as far as the store shows them all."""
    for signature in library.signatures.values():
        if not all(clue.symptom in scene.symptoms for clue in signature.symptoms if clue.required):
            continue
        for root in roots(scene.tree, signature.root):
            one = fit(library, signature, root, scene, mode=mode((signature.name, root)))
            if one.evidence:
                yield one


def _uninhibited(holding: Sequence[Match], scene: Scene) -> tuple[Match, ...]:
    """Leave out what another match explains away; of two that explain each other away the surer one stays."""
    return tuple(
        one
        for one in holding
        if not any(
            _inhibits(other, one, scene) and not (_inhibits(one, other, scene) and one.confidence > other.confidence)
            for other in holding
        )
    )


def _inhibits(by: Match, other: Match, scene: Scene) -> bool:
    for rule in by.signature.inhibits:
        if rule.signature != other.signature.name:
            continue
        seen = rule.when is None or any(s.state == "firing" for s in scene.at(rule.when, by.root, "self"))
        if seen and area(scene.tree, by.root, rule.where)(other.root):
            return True
    return False


def _finding(store: StoreId, best: Match, second: str, now: datetime) -> Finding:
    signature = best.signature
    return Finding(
        signature=signature.name,
        fault_class=signature.fault_class,
        title=signature.title,
        store=store,
        device=best.root.device,
        subject=best.root.subject,
        confidence=best.confidence,
        evidence=best.evidence,
        at=now,
        runner_up=second,
        arithmetic=arithmetic(best),
    )


def _unexplained(
    library: Library, chain: Chain, scene: Scene, symptoms: Sequence[Symptom], now: datetime
) -> Iterator[Finding]:
    """One finding for the store's functions that are dead without a known cause, named after the first to die.

    A cause that has just cleared still explains: a function may take longer to recover than its cause. So does one that
    is about to be known: a function may die sooner than its cause has held.
    """
    dead = [s for s in symptoms if s.name == DEAD and s.state == "firing"]
    if not dead:
        return
    revived = [replace(s, state="firing", fading=False) if s.state != "firing" else s for s in symptoms]
    recent = scene_of(scene.tree, revived, scene.sights)
    causes = [one for one in _try_all(library, recent, lambda _: "explaining") if one.holds]
    left = [s for s in dead if not _explained(s, causes, chain, scene)]
    if not left:
        return
    first = min(left, key=lambda s: (s.since, chain.functions[FunctionName(s.subject)].criticality))
    abnormal = [s for s in symptoms if s.state == "firing" and not library.symptoms[s.name].normal and s not in left]
    known = [
        (name, frozenset(c.symptom for c in spec.symptoms if not library.symptoms[c.symptom].normal))
        for name, spec in library.signatures.items()
    ]
    yield Finding(
        signature=UNKNOWN,
        fault_class="E",
        title="A store function is dead and no known fault explains it",
        store=first.store,
        device=first.device,
        subject=first.subject,
        confidence=0.0,
        evidence=(first, *(s for s in left if s is not first), *abnormal),
        at=now,
        nearest=nearest((s.name for s in abnormal), known),
    )


def _explained(dead: Symptom, causes: Sequence[Match], chain: Chain, scene: Scene) -> bool:
    """Whether the faults together account for a dead function: its way out, or everything it is served by."""
    if any(cause.signature.root in ("edge", "device", "wan_port") for cause in causes):
        return True
    if any(_serves(cause, dead, scene) for cause in causes):
        return True
    function = chain.functions[FunctionName(dead.subject)]
    vlan = function.requirement.vlan
    served = [e for e in scene.tree.endpoints() if e.use == function.served_by and vlan in e.port.vlans]
    return bool(served) and all(any(_cuts_off(cause, one, vlan) for cause in causes) for one in served)


def _serves(cause: Match, dead: Symptom, scene: Scene) -> bool:
    """Whether a fault is about the very function, or about a device that serves the store as a whole."""
    if cause.signature.root not in ("function", "service"):
        return False
    return cause.root.subject == dead.subject or (
        cause.root.subject == cause.root.device and bool(scene.tree.devices[cause.root.device].serves)
    )


def _cuts_off(cause: Match, endpoint: Endpoint, vlan: int) -> bool:
    """Whether a fault sits on the endpoint or on its way, and is about its VLAN if it is about one."""
    root = cause.root
    if root.subject == root.device:
        return is_behind(endpoint, root)
    fits = cause.signature.root != "trunk_port" or any(vlan in named_vlans(s) for s in cause.evidence)
    return fits and root in endpoint.path


def named_vlans(symptom: Symptom) -> frozenset[int]:
    """The VLANs a symptom names as its value (``"20,30"``)."""
    text = symptom.value if isinstance(symptom.value, str) else ""
    return frozenset(int(part) for part in text.split(",") if part.isdecimal())
