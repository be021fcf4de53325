"""Numbers for Prometheus: worked out from the ledger when they are asked for.

In: the ledger's projections and events, the chain, the pulse. Out: Prometheus' text format. Called by ``health``.
Counters begin at zero with the process, as Prometheus expects; everything else is read as it is now.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from controller.api import views
from controller.api.feed import Feed
from controller.api.scene import healed_today, waiting_for_person
from controller.api.source import Source
from controller.api.views import KILL
from controller.events import EVENT_TYPES, Event, Judged, WriteEnded
from controller.intake.hints import Hints
from controller.recorder import Recorder

STATES = ("trading", "degraded", "stopped", "unknown")
AT_ONCE = 1000
LIVES = timedelta(seconds=1)


class Metrics(Collector):
    """One scrape at a time and one reading a second, however many ask."""

    def __init__(
        self, source: Source, feed: Feed, version: str, hints: Hints | None = None, recorder: Recorder | None = None
    ) -> None:
        self._source = source
        self._feed = feed
        self._version = version
        self._hints = hints
        self._recorder = recorder
        self._turn = threading.Lock()
        self._last: tuple[datetime, bytes] | None = None
        self._counted: int | None = None
        self._events: Counter[tuple[str, ...]] = Counter({(kind,): 0 for kind in EVENT_TYPES})
        self._verdicts: Counter[tuple[str, ...]] = Counter()
        self._writes: Counter[tuple[str, ...]] = Counter()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        self.count()

    def text(self) -> bytes:
        """Return every number, in the text format, as of the last second."""
        with self._turn:
            now = self._source.clock.now()
            if self._last is None or not timedelta(0) <= now - self._last[0] < LIVES:
                self.count()
                self._last = now, generate_latest(self._registry)
            return self._last[1]

    def describe(self) -> Iterable[Metric]:
        """Return nothing: what there is depends on the ledger."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give every family of numbers."""
        yield InfoMetricFamily("storenet_build", "The controller's version", {"version": self._version})
        yield from self._chain_now()
        yield from self._incidents_now()
        yield from self._rollouts_now()
        yield from self._controller_now()
        yield from self._counters()

    def count(self) -> None:
        """Count what was told since the last time; the first time only marks where counting begins."""
        ledger = self._source.ledger
        if self._counted is None:
            self._counted = ledger.last_seq()
        while found := ledger.events_after(self._counted, AT_ONCE):
            self._counted = found[-1][0]
            for _, event in found:
                self._take(event)

    def _take(self, event: Event) -> None:
        self._events[(event.kind,)] += 1
        if isinstance(event, WriteEnded):
            self._writes[(event.outcome,)] += 1
        if isinstance(event, Judged):
            self._verdicts.update((v.rule, "allowed" if v.allowed else "refused") for v in event.verdicts)

    def _chain_now(self) -> Iterator[Metric]:
        source = self._source
        stores = source.stores()
        states = _counted((store.state,) for store in stores)
        yield _gauge("storenet_stores", "Stores by state", ("state",), {(s,): states[(s,)] for s in STATES})
        functions = _counted((f.name, f.state) for s in stores for f in s.functions)
        yield _gauge("storenet_functions", "Store functions by state", ("function", "state"), functions)
        devices = _counted((d.role,) for d in source.chain.devices.values() if d.has_session)
        yield _gauge("storenet_devices_polled", "Devices that are logged in to and looked at", ("role",), devices)
        seen = [store.seen_at for store in stores if store.seen_at is not None]
        yield _moment("storenet_newest_look_timestamp_seconds", "The newest look at any store", max(seen, default=None))
        yield _moment("storenet_oldest_look_timestamp_seconds", "The oldest look at any store", min(seen, default=None))
        yield _one("storenet_stores_never_seen", "Stores that were not looked at yet", len(stores) - len(seen))

    def _incidents_now(self) -> Iterator[Metric]:
        source = self._source
        lasting = source.open_incidents()
        by = _counted((i.status, i.signature) for i in lasting)
        yield _gauge("storenet_incidents_open", "Incidents that last", ("status", "signature"), by)
        waiting = waiting_for_person(tuple(views.incident_record(i, source.chain) for i in lasting))
        yield _one(
            "storenet_incidents_waiting_for_person",
            "Open incidents that ask for a person",
            waiting,
        )
        healed = sum(healed_today(i, source.chain, source.clock.now()) for i in source.recent_incidents())
        yield _one("storenet_incidents_healed_today", "Incidents healed on what is today in their own store", healed)

    def _rollouts_now(self) -> Iterator[Metric]:
        running = self._source.ledger.rollouts(open_only=True)
        by = _counted((r.status,) for r in running)
        yield _gauge("storenet_rollouts_open", "Pushes that are not over", ("status",), by)
        devices: Counter[tuple[str, ...]] = Counter()
        for rollout in running:
            devices.update({(state,): number for state, number in rollout.counts.items()})
        yield _gauge("storenet_rollout_devices", "Devices of pushes that are not over, by state", ("state",), devices)

    def _controller_now(self) -> Iterator[Metric]:
        source = self._source
        yield _moment("storenet_pulse_timestamp_seconds", "When the last poll of the chain ended", source.pulse_at())
        yield _one("storenet_alive", "1 while the pulse is fresh", int(source.is_alive()))
        thrown = source.ledger.switch(KILL) is not None
        yield _one("storenet_kill_switch", "1 while all writing is stopped", int(thrown))
        yield _one("storenet_event_listeners", "Browsers that listen to the stream of events", self._feed.listeners)
        if source.leases is not None:
            yield _one("storenet_leases_held", "Stores this controller looks after", source.leases())

    def _counters(self) -> Iterator[Metric]:
        yield _counter("storenet_events", "Events told to the ledger", ("kind",), self._events)
        yield _counter("storenet_writes", "Writes to devices by how they ended", ("outcome",), self._writes)
        yield _counter("storenet_verdicts", "What guardrails said", ("rule", "verdict"), self._verdicts)
        if self._hints is not None:
            told = "Messages from outside, by source and what became of them"
            yield _counter("storenet_hints", told, ("source", "fate"), self._hints.counts())
            raised: Mapping[tuple[str, ...], int] = {(): self._hints.polls_raised}
            yield _counter("storenet_hint_looks_raised", "Extra looks at a store that hints raised", (), raised)
        if self._recorder is not None:
            rounds: Mapping[tuple[str, ...], int] = {
                ("kept",): self._recorder.recorded,
                ("dropped",): self._recorder.dropped,
            }
            yield _counter(
                "storenet_recorded_rounds", "Rounds of observations, kept on disk or lost", ("fate",), rounds
            )


def _counted(rows: Iterable[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    return Counter(rows)


def _gauge(name: str, says: str, labels: tuple[str, ...], by: Mapping[tuple[str, ...], int]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=labels)
    for values, number in sorted(by.items()):
        family.add_metric(values, number)
    return family


def _counter(name: str, says: str, labels: tuple[str, ...], by: Mapping[tuple[str, ...], int]) -> Metric:
    family = CounterMetricFamily(name, says, labels=labels)
    for values, number in sorted(by.items()):
        family.add_metric(values, number)
    return family


def _one(name: str, says: str, number: float) -> Metric:
    return GaugeMetricFamily(name, says, value=number)


def _moment(name: str, says: str, at: datetime | None) -> Metric:
    """A time as seconds since 1970; no sample at all while there was none."""
    family = GaugeMetricFamily(name, says)
    if at is not None:
        family.add_metric((), at.timestamp())
    return family
