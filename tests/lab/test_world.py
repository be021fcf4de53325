from datetime import timedelta
from ipaddress import IPv4Address

import pytest

WHOLE = {"pos": 1.0, "click_and_collect": 1.0, "guest_wifi": 1.0}
AP_PORT = "GigabitEthernet1/0/2"


def port(view, name):
    return next(p for p in view.ports() if p.name == name)


def probe(view, number):
    return next(p for p in view.probes() if p.number == number)


def default(view):
    return [r for r in view.routes() if r.prefix.prefixlen == 0]


def test_every_store_starts_whole_and_quiet(bench):
    for store in bench.world.shops:
        assert bench.world.functions(store) == WHOLE
    for view in bench.views.values():
        assert view.reachable()
        assert view.syslog() == ()
        assert all(p.code == "OK" and p.age_seconds < 2.5 for p in view.probes())


def test_a_shut_wan_port_moves_the_store_to_lte_and_leaves_guests_out(bench):
    bench.type_in("s001-edge", "interface GigabitEthernet0/0", "shutdown")
    bench.forward(3)
    view = bench.views["s001-edge"]
    assert [r.interface for r in default(view)] == ["Cellular0/2/0"]
    assert bench.world.functions("s001") == {**WHOLE, "guest_wifi": 0.0}
    assert (probe(view, 10).code, probe(view, 30).code) == ("OK", "Timeout")
    assert probe(view, 10).rtt_ms > 40
    assert port(view, "GigabitEthernet0/0").status == "disabled"
    assert view.reachable()
    assert any("administratively down" in line for line in view.syslog())


def test_an_opened_wan_port_asks_for_a_lease_again(bench):
    view = bench.views["s001-edge"]
    bench.type_in("s001-edge", "interface GigabitEthernet0/0", "shutdown")
    assert view.client_lease("GigabitEthernet0/0") is None
    bench.type_in("s001-edge", "interface GigabitEthernet0/0", "no shutdown")
    assert view.client_lease("GigabitEthernet0/0") is None
    bench.forward(1)
    assert str(view.client_lease("GigabitEthernet0/0")) == "198.18.1.2/30"
    assert any("%DHCP-6-ADDRESS_ASSIGN" in line for line in view.syslog())
    assert bench.world.functions("s001") == WHOLE


def test_both_ways_out_gone_leaves_the_store_dark(bench):
    bench.type_in("s002-edge", "interface GigabitEthernet0/0", "shutdown", "interface Cellular0/2/0", "shutdown")
    assert not any(bench.views[name].reachable() for name in ("s002-edge", "s002-sw1", "s002-sw2"))
    assert bench.views["s001-edge"].reachable()
    assert default(bench.views["s002-edge"]) == []


def test_power_off_and_on_boots_an_access_point(bench):
    switch, edge = bench.views["s001-sw1"], bench.views["s001-edge"]
    bench.type_in("s001-sw1", f"interface {AP_PORT}", "power inline never")
    assert port(switch, AP_PORT).status == "notconnect"
    assert next(p for p in switch.poe() if p.port == AP_PORT).oper == "off"
    assert bench.world.functions("s001")["guest_wifi"] == 0.5
    bench.type_in("s001-sw1", f"interface {AP_PORT}", "power inline auto")
    assert port(switch, AP_PORT).status == "connected"
    assert edge.ping(IPv4Address("10.1.99.21"), None) is None
    assert not any(m.port == AP_PORT for m in switch.macs())
    bench.forward(4)
    assert edge.ping(IPv4Address("10.1.99.21"), None) < 5
    assert {m.vlan for m in switch.macs() if m.port == AP_PORT} == {20, 30, 99}
    assert any(n.name == "s001-ap1" for n in switch.neighbors())
    assert bench.world.functions("s001") == WHOLE


def test_two_quick_power_cycles_boot_once_from_the_second(bench):
    for word in ("never", "auto"):
        bench.type_in("s001-sw1", f"interface {AP_PORT}", f"power inline {word}")
    bench.forward(2)
    for word in ("never", "auto"):
        bench.type_in("s001-sw1", f"interface {AP_PORT}", f"power inline {word}")
    bench.forward(2)
    assert bench.world.shops["s001"].access_points["s001-ap1"].state == "booting"
    bench.forward(1.5)
    assert bench.world.shops["s001"].access_points["s001-ap1"].state == "running"


@pytest.mark.parametrize("end", [("s002-sw1", "GigabitEthernet1/0/24"), ("s002-sw2", "GigabitEthernet1/0/1")])
def test_a_vlan_is_gone_when_either_end_of_a_trunk_leaves_it_out(bench, end):
    device, trunk = end
    far_till = next(
        p for d in ("s002-sw2", "s002-ap2") for p in bench.chain.chain.devices[d].ports.values() if p.use == "till"
    )
    bench.type_in(device, f"interface {trunk}", "switchport trunk allowed vlan 20,30,99")
    served = bench.world.functions("s002")["pos"]
    assert 0 < served < 1
    assert bench.world.functions("s002")["guest_wifi"] == 1.0
    bench.forward(11)
    assert (10, far_till.mac) not in {(m.vlan, m.mac) for m in bench.views["s002-sw1"].macs()}
    assert (10, far_till.mac) in {(m.vlan, m.mac) for m in bench.views["s002-sw2"].macs()}


def test_management_cut_from_a_trunk_darkens_what_is_below(bench):
    bench.type_in("s002-sw1", "interface GigabitEthernet1/0/24", "switchport trunk allowed vlan 10,20,30")
    assert bench.views["s002-sw1"].reachable()
    assert not bench.views["s002-sw2"].reachable()
    assert bench.world.functions("s002") == WHOLE | {"pos": 1.0}


def test_macs_age_and_leave_at_once_with_their_link(bench):
    switch = bench.views["s001-sw1"]
    till = bench.chain.chain.devices["s001-sw1"].ports["GigabitEthernet1/0/6"].mac
    bench.type_in("s001-sw1", "interface GigabitEthernet1/0/6", "shutdown")
    assert till not in {m.mac for m in switch.macs()}
    bench.type_in("s001-sw1", "interface GigabitEthernet1/0/6", "no shutdown")
    assert till in {m.mac for m in switch.macs()}
    bench.world.set_access_point("s001", "s001-ap1", "hung")
    assert any(m.port == AP_PORT for m in switch.macs())
    bench.forward(9)
    assert any(m.port == AP_PORT for m in switch.macs())
    bench.forward(2)
    assert not any(m.port == AP_PORT for m in switch.macs())


def test_bindings_outlive_the_path(bench):
    edge = bench.views["s001-edge"]
    before = {lease.mac for lease in edge.leases()}
    bench.type_in("s001-sw1", "interface GigabitEthernet1/0/1", "switchport trunk allowed vlan 20,30,99")
    bench.forward(60, step=10)
    assert {lease.mac for lease in edge.leases()} == before
    assert bench.world.functions("s001")["pos"] == 0.0
    bench.forward(9 * 3600, step=1800)
    assert {lease.mac for lease in edge.leases()} < before


def test_a_missing_pool_starves_only_new_clients(bench):
    bench.type_in("s001-edge", "no ip dhcp pool TILLS")
    assert bench.world.functions("s001")["pos"] == 0.0
    assert bench.world.functions("s001")["guest_wifi"] == 1.0


def test_probes_keep_their_own_time(bench):
    view = bench.views["s001-edge"]
    before = probe(view, 10)
    bench.forward(20)
    after = probe(view, 10)
    assert after.successes - before.successes == 10
    bench.type_in("s001-edge", "interface GigabitEthernet0/1.10", "shutdown")
    assert probe(view, 10).code == "OK"
    bench.forward(2)
    assert probe(view, 10).code == "Timeout"
    assert bench.world.functions("s001")["pos"] == 0.0


def test_counters_grow_with_traffic_and_stand_still_on_a_dead_link(bench):
    view = bench.views["s001-sw1"]
    before = port(view, AP_PORT).in_packets
    bench.forward(5)
    assert port(view, AP_PORT).in_packets > before
    bench.type_in("s001-sw1", f"interface {AP_PORT}", "shutdown")
    still = port(view, AP_PORT)
    bench.forward(5)
    assert port(view, AP_PORT).in_packets == still.in_packets
    assert port(view, AP_PORT).last_change == still.last_change == bench.clock.now() - timedelta(seconds=5)


def test_a_switch_pings_through_its_gateway(bench):
    view = bench.views["s001-sw1"]
    assert view.ping(IPv4Address("198.51.100.10"), None) > 5
    assert view.ping(IPv4Address("10.1.99.21"), "Vlan99") < 5
    assert view.ping(IPv4Address("10.1.99.77"), None) is None
    assert view.ping(IPv4Address("10.1.99.21"), "GigabitEthernet1/0/3") is None


def test_function_rows_tell_every_change(bench):
    bench.type_in("s001-edge", "interface GigabitEthernet0/1.10", "shutdown")
    bench.type_in("s001-edge", "interface GigabitEthernet0/1.10", "no shutdown")
    rows = [row for row in bench.rows("function") if row["store"] == "s001" and row["function"] == "pos"]
    assert [row["served"] for row in rows] == [1.0, 0.0, 1.0]


def test_two_labs_of_one_seed_tell_the_same(new_bench):
    one, two = (new_bench(3, 2).views["s001-edge"] for _ in range(2))
    assert one.probes() == two.probes()
    assert one.ports() == two.ports()
