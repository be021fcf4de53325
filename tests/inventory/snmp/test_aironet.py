"""What access points of Cisco tell, read from a virtual one - and from what is not as it should be."""

import pytest

from inventory.snmp.aironet import (
    CLIENTS,
    IF_ADMIN,
    IF_NAME,
    IF_OPER,
    IF_TYPE,
    OFDM_CHANNEL,
    SAID,
    SAID_AT,
    SAID_BY,
    SIGNAL,
    SOFTWARE,
    events,
    radios,
    software,
    stations,
)
from inventory.snmp.standard import DESCRIPTION, UP_TIME
from tests.anomaly.lab_bench import Bench

IOS = b"Cisco IOS Software, C1140 Software (C1140-K9W7-M), Version 15.3(3)JD4, RELEASE SOFTWARE (fc1)"


@pytest.fixture
def bench():
    return Bench(stores=1)


def told(bench, name="s001-ap1"):
    return {oid: value.content for oid, value in bench.agents[name][0].objects().items()}


def test_a_virtual_one_in_health(bench):
    found = told(bench)
    slow, fast = radios(found)
    assert (slow.name, slow.channel, slow.clients, slow.state) == ("Dot11Radio0", 6, 0, "up")
    assert (fast.name, fast.channel, fast.clients, fast.admin_up) == ("Dot11Radio1", 100, 4, True)
    (runs,) = software(found)
    assert (runs.version, runs.model) == ("8.10.196.0", "AIR-AP1815W-E-K9")
    assert {row.signal_dbm for row in stations(found)} == {-58}
    assert all(len(row.mac) == 17 and row.radio == 2 for row in stations(found))
    assert [row.radar for row in events(found)] == [False]


def test_a_virtual_one_that_hears_radar(bench):
    bench.breakages.put_in("ap_radar", bench.breakages.find("ap_radar", device="s001-ap1"))
    states = set()
    for _ in range(20):
        bench.forward(5)
        states.add(radios(told(bench))[1].state)
    assert states == {"up", "checking"}
    heard = [row.age_seconds for row in events(told(bench)) if row.radar]
    assert heard == pytest.approx([100, 60, 20], abs=1)


def row(index, name, kind=71, admin=1, oper=1):
    cells = ((IF_NAME, name), (IF_TYPE, kind), (IF_ADMIN, admin), (IF_OPER, oper))
    return {(*oid, index): value for oid, value in cells}


def test_only_radios_that_are_radios_count():
    found = {
        **row(1, b"Dot11Radio0"),
        **row(2, b"Dot11Radio1", admin=2, oper=2),
        **row(3, b"GigabitEthernet0", kind=6),
        **row(4, b"Dot11Radio0.20"),
        **row(5, b"Dot11Radio2", oper=7),
        (*OFDM_CHANNEL, 2): 44,
        (*CLIENTS, 1): 3,
    }
    assert [(r.name, r.admin_up, r.state, r.channel, r.clients) for r in radios(found)] == [
        ("Dot11Radio0", True, "up", None, 3),
        ("Dot11Radio1", False, "down", 44, None),
        ("Dot11Radio2", True, "other", None, None),
    ]


@pytest.mark.parametrize(
    "found",
    [
        {},
        row(3, b"GigabitEthernet0", kind=6),
        {oid: value for oid, value in row(1, b"Dot11Radio0").items() if oid[:-1] != IF_OPER},
        {**row(1, b"Dot11Radio0"), (*IF_NAME, 1): 7},
    ],
)
def test_a_radio_whose_state_is_not_told_is_not_guessed(found):
    with pytest.raises(ValueError, match="radio"):
        radios(found)


def test_the_version_is_the_plates_else_the_descriptions():
    base = {UP_TIME: 5, DESCRIPTION: IOS}
    assert software(base)[0].version == "15.3(3)JD4"
    assert software({**base, (*SOFTWARE, 1): b"", (*SOFTWARE, 1001): b"8.10.1"})[0].version == "8.10.1"
    for found in ({UP_TIME: 5, DESCRIPTION: b"an access point"}, {DESCRIPTION: IOS}, {UP_TIME: b"5", DESCRIPTION: IOS}):
        with pytest.raises(ValueError, match="told"):
            software(found)


@pytest.mark.parametrize("bad", [{(*SIGNAL, 2): -60}, {(*SIGNAL, 2, 1, 65, 1, 2, 3, 4, 5, 999): -60}])
def test_a_client_that_is_none_is_no_client(bad):
    with pytest.raises(ValueError, match="client"):
        stations(bad)


def test_a_signal_that_cannot_be_is_left_out():
    index = (2, 1, 65, 2, 170, 0, 0, 0)
    found = {(*SIGNAL, *index, 1): -60, (*SIGNAL, *index, 2): 0, (*SIGNAL, *index, 3): 99}
    assert [r.mac for r in stations(found)] == ["02:aa:00:00:00:01"]


def test_the_log_counts_back_from_now_also_when_the_clock_has_begun_anew():
    def line(number, at, name=b"DFS_TRIGGERED"):
        return {(*SAID_BY, number): b"DOT11", (*SAID, number): name, (*SAID_AT, number): at}

    found = {UP_TIME: 500, **line(1, 2**32 - 500), **line(2, 100), **line(3, 400, b"UPDOWN"), (*SAID_AT, 9): 4}
    assert [(r.radar, r.age_seconds) for r in events(found)] == [(True, 10.0), (True, 4.0), (False, 1.0)]
