"""IP SLA operations of a store's edge, on their own frequency grid.

In: the configured operations and the store as it stands. Out: last results and counts. Called by ``lab.view``.
Why: nothing runs in the background - ticks are worked out when somebody looks, and before every change.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import urlsplit

from lab.connecting import answers_web, attempt, resolve
from lab.endpoints import noise
from lab.gear import Gear
from lab.line import Line
from lab.model import ProbeLook
from lab.outside import DNS_PORT, WEB_PORTS
from lab.paths import line_to
from lab.service_model import ProbeCode
from lab.setting import ProbeSetting
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
    code: ProbeCode = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How an operation's exchanges go while nothing changes: ``code`` unless their packets are lost or late.

    ``line``: how a packet fares there and back, None when nothing is sent or answered; ``trips`` of them and
    ``beside_ms`` make one exchange.
    """

    code: ProbeCode
    line: Line | None = None
    trips: int = 1
    beside_ms: float = 0.0

    def run(self, luck: float, timeout_ms: float) -> tuple[float | None, ProbeCode]:
        """One exchange: its milliseconds, None when it fails; ``luck`` in [0, 1) decides."""
        if self.line is None:
            return None, self.code
        once = self.line.took(luck)
        took = None if once is None else once * self.trips + self.beside_ms
        if took is None or took > timeout_ms:
            return None, "Timeout"
        return (took, "OK") if self.code == "OK" else (None, self.code)


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
        setting, every = operation.setting, operation.setting.frequency_seconds
        tick = int((operation.since - operation.started) // every) + 1
        exchange = self._exchange(setting) if operation.started + tick * every <= at else None
        while exchange is not None and (due := operation.started + tick * every) <= at:
            luck = noise(self._seed, self._gear.name, setting.number, tick)
            took, operation.code = exchange.run(luck, setting.timeout_ms)
            operation.last = (due, took)
            if took is None:
                operation.failures += 1
            else:
                operation.successes += 1
            tick += 1
        operation.since = max(operation.since, at)

    def _exchange(self, setting: ProbeSetting) -> Exchange:
        if setting.number in self._shop.hung_probes:
            return Exchange(code="Timeout")
        if setting.kind in ("tcp-connect", "http"):
            return self._conversation(setting)
        target = IPv4Address((setting.name_server if setting.kind == "dns" else setting.target) or 0)
        way = line_to(self._shop, self._gear, target, setting.source)
        silent = setting.kind == "dns" and self._shop.outside.mood(target, DNS_PORT) is not None
        if way is None or silent:
            return Exchange(code="Timeout")
        return Exchange(code="OK", line=way, beside_ms=RESOLVER_MS if setting.kind == "dns" else 0.0)

    def _conversation(self, setting: ProbeSetting) -> Exchange:
        """Connect, and ask for the page."""
        place = urlsplit(setting.target) if setting.kind == "http" else None
        host = resolve(self._shop, (place.hostname or "") if place is not None else setting.target)
        if host is None:
            return Exchange(code="DNS query error")
        port = (place.port or WEB_PORTS[place.scheme == "https"]) if place is not None else setting.port
        end, way = attempt(self._shop, self._gear, host, port, setting.source)
        if end != "open":
            return Exchange(code="Timeout" if end == "timeout" else "No connection", line=way)
        if place is None:
            return Exchange(code="OK", line=way)
        good = answers_web(self._shop, host, port)
        return Exchange(code="OK" if good else "HTTP error", line=way, trips=2)

    def _look(self, setting: ProbeSetting, at: float) -> ProbeLook:
        operation = self._operations.get(setting.number)
        last = operation.last if operation is not None else None
        return ProbeLook(
            number=setting.number,
            kind=setting.kind,
            target=self._shown(setting),
            rtt_ms=None if last is None or last[1] is None else round(last[1], 1),
            code="Unknown" if operation is None else operation.code,
            age_seconds=None if last is None else at - last[0],
            successes=operation.successes if operation is not None else 0,
            failures=operation.failures if operation is not None else 0,
        )

    def _shown(self, setting: ProbeSetting) -> str:
        """Whom it is about, as devices print it: of a page, the server's address."""
        if setting.kind != "http":
            return setting.target
        return str(resolve(self._shop, urlsplit(setting.target).hostname or "") or "0.0.0.0")  # noqa: S104 - nobody
