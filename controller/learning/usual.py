"""What is usual for every device, and what is far from it: one call over the whole fleet a poll.

In: every round's sight, from the lanes. Out: the observation ``far_from_usual`` per device, as of the poll before; the
silent shifts of a region and role. Called by the lanes, the watch and the scheduler. It only supports: the symptom is
one that may hold in health, so nothing is found and nothing is done by it alone. A new store begins with the spread of
its region's devices of the same role. What is usual is learned anew after a restart.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

import structlog

from anomaly.model import Observation
from anomaly.watch import StoreSight
from inventory.model import Chain, DeviceId, StoreId

if TYPE_CHECKING:
    from anomaly.learn.baselines import FleetBaselines
    from anomaly.learn.shifts import Shift, Shifts

METRICS: dict[str, float] = {
    "ap_rtt_ms": 10.0,
    "broadcasts_per_minute": 300.0,
    "broken_frames_per_minute": 3.0,
    "cell_rsrp_dbm": 3.0,
    "clients": 3.0,
    "cpu_minute_pct": 5.0,
    "dns_probe_rtt_ms": 10.0,
    "guest_bytes_per_minute": 5_000_000.0,
    "heard_per_minute": 300.0,
    "late_collisions_per_minute": 3.0,
    "memory_used_pct": 2.0,
    "poe_watts": 2.0,
    "pool_used_pct": 5.0,
    "probe_failures_per_minute": 1.0,
    "probe_loss_pct": 3.0,
    "probe_rtt_ms": 10.0,
    "service_rtt_ms": 10.0,
    "stations": 3.0,
    "tunnel_received_per_minute": 300.0,
    "tunnel_sent_per_minute": 300.0,
    "wan_bytes_per_minute": 5_000_000.0,
    "wan_in_packets_per_minute": 3000.0,
    "wan_load_pct": 5.0,
    "weak_stations_pct": 5.0,
}
"""What is watched, and the least spread that counts in its own unit: a steady zero is not left by one."""
LARGEST = ("_ms", "_pct", "_dbm")
"""Of several on one device the largest counts; the others are added up."""
NAME = "far_from_usual"
log = structlog.get_logger(__name__)
Cell = tuple[int, int]


class Usual:
    """The fleet's usual values. Safe to use from many threads. ``shifts`` are those of the last poll."""

    def __init__(self, chain: Chain) -> None:
        self._columns = {name: number for number, name in enumerate(METRICS)}
        self._rows = {device: number for number, device in enumerate(chain.devices)}
        self._stores = {store: tuple(d.id for d in chain.devices_of(store)) for store in chain.stores}
        regions = {store: shop.region for store, shop in chain.stores.items()}
        self._kinds = [(regions.get(d.store, ""), d.role) for d in chain.devices.values()]
        self._lock = Lock()
        self._seen: dict[StoreId, dict[Cell, float]] = {}
        self._far: dict[DeviceId, str] = {}
        self._baselines: FleetBaselines | None = None
        self._shifts: Shifts | None = None
        self.shifts: tuple[str, ...] = ()

    def note(self, sight: StoreSight) -> None:
        """Take one round of a store."""
        cells: dict[Cell, float] = {}
        for one in sight.observations:
            column = self._columns.get(one.name)
            if column is None or isinstance(one.value, str | bool) or one.value is None:
                continue
            cell = (self._rows[one.device], column)
            before = cells.get(cell)
            value = float(one.value)
            if before is not None:
                value = max(before, value) if one.name.endswith(LARGEST) else before + value
            cells[cell] = value
        with self._lock:
            self._seen[sight.store] = cells

    def observations(self, store: StoreId, now: datetime) -> tuple[Observation, ...]:
        """What was far from usual in the poll before; nothing of a device that told nothing measured."""
        with self._lock:
            told = [(device, self._far[device]) for device in self._stores.get(store, ()) if device in self._far]
        return tuple(
            Observation(store=store, device=device, subject=device, name=NAME, value=far, at=now)
            for device, far in told
        )

    def tick(self) -> None:
        """Take one poll of the whole fleet."""
        with self._lock:
            seen, self._seen = self._seen, {}
        if not seen or not self._rows:
            return
        import numpy as np  # noqa: PLC0415 - a running controller needs it, its commands do not

        baselines, shifts = self._begun()
        cells = [pair for those in seen.values() for pair in those.items()]
        values = np.full((len(self._rows), len(METRICS)), np.nan, dtype=np.float32)
        if cells:
            places = np.array([cell for cell, _ in cells])
            values[places[:, 0], places[:, 1]] = [value for _, value in cells]
        there = ~np.isnan(values)
        far = baselines.poll(values)
        found = shifts.poll(baselines.leaning, there)
        self._keep(np.argwhere(far).tolist(), np.flatnonzero(np.any(there, axis=1)).tolist())
        self._tell(found)

    def _begun(self) -> "tuple[FleetBaselines, Shifts]":
        if self._baselines is None or self._shifts is None:
            import numpy as np  # noqa: PLC0415 - as above

            from anomaly.learn.baselines import FleetBaselines  # noqa: PLC0415
            from anomaly.learn.shifts import Shifts  # noqa: PLC0415

            numbers = {kind: number for number, kind in enumerate(dict.fromkeys(self._kinds))}
            groups = np.array([numbers[kind] for kind in self._kinds], dtype=np.int64)
            floor = np.array(list(METRICS.values()), dtype=np.float32)
            self._baselines = FleetBaselines(groups, len(METRICS), floor=floor)
            self._shifts = Shifts(groups, len(METRICS))
        return self._baselines, self._shifts

    def _keep(self, far: Iterable[list[int]], there: Iterable[int]) -> None:
        names, devices = tuple(METRICS), tuple(self._rows)
        told = {devices[row]: "" for row in there}
        for row, column in far:
            told[devices[row]] = ",".join(filter(None, (told.get(devices[row], ""), names[column])))
        with self._lock:
            self._far = told

    def _tell(self, found: "Iterable[Shift]") -> None:
        """Log a shift when it begins and when it is over."""
        now = tuple(sorted(self._words(found)))
        for words in now:
            if words not in self.shifts:
                log.warning("fleet.shifted", what=words)
        for words in self.shifts:
            if words not in now:
                log.info("fleet.settled", what=words)
        self.shifts = now

    def _words(self, found: "Iterable[Shift]") -> Iterator[str]:
        names, kinds = tuple(METRICS), tuple(dict.fromkeys(self._kinds))
        for shift in found:
            region, role = kinds[shift.group]
            side = "higher" if shift.rises else "lower"
            yield f"{names[shift.metric]} is {side} than usual on devices of role {role} in region {region}"
