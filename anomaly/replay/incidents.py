"""From symptoms to incidents: one per event, at its root, named.

In: ``Symptom``s of all devices in the order of time, and the time itself. Out: ``Detection``s. Called by ``stream``.
Why: one shut port is seen as six symptoms on two devices; people want the one sentence. A certain symptom is told at
once; a doubtful one waits one sample for its cause on the same port, on the far end, or on a neighbour.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from anomaly.replay import rules
from anomaly.replay.records import UNKNOWN, Detection, Links, Symptom

_KEEP_SECONDS = 240.0
# what belongs to one incident lies within so many polls; and what all devices saw of it was told
_TOGETHER_POLLS, _TOGETHER_SECONDS = 3.5, 35.0
_CONFIRM_POLLS = 1.5
# asked with the words seen and the rules' kind, it answers the kind to tell and how sure it is
Namer = Callable[[frozenset[str], str], tuple[str, float]]


def rules_alone(words: frozenset[str], kind: str) -> tuple[str, float]:  # noqa: ARG001 - a Namer that asks nobody
    """The namer without learned prototypes: the rules' own kind."""
    return kind, 0.4 if kind == UNKNOWN else 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Who names incidents. ``patient``: certain symptoms wait, too, so that the namer sees all words.

    ``wake``: further symptoms that are worth asking the namer, because a learned prototype has them.
    """

    namer: Namer = rules_alone
    patient: bool = False
    wake: frozenset[str] = frozenset()


BY_RULES = Naming()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    symptom: Symptom
    due: float


class Incidents:
    """The open incidents and doubts of one run."""

    def __init__(
        self,
        run: str,
        links: Links,
        hold_seconds: float,
        *,
        naming: Naming = BY_RULES,
        carried: Callable[[str, str], float] = lambda _device, _interface: 0.0,
    ) -> None:
        """``carried`` tells a port's usual kbps."""
        self._run, self._links, self._hold = run, links, hold_seconds
        self._naming, self._carried = naming, carried
        self._together = max(_TOGETHER_SECONDS, _TOGETHER_POLLS * hold_seconds)
        self._confirm_after = max(rules.CONFIRM_SECONDS, _CONFIRM_POLLS * hold_seconds)
        self._wake = naming.wake - rules.SILENT
        self._seen: list[Symptom] = []
        self._doubts: list[_Doubt] = []
        self._told: list[Detection] = []
        self._unconfirmed: list[Detection] = []
        self._last: dict[tuple[str, str, str], float] = {}
        self.settled_at = 0.0

    def take(self, symptom: Symptom) -> Iterator[Detection]:
        """Take one symptom; a certain one is told at once."""
        self._seen.append(symptom)
        if symptom.name in rules.CERTAIN and not self._naming.patient:
            yield from self._tell(symptom, rules.CERTAIN[symptom.name], symptom.ts, certain=True)
        elif symptom.name in {*rules.DOUBTFUL, *rules.CERTAIN, *self._wake}:
            wait = self._hold * (3 if self._naming.patient else 1)
            self._doubts.append(_Doubt(symptom=symptom, due=symptom.ts + wait))

    def tick(self, now: float) -> Iterator[Detection]:
        """Judge what has waited long enough, certain and port symptoms first, heaviest first."""
        due = [d.symptom for d in self._doubts if d.due <= now]
        for symptom in sorted(due, key=_order):
            yield from self._judge(symptom, now)
        self._doubts = [d for d in self._doubts if d.due > now]
        yield from self._confirm(now)
        self._seen = [s for s in self._seen if s.ts >= now - _KEEP_SECONDS]
        self._told = [d for d in self._told if d.ts >= now - _KEEP_SECONDS]

    def _confirm(self, now: float) -> Iterator[Detection]:
        """Tell an open incident once more when all devices had time to say what they saw."""
        due = [d for d in self._unconfirmed if now >= d.ts + self._confirm_after]
        for detection in due:
            self._unconfirmed.remove(detection)
            yield replace(detection, ts=now, evidence=tuple(sorted(self.words(detection.device, now))))

    def words(self, device: str, now: float) -> frozenset[str]:
        """What was seen lately, as yes/no words: on the device itself, next to it, elsewhere.

        Traffic follows state: where a state changed, what the traffic did then tells nothing more.
        """
        near = self._links.neighbours(device)
        lately = [s for s in self._seen if s.ts >= now - self._together - 10]
        states = any(s.name in rules.STATES for s in lately)
        return frozenset(
            f"{_place(s.device, device, near)}:{s.name}" for s in lately if s.name in rules.STATES or not states
        )

    def _judge(self, symptom: Symptom, now: float) -> Iterator[Detection]:
        if symptom.name in rules.SILENT:
            yield from self._judge_silent(now)
        elif symptom.name in rules.CERTAIN:
            yield from self._tell(symptom, rules.CERTAIN[symptom.name], now)
        elif not self._explained(symptom):
            kind = rules.DOUBTFUL.get(symptom.name, UNKNOWN)
            if symptom.name == "bgp_loss" and symptom.amount >= rules.RESET_SHARE:
                kind = "bgp_clear"
            yield from self._tell(symptom, kind, now)

    def _explained(self, symptom: Symptom) -> bool:
        """Whether a told incident, or a stronger symptom on the same port, accounts for this one."""
        if symptom.name in rules.LINK or symptom.name in rules.BFD:
            return self._explained_on_port(symptom)
        scope = {symptom.device, *self._links.neighbours(symptom.device)}
        everywhere = not self._links.peer
        since = symptom.ts - rules.DEVICE_CAUSE_SECONDS
        told = [d for d in self._told if d.ts >= since and (everywhere or d.kind == "bgp_clear" or d.device in scope)]
        doubted = {"carrier", "oper_down", *rules.BFD}
        waiting = any(d.symptom.name in doubted and (everywhere or d.symptom.device in scope) for d in self._doubts)
        return bool(told) or (waiting and symptom.name not in doubted)

    def _explained_on_port(self, symptom: Symptom) -> bool:
        near = (symptom.device, symptom.interface)
        ends = {near, self._links.peer.get(near, near)}
        since = symptom.ts - rules.PORT_CAUSE_SECONDS
        causes = {"admin_shut", "admin_up"} if symptom.name in rules.LINK else rules.KINDS - set(rules.BFD.values())
        if any((d.device, d.interface) in ends and d.ts >= since and d.kind in causes for d in self._told):
            return True
        stronger = rules.LINK if symptom.name in rules.BFD else frozenset[str]()
        return any((s.device, s.interface) in ends and s.ts >= since and s.name in stronger for s in self._seen)

    def _judge_silent(self, now: float) -> Iterator[Detection]:
        """One verdict over the traffic of all devices: hash change, black hole, or something never seen."""
        if now < self.settled_at:
            return
        recent = [s for s in self._seen if s.ts >= max(now - self._together, self.settled_at)]
        by_name = {n: {s.device: s for s in recent if s.name == n} for n in rules.SILENT}
        yield from self._silent_root(by_name, recent, now)

    def _silent_root(
        self, by_name: dict[str, dict[str, Symptom]], recent: list[Symptom], now: float
    ) -> Iterator[Detection]:
        fell, out_moved, leaking = by_name["traffic_fell"], by_name["out_moved"], by_name["leak_stays"]
        dropping = {
            s.device: s for s in recent if s.name in {"fib_drops", "fib_drops_stay", "leak"} and s.device in fell
        }
        if leaking or dropping:
            yield from self._tell(_heaviest(leaking or dropping), "blackhole", now)
        elif len(fell) >= rules.FEWEST_DEVICES and len(fell) > len(out_moved):
            yield from self._tell(_heaviest(fell), "blackhole", now)
        elif out_moved:
            yield from self._tell(_heaviest(out_moved), "ecmp_change", now)
        elif len(by_name["in_moved"]) >= rules.FEWEST_DEVICES:
            yield from self._tell(_heaviest(by_name["in_moved"]), "ecmp_change", now)
        elif len(by_name["traffic_moved"]) >= rules.FEWEST_DEVICES:
            yield from self._tell(_heaviest(by_name["traffic_moved"]), UNKNOWN, now)
        else:
            yield from self._fleet_shift(by_name["part_fell"], by_name["part_moved"], now)

    def _fleet_shift(self, fell: dict[str, Symptom], moved: dict[str, Symptom], now: float) -> Iterator[Detection]:
        """No device tells enough, but all together do."""
        parts = {**fell, **moved}
        share = sum(s.amount for s in parts.values())
        if len(parts) < rules.FEWEST_DEVICES or share < rules.FLEET_SHARE:
            return
        down = sum(s.amount for s in fell.values()) > share / 2
        yield from self._tell(_heaviest(fell if down else moved), "blackhole" if down else "ecmp_change", now)

    def _tell(self, symptom: Symptom, kind: str, now: float, *, certain: bool = False) -> Iterator[Detection]:
        """Tell an incident unless it is one that was told already."""
        place = (symptom.device, symptom.interface, kind)
        cool = rules.COOL_SECONDS.get(kind, rules.COOL_OTHERWISE)
        known = symptom.ts - self._last.get(place, -1e18) <= cool
        self._last[place] = symptom.ts
        if known or (kind == UNKNOWN and self._told_lately(symptom, cool)):
            return
        words = self.words(symptom.device, now)
        name, score = (kind, 1.0) if certain else self._naming.namer(words, kind)
        if name == UNKNOWN and symptom.name not in {*rules.DOUBTFUL, *rules.CERTAIN}:
            return
        detection = Detection(
            run=self._run,
            ts=now,
            device=symptom.device,
            kind=name,
            interface=symptom.interface,
            score=score,
            evidence=tuple(sorted(words)),
        )
        self._told.append(detection)
        if name in rules.CONFIRMED:
            self._unconfirmed.append(detection)
        self._settle(detection, kind)
        yield detection

    def _told_lately(self, symptom: Symptom, cool: float) -> bool:
        return any(d.device == symptom.device and d.ts >= symptom.ts - cool for d in self._told)

    def _settle(self, detection: Detection, kind: str) -> None:
        bearing = not detection.interface or (
            self._carried(detection.device, detection.interface) >= rules.BEARING_KBPS
        )
        if bearing:
            settle = rules.SETTLE_SECONDS.get(kind, rules.SETTLE_OTHERWISE)
            self.settled_at = max(self.settled_at, detection.ts + settle)


def _order(symptom: Symptom) -> tuple[int, float]:
    """Causes before consequences; then the heaviest."""
    if symptom.name in rules.CERTAIN:
        return 0, -symptom.amount
    if symptom.name in rules.LINK:
        return 1, symptom.ts
    return (2, symptom.ts) if symptom.name in rules.BFD else (3, -symptom.amount)


def _place(seen_on: str, device: str, near: frozenset[str]) -> str:
    if seen_on == device:
        return "self"
    return "near" if seen_on in near else "far"


def _heaviest(symptoms: dict[str, Symptom]) -> Symptom:
    return max(symptoms.values(), key=lambda s: (s.amount, s.device))
