"""How well one signature fits one root. Pure.

In: a signature, a possible root, the symptoms and the store's wiring. Out: a ``Match`` that says how sure, on what
evidence, and what stands against it. Called by ``correlate``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from anomaly.library import Clue, Library, Relation, RootKind, SignatureSpec
from anomaly.model import Symptom
from anomaly.topology import Place, Tree, wan_ports
from inventory.model import Device

Blind = frozenset[tuple[str, Place]]
Mode = Literal["new", "standing", "explaining"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A signature on a root. ``against`` is empty when it holds, else a sentence on what is missing or contradicts."""

    signature: SignatureSpec
    root: Place
    confidence: float
    evidence: tuple[Symptom, ...]
    against: str

    @property
    def identity(self) -> tuple[str, Place]:
        """What makes two matches the same fault."""
        return self.signature.name, self.root


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One store's symptoms by name and place, and the places an observation was looked for in vain."""

    tree: Tree
    symptoms: Mapping[str, Mapping[Place, Symptom]]
    blind: Blind = frozenset()

    def at(self, name: str, root: Place, relation: Relation) -> tuple[Symptom, ...]:
        """The symptoms of a name that stand in a relation to a root, pending and fading ones too."""
        found = self.symptoms.get(name)
        if not found:
            return ()
        within = area(self.tree, root, relation)
        return tuple(symptom for place, symptom in found.items() if within(place))


def scene_of(tree: Tree, symptoms: Iterable[Symptom], blind: Blind = frozenset()) -> Scene:
    """Index a store's symptoms that are not cleared."""
    by_name: dict[str, dict[Place, Symptom]] = defaultdict(dict)
    for symptom in symptoms:
        if symptom.state != "cleared":
            by_name[symptom.name][Place(symptom.device, symptom.subject)] = symptom
    return Scene(tree=tree, symptoms=by_name, blind=blind)


def roots(tree: Tree, kind: RootKind) -> Iterator[Place]:
    """Every place of a store where a fault of this kind can sit."""
    if kind in ("edge", "function", "wan_port"):
        yield from _on_edge(tree, kind)
        return
    for device in tree.devices.values():
        if _is_root(device, kind):
            yield Place(device.id, device.id)
        elif kind == "trunk_port" and device.has_session:
            uses = ("trunk", "access_point")
            yield from (Place(device.id, port.name) for port in device.ports.values() if port.use in uses)
        elif kind == "switch_port" and device.role == "switch" and device.has_session:
            yield from (Place(device.id, name) for name in device.ports)


def _is_root(device: Device, kind: RootKind) -> bool:
    """Whether a fault of this kind sits on a device as a whole, and on such a one."""
    if kind == "access_point":
        return device.role == "access_point"
    return device.has_session and (kind == "device" or (kind == "switch" and device.role == "switch"))


def _on_edge(tree: Tree, kind: RootKind) -> Iterator[Place]:
    if tree.edge is None:
        return
    if kind == "edge":
        yield Place(tree.edge.id, tree.edge.id)
    elif kind == "function":
        yield from (Place(tree.edge.id, name) for name in tree.functions)
    else:
        yield from (Place(tree.edge.id, port.name) for port in wan_ports(tree.edge) if port.use == "wan")


def area(tree: Tree, root: Place, relation: Relation) -> Callable[[Place], bool]:
    """Whether a place of the same store stands in a relation to a root, as a test."""
    if relation == "same_store":
        return lambda _: True
    if relation == "same_device":
        return lambda place: place.device == root.device
    if relation == "downstream":
        return tree.places_behind(root).__contains__
    return _place(_beside(tree, root, relation)).__contains__


def _beside(tree: Tree, root: Place, relation: Relation) -> Place | None:
    """The one place that stands in a relation to a root."""
    if relation == "self":
        return root
    if relation == "other_end":
        return tree.other_end(root)
    feeding = tree.upstream_port(root)
    return feeding if relation == "upstream_port" or feeding is None else Place(feeding.device, feeding.device)


def _place(place: Place | None) -> tuple[Place, ...]:
    return () if place is None else (place,)


def fit(library: Library, signature: SignatureSpec, root: Place, scene: Scene, *, mode: Mode = "new") -> Match:
    """Fit a signature to a root.

    A ``new`` fault needs current evidence: required symptoms that fire and do not fade, and not even a pending
    excluder. A ``standing`` one is given up only for what fires or has cleared, so that one odd look does not end an
    incident. ``explaining`` ignores excluders: what was there a moment ago still accounts for what it left behind.
    """
    evidence: list[Symptom] = []
    present = total = 0.0
    lacking: list[str] = []
    for clue in signature.symptoms:
        spots = scene.at(clue.symptom, root, clue.relation)
        found = tuple(s for s in spots if s.state == "firing" and (mode != "new" or not s.fading))
        evidence += found
        if found:
            present += clue.weight
        elif clue.required:
            lacking.append(clue.symptom)
        if found or clue.required or not _unseen(library, clue, root, scene):
            total += clue.weight
    vetoes = tuple(_vetoes(signature, root, scene, mode))
    confidence = present / total if total else 0.0
    return Match(
        signature=signature,
        root=root,
        confidence=round(confidence, 3),
        evidence=_once(evidence),
        against=_against(lacking, vetoes, confidence, signature.threshold),
    )


def _unseen(library: Library, clue: Clue, root: Place, scene: Scene) -> bool:
    """Whether a clue could not be looked for: there is no such place, or what it observes is unknown there."""
    if clue.relation == "downstream" and not scene.tree.places_behind(root):
        return True
    observation = library.symptoms[clue.symptom].observation
    within = area(scene.tree, root, clue.relation)
    return any(name == observation and within(spot) for name, spot in scene.blind)


def _vetoes(signature: SignatureSpec, root: Place, scene: Scene, mode: Mode) -> Iterator[str]:
    if mode == "explaining":
        return
    for excluder in signature.excluders:
        for symptom in scene.at(excluder.symptom, root, excluder.relation):
            if not symptom.fading and (symptom.state == "firing" or mode == "new"):
                yield symptom.name


def _against(lacking: list[str], vetoes: tuple[str, ...], confidence: float, threshold: float) -> str:
    said = []
    if lacking:
        said.append(f"{', '.join(lacking)} not seen")
    if vetoes:
        said.append(f"{', '.join(dict.fromkeys(vetoes))} speaks against it")
    if not said and confidence < threshold:
        said.append(f"too little evidence ({confidence:.2f} of {threshold:.2f})")
    return "; ".join(said)


def _once(symptoms: Iterable[Symptom]) -> tuple[Symptom, ...]:
    return tuple({(s.name, s.device, s.subject): s for s in symptoms}.values())
