"""Finds one cause behind faults in many stores. Pure.

In: the signs of every store, what stores share (``Ground``), recent changes, rules. Out: ``CommonCause``s, and for one
fault the shared things it may come from. Called by ``controller.fleet_watch``. Why: 300 stores that lose a carrier have
one fault, and nothing that is done in a store repairs it (docs/adr/007-common-cause.md).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from types import MappingProxyType
from typing import Literal, NamedTuple

from anomaly.model import Symptom
from inventory.model import Chain, DeviceId, Store, StoreId

Kind = Literal["change", "service", "carrier", "hub", "warehouse", "region", "chain"]
KINDS: tuple[Kind, ...] = ("change", "service", "carrier", "hub", "warehouse", "region", "chain")
LINE = "line"
TIMES = 4.0


class Spot(NamedTuple):
    """One fault at one place of one store."""

    store: StoreId
    signature: str
    device: DeviceId
    subject: str


class Thing(NamedTuple):
    """Something that stores share, and the family of faults that is counted on it."""

    kind: Kind
    name: str
    family: str

    @property
    def subject(self) -> str:
        """Its name for people; no two things have the same."""
        match self.kind:
            case "carrier":
                return f"carrier {self.name}" + (f": {self.family}" if self.family != LINE else "")
            case "chain":
                return f"the whole chain: {self.family}"
            case _:
                return f"{self.kind} {self.name}: {self.family}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A fault that a store shows, or will show once its hold time is over (``firing`` False)."""

    spot: Spot
    since: datetime
    firing: bool
    evidence: tuple[Symptom, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When faults on a shared thing are one fault: at least ``least`` stores and a ``share`` of those that share it."""

    least: int
    share: float

    def need(self, sharing: int) -> int:
        """How many stores it takes."""
        return max(self.least, ceil(self.share * sharing))


RULES: Mapping[Kind, Rule] = MappingProxyType(
    {
        "change": Rule(least=5, share=0.20),
        "service": Rule(least=5, share=0.10),
        "carrier": Rule(least=5, share=0.05),
        "hub": Rule(least=5, share=0.20),
        "warehouse": Rule(least=5, share=0.20),
        "region": Rule(least=5, share=0.20),
        "chain": Rule(least=8, share=0.50),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The last rollout that changed a store, and when it began."""

    rollout: str
    at: datetime


Changes = Mapping[StoreId, Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What stores share.

    ``lines``: the carrier of a port, and of an edge as a whole (its first line's); ``services``: where a function's
    server stands; ``places``: a store's hub, warehouse and region; ``members``: the stores that share one of these.
    """

    stores: frozenset[StoreId]
    lines: Mapping[tuple[DeviceId, str], str]
    services: Mapping[str, str]
    places: Mapping[StoreId, tuple[tuple[Kind, str], ...]]
    members: Mapping[tuple[Kind, str], frozenset[StoreId]]

    def sharing(self, thing: Thing, changes: Changes) -> frozenset[StoreId]:
        """The stores that share a thing."""
        if thing.kind == "chain":
            return self.stores
        if thing.kind == "change":
            return frozenset(s for s, change in changes.items() if change.rollout == thing.name and s in self.stores)
        return self.members.get((thing.kind, thing.name), frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonCause:
    """One cause of faults in many stores.

    ``stores`` show it, ``shared_by`` could; ``firing``: stores whose hold time is over; ``reason`` is a sentence.
    """

    kind: Kind
    subject: str
    signatures: tuple[str, ...]
    stores: tuple[StoreId, ...]
    sharing: int
    firing: int
    need: int
    since: datetime
    reason: str
    signs: tuple[Sign, ...] = field(default=(), compare=False, repr=False)
    shared_by: frozenset[StoreId] = field(default=frozenset(), compare=False, repr=False)


def ground_of(chain: Chain) -> Ground:
    """What the stores of a chain share; stores without a session are never seen and do not count."""
    seen = frozenset(d.store for d in chain.devices.values() if d.has_session)
    lines: dict[tuple[DeviceId, str], str] = {}
    members: dict[tuple[Kind, str], set[StoreId]] = defaultdict(set)
    for device in chain.devices.values():
        for port in device.ports.values() if device.store in seen else ():
            if port.carrier and port.use in ("wan", "backup_wan"):
                name = port.carrier if port.use == "wan" else f"{port.carrier} (backup)"
                lines[(device.id, port.name)] = name
                lines.setdefault((device.id, device.id), name)
                members[("carrier", name)].add(device.store)
    services = {str(name): function.requirement.target for name, function in chain.functions.items()}
    places = {store: _places(chain.stores[store]) for store in seen}
    for store in seen:
        for place in places[store]:
            members[place].add(store)
        for target in {services[name] for name in chain.stores[store].functions if name in services}:
            members[("service", target)].add(store)
    return Ground(
        stores=seen,
        lines=lines,
        services=services,
        places=places,
        members={key: frozenset(those) for key, those in members.items()},
    )


def _places(store: Store) -> tuple[tuple[Kind, str], ...]:
    """What a store hangs on besides its lines, the narrowest first; what nobody has told of is left out."""
    kinds: tuple[tuple[Kind, str], ...] = (("hub", store.hub), ("warehouse", store.warehouse), ("region", store.region))
    return tuple((kind, name) for kind, name in kinds if name)


def things_of(spot: Spot, ground: Ground, changes: Changes, since: datetime) -> tuple[Thing, ...]:
    """What a fault may come from that other stores share, the narrowest first."""
    line = ground.lines.get((spot.device, spot.subject))
    family = spot.signature if line is None or spot.subject == spot.device else LINE
    found: list[Thing] = []
    change = changes.get(spot.store)
    if change is not None and change.at <= since:
        found.append(Thing("change", change.rollout, family))
    service = ground.services.get(spot.subject)
    if service is not None:
        found.append(Thing("service", service, family))
    if line is not None:
        found.append(Thing("carrier", line, family))
    found += (Thing(kind, name, family) for kind, name in ground.places.get(spot.store, ()))
    return (*found, Thing("chain", "", family))


def common_causes(
    signs: Iterable[Sign],
    ground: Ground,
    together: timedelta,
    *,
    changes: Changes = MappingProxyType({}),
    standing: Collection[str] = (),
    rules: Mapping[Kind, Rule] = RULES,
) -> tuple[CommonCause, ...]:
    """Every common cause, narrowest kind first; a sign belongs to one at most. ``standing``: subjects known before."""
    shared: dict[Thing, list[Sign]] = defaultdict(list)
    families: dict[str, set[StoreId]] = defaultdict(set)
    for sign in sorted(signs, key=lambda s: (s.since, s.spot)):
        for thing in things_of(sign.spot, ground, changes, sign.since):
            shared[thing].append(sign)
            families[thing.family].add(sign.spot.store)
    taken: set[Spot] = set()
    found: list[CommonCause] = []
    for thing in _in_order(shared, rules):
        those = [s for s in shared[thing] if s.spot not in taken]
        sharing = ground.sharing(thing, changes)
        weigh = _Weigh(thing, those, sharing, len(ground.stores), rules[thing.kind], together)
        if weigh.stands() if thing.subject in standing else weigh.holds(families[thing.family]):
            taken.update(s.spot for s in those)
            found.append(weigh.cause(families[thing.family]))
    return tuple(found)


def _in_order(shared: Mapping[Thing, Sequence[Sign]], rules: Mapping[Kind, Rule]) -> Iterator[Thing]:
    """Things worth weighing: by kind, then the most hit, then by name."""
    worth = [thing for thing, signs in shared.items() if len(signs) >= max(2, rules[thing.kind].least // 2)]
    yield from sorted(worth, key=lambda t: (KINDS.index(t.kind), -len(shared[t]), t))


class _Weigh:
    """The signs on one thing, weighed."""

    def __init__(
        self,
        thing: Thing,
        signs: Sequence[Sign],
        sharing: frozenset[StoreId],
        of_all: int,
        rule: Rule,
        together: timedelta,
    ) -> None:
        self.thing, self.signs, self.sharing, self.of_all, self.together = thing, signs, sharing, of_all, together
        self.first: dict[StoreId, datetime] = {}
        for sign in signs:
            self.first.setdefault(sign.spot.store, sign.since)
        self.need = rule.need(len(sharing))

    def holds(self, family: set[StoreId]) -> bool:
        """Whether this is a cause that was not known before."""
        return len(self.first) >= self.need and self._together() >= self.need and self._stands_out(family)

    def stands(self) -> bool:
        """Whether a known cause goes on: it is given up at half of what it took."""
        return len(self.first) >= max(2, ceil(self.need / 2))

    def _together(self) -> int:
        """The most stores that began within the window."""
        times = sorted(self.first.values())
        best = left = 0
        for right, at in enumerate(times):
            while at - times[left] > self.together:
                left += 1
            best = max(best, right - left + 1)
        return best

    def _stands_out(self, family: set[StoreId]) -> bool:
        """Whether the rate is far above that of the stores that do not share it; one fault there is chance."""
        others = self.of_all - len(self.sharing)
        if others <= 0:
            return True
        elsewhere = max(0, len(family - self.sharing) - 1) / others
        return len(self.first) / len(self.sharing) >= TIMES * elsewhere

    def cause(self, family: set[StoreId]) -> CommonCause:
        """The cause as a record."""
        since = min(self.first.values())
        signatures = tuple(sorted({s.spot.signature for s in self.signs}))
        elsewhere, others = len(family - self.sharing), self.of_all - len(self.sharing)
        reason = (
            f"{len(self.first)} of {len(self.sharing)} stores that share {_shared(self.thing)} show "
            f"{' or '.join(signatures)} since {since.astimezone(UTC):%H:%M:%S} UTC; "
            f"of the {others} other stores {elsewhere} {'does' if elsewhere == 1 else 'do'}"
        )
        return CommonCause(
            kind=self.thing.kind,
            subject=self.thing.subject,
            signatures=signatures,
            stores=tuple(sorted(self.first)),
            sharing=len(self.sharing),
            firing=len({s.spot.store for s in self.signs if s.firing}),
            need=self.need,
            since=since,
            reason=reason,
            signs=tuple(self.signs),
            shared_by=self.sharing,
        )


def _shared(thing: Thing) -> str:
    return "the whole chain" if thing.kind == "chain" else f"{thing.kind} {thing.name}"
