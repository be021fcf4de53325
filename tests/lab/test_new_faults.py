"""Faults of BGP sessions, err-disabled ports, a change that cuts management, and of a whole carrier."""

import asyncio

import pytest

from lab.breakages import NoSuchTargetError
from lab.chain import make_chain
from lab.plan import plan
from tests.lab.test_peering import run, states

NEW = {"bgp_neighbor_down", "bgp_shut_by_person", "port_errdisabled", "port_errdisabled_guard"}


def put(bench, name, **where):
    return bench.breakages.put_in(name, bench.breakages.find(name, **where))


def test_new_kinds_are_dealt_only_when_asked_for():
    chain = make_chain(7, 6)
    assert not {one.fault for one in plan(chain, 7, 40)} & (NEW | {"fleet_common_cause"})
    assert {one.fault for one in plan(chain, 7, 40, also=NEW)} >= NEW
    assert plan(chain, 7, 12) == plan(chain, 7, 12, also=())


def test_a_passing_cause_is_healed_by_opening_the_port_once(bench):
    broken = put(bench, "port_errdisabled", store="s001", variant="link-flap")
    switch, port = broken.target.upstream, broken.target.port
    assert (broken.expected, broken.fault.fault_class) == ("healed", "A")
    short = port.replace("GigabitEthernet", "Gi")
    table = run(bench, "show interfaces status err-disabled", switch)
    assert f"{short:<9} " in table
    assert "err-disabled link-flap" in table
    assert f"{port} is down, line protocol is down (err-disabled)" in run(bench, f"show interfaces {port}", switch)
    assert f"%PM-4-ERR_DISABLE: link-flap error detected on {short}, putting {short}" in run(
        bench, "show logging", switch
    )
    assert bench.world.functions("s001")["pos"] < 1.0
    bench.type_in(switch, f"interface {port}", "shutdown")
    assert "disabled" in run(bench, f"show interfaces {port} status", switch)
    bench.type_in(switch, f"interface {port}", "no shutdown")
    bench.forward(4)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001")["pos"] == 1.0
    assert run(bench, "show interfaces status err-disabled", switch).strip() == ""


@pytest.mark.parametrize("cause", ["bpduguard", "psecure-violation"])
def test_a_guard_shuts_again_while_its_cause_is_there(bench, cause):
    broken = put(bench, "port_errdisabled_guard", store="s001", variant=cause)
    switch, port = broken.target.upstream, broken.target.port
    assert broken.expected == "escalated"
    bench.type_in(switch, f"interface {port}", "shutdown")
    bench.type_in(switch, f"interface {port}", "no shutdown")
    assert broken.out_by is None
    assert f"err-disabled {cause}" in run(bench, "show interfaces status err-disabled", switch)
    bench.breakages.take_out(broken)
    bench.forward(1)
    assert bench.world.functions("s001")["pos"] == 1.0


def test_the_switch_itself_tries_again_after_its_interval(bench):
    guard = put(bench, "port_errdisabled_guard", store="s001", variant="bpduguard")
    flap = put(bench, "port_errdisabled", store="s002", variant="link-flap")
    bench.forward(302)
    assert flap.out_by == "repair"
    assert guard.out_by is None
    log = run(bench, "show logging", guard.target.upstream)
    assert "ERR_RECOVER: Attempting to recover from bpduguard" in log
    assert log.count("PM-4-ERR_DISABLE") == 2


def test_an_access_point_on_a_shut_port_has_no_power(bench):
    found = bench.breakages.faults["port_errdisabled"].targets(bench.chain, bench.clock.now())
    target = next(t for t in found if "-ap" in t.device)
    bench.breakages.put_in("port_errdisabled", target)
    assert bench.world.shops[target.store].access_points[target.device].state == "off"


def test_a_stuck_session_heals_by_clearing_and_a_persons_is_left_alone(bench):
    stuck = put(bench, "bgp_neighbor_down", store="s001")
    assert (stuck.expected, states(bench)["198.18.1.1"]) == ("healed", "down")
    run(bench, "clear ip bgp *")
    bench.forward(2)
    assert (stuck.out_by, states(bench)["198.18.1.1"]) == ("repair", "established")
    shut = put(bench, "bgp_shut_by_person", store="s001")
    assert (shut.expected, states(bench)["198.18.1.1"]) == ("untouched", "shut")


@pytest.mark.parametrize("variant", ["gateway", "interface"])
def test_a_change_that_cuts_management_comes_back_by_itself(bench, variant):
    async def live() -> None:
        device = bench.devices["s001-sw1"]
        device.archive.minute_seconds = 0.05
        broken = put(bench, "management_lost_after_change", device="s001-sw1", variant=variant)
        assert not bench.views["s001-sw1"].reachable()
        for _ in range(200):
            if broken.out_by is not None:
                break
            await asyncio.sleep(0.01)
        assert broken.out_by == "repair"
        assert bench.views["s001-sw1"].reachable()
        again = put(bench, "management_lost_after_change", device="s001-sw1", variant=variant)
        bench.breakages.take_out(again)
        assert bench.views["s001-sw1"].reachable()

    asyncio.run(live())


@pytest.mark.parametrize(("variant", "up"), [("link", False), ("lease", True)])
def test_a_carrier_fails_under_many_stores(new_bench, variant, up):
    bench = new_bench(7, 24)
    carrier = bench.chain.chain.stores["s001"].carriers[0]
    target = bench.breakages.find_carrier("fleet_common_cause", carrier, 4, variant)
    hit = target.upstream.split(",")
    broken = bench.breakages.put_in("fleet_common_cause", target)
    assert (len(hit), broken.target.store, broken.expected) == (4, "", "escalated")
    for store in hit:
        edge = bench.views[f"{store}-edge"]
        assert edge.client_lease("GigabitEthernet0/0") is None
        assert next(p for p in edge.ports() if p.name == "GigabitEthernet0/0").oper_up is up
        assert bench.world.functions(store)["pos"] == 1.0
        edge.renew("GigabitEthernet0/0")
    bench.type_in(f"{hit[0]}-edge", "interface gi0/0", "shutdown")
    bench.type_in(f"{hit[0]}-edge", "interface gi0/0", "no shutdown")
    bench.forward(5)
    assert broken.out_by is None
    assert all(bench.views[f"{store}-edge"].client_lease("GigabitEthernet0/0") is None for store in hit)
    local = put(bench, "ap_hung", store=hit[1])
    assert bench.breakages.active(hit[1]) == [broken, local]
    bench.breakages.take_out(broken)
    bench.forward(2)
    assert all(bench.views[f"{store}-edge"].client_lease("GigabitEthernet0/0") for store in hit)


def test_more_stores_than_a_carrier_has_are_refused(new_bench):
    bench = new_bench(7, 24)
    with pytest.raises(NoSuchTargetError, match="cannot hit 500 stores of"):
        bench.breakages.find_carrier("fleet_common_cause", bench.chain.chain.stores["s001"].carriers[0], 500)
    with pytest.raises(NoSuchTargetError, match="nowhere to put"):
        bench.breakages.find_carrier("fleet_common_cause", "nobody")
