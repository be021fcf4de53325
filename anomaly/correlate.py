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
from anomaly.match import Blind, Match, Mode, Scene, area, fit, roots, scene_of
from anomaly.model import Finding, Observation, Symptom
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
    blind: Blind = frozenset(),
    standing: Sequence[Finding] = (),
) -> tuple[Finding, ...]:
    """Recognise every known fault the symptoms show, and what is left unexplained.

    ``blind``: (observation, place) pairs that could not be seen; optional symptoms on them do not lower the
    confidence. ``standing``: the findings of the round before; they end by contrary evidence only.
    """
    by_store: dict[StoreId, list[Symptom]] = defaultdict(list)
    for symptom in symptoms:
        by_store[symptom.store].append(symptom)
    found: list[Finding] = []
    for store, those in by_store.items():
        scene = scene_of(tree_of(chain, store), those, blind)
        matches = _match_all(library, scene, frozenset((f.signature, Place(f.device, f.subject)) for f in standing))
        holding = _uninhibited([m for m in matches if not m.against], scene)
        others = [m for m in matches if m not in holding and not _ordinary(library, m)]
        found += (_finding(store, m, others, scene, now) for m in holding)
        found += _unexplained(library, chain, scene, those, now)
    return tuple(sorted(found, key=lambda f: (-f.confidence, f.signature, f.store, f.device, f.subject)))


def blind_spots(observations: Iterable[Observation]) -> Blind:
    """What was looked for and could not be seen."""
    return frozenset((o.name, Place(o.device, o.subject)) for o in observations if o.value is None)


def _match_all(library: Library, scene: Scene, standing: frozenset[tuple[str, Place]]) -> tuple[Match, ...]:
    """Every signature on every possible root that shows at least one of its symptoms."""
    return tuple(_try_all(library, scene, lambda one: "standing" if one in standing else "new"))


def _try_all(library: Library, scene: Scene, mode: Callable[[tuple[str, Place]], Mode]) -> Iterator[Match]:
    for signature in library.signatures.values():
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


def _ordinary(library: Library, one: Match) -> bool:
    """Whether a match rests on nothing but what holds in health too."""
    return all(library.symptoms[s.name].normal for s in one.evidence)


def _finding(store: StoreId, best: Match, others: Sequence[Match], scene: Scene, now: datetime) -> Finding:
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
        runner_up=_runner_up(best, others, scene),
    )


def _runner_up(best: Match, others: Sequence[Match], scene: Scene) -> str:
    """The next best other signature around the same root, and why it is not the one."""
    above = scene.tree.upstream_port(best.root)
    near = {best.root.device, *(() if above is None else (above.device,))}
    close = [m for m in others if m.signature.name != best.signature.name and m.root.device in near]
    if not close:
        return ""
    second = max(close, key=lambda m: (m.confidence, m.root == best.root))
    why = second.against or f"explained by {best.signature.name}"
    return f"{second.signature.name} {second.confidence:.2f}: {why}"


def _unexplained(
    library: Library, chain: Chain, scene: Scene, symptoms: Sequence[Symptom], now: datetime
) -> Iterator[Finding]:
    """One finding for the store's functions that are dead without a known cause, named after the first to die.

    A cause that has just cleared still explains: a function may take longer to recover than its cause.
    """
    dead = [s for s in symptoms if s.name == DEAD and s.state == "firing"]
    if not dead:
        return
    revived = [replace(s, state="firing", fading=False) if s.state == "cleared" else s for s in symptoms]
    recent = scene_of(scene.tree, revived, scene.blind)
    causes = [one for one in _try_all(library, recent, lambda _: "explaining") if not one.against]
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
    if any(cause.signature.root == "function" and cause.root.subject == dead.subject for cause in causes):
        return True
    function = chain.functions[FunctionName(dead.subject)]
    vlan = function.requirement.vlan
    served = [e for e in scene.tree.endpoints() if e.use == function.served_by and vlan in e.port.vlans]
    return bool(served) and all(any(_cuts_off(cause, one, vlan) for cause in causes) for one in served)


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
