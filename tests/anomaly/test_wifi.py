"""What access points tell of themselves, and what is made of it: named right, and nothing named that is none."""

import pytest

from anomaly.collecting import collect, looks_of
from inventory.errors import AuthRefusedError, UnreachableError
from inventory.looks import Look, Reading
from inventory.radio_rows import RadioEventRow, RadioRow, SoftwareRow, StationRow
from tests.anomaly.lab_bench import Bench

pytestmark = pytest.mark.scenario

AP = "s001-ap1"
WIFI = {"ap_firmware_off", "ap_radar", "wifi_coverage_low"}


@pytest.fixture
def bench():
    return Bench(stores=1)


def put(bench, name, **where):
    return bench.breakages.put_in(name, bench.breakages.find(name, **{"device": AP, **where}))


def named(sights):
    return {(f.signature, f.device) for sight in sights for f in sight.findings}


@pytest.mark.parametrize(
    ("name", "variant"), [("ap_firmware_off", "missed"), ("ap_firmware_off", "stuck"), ("wifi_coverage_low", "")]
)
def test_it_is_named_within_two_looks_of_its_symptom(bench, name, variant):
    bench.play("s001", 10)
    put(bench, name, variant=variant)
    sights = bench.play("s001", 24)
    assert named(sights) == {(name, AP)}
    assert sights[-1].findings[0].subject == AP


def test_radar_is_named_when_it_has_come_again(bench):
    bench.play("s001", 10)
    put(bench, "ap_radar", variant="")
    first = bench.play("s001", 30)
    again = bench.play("s001", 30)
    assert named(first) == set()
    assert named(again) == {("ap_radar", AP)}


def test_on_a_channel_without_radar_it_is_over(bench):
    put(bench, "ap_radar", variant="")
    bench.play("s001", 60)
    bench.world.shops["s001"].access_points[AP].channel = 36
    assert bench.play("s001", 30)[-1].findings == ()


@pytest.mark.parametrize(
    ("name", "variant", "only"),
    [
        ("ap_low_power", "", {"ap_low_power"}),
        ("ap_hung", "", {"ap_hung"}),
        ("ap_no_power", "latched", {"ap_no_power"}),
        ("ap_serves_nobody", "", set()),
        ("ap_slow", "", set()),
    ],
)
def test_what_looks_alike_has_its_own_name_or_none(bench, name, variant, only):
    bench.play("s001", 10)
    put(bench, name, variant=variant)
    assert {signature for signature, _ in named(bench.play("s001", 60))} == only


def test_nobody_joined_at_night_is_no_fault(bench):
    for ap in bench.world.shops["s001"].access_points.values():
        ap.clients = {}
    bench.forward(1)
    assert named(bench.play("s001", 120)) == set()


def test_a_restart_is_no_fault(bench):
    bench.play("s001", 10)
    ap = bench.world.shops["s001"].access_points[AP]
    bench.world.shops["s001"].act(bench.clock.seconds(), lambda: setattr(ap, "state", "off"))
    assert not {signature for signature, _ in named(bench.play("s001", 60))} & WIFI


def test_two_faults_of_two_access_points_keep_apart(bench):
    bench.play("s001", 10)
    put(bench, "ap_firmware_off", variant="missed")
    put(bench, "wifi_coverage_low", device="s001-ap2")
    bench.play("s001", 24)
    assert named(bench.play("s001", 4)) == {("ap_firmware_off", AP), ("wifi_coverage_low", "s001-ap2")}


def test_an_agent_that_answers_speaks_against_a_power_cycle(bench):
    """Its probe fails, nobody is joined, CDP is gone - and it tells us how it is: people shall look."""
    bench.play("s001", 10)
    put(bench, "ap_hung", variant="")
    bench.agents[AP][0].answers = lambda: True
    assert not named(bench.play("s001", 60)) & {("ap_hung", AP)}


# --- the collectors by themselves -------------------------------------------------------------------------------


def seen(bench, **answers):
    chain = bench.chain.chain
    device = chain.devices[AP]
    now = bench.clock.now()
    given = {
        name: rows
        if isinstance(rows, Exception)
        else Reading(device=AP, look=Look(getter=name), rows=rows, taken_at=now)
        for name, rows in answers.items()
    }
    return {o.name: o.value for o in collect(device, chain, given, now)}


def radio(state="up", channel=36, clients=2, admin_up=True):
    return RadioRow(name="Dot11Radio1", admin_up=admin_up, state=state, channel=channel, clients=clients)


def test_they_are_asked_now_and_then_only(bench):
    chain = bench.chain.chain
    assert looks_of(chain.devices[AP], chain, slow=False) == ()
    assert {look.getter for look in looks_of(chain.devices[AP], chain)} == {
        "radios",
        "radio_events",
        "software",
        "stations",
    }
    assert seen(bench) == {}


@pytest.mark.parametrize(
    ("radios", "off", "stations", "reserved"),
    [
        ((radio(), radio("checking", 100, 3)), False, 5.0, True),
        ((radio("down"), radio("down", 52)), True, 4.0, True),
        ((radio("down", admin_up=False), radio("up", 149)), False, 2.0, False),
        ((radio("other", None, None),), False, None, None),
        ((radio(admin_up=False),), None, None, None),
        ((), None, None, None),
    ],
)
def test_radios(bench, radios, off, stations, reserved):
    told = {"radios_off": off, "stations": stations, "channel_reserved": reserved}
    assert {name: value for name, value in seen(bench, radios=radios).items() if name in told} == told


def test_software(bench):
    def running(version):
        return (SoftwareRow(version=version, model="", serial="", up_seconds=9.0),)

    assert seen(bench, software=running("8.10.196.0")) == {"software_off": "", "told_by_agent": True}
    assert seen(bench, software=running("8.5.140.0")) == {"software_off": "8.5.140.0", "told_by_agent": True}
    assert seen(bench, software=UnreachableError(AP, "silent")) == {"software_off": None, "told_by_agent": False}
    assert seen(bench, software=AuthRefusedError(AP, "who?")) == {"software_off": None, "told_by_agent": None}


def test_clients_signals(bench):
    def heard(*signals):
        return tuple(StationRow(radio=2, mac=f"02:aa:00:00:00:{n:02d}", signal_dbm=s) for n, s in enumerate(signals))

    assert seen(bench, stations=heard(-80, -80, -60, -60)) == {"weak_stations_pct": 50.0}
    assert seen(bench, stations=heard(-60, -61, -75)) == {"weak_stations_pct": 0.0}
    assert seen(bench, stations=heard(-90, -90)) == {"weak_stations_pct": None}
    assert seen(bench, stations=()) == {"weak_stations_pct": None}


def test_radar(bench):
    old, fresh, other = (
        RadioEventRow(radar=radar, age_seconds=age) for radar, age in ((True, 1801.0), (True, 5.0), (False, 5.0))
    )
    assert seen(bench, radio_events=(old, fresh, other, fresh)) == {"radar_hits": 2.0}
    assert seen(bench, radio_events=(other,)) == {"radar_hits": 0.0}
    assert seen(bench, radio_events=()) == {"radar_hits": None}
