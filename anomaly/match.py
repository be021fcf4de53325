"""How well one signature fits one root. Pure.

In: a signature, a possible root, the symptoms and the store's wiring. Out: a ``Match`` that says how sure, on what
evidence, and what stands against it. Called by ``correlate``.

The arithmetic is additive log-odds: what is thought before looking, plus what every symptom that is seen says for it,
minus what every one that was looked for in vain says against it; what could not be looked for says nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from anomaly.library import Clue, Library, Relation, RootKind, SignatureSpec, log_odds, probability
from anomaly.model import Symptom, Value
from anomaly.topology import Place, Tree, wan_ports
from inventory.model import Device

Sights = Mapping[str, Mapping[Place, Value]]
"""The newest value of each observation by name and place; None: looked for in vain."""
NOTHING_SEEN: Sights = MappingProxyType({})
Mode = Literal["new", "standing", "explaining"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One clue of a signature on a root, and what it added to the log-odds. ``known`` False: nobody could look."""

    clue: Clue
    found: tuple[Symptom, ...]
    known: bool

    @property
    def log_odds(self) -> float:
        """Positive when seen, negative when looked for in vain, else nothing."""
        if self.found:
            return self.clue.weight
        return -self.clue.cost if self.known else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A signature on a root, clue by clue. It holds when nothing lacks, nothing vetoes and it is sure enough."""

    signature: SignatureSpec
    root: Place
    confidence: float
    weighed: tuple[Weighed, ...]
    vetoes: tuple[Symptom, ...] = ()

    @property
    def evidence(self) -> tuple[Symptom, ...]:
        """Every symptom that speaks for it, once."""
        return tuple({(s.name, s.device, s.subject): s for one in self.weighed for s in one.found}.values())

    @property
    def lacking(self) -> tuple[Weighed, ...]:
        """The required clues that are not seen."""
        return tuple(one for one in self.weighed if one.clue.required and not one.found)

    @property
    def holds(self) -> bool:
        """Whether this is a recognised fault."""
        return not self.lacking and not self.vetoes and self.confidence >= self.signature.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One store's symptoms by name and place, and what was seen in this round."""

    tree: Tree
    symptoms: Mapping[str, Mapping[Place, Symptom]]
    sights: Sights = field(default_factory=dict)

    def at(self, name: str, root: Place, relation: Relation) -> tuple[Symptom, ...]:
        """The symptoms of a name that stand in a relation to a root, pending and fading ones too."""
        found = self.symptoms.get(name)
        if not found:
            return ()
        within = area(self.tree, root, relation)
        return tuple(symptom for place, symptom in found.items() if within(place))


def scene_of(tree: Tree, symptoms: Iterable[Symptom], sights: Sights = NOTHING_SEEN) -> Scene:
    """Index a store's symptoms that are not cleared."""
    by_name: dict[str, dict[Place, Symptom]] = defaultdict(dict)
    for symptom in symptoms:
        if symptom.state != "cleared":
            by_name[symptom.name][Place(symptom.device, symptom.subject)] = symptom
    return Scene(tree=tree, symptoms=by_name, sights=sights)


def roots(tree: Tree, kind: RootKind) -> Iterator[Place]:
    """Every place of a store where a fault of this kind can sit."""
    if kind in ("edge", "function", "service", "wan_port", "backup_port"):
        yield from _on_edge(tree, kind)
        if kind == "service":
            yield from (Place(d.id, d.id) for d in tree.devices.values() if d.serves and d is not tree.edge)
        return
    for device in tree.devices.values():
        if _is_root(device, kind):
            yield Place(device.id, device.id)
        elif kind == "trunk_port" and device.has_session:
            uses = ("trunk", "access_point")
            yield from (Place(device.id, port.name) for port in device.ports.values() if port.use in uses)
        elif device.has_session and (kind == "port" or (kind == "switch_port" and device.role == "switch")):
            yield from (Place(device.id, name) for name in device.ports)


def _is_root(device: Device, kind: RootKind) -> bool:
    """Whether a fault of this kind sits on a device as a whole, and on such a one."""
    if kind == "access_point":
        return device.role == "access_point"
    return device.has_session and (kind == "device" or (kind == "switch" and device.role == "switch"))


def _on_edge(tree: Tree, kind: RootKind) -> Iterator[Place]:
    if tree.edge is None:
        return
    if kind in ("edge", "service"):
        yield Place(tree.edge.id, tree.edge.id)
    if kind in ("function", "service"):
        yield from (Place(tree.edge.id, name) for name in tree.functions)
    elif kind != "edge":
        use = "wan" if kind == "wan_port" else "backup_wan"
        yield from (Place(tree.edge.id, port.name) for port in wan_ports(tree.edge) if port.use == use)


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
    weighed = tuple(_weigh(library, clue, root, scene, mode) for clue in signature.symptoms)
    return Match(
        signature=signature,
        root=root,
        confidence=round(probability(log_odds(signature.prior) + sum(one.log_odds for one in weighed)), 3),
        weighed=weighed,
        vetoes=tuple(_vetoes(signature, root, scene, mode)),
    )


def _weigh(library: Library, clue: Clue, root: Place, scene: Scene, mode: Mode) -> Weighed:
    spots = scene.at(clue.symptom, root, clue.relation)
    found = tuple(s for s in spots if s.state == "firing" and (mode != "new" or not s.fading))
    return Weighed(clue=clue, found=found, known=bool(found) or not _unseen(library, clue, root, scene))


def _unseen(library: Library, clue: Clue, root: Place, scene: Scene) -> bool:
    """Whether a clue could not be looked for: there is no such place, or what it observes is unknown there."""
    observation = library.symptoms[clue.symptom].observation
    within = area(scene.tree, root, clue.relation)
    values = [value for spot, value in scene.sights.get(observation, {}).items() if within(spot)]
    return not values or None in values


def _vetoes(signature: SignatureSpec, root: Place, scene: Scene, mode: Mode) -> Iterator[Symptom]:
    if mode == "explaining":
        return
    for excluder in signature.excluders:
        for symptom in scene.at(excluder.symptom, root, excluder.relation):
            if not symptom.fading and (symptom.state == "firing" or mode == "new"):
                yield symptom
