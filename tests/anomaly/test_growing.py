"""Counters become rates: against an old enough look, never across a restart, and without a trace before a write."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anomaly.growing import MOST, NO_SAMPLES, WINDOW, rates, remember, with_rates
from anomaly.model import Observation
from tests.anomaly.conftest import NOON


def seen(value, second, name="input_errors_total", subject="Gi1/0/5"):
    at = NOON + timedelta(seconds=second)
    return Observation(store="s001", device="s001-sw1", subject=subject, name=name, value=value, at=at)


def rated(looks):
    """The rate at each (second, value) look, and what is remembered in the end."""
    samples, told = NO_SAMPLES, []
    for second, value in looks:
        (rate,) = rates([seen(value, second)], samples)
        samples = remember([seen(value, second)], samples)
        told.append(rate.value)
    return told, samples


def test_the_first_look_tells_no_rate():
    (rate,) = rates([seen(40, 0)], NO_SAMPLES)
    assert (rate.name, rate.value, rate.subject) == ("input_errors_per_minute", None, "Gi1/0/5")


@pytest.mark.parametrize("apart", [2, 4, 10, 20, 30, 60])
def test_a_steady_counter_reads_the_same_however_often_one_looks(apart):
    told, _ = rated([(second, second / 2) for second in range(0, 600, apart)])
    assert told[0] is None
    assert told[3:] == [pytest.approx(30.0)] * len(told[3:])


def test_looks_in_quick_succession_reach_back_far_enough():
    quiet = [(second, 7) for second in range(0, 60, 2)]
    told, _ = rated([*quiet, (60, 8), (62, 8), (64, 8)])
    assert 4.0 <= told[-1] <= 6.0  # one event, seen over ten seconds or more


def test_one_second_apart_is_too_short():
    assert rated([(0, 1), (1, 900)])[0] == [None, None]


def test_what_stops_growing_is_soon_seen_to_stand_still():
    told, _ = rated([*((s, s * 10) for s in range(0, 30, 2)), *((s, 290) for s in range(30, 48, 2))])
    assert told[14] == pytest.approx(600.0)
    assert told[-1] == 0.0


def test_a_counter_that_went_backwards_tells_nothing_for_that_step():
    told, _ = rated([(0, 100), (30, 200), (60, 5), (90, 6)])
    assert told == [None, pytest.approx(200.0), None, pytest.approx(2.0)]


def test_a_fall_between_two_looks_is_not_jumped_over():
    told, _ = rated([(0, 100), (4, 100), (8, 2), (12, 300)])
    assert told[2] is None
    assert told[3] == pytest.approx(298 * 60 / 4)


def test_an_old_look_tells_nothing():
    assert rated([(0, 1), (WINDOW.total_seconds() + 1, 900)])[0] == [None, None]


@pytest.mark.parametrize("value", [None, "lots", True])
def test_what_is_no_number_is_unknown_and_not_kept(value):
    told, samples = rated([(0, 5), (30, value), (60, 35)])
    assert told == [None, None, pytest.approx(30.0)]
    assert len(next(iter(samples.values()))) == 2


def test_a_round_without_counters_keeps_what_there_is():
    _, samples = rated([(0, 5)])
    assert remember([seen("up", 4, name="port_status")], samples) is samples


def test_counters_that_are_gone_are_forgotten():
    samples = remember([seen(1, 0), seen(1, 0, subject="Gi1/0/6")], NO_SAMPLES)
    samples = remember([seen(2, 30)], samples)
    assert len(samples) == 2
    assert len(remember([seen(2, 200)], samples)) == 1


def test_a_counter_told_under_another_name_meanwhile_begins_anew():
    samples = remember([seen(7, 0)], NO_SAMPLES)
    samples = remember([seen(7, 4, name="other_total")], samples)
    assert rates([seen(90, 8)], samples)[0].value is None


def test_rates_are_observed_names():
    assert with_rates({"a_total", "b"}) == {"a_total", "a_per_minute", "b"}


@given(st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 10**12)), max_size=60))
def test_memory_is_bounded_and_rates_are_never_negative(looks):
    told, samples = rated(sorted(looks, key=lambda look: look[0]))
    assert all(rate is None or rate >= 0 for rate in told)
    assert all(len(kept) <= MOST for kept in samples.values())


def test_a_look_before_a_write_compares_and_leaves_no_trace(stage, monkeypatch):
    """``Watch.observations`` sees the growth since the last round, again and again the same."""
    at = stage.now

    def beside(store, answers, now):
        del store, answers
        return (seen((now - at).total_seconds(), (now - NOON).total_seconds()),)

    monkeypatch.setattr(stage.watch, "_beside", beside)
    for _ in range(8):
        sight = stage.round()
    assert [o.value for o in sight.observations if o.name == "input_errors_per_minute"] == [pytest.approx(60.0)]
    fresh = [stage.watch.observations("s001", stage.answers(), stage.now + timedelta(seconds=1)) for _ in range(2)]
    rates_now = [[o.value for o in those if o.name == "input_errors_per_minute"] for those in fresh]
    assert rates_now == [[pytest.approx(60.0)]] * 2
