"""A store's symptoms as yes/no words of a fixed vocabulary: what, on which role, at what kind of place, how it stands.

In: (symptom, place) pairs of all devices of a store, and the chain. Out: ``Words``; the vocabulary of a library's
symptoms; ``Example``s to learn from. Called by ``anomaly.trial`` and ``controller.learning``. Why words and not device
names: what was learned in one store has to hold in the next. ``top`` says that nothing above it in the store's wiring
shows anything, ``below`` that something does, ``most`` that more than half of such places show it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from anomaly.model import Symptom
from anomaly.topology import Place, Tree, tree_of
from inventory.model import Chain, Device, StoreId

Words = frozenset[str]
Spotted = tuple[str, Place]
"""A symptom's name, and where it is."""
ROLES = ("edge", "switch", "access_point")
PORTS = ("wan", "backup_wan", "trunk", "access_point", "till", "probe", "other")
PLACES = ("device", *PORTS, "endpoint", "function", "part")
STANDINGS = ("top", "below", "most")
_MANY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One fault that was confirmed. Examples of one ``source`` are never on both sides of a split."""

    label: str
    words: Words
    source: str


def spotted(symptoms: Iterable[Symptom], normal: frozenset[str]) -> tuple[Spotted, ...]:
    """The firing symptoms that do not hold in health too."""
    return tuple((s.name, Place(s.device, s.subject)) for s in symptoms if s.state == "firing" and s.name not in normal)


def words_of(seen: Iterable[Spotted], chain: Chain, store: StoreId) -> Words:
    """Every word of a store's symptoms; what is at a device that the chain does not know is left out."""
    tree = tree_of(chain, store)
    here = [(name, place) for name, place in seen if place.device in tree.devices]
    shadows = {place: tree.places_behind(place) for _, place in here}
    words: set[str] = set()
    spots: dict[str, set[Place]] = defaultdict(set)
    for name, place in here:
        stem = f"{name}@{_kind(tree, place)}"
        below = any(place in behind for other, behind in shadows.items() if other != place)
        words.add(f"{stem}/{'below' if below else 'top'}")
        spots[stem].add(place)
    sizes = _sizes(tree)
    words.update(f"{stem}/most" for stem, those in spots.items() if _are_most(len(those), sizes, stem))
    return frozenset(words)


def example_of(
    label: str, symptoms: Iterable[Symptom], normal: frozenset[str], chain: Chain, store: StoreId, source: str
) -> Example:
    """An example of one sight of a store: the ledger's, a recording's, the lab's."""
    return Example(label=label, words=words_of(spotted(symptoms, normal), chain, store), source=source)


def vocabulary(symptoms: Iterable[str]) -> tuple[str, ...]:
    """Every word there can be, in a fixed order."""
    return tuple(
        f"{name}@{role}:{place}/{standing}"
        for name, role, place, standing in product(sorted(symptoms), ROLES, PLACES, STANDINGS)
    )


def columns_of(examples: Sequence[Example]) -> tuple[str, ...]:
    """The words that examples ever showed, sorted: the others of the vocabulary carry no weight."""
    return tuple(sorted(frozenset[str]().union(*(e.words for e in examples))))


def _kind(tree: Tree, place: Place) -> str:
    device = tree.devices[place.device]
    return f"{device.role}:{_place_kind(device, place.subject, frozenset(map(str, tree.functions)))}"


def _place_kind(device: Device, subject: str, functions: frozenset[str]) -> str:
    if subject == device.id:
        return "device"
    if subject in device.ports:
        return device.ports[subject].use
    if any(port.to == subject for port in device.ports.values()):
        return "endpoint"
    return "function" if subject in functions else "part"


def _sizes(tree: Tree) -> Mapping[str, int]:
    """How many places of each kind a store has; of parts nobody knows."""
    sizes: dict[str, int] = defaultdict(int)
    for device in tree.devices.values():
        sizes[f"{device.role}:device"] += 1
        for port in device.ports.values():
            sizes[f"{device.role}:{port.use}"] += 1
            sizes[f"{device.role}:endpoint"] += port.use == "till" and port.to is not None
    if tree.edge is not None:
        sizes["edge:function"] = len(tree.functions)
    return sizes


def _are_most(number: int, sizes: Mapping[str, int], stem: str) -> bool:
    size = sizes.get(stem.partition("@")[2], 0)
    return number >= _MANY and number * 2 > size
