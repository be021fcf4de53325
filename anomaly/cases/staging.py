"""Puts a case on stage: its symptoms at their places of the small store, and everything else looked for in vain.

In: a library, a signature, a case. Out: a ``Staged`` scene and the root. Called by ``judging``. Why every natural place
is filled: a clue that nobody could look for costs nothing, so a case must say what was looked for.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from anomaly.answers import Answers
from anomaly.cases.shape import Case, Spot
from anomaly.cases.shop import NOON, STORE, shop
from anomaly.collecting import looks_of
from anomaly.library import Library, SignatureSpec, SymptomSpec
from anomaly.match import Scene, Sights, area, roots, scene_of
from anomaly.model import Symptom, Value
from anomaly.service_path import function_observations, judge
from anomaly.topology import Place, Tree, tree_of
from anomaly.watch import observe_all
from inventory.errors import UnreachableError
from inventory.model import Chain, DeviceId

SINCE = timedelta(minutes=10)
Natural = Mapping[str, frozenset[Place]]


class CaseError(Exception):
    """A case cannot be put on stage; the message says which word is wrong, and what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A case on stage."""

    case: Case
    signature: SignatureSpec
    root: Place
    chain: Chain
    tree: Tree
    symptoms: tuple[Symptom, ...]
    sights: Sights
    scene: Scene
    now: datetime = NOON


class Stage:
    """The small store, and where in it each observation is made."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.chain = shop()
        self.tree = tree_of(self.chain, STORE)
        self._natural = _natural_places(self.chain)
        self._staged: dict[tuple[str, Case], Staged] = {}

    def put(self, signature: SignatureSpec, case: Case) -> Staged:
        """Put a case on stage: at its root, or at the first that has all the places. Raises ``CaseError``."""
        known = self._staged.get((signature.name, case))
        if known is None:
            known = self._staged[signature.name, case] = self._put_somewhere(signature, case)
        return known

    def _put_somewhere(self, signature: SignatureSpec, case: Case) -> Staged:
        possible = self._roots(signature, case)
        for root in possible[:-1]:
            with contextlib.suppress(CaseError):
                return self._put(signature, case, root)
        return self._put(signature, case, possible[-1])

    def _put(self, signature: SignatureSpec, case: Case, root: Place) -> Staged:
        seen = {(spot.symptom, place): spot for spot in case.seen for place in self._places(spot, root)}
        unknown = {(spot.symptom, place) for spot in case.unknown for place in self._places(spot, root)}
        blind = {(self.library.symptoms[name].observation, place) for name, place in unknown}
        symptoms = tuple(self._symptom(spot, place) for (_, place), spot in seen.items())
        sights = self._sights({(self.library.symptoms[name].observation, place) for name, place in seen}, blind)
        return Staged(
            case=case,
            signature=signature,
            root=root,
            chain=self.chain,
            tree=self.tree,
            symptoms=symptoms,
            sights=sights,
            scene=scene_of(self.tree, symptoms, sights),
        )

    def _roots(self, signature: SignatureSpec, case: Case) -> tuple[Place, ...]:
        possible = tuple(roots(self.tree, signature.root))
        if not possible:
            raise CaseError(f"the small store has no {signature.root}")
        if case.root is None:
            return possible
        named = Place(DeviceId(case.root.device), case.root.subject or case.root.device)
        if named not in possible:
            allowed = ", ".join(f"{p.device} {p.subject}" for p in possible)
            raise CaseError(f"{named.device} {named.subject} is no {signature.root} of the small store ({allowed})")
        return (named,)

    def _places(self, spot: Spot, root: Place) -> tuple[Place, ...]:
        spec = self.library.symptoms.get(spot.symptom)
        if spec is None:
            raise CaseError(f"there is no symptom {spot.symptom!r}")
        found = sorted(self._possible(spot, spec, root))
        if not found:
            raise CaseError(f"{spot.symptom} has no place {spot.at or 'there'} from {root.device} {root.subject}")
        return tuple(found)

    def _possible(self, spot: Spot, spec: SymptomSpec, root: Place) -> Iterator[Place]:
        """The places meant: of all where its observation is made, those in the relation; one named is always one."""
        if spot.at is None and (spot.device or spot.subject):
            device = DeviceId(spot.device or root.device)
            if device not in self.tree.devices:
                raise CaseError(f"the small store has no device {device!r} ({', '.join(self.tree.devices)})")
            yield Place(device, spot.subject or device)
            return
        relation = spot.at or "self"
        within = area(self.tree, root, relation)
        every = self._natural.get(spec.observation, frozenset()) | ({root} if relation == "self" else frozenset())
        if not any(map(within, every)):
            every = frozenset(self._everywhere())
        for place in every:
            if within(place) and spot.device in (None, place.device) and spot.subject in (None, place.subject):
                yield place

    def _everywhere(self) -> Iterator[Place]:
        for device in self.tree.devices.values():
            yield Place(device.id, device.id)
            yield from (Place(device.id, port) for port in device.ports)

    def _symptom(self, spot: Spot, place: Place) -> Symptom:
        spec = self.library.symptoms[spot.symptom]
        return Symptom(
            name=spot.symptom,
            store=STORE,
            device=place.device,
            subject=place.subject,
            state="firing",
            value=value_that_holds(spec) if spot.value is None else spot.value,
            since=NOON - SINCE,
            seen_at=NOON,
        )

    def _sights(self, seen: set[tuple[str, Place]], blind: set[tuple[str, Place]]) -> Sights:
        """Every observation at every natural place: there, not there, or not to be seen."""
        told: dict[str, dict[Place, Value]] = {
            name: dict.fromkeys(places, False) for name, places in self._natural.items()
        }
        for observation, place in seen:
            told.setdefault(observation, {})[place] = True
        for observation, place in blind:
            told.setdefault(observation, {})[place] = None
        return told


def value_that_holds(spec: SymptomSpec) -> Value:
    """A value that makes a symptom's condition true."""
    when = spec.when
    if when.above is not None:
        return when.above + 1
    if when.below is not None:
        return when.below - 1
    if when.in_ is not None:
        return when.in_[0]
    if when.is_ is not None:
        return when.is_
    return (not when.is_not) if isinstance(when.is_not, bool) else "something else"


def _natural_places(chain: Chain) -> Natural:
    """Where each observation is made: what is told, as unknown, when no look is answered."""
    silent: dict[DeviceId, Answers] = {
        d.id: {look.key: UnreachableError(d.id, "not asked") for look in looks_of(d, chain)}
        for d in chain.devices.values()
    }
    told = observe_all(chain, STORE, silent, NOON)
    told += function_observations(judge(chain, STORE, told, NOON), told, chain, STORE, NOON)
    places: dict[str, set[Place]] = {}
    for seen in told:
        places.setdefault(seen.name, set()).add(Place(seen.device, seen.subject))
    return {name: frozenset(those) for name, those in places.items()}
