"""A rehearsal written down: what breaks when, and what must be seen after that.

In: a Python file that names a ``Scenario``. Out: ``Missed``, one for every want that was not met. Played on a
``Stage``: ``lab.rehearsal`` (a lab and a controller, real time, real SSH) or the tests' one (one thread, virtual time).

    LEASE = Scenario("a lost lease is renewed")
    LEASE.at(2).breaks("wan_no_lease", store="s001", variant="renew")
    LEASE.between(2, 60).want(incident("wan_no_lease", store="s001", status="healed"), served("s001"))
    LEASE.between(0, 60).always(unwritten("s002"))

``want``: seen at one look in that time, at least; ``always``: at every look. Times are seconds from the beginning.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

WHOLE = 1.0


class Stage(Protocol):
    """Where a scenario is played."""

    def seconds(self) -> float:
        """Seconds since the beginning."""

    def forward(self, seconds: float) -> None:
        """Let time pass."""

    def put_in(self, kind: str, **where: str) -> str:
        """Put a fault in; return its id."""

    def take_out(self, fault: str) -> None:
        """Take a fault out by its id."""

    def faults(self) -> Mapping[str, str | None]:
        """Return every fault's id and by whom it was taken out (``repair``, ``lab``, ``itself``); None: it is in."""

    def incidents(self) -> Sequence[Mapping[str, object]]:
        """Return the controller's incidents: ``id``, ``store``, ``device``, ``signature``, ``status``."""

    def served(self, store: str) -> Mapping[str, float]:
        """Return what is really served of every function of the store, 0-1."""

    def written(self) -> Sequence[tuple[str, str]]:
        """Return every line that a controller's account changed something with: device, line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that can be seen on a stage; ``words`` tell what."""

    words: str
    holds: Callable[[Stage], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A claim that must be seen between two moments: once, or (``always``) at every look."""

    begin: float
    end: float
    claim: Claim
    always: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that is done at a moment. ``name`` is what the scenario calls the fault."""

    at: float
    name: str
    kind: str
    where: Mapping[str, str]
    mends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A want that was not met; ``at`` is when it was given up, ``seen`` how things stood then."""

    want: Want
    at: float
    seen: str

    def __str__(self) -> str:
        """Tell it in one line."""
        how = "not always so" if self.want.always else "not seen"
        return f"between {self.want.begin:g} and {self.want.end:g} s, {how}: {self.want.claim.words}; {self.seen}"


@dataclass(slots=True)
class Scenario:
    """What is done, and what is wanted. ``stores`` and ``seed`` say in which lab it makes sense."""

    title: str
    stores: int = 2
    seed: int = 7
    acts: list[Act] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)

    def at(self, seconds: float) -> "Moment":
        """At a moment ..."""
        return Moment(scenario=self, at=seconds)

    def between(self, begin: float, end: float) -> "Span":
        """Between two moments ..."""
        return Span(scenario=self, begin=begin, end=end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment of a scenario."""

    scenario: Scenario
    at: float

    def breaks(self, kind: str, *, name: str = "", **where: str) -> None:
        """Put a fault in. ``where``: store, device, port, variant; ``name`` to mend it by (its kind, if left out)."""
        self.scenario.acts.append(Act(at=self.at, name=name or kind, kind=kind, where=where))

    def mends(self, name: str) -> None:
        """Take a fault out."""
        self.scenario.acts.append(Act(at=self.at, name=name, kind="", where={}, mends=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in a scenario."""

    scenario: Scenario
    begin: float
    end: float

    def want(self, *claims: Claim) -> None:
        """Each of these must be seen at one look in that time."""
        self._add(claims, always=False)

    def always(self, *claims: Claim) -> None:
        """Each of these must be seen at every look in that time."""
        self._add(claims, always=True)

    def _add(self, claims: Sequence[Claim], *, always: bool) -> None:
        self.scenario.wants += [Want(begin=self.begin, end=self.end, claim=claim, always=always) for claim in claims]


def incident(signature: str, *, store: str | None = None, status: str | None = None) -> Claim:
    """There is such an incident, and it stands so."""
    wanted = {"signature": signature, "store": store, "status": status}
    named = {key: value for key, value in wanted.items() if value is not None}
    return Claim(
        words=f"an incident with {', '.join(f'{key} {value}' for key, value in named.items())}",
        holds=lambda stage: any(all(row[key] == value for key, value in named.items()) for row in stage.incidents()),
    )


def no_incident(*, store: str | None = None) -> Claim:
    """Nothing was opened, in this store or at all."""
    return Claim(
        words=f"no incident in {store or 'any store'}",
        holds=lambda stage: not any(store in (None, row["store"]) for row in stage.incidents()),
    )


def served(store: str, *functions: str, share: float = WHOLE) -> Claim:
    """In truth, these functions (all, when none is named) are served to at least this share."""
    return Claim(
        words=f"{store} really serves {' and '.join(functions) or 'everything'}",
        holds=lambda stage: all(
            now >= share for name, now in stage.served(store).items() if not functions or name in functions
        ),
    )


def lost(store: str, function: str) -> Claim:
    """In truth, this function is not served in full."""
    return Claim(
        words=f"{store} really lacks {function}", holds=lambda stage: stage.served(store).get(function, WHOLE) < WHOLE
    )


def repaired(faults: int = 1) -> Claim:
    """In truth, so many faults were taken out by a repair."""
    return Claim(
        words=f"{faults} fault(s) repaired",
        holds=lambda stage: sum(by == "repair" for by in stage.faults().values()) >= faults,
    )


def written(device: str, pattern: str) -> Claim:
    """The controller has written such a line (a regular expression for all of it) to the device."""
    return Claim(
        words=f"a line like {pattern!r} on {device}",
        holds=lambda stage: any(to == device and re.fullmatch(pattern, line) for to, line in stage.written()),
    )


def unwritten(prefix: str = "") -> Claim:
    """The controller has written to no device whose name begins so: a store (``s002``), a device, or any at all."""
    return Claim(
        words=f"nothing written to {prefix or 'any device'}",
        holds=lambda stage: not any(to.startswith(prefix) for to, _ in stage.written()),
    )


def play(scenario: Scenario, stage: Stage, step: float = 1.0, tell: Callable[[str], object] = str) -> list[Missed]:
    """Play a scenario to its last want; look every ``step`` seconds. ``tell`` hears what is done and seen."""
    acts = sorted(scenario.acts, key=lambda act: act.at)
    pending = list(scenario.wants)
    missed: list[Missed] = []
    ids: dict[str, str] = {}
    while pending or acts:
        now = stage.seconds()
        while acts and acts[0].at <= now:
            _do(acts.pop(0), stage, ids, tell)
        pending = [want for want in pending if not _settled(want, stage, missed, tell)]
        if pending or acts:
            stage.forward(step)
    return missed


def _do(act: Act, stage: Stage, ids: dict[str, str], tell: Callable[[str], object]) -> None:
    if act.mends:
        stage.take_out(ids[act.name])
    else:
        ids[act.name] = stage.put_in(act.kind, **act.where)
    tell(f"{stage.seconds():6.1f} s  {'mends' if act.mends else 'breaks'} {act.name} {' '.join(act.where.values())}")


def _settled(want: Want, stage: Stage, missed: list[Missed], tell: Callable[[str], object]) -> bool:
    """Whether nothing more is to be seen of it."""
    now = stage.seconds()
    if now < want.begin:
        return False
    holds, over = want.claim.holds(stage), now >= want.end
    undecided = holds if want.always else not holds
    if undecided and not over:
        return False
    if not holds:
        missed.append(Missed(want=want, at=now, seen=_standing(stage)))
    tell(f"{now:6.1f} s  {'seen' if holds else 'MISSED'}: {want.claim.words}")
    return True


def _standing(stage: Stage) -> str:
    rows = [f"{row['store']} {row['signature']} {row['status']}" for row in stage.incidents()]
    return "incidents: " + (", ".join(rows) if rows else "none")
