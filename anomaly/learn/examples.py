"""An incident as an example to learn from: what was seen in the whole store, told from the fault's root.

In: the evidence of an incident (any symptom of any device of the store) and where its root is. Out: an ``Example`` of
words such as (``dns_probe_failing``, ``same_device``), which mean the same in every store. Called when a person closes
an incident, and for what is seen now. Pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from anomaly.library import Relation, RootKind
from anomaly.match import area, roots
from anomaly.topology import Place, Tree

DEAD = "function_down"
Code = Literal["suggested", "another", "ignorable", "wrong"]
"""What a person says of an incident: what was suggested fixed it, something else did, it may be passed over, or what
it was taken for was wrong."""
_KINDS: tuple[RootKind, ...] = (
    "function",
    "wan_port",
    "backup_port",
    "access_point",
    "trunk_port",
    "switch_port",
    "port",
    "edge",
    "switch",
    "device",
)
_RELATIONS: tuple[Relation, ...] = ("self", "upstream_port", "other_end", "downstream", "same_device", "above")
_FAINT = 0.25


class Word(NamedTuple):
    """A symptom, and where it was from the root."""

    symptom: str
    relation: Relation


class Seen(NamedTuple):
    """A symptom that was seen at a place of a store."""

    symptom: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An incident that a person closed. ``functions``: those that were dead.

    ``learned``: the learned signature it makes or belongs to. ``of``: what the incident was taken for.
    """

    learned: str
    incident: str
    store: str
    at: datetime
    code: Code
    of: str
    root_kind: RootKind
    words: tuple[Word, ...]
    functions: tuple[str, ...] = ()
    fixed_by: str = ""
    playbook: str = ""

    @property
    def quiet(self) -> bool:
        """Whether the person said that it may be passed over."""
        return self.code == "ignorable"

    @property
    def fix(self) -> str:
        """What fixed it, in words."""
        return "; ".join(part for part in (self.fixed_by, f"playbook {self.playbook}" * bool(self.playbook)) if part)


def root_of(tree: Tree, place: Place) -> tuple[RootKind, Place] | None:
    """The kind of root a place is. A till counts as the port it hangs on, what has no kind as its whole device.

    None when the store has no such device, or none that can be a root.
    """
    port = tree.upstream_port(place) if place.subject != place.device else None
    whole = Place(place.device, place.device)
    for spot in (place, *((port,) if port is not None and port.device == place.device else ()), whole):
        for kind in _KINDS:
            if spot in roots(tree, kind):
                return kind, spot
    return None


def words_of(tree: Tree, root: Place, seen: Iterable[Seen]) -> tuple[Word, ...]:
    """What was seen, told from the root; each word once, in order of name."""
    within = [(relation, area(tree, root, relation)) for relation in _RELATIONS]
    return tuple(sorted({Word(s.symptom, next(_standing(within, s.place), "same_store")) for s in seen}))


def _standing(within: Iterable[tuple[Relation, object]], place: Place) -> Iterator[Relation]:
    return (relation for relation, holds in within if callable(holds) and holds(place))


def likeness(one: Iterable[Word], other: Iterable[Word]) -> float:
    """How much two sets of words share, 0 to 1 (Jaccard); a dead function, which all of them have, counts little."""
    mine, theirs = frozenset(one), frozenset(other)
    whole = _heavy(mine | theirs)
    return _heavy(mine & theirs) / whole if whole else 0.0


def _heavy(words: Iterable[Word]) -> float:
    return sum(_FAINT if word.symptom == DEAD else 1.0 for word in words)
