"""IP SLA operations of a store's edge, on their own frequency grid.

In: the configured operations and the store as it stands. Out: last results and counts. Called by ``lab.view``.
Why: nothing runs in the background - ticks are worked out when somebody looks, and before every change.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address

from lab.endpoints import noise
from lab.gear import Gear
from lab.model import ProbeLook, ProbeSetting
from lab.paths import echo_ms
from lab.shop import Shop

RESOLVER_MS = 4.0


@dataclass(slots=True)
class Operation:
    """One IP SLA operation with its results up to ``since`` (lab seconds)."""

    setting: ProbeSetting
    started: float
    since: float
    successes: int = 0
    failures: int = 0
    last: tuple[float, float | None] | None = None


class Probing:
    """The operations of one edge, on their own frequency grid, worked out when somebody looks or before a change."""

    def __init__(self, shop: Shop, gear: Gear, seed: int) -> None:
        self._shop = shop
        self._gear = gear
        self._seed = seed
        self._operations: dict[int, Operation] = {}

    def account(self, at: float) -> None:
        """Run every tick up to ``at`` with the store as it stands. Call before anything changes."""
        for operation in self._operations.values():
            self._run(operation, at)

    def configured(self, at: float) -> None:
        """Take over the operations as configured now; a changed one starts anew."""
        wanted = {p.number: p for p in self._gear.setting.probes if p.scheduled}
        for number in [n for n, o in self._operations.items() if wanted.get(n) != o.setting]:
            del self._operations[number]
        for number, setting in wanted.items():
            if number not in self._operations:
                first = at - setting.frequency_seconds * noise(self._seed, self._gear.name, number)
                self._operations[number] = Operation(setting=setting, started=first, since=first - 0.001)

    def looks(self, at: float) -> list[ProbeLook]:
        """Every configured operation with its last result."""
        self.account(at)
        return [self._look(setting, at) for setting in self._gear.setting.probes]

    def _run(self, operation: Operation, at: float) -> None:
        every = operation.setting.frequency_seconds
        tick = int((operation.since - operation.started) // every) + 1
        while (due := operation.started + tick * every) <= at:
            took = self._measure(operation.setting, tick)
            operation.last = (due, took)
            if took is None:
                operation.failures += 1
            else:
                operation.successes += 1
            tick += 1
        operation.since = max(operation.since, at)

    def _measure(self, setting: ProbeSetting, tick: int) -> float | None:
        luck = noise(self._seed, self._gear.name, setting.number, tick)
        target = setting.name_server if setting.kind == "dns" else setting.target
        if target is None:
            return None
        took = echo_ms(self._shop, self._gear, IPv4Address(target), setting.source, luck)
        if took is not None and setting.kind == "dns":
            took += RESOLVER_MS
        return None if took is None or took > setting.timeout_ms else took

    def _look(self, setting: ProbeSetting, at: float) -> ProbeLook:
        operation = self._operations.get(setting.number)
        last = operation.last if operation is not None else None
        return ProbeLook(
            number=setting.number,
            kind=setting.kind,
            target=setting.target,
            rtt_ms=None if last is None or last[1] is None else round(last[1], 1),
            code="Unknown" if last is None else "Timeout" if last[1] is None else "OK",
            age_seconds=None if last is None else at - last[0],
            successes=operation.successes if operation is not None else 0,
            failures=operation.failures if operation is not None else 0,
        )
