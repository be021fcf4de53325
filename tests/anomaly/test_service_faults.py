"""Faults of a store's services on IOS, printed by the lab's devices: each named, its root right, look-alikes not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anomaly.collectors import changes, dhcp_server, hq_services
from inventory.looks import InterfaceRow, Look, ProbeRow, Reading
from inventory.service_rows import AccountServerRow, ChangeRow, DhcpPoolRow, TimeServerRow
from tests.anomaly.conftest import make_chain
from tests.anomaly.lab_bench import Bench

pytestmark = pytest.mark.scenario

NOW = datetime(2026, 11, 21, 10, 41, tzinfo=UTC)


@pytest.fixture
def bench():
    bench = Bench(seed=7, stores=1)
    assert not bench.play("s001", 8)[-1].findings
    return bench


def put_in(bench, name, variant):
    found = bench.breakages.faults[name].targets(bench.chain, bench.clock.now())
    return bench.breakages.put_in(name, next(t for t in found if t.variant == variant))


def spots(rounds):
    return {(f.signature, f.device, f.subject) for sight in rounds for f in sight.findings}


NAMED = [
    ("dhcp_pool_exhausted", "guests", "s001-edge", "guest_wifi", ["guest_wifi"]),
    ("dhcp_pool_exhausted", "conflicts", "s001-edge", "guest_wifi", ["guest_wifi"]),
    ("dhcp_pool_exhausted", "tills", "s001-edge", "pos", ["pos"]),
    ("dhcp_rogue", "tills", "s001-sw1", "s001-sw1", ["pos"]),
    ("dhcp_rogue", "guests", "s001-sw1", "s001-sw1", ["guest_wifi"]),
    ("service_dns_ntp_radius", "dns", "s001-edge", "pos", ["pos"]),
]


@pytest.mark.parametrize(("name", "variant", "device", "subject", "functions"), NAMED)
def test_it_is_named_within_few_looks_and_confirmed(bench, name, variant, device, subject, functions):
    broken = put_in(bench, name, variant)
    rounds = bench.play("s001", 14)
    assert spots(rounds) == {(name, device, subject)}
    (finding,) = rounds[-1].findings
    assert list(bench.watch.functions_touched(finding)) == functions
    answers = bench.answers(bench.watch.looks_to_confirm(finding))
    assert bench.watch.confirm(finding, answers, bench.clock.now()).ok
    bench.breakages.take_out(broken)
    assert not bench.play("s001", 40)[-1].findings


@pytest.mark.parametrize(("variant", "seconds", "server"), [("ntp", 210, "123"), ("radius", 30, "60")])
def test_a_silent_time_or_account_server_is_named_on_the_edge(bench, variant, seconds, server):
    put_in(bench, "service_dns_ntp_radius", variant)
    bench.forward(seconds)
    rounds = bench.play("s001", 24)
    assert spots(rounds) == {("service_dns_ntp_radius", "s001-edge", "s001-edge")}
    (finding,) = rounds[-1].findings
    assert any(server in str(symptom.value) for symptom in finding.evidence)
    assert bench.watch.functions_touched(finding) == ()


def test_offers_that_the_switch_drops_are_no_fault(bench):
    put_in(bench, "dhcp_rogue", "blocked")
    assert not spots(bench.play("s001", 20))


def test_a_trusted_spare_port_without_alien_leases_is_no_fault(bench):
    bench.world.type_in("s001-sw1", "interface GigabitEthernet1/0/20", "ip dhcp snooping trust", "no shutdown", "end")
    assert not spots(bench.play("s001", 20))


def test_one_of_two_time_servers_is_no_fault(bench):
    shop = bench.world.shops["s001"]
    first = bench.views["s001-edge"].services.times()[0].server
    shop.act(bench.clock.seconds(), lambda: shop.outside.moods.update({(first, 123): "silent"}))
    bench.forward(220)
    assert not spots(bench.play("s001", 20))


# the collectors by themselves ------------------------------------------------------------------------------------

CHAIN = make_chain()
EDGE = CHAIN.devices["s001-edge"]


def answers(**rows):
    return {
        getter: Reading(device=EDGE.id, look=Look(getter=getter), rows=tuple(those), taken_at=NOW)
        for getter, those in rows.items()
    }


def told(collector, **rows):
    return {(o.name, o.subject): o.value for o in collector.collect(EDGE, CHAIN, answers(**rows), NOW)}


def pool(leased, **more):
    given = {"excluded": 10, "spent": False, "total": 254}
    return DhcpPoolRow(name="X", first="10.1.30.1", last="10.1.30.254", leased=leased, **{**given, **more})


GATEWAY = InterfaceRow(name="GigabitEthernet0/1.30", address="10.1.30.1", method="NVRAM", admin_up=True, oper_up=True)


@pytest.mark.parametrize(
    ("row", "used"),
    [
        (pool(122), 50.0),
        (pool(234), 95.9),
        (pool(20, spent=True), 100.0),
        (pool(127, excluded=None), 50.0),
        (pool(0, excluded=254), 100.0),
    ],
)
def test_how_full_a_pool_is(row, used):
    found = told(dhcp_server, dhcp_pools=[row], dhcp_conflicts=[], interfaces=[GATEWAY])
    assert found == {("pool_used_pct", "guest_wifi"): used, ("pool_conflicts", "guest_wifi"): 0.0}


def test_a_pool_of_nobody_s_vlan_is_not_told_of():
    other = replace(pool(10), first="10.9.0.1", last="10.9.0.254")
    assert told(dhcp_server, dhcp_pools=[other], dhcp_conflicts=[], interfaces=[GATEWAY]) == {}
    assert told(dhcp_server, interfaces=[GATEWAY]) == {}


def server(reach, *, met=True):
    return TimeServerRow(server="t", reach=reach, met=met, followed=False)


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([server(0o377), server(0o370)], ""),
        ([server(0o370), server(0)], "t,t"),
        ([server(0, met=False)], None),
        ([], None),
    ],
)
def test_time_servers_are_silent_when_all_missed_three_polls(rows, value):
    probe = ProbeRow(number=10, ok=True, rtt_ms=9.0, age_seconds=1.0)
    found = told(hq_services, time_servers=rows, probes=[probe])
    assert found["time_servers_silent", EDGE.id] == value
    dead = AccountServerRow(server="a", dead=True, requests=1, timeouts=4)
    found = told(hq_services, time_servers=rows, account_servers=[dead], probes=[replace(probe, ok=False)])
    assert set(found.values()) == {None}


def line(what, minute, **more):
    return ChangeRow(what=what, user="", at=f"Nov 21 10:{minute}:17", **more)


ARMED = ChangeRow(what="armed", user="jdoe", at="Nov 21 10:38:17", minutes=2)


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([ARMED, line("taken_back", 40)], "jdoe"),
        ([ARMED, line("taken_back", 39)], ""),  # by hand
        ([ARMED, line("confirmed", 39), line("taken_back", 40)], ""),
        ([replace(ARMED, at="Nov 21 10:28:17"), line("taken_back", 30)], ""),  # long ago
        ([ARMED, line("configured", 38)], ""),
        ([line("taken_back", 40)], ""),
        ([replace(ARMED, at=None), line("taken_back", 40)], ""),
        ([], ""),
    ],
)
def test_a_change_is_taken_back_by_its_timer_or_not(rows, value):
    assert told(changes, changes=rows) == {("change_taken_back", EDGE.id): value}


def test_a_device_that_does_not_answer_tells_nothing_of_changes():
    assert changes.collect(EDGE, CHAIN, {}, NOW + timedelta(days=1)) == ()
