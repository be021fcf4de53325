"""What two looks at a line tell: losses, silence, who fills it. And when nothing can be said."""

from datetime import UTC, datetime, timedelta

import pytest

from anomaly.growing import remember
from anomaly.model import Observation
from anomaly.trends import trends
from tests.anomaly.conftest import make_chain

START = datetime(2026, 11, 18, 12, tzinfo=UTC)
EDGE, WAN = "s001-edge", "GigabitEthernet0/0"
FUNCTIONS = ("pos", "click_and_collect", "guest_wifi")


@pytest.fixture(scope="module")
def chain():
    return make_chain()


def seen(at, **values):
    """Observations of one look; ``pos__probe_rtt_ms=20.0`` is about ``pos``."""
    made = []
    for key, value in values.items():
        subject, _, name = key.rpartition("__")
        place = {"wan": WAN, "": EDGE}.get(subject, subject)
        moment = START + timedelta(seconds=at)
        made.append(Observation(store="s001", device=EDGE, subject=place, name=name, value=value, at=moment))
    return tuple(made)


def play(chain, *looks):
    """What the last of these looks tells, as (subject, name) -> value."""
    samples, told = {}, ()
    for look in looks:
        told = trends(chain, "s001", look, samples)
        samples = remember(look, samples)
    return {(o.subject, o.name): o.value for o in told}


def counted(at, *losses):
    """Each function's probes after ``at`` seconds at one try a second, these shares of them lost."""
    values = {}
    for name, loss in zip(FUNCTIONS, losses, strict=True):
        values[f"{name}__probe_failures_total"] = float(round(at * loss))
        values[f"{name}__probe_successes_total"] = at - float(round(at * loss))
    return seen(at, **values)


@pytest.mark.parametrize(
    ("losses", "bad"),
    [
        ((0.0, 0.0, 0.0), ""),
        ((0.35, 0.35, 0.35), "lossy"),
        ((0.1, 0.1, 0.1), ""),
        ((1.0, 0.0, 0.0), ""),
        ((0.6, 0.0, 0.0), ""),
        ((1.0, 1.0, 1.0), ""),
    ],
    ids=["health", "a third everywhere", "a tenth", "a dead server", "a bad server", "nothing at all"],
)
def test_a_line_is_lossy_when_several_functions_lose_some(chain, losses, bad):
    told = play(chain, *(counted(at, *losses) for at in range(100, 140, 4)))
    assert told[EDGE, "line_bad"] == bad
    assert told["pos", "probe_loss_pct"] == pytest.approx(100 * losses[0], abs=12)


def test_nothing_is_said_of_losses_at_the_first_look_or_after_a_restart(chain):
    assert play(chain, counted(100, 0.3, 0.3, 0.3))["pos", "probe_loss_pct"] is None
    looks = [counted(at, 0.3, 0.3, 0.3) for at in (100, 110, 120)]
    assert (EDGE, "line_bad") not in play(chain, *looks, *(seen(130, pos__probe_successes_total=1.0),))
    told = play(chain, *looks, counted(5, 0.3, 0.3, 0.3))
    assert told["pos", "probe_loss_pct"] is None


@pytest.mark.parametrize(
    ("times", "bad"),
    [
        ((620.0, 640.0, 630.0), "slow"),
        ((620.0, 30.0, 30.0), None),
        ((None, None, None), None),
        ((301.0, None, 640.0), "slow"),
    ],
)
def test_a_line_is_slow_when_even_the_quickest_answer_is_late(chain, times, bad):
    look = seen(0, **{f"{name}__probe_rtt_ms": ms for name, ms in zip(FUNCTIONS, times, strict=True)})
    assert play(chain, look).get((EDGE, "line_bad")) == bad


def test_input_stands_still_when_nothing_came_since_the_look_before(chain):
    def look(at, packets):
        return seen(at, wan__wan_in_packets_total=packets)

    spot = WAN, "wan_input_still"
    assert play(chain, look(0, 100.0))[spot] is None
    assert play(chain, look(0, 100.0), look(2, 180.0))[spot] is False
    assert play(chain, look(0, 100.0), look(2, 180.0), look(4, 180.0))[spot] is True
    assert play(chain, look(0, 100.0), look(2, 100.0), look(2.5, 100.0))[spot] is True
    assert play(chain, look(0, 100.0), look(2, 7.0))[spot] is None
    assert play(chain, look(0, 100.0), look(2, None))[spot] is None


def test_what_guests_take_of_the_line(chain):
    def look(at, guests, everything):
        return seen(at, __guest_bytes_total=guests, wan__wan_bytes_total=everything)

    spot = EDGE, "guest_share_pct"
    assert play(chain, look(0, 0.0, 0.0), look(2, 90.0, 100.0))[spot] == 90.0
    assert play(chain, look(0, 0.0, 0.0), look(2, 120.0, 100.0))[spot] == 100.0
    assert play(chain, look(0, 0.0, 0.0), look(2, 0.0, 0.0))[spot] is None
    assert play(chain, look(0, None, 0.0), look(2, None, 50.0))[spot] is None


def test_what_another_device_measured_counts_as_it_says(chain):
    lossy = seen(0, pos__probe_lossy=True, guest_wifi__probe_lossy=False)
    well = seen(0, pos__probe_lossy=False, guest_wifi__probe_lossy=False)
    assert play(chain, lossy)[EDGE, "line_bad"] == "lossy"
    assert play(chain, well)[EDGE, "line_bad"] == ""
    assert play(chain, seen(0, pos__probe_lossy=None)) == {}


def test_the_primary_carries_while_something_answers_over_it(chain):
    spot = WAN, "primary_carries"
    assert play(chain, seen(0, wan__default_via=True, pos__probe_ok=True, guest_wifi__probe_ok=False))[spot] is True
    assert play(chain, seen(0, wan__default_via=True, pos__probe_ok=False))[spot] is False
    assert play(chain, seen(0, wan__default_via=False, pos__probe_ok=True))[spot] is False
    assert spot not in play(chain, seen(0, wan__default_via=None, pos__probe_ok=True))
    assert spot not in play(chain, seen(0, wan__default_via=True, pos__probe_ok=None))


@pytest.mark.parametrize("seconds", [2, 6, 14, 22])
def test_an_outage_that_has_ended_is_no_lossy_line(chain, seconds):
    """Every function's probes, once a second; none is answered from second 120 on, for a while."""
    for now in range(122, 160, 2):
        looks = []
        for at in range(now - 30, now + 1, 2):
            lost = float(min(max(at - 120, 0), seconds))
            values = {f"{name}__probe_failures_total": lost for name in FUNCTIONS}
            looks.append(seen(at, **values, **{f"{name}__probe_successes_total": at - lost for name in FUNCTIONS}))
        assert play(chain, *looks)[EDGE, "line_bad"] == "", now
