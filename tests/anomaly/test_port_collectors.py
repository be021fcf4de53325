"""What ports count and agree on, as observations: unknown stays unknown, and the log's times are the device's own."""

from datetime import datetime, timedelta

import pytest

from anomaly.collecting import collect, observed_names
from anomaly.collectors import device_health, link_downs, port_errors, port_traffic
from anomaly.model import Observation
from anomaly.storms import storms
from inventory.errors import UnreachableError
from inventory.looks import Look, PortRow, Reading
from inventory.port_rows import (
    ClockRow,
    LinkDownRow,
    LoadRow,
    MemoryRow,
    NegotiationRow,
    PortErrorsRow,
    PortTrafficRow,
)
from tests.anomaly.conftest import NOON, gi

TILL, SPARE, UPLINK, AP = gi(5), gi(9), gi(1), gi(2)
CLOCK = datetime.fromisoformat("2026-03-03T19:10:00")


def answered(**by_getter):
    return {
        getter: Reading(device="s001-sw1", look=Look(getter=getter), rows=tuple(rows), taken_at=NOON)
        for getter, rows in by_getter.items()
    }


def told(made, subject):
    return {o.name: o.value for o in made if o.subject == subject}


@pytest.fixture
def switch(chain):
    return chain.devices["s001-sw1"]


def test_errors_and_agreements_of_every_intended_port(switch, chain):
    answers = answered(
        negotiation=[NegotiationRow(port=TILL, half_duplex=False, negotiates=False, speed_mbps=100)],
        port_errors=[PortErrorsRow(port=p, broken=7, late_collisions=None) for p in (TILL, gi(6))],
    )
    made = port_errors.collect(switch, chain, answers, NOON)
    forced = {"broken_frames_forced_total": 7, "half_duplex": False, "port_forced": True, "port_mbps": 100}
    unlinked = {"broken_frames_total": 7, "half_duplex": None, "port_forced": None, "port_mbps": None}
    assert told(made, TILL) == {"late_collisions_total": None, **forced}
    assert told(made, gi(6)) == {"late_collisions_total": None, **unlinked}
    assert set(told(made, UPLINK).values()) == {None}
    assert told(made, SPARE) == {}


def test_fibre_that_negotiates_nothing_is_not_set_by_hand(switch, chain):
    answers = answered(
        negotiation=[NegotiationRow(port=UPLINK, half_duplex=False, negotiates=False, speed_mbps=10_000)],
        port_errors=[PortErrorsRow(port=UPLINK, broken=7, late_collisions=None)],
    )
    values = told(port_errors.collect(switch, chain, answers, NOON), UPLINK)
    assert (values["port_forced"], values["broken_frames_total"]) == (False, 7)


def test_an_edge_tells_of_its_cabled_ports_only(chain):
    edge = chain.devices["s001-edge"]
    wan = "GigabitEthernet0/0"
    rows = [
        NegotiationRow(port=wan, half_duplex=True, negotiates=None, speed_mbps=100),
        PortErrorsRow(port=wan, broken=0, late_collisions=3),
    ]
    made = port_errors.collect(edge, chain, answered(line_health=rows), NOON)
    assert {o.subject for o in made} == {wan, "GigabitEthernet0/1"}
    assert told(made, wan)["port_forced"] is None
    assert told(made, wan)["half_duplex"] is True


def test_traffic_of_tills_and_broadcasts_of_whatever_is_no_gear(switch, chain):
    counted = [PortTrafficRow(port=p, received=9, broadcasts=2) for p in (UPLINK, AP, TILL, SPARE)]
    linked = [PortRow(name=p, status="connected", vlan="10") for p in (UPLINK, TILL, SPARE)]
    made = port_traffic.collect(switch, chain, answered(port_traffic=counted, ports=linked), NOON)
    assert told(made, TILL) == {"heard_total": 9, "broadcasts_total": 2, "edge_vlan": "10"}
    assert told(made, SPARE) == {"broadcasts_total": 2, "edge_vlan": "10"}
    assert told(made, UPLINK) == told(made, AP) == {}
    assert told(made, gi(6)) == {"heard_total": None, "broadcasts_total": None}


def test_between_its_looks_a_slow_collector_tells_nothing(switch, chain):
    slow = {name for one in (port_errors, port_traffic, link_downs, device_health) for name in one.OBSERVES}
    assert slow <= observed_names()
    linked = [PortRow(name=TILL, status="connected", vlan="10")]
    assert not slow & {o.name for o in collect(switch, chain, answered(ports=linked), NOON)}


def test_what_was_asked_and_not_answered_is_unknown(switch, chain):
    getters = ("negotiation", "port_errors", "port_traffic", "link_downs", "clock", "load", "memory")
    answers = dict.fromkeys(getters, UnreachableError("s001-sw1", "no answer"))
    made = [o for o in collect(switch, chain, answers, NOON) if o.name in ("heard_total", "link_downs_in_a_row")]
    made += [o for o in collect(switch, chain, answers, NOON) if o.name in ("cpu_minute_pct", "memory_used_pct")]
    assert made
    assert {o.value for o in made} == {None}


def lost(*seconds_ago, clock=CLOCK, year=4):
    at = [clock - timedelta(seconds=ago) for ago in seconds_ago]
    return [LinkDownRow(port=TILL, at=when.replace(year=year or when.year)) for when in at]


@pytest.mark.parametrize(
    ("ago", "count"),
    [
        ((), 0),
        ((5,), 1),
        ((26,), 0),
        ((5, 16, 26, 37), 4),
        ((20, 31, 41, 52), 4),
        ((24, 35, 45, 56), 0),  # calm for longer than ever between two of them
        ((5, 16, 26, 100, 110), 3),  # an earlier row is over
        ((24, 48, 72, 96), 4),
        ((5, 16, 42, 52), 2),  # too long between them
    ],
)
def test_links_lost_in_a_row(switch, chain, ago, count):
    answers = answered(link_downs=lost(*ago), clock=[ClockRow(at=CLOCK, zone="UTC")])
    assert told(link_downs.collect(switch, chain, answers, NOON), TILL) == {"link_downs_in_a_row": count}
    assert told(link_downs.collect(switch, chain, answers, NOON), gi(6)) == {"link_downs_in_a_row": 0}


def test_the_turn_of_the_year_is_lately(switch, chain):
    clock = datetime.fromisoformat("2027-01-01T00:00:10")
    rows = [LinkDownRow(port=TILL, at=datetime.fromisoformat(f"0004-12-31T23:59:{s}")) for s in (30, 40, 50)]
    answers = answered(link_downs=rows, clock=[ClockRow(at=clock, zone="UTC")])
    assert told(link_downs.collect(switch, chain, answers, NOON), TILL) == {"link_downs_in_a_row": 3}


def test_times_yet_to_come_tell_nothing(switch, chain):
    rows = lost(-3600, -3610, -3620, year=None)
    answers = answered(link_downs=rows, clock=[ClockRow(at=CLOCK, zone="CET")])
    assert told(link_downs.collect(switch, chain, answers, NOON), TILL) == {"link_downs_in_a_row": 0}


def test_health_of_the_software(switch, chain):
    answers = answered(load=[LoadRow(minute_pct=79.0)], memory=[MemoryRow(total=1000, free=204)])
    assert told(device_health.collect(switch, chain, answers, NOON), "s001-sw1") == {
        "cpu_minute_pct": 79.0,
        "memory_used_pct": 79.6,
    }


def seen(name, subject, value):
    return Observation(store="s001", device="s001-sw1", subject=subject, name=name, value=value, at=NOON)


@pytest.mark.parametrize(
    ("rates", "flooded"),
    [
        ({TILL: 10.0, SPARE: 0.0}, ""),
        ({TILL: 90_000.0, SPARE: 0.0}, "10"),
        ({TILL: 90_000.0, gi(6): 90_000.0}, "10,20"),
        ({gi(7): 90_000.0, TILL: None}, "some"),
        ({TILL: None, SPARE: None}, None),
    ],
)
def test_which_vlans_a_storm_floods(rates, flooded):
    vlans = [seen("edge_vlan", TILL, "10"), seen("edge_vlan", gi(6), "20")]
    grown = [seen("broadcasts_per_minute", port, rate) for port, rate in rates.items()]
    (one,) = storms(vlans, grown)
    assert (one.name, one.subject, one.value) == ("storm_vlans", "s001-sw1", flooded)
    assert storms(vlans, ()) == ()
