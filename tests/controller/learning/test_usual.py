"""What is usual for a device, what is far from it, and many devices that lean a little together."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from anomaly.learn.shifts import Shifts
from anomaly.model import Observation
from controller.learning.usual import METRICS, Usual

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Fleet:
    """Every store's edge, measured once a poll."""

    def __init__(self, chain):
        self.chain, self.usual, self.now = chain, Usual(chain), NOW
        self.random = np.random.default_rng(7)

    def poll(self, value, stores=None, name="probe_rtt_ms"):
        """``value`` of a store gives what its edge measured; None: nothing came."""
        self.now += timedelta(seconds=10)
        for store in stores or self.chain.stores:
            edge = self.chain.edge_of(store).id
            seen = [
                Observation(store=store, device=edge, subject="pos", name=name, value=told, at=self.now)
                for told in (value(store),)
            ]
            self.usual.note(SimpleNamespace(store=store, observations=seen, findings=()))
        self.usual.tick()

    def calm(self, polls=40, around=40.0):
        for _ in range(polls):
            self.poll(lambda _: around + self.random.normal(0, 3))

    def far(self, store="s001"):
        return {o.device: o.value for o in self.usual.observations(store, self.now)}


@pytest.fixture
def fleet(chain):
    return Fleet(chain)


def test_a_calm_fleet_is_not_far_from_usual(fleet):
    fleet.calm()
    assert {fleet.far(store)[f"{store}-edge"] for store in fleet.chain.stores} == {""}
    assert fleet.usual.shifts == ()


def test_one_that_jumps_is_far_after_two_polls(fleet):
    fleet.calm()

    def jumped(store):
        return 400.0 if store == "s003" else 40.0

    fleet.poll(jumped)
    assert fleet.far("s003") == {"s003-edge": ""}, "one odd value is no evidence"
    fleet.poll(jumped)
    assert fleet.far("s003") == {"s003-edge": "probe_rtt_ms"}
    assert fleet.far("s001") == {"s001-edge": ""}


def test_a_poll_without_a_value_between_two_does_not_hide_it(fleet):
    fleet.calm()
    for value in (400.0, None, 400.0):
        fleet.poll(lambda store, v=value: v if store == "s003" else 40.0)
    assert fleet.far("s003") == {"s003-edge": "probe_rtt_ms"}


def test_a_new_store_works_on_its_first_day(fleet):
    old = [s for s in fleet.chain.stores if s != "s003"]
    for _ in range(40):
        fleet.poll(lambda _: 40.0 + fleet.random.normal(0, 3), stores=old)
    assert fleet.far("s003") == {}
    fleet.poll(lambda _: 40.0)
    for _ in range(2):
        fleet.poll(lambda store: 400.0 if store == "s003" else 40.0)
    assert fleet.far("s003") == {"s003-edge": "probe_rtt_ms"}, "with the spread of its region's edges"


def test_a_steady_zero_is_not_left_by_one(fleet):
    for _ in range(20):
        fleet.poll(lambda _: 0.0, name="broken_frames_per_minute")
    for _ in range(3):
        fleet.poll(lambda store: 2.0 if store == "s003" else 0.0, name="broken_frames_per_minute")
    assert fleet.far("s003") == {"s003-edge": ""}


def test_what_was_not_seen_is_not_told(fleet):
    fleet.calm(3)
    fleet.poll(lambda store: None if store == "s003" else 40.0)
    assert fleet.far("s003") == {}


def test_many_that_lean_a_little_are_a_silent_shift_and_none_is_far(fleet):
    fleet.calm(60)
    for _ in range(5):
        fleet.poll(lambda _: 56.0 + fleet.random.normal(0, 3))
    assert fleet.usual.shifts
    assert all(s.startswith("probe_rtt_ms is higher than usual on devices of role edge") for s in fleet.usual.shifts)
    assert {fleet.far(store)[f"{store}-edge"] for store in fleet.chain.stores} == {""}


def test_one_region_shifts_alone(fleet):
    region = next(iter(fleet.chain.stores.values())).region
    fleet.calm(60)
    shifted = {s.id for s in fleet.chain.stores.values() if s.region == region}
    for _ in range(5):
        fleet.poll(lambda store: (56.0 if store in shifted else 40.0) + fleet.random.normal(0, 3))
    assert [s.rpartition(" ")[2] for s in fleet.usual.shifts] == [region]


def test_a_few_devices_never_make_a_shift():
    shifts = Shifts(np.zeros(5, dtype=np.int64), 1)
    leaning, seen = np.ones((5, 1), dtype=np.int8), np.ones((5, 1), dtype=bool)
    assert not any(shifts.poll(leaning, seen) for _ in range(50))


def test_a_shift_is_over_when_they_lean_no_more():
    shifts = Shifts(np.zeros(20, dtype=np.int64), 1)
    leaning, seen = -np.ones((20, 1), dtype=np.int8), np.ones((20, 1), dtype=bool)
    for _ in range(10):
        found = shifts.poll(leaning, seen)
    assert [(s.rises, s.devices) for s in found] == [(False, 20)]
    for _ in range(20):
        found = shifts.poll(leaning * 0, seen)
    assert found == ()


def test_every_metric_is_observed_by_somebody():
    from anomaly.collecting import observed_names  # noqa: PLC0415 - loads every collector

    assert set(METRICS) <= observed_names()
