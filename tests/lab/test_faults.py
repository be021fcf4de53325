import re
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import lab
import lab.faults
from lab.breakages import NoSuchTargetError
from lab.chain import make_chain
from lab.fault import Target, stores_of
from lab.faults import discover

WHOLE = {"pos": 1.0, "click_and_collect": 1.0, "guest_wifi": 1.0}
WAN = "GigabitEthernet0/0"
KINDS = {
    "ap_hung",
    "ap_slow",
    "bgp_neighbor_down",
    "bgp_shut_by_person",
    "fleet_common_cause",
    "management_lost_after_change",
    "port_errdisabled",
    "port_errdisabled_guard",
    "port_shut_by_person",
    "till_off_overnight",
    "vlan_missing",
    "wan_carrier_down",
    "wan_no_lease",
}


def put(bench, name, **where):
    return bench.breakages.put_in(name, bench.breakages.find(name, **where))


def ping(bench, store, address):
    return bench.views[f"{store}-edge"].ping(IPv4Address(address), None)


def test_every_kind_is_found():
    assert set(discover()) >= KINDS


def test_two_faults_of_one_name_are_refused(monkeypatch):
    one = discover()["ap_hung"]
    monkeypatch.setattr(lab.faults, "_installed", lambda: iter([one]))
    with pytest.raises(ValueError, match="two faults are named ap_hung"):
        discover()


@pytest.mark.parametrize("name", sorted(KINDS - {"management_lost_after_change"}))
def test_what_is_put_in_is_there_and_what_is_taken_out_is_gone(bench, name):
    for target in bench.breakages.faults[name].targets(bench.chain, bench.clock.now())[:12]:
        broken = bench.breakages.put_in(name, target)
        bench.forward(4)
        assert broken.fault.present(bench.world, target)
        assert broken.out_by is None
        bench.breakages.take_out(broken)
        bench.forward(5)
        assert not broken.fault.present(bench.world, target)
        assert broken.out_by == "lab"
        assert all(bench.world.functions(store) == WHOLE for store in stores_of(target))


def test_a_lost_lease_leaves_the_link_up_and_comes_back_on_renewal(bench):
    put(bench, "wan_no_lease", store="s001", variant="renew")
    edge = bench.views["s001-edge"]
    wan = next(p for p in edge.ports() if p.name == WAN)
    assert (wan.oper_up, wan.address, wan.method) == (True, None, "DHCP")
    assert [r.interface for r in edge.routes() if r.prefix.prefixlen == 0] == ["Cellular0/2/0"]
    assert bench.world.functions("s001") == {**WHOLE, "guest_wifi": 0.0}
    bench.forward(30)
    assert edge.client_lease(WAN) is None
    edge.renew(WAN)
    bench.forward(1)
    assert edge.client_lease(WAN) is not None
    assert bench.rows("fault_out")[-1]["by"] == "repair"
    assert bench.world.functions("s001") == WHOLE


def test_a_stuck_lease_needs_the_port_bounced(bench):
    broken = put(bench, "wan_no_lease", store="s001", variant="stuck")
    edge = bench.views["s001-edge"]
    edge.renew(WAN)
    bench.forward(5)
    assert edge.client_lease(WAN) is None
    bench.type_in("s001-edge", f"interface {WAN}", "shutdown")
    bench.type_in("s001-edge", f"interface {WAN}", "no shutdown")
    bench.forward(2)
    assert edge.client_lease(WAN) is not None
    assert broken.out_by == "repair"


def test_a_cut_line_comes_back_by_no_bounce(bench):
    broken = put(bench, "wan_carrier_down", store="s001")
    edge = bench.views["s001-edge"]
    assert not next(p for p in edge.ports() if p.name == WAN).oper_up
    for word in ("shutdown", "no shutdown"):
        bench.type_in("s001-edge", f"interface {WAN}", word)
        bench.forward(2)
    edge.renew(WAN)
    bench.forward(2)
    assert broken.out_by is None
    assert edge.client_lease(WAN) is None
    assert any("%LINK-3-UPDOWN" in line and line.endswith("to down") for line in edge.syslog())


def test_a_hung_access_point_looks_green_and_serves_nobody(bench):
    target = put(bench, "ap_hung", store="s001", device="s001-ap1").target
    bench.forward(11)
    switch = bench.views["s001-sw1"]
    assert next(p for p in switch.ports() if p.name == target.port).status == "connected"
    assert next(p for p in switch.poe() if p.port == target.port).watts > 0
    assert ping(bench, "s001", "10.1.99.21") is None
    assert target.device not in {n.name for n in switch.neighbors()}
    assert target.port not in {m.port for m in switch.macs()}
    assert bench.world.functions("s001")["click_and_collect"] == 0.5


@pytest.mark.parametrize("cycle", [("power inline never", "power inline auto"), ("shutdown", "no shutdown")])
def test_only_a_power_cycle_revives_it(bench, cycle):
    broken = put(bench, "ap_hung", store="s001", device="s001-ap1")
    bench.type_in("s001-sw1", f"interface {broken.target.port}", "switchport trunk allowed vlan 20,30,99")
    bench.forward(5)
    assert broken.out_by is None
    for word in cycle:
        bench.type_in("s001-sw1", f"interface {broken.target.port}", word)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001")["click_and_collect"] == 0.5
    bench.forward(4)
    assert bench.world.functions("s001") == WHOLE


def test_the_till_behind_a_hung_wall_plate_works_until_the_power_cycle(bench):
    broken = put(bench, "ap_hung", store="s001", device="s001-ap2")
    switch = bench.views["s001-sw1"]
    bench.forward(12)
    assert bench.world.functions("s001")["pos"] == 1.0
    assert {m.vlan for m in switch.macs() if m.port == broken.target.port} == {10}
    bench.type_in("s001-sw1", f"interface {broken.target.port}", "power inline never")
    assert bench.world.functions("s001")["pos"] == 0.75
    bench.type_in("s001-sw1", f"interface {broken.target.port}", "power inline auto")
    bench.forward(4)
    assert bench.world.functions("s001") == WHOLE


def test_a_hung_wall_plate_is_held_only_while_its_store_trades(bench):
    chain, now = bench.chain, bench.clock.now()
    fault = discover()["ap_hung"]
    expected = {t.device: fault.expected(chain, t, now) for t in fault.targets(chain, now)}
    assert expected["s001-ap2"] == "held"
    assert expected["s001-ap1"] == "healed"
    assert expected["s002-ap2"] == "healed"


def test_a_vlan_left_out_by_hand_is_known_by_no_controller_account(bench):
    broken = put(bench, "vlan_missing", store="s002", device="s002-sw2", variant="10")
    assert {row["user"] for row in bench.rows("write")} == {"jdoe"}
    assert bench.world.functions("s002")["pos"] < 1.0
    edge = bench.views["s002-edge"]
    assert {p.code for p in edge.probes()} == {"OK"}
    bench.type_in("s002-sw2", f"interface {broken.target.port}", "switchport trunk allowed vlan add 10")
    assert broken.out_by == "repair"
    assert bench.world.functions("s002") == WHOLE
    assert "jdoe" in " ".join(bench.views["s002-sw2"].syslog())


def test_management_is_never_left_out_and_both_trunk_ends_are_targets(bench):
    targets = discover()["vlan_missing"].targets(bench.chain, bench.clock.now())
    assert {t.variant for t in targets} == {"10", "20", "30"}
    ends = {(t.device, t.port) for t in targets if t.store == "s002"}
    assert {("s002-sw1", "GigabitEthernet1/0/24"), ("s002-sw2", "GigabitEthernet1/0/1")} <= ends
    assert ("s002-sw1", "GigabitEthernet1/0/1") in ends


def test_a_port_shut_by_a_person_costs_service_all_the_same(bench):
    put(bench, "port_shut_by_person", store="s001", port="GigabitEthernet1/0/6")
    assert bench.world.functions("s001")["pos"] == 0.75


def test_a_till_switched_off_after_closing_time_is_not_missed(bench):
    broken = put(bench, "till_off_overnight")
    store = broken.target.store
    assert bench.world.functions(store) == WHOLE
    port = next(p for p in bench.views[broken.target.upstream].ports() if p.name == broken.target.port)
    assert port.status == "notconnect"
    trading = {s for s, row in bench.chain.chain.stores.items() if row.is_trading(bench.clock.now())}
    assert store not in trading
    shop = bench.world.shops["s001"]
    shop.act(bench.clock.seconds(), lambda: setattr(shop.tills["s001-till1"], "off", True))
    assert bench.world.functions("s001")["pos"] < 1.0


def test_a_slow_access_point_looks_ill_and_serves_everybody(bench):
    put(bench, "ap_slow", store="s001", device="s001-ap1")
    switch, answers, silent = bench.views["s001-sw1"], [], 0
    for _ in range(240):
        bench.forward(0.5)
        answers.append(ping(bench, "s001", "10.1.99.21"))
        silent += "s001-ap1" not in {n.name for n in switch.neighbors()}
        assert bench.world.functions("s001") == WHOLE
    heard = [took for took in answers if took is not None]
    assert 0.05 < 1 - len(heard) / len(answers) < 0.3
    assert min(heard) >= 300
    assert max(heard) <= 700
    assert 0 < silent < 60
    assert {m.vlan for m in switch.macs() if m.port == "GigabitEthernet1/0/2"} == {20, 30, 99}


def test_nothing_to_break_is_said(bench):
    with pytest.raises(NoSuchTargetError, match="no fault is named"):
        bench.breakages.find("gremlin")
    with pytest.raises(NoSuchTargetError, match="nowhere"):
        bench.breakages.find("ap_hung", store="s099")


@pytest.mark.parametrize("line", ["switchport trunk allowed vlan add 10", "switchport trunk allowed vlan 10,20,30,99"])
def test_fitting_repairs_are_told_from_others(line):
    target = Target(store="s001", device="s001-sw1", port="Gi1", upstream="s001-sw1", variant="10")
    fits = [repair.line for repair in discover()["vlan_missing"].repairs(target)]
    assert any(re.fullmatch(fit, line) for fit in fits)
    for other in ("switchport trunk allowed vlan add 20", "switchport trunk allowed vlan 20,30,110"):
        assert not any(re.fullmatch(fit, other) for fit in fits)


def test_the_lab_names_no_symptom():
    root = Path(lab.__file__).parent
    symptoms = root.parent / "anomaly" / "symptoms"
    names = (
        {str(YAML(typ="safe").load(path).get("name", path.stem)) for path in symptoms.glob("*.yaml")}
        if symptoms.is_dir()
        else set()
    )
    sources = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    assert sources
    for path, text in sources.items():
        assert "import anomaly" not in text
        assert "from anomaly" not in text
        assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)], path


CATALOGUE = [
    "wan_no_lease",
    "wan_gateway_silent",
    "wan_carrier_down",
    "wan_brownout",
    "wan_stuck_on_backup",
    "modem_hung",
    "duplex_mismatch",
    "mtu_black_hole",
    "wan_saturated_by_guests",
    "lte_wedged",
    "lte_weak_signal",
    "lte_silently_dead",
    "tunnel_one_way",
    "ike_failing",
    "site_id_duplicate",
    "bgp_neighbor_down",
    "bgp_max_prefix",
    "gateway_dual_active",
    "ap_hung",
    "ap_no_power",
    "ap_low_power",
    "ap_firmware_off",
    "ap_radar",
    "wifi_coverage_low",
    "port_errdisabled",
    "port_stuck",
    "port_flapping",
    "cable_bad",
    "loop_on_edge_port",
    "vlan_missing",
    "port_wrong_vlan",
    "poe_denied",
    "switch_silent",
    "memory_leak",
    "dhcp_pool_exhausted",
    "dhcp_rogue",
    "fleet_common_cause",
    "service_dns_ntp_radius",
    "management_lost_after_change",
    "not_the_network",
    "store_dark",
]
DECOYS_OF_LIFE = [
    "ap_moved",
    "port_shut_by_person",
    "device_replaced",
    "store_closed",
    "ap_serves_nobody",
    "change_under_way",
    "till_off_overnight",
]


def test_every_row_of_the_fault_list_and_every_decoy_can_be_put_in():
    known = discover()
    assert len(CATALOGUE) == 41
    assert set(CATALOGUE) <= {name for name, fault in known.items() if fault.kind == "fault"}
    assert set(DECOYS_OF_LIFE) <= {name for name, fault in known.items() if fault.kind == "decoy"}
    chain = make_chain(7, 12)
    for name in (*CATALOGUE, *DECOYS_OF_LIFE):
        assert known[name].targets(chain, chain.start), name
