"""Faults of switches, ports and access points: put in, seen through raw reads, mended as a person would, gone again."""

import asyncio
import re

import pytest
from ntc_templates.parse import parse_output

from lab.devices.cisco_ios.lines import VtyLine
from lab.devices.cisco_ios.shell import Shell
from lab.faults import discover
from lab.net import End
from tests.lab.test_faults import WHOLE
from tests.lab.test_peering import run

pytestmark = pytest.mark.scenario

SW, AP, TILL = "s001-sw1", "Gi1/0/2", "Gi1/0/6"
ONE = f"show interfaces {TILL}"
SEEN = [
    # fault, variant, where, seconds, command, what it shows only while the fault is in
    ("ap_no_power", "latched", AP, 1, f"show power inline {AP}", r"auto +off +0\.0 +n/a"),
    ("ap_no_power", "cable", AP, 1, f"show interfaces {AP} status", r"notconnect"),
    ("ap_dead", "dark", AP, 1, f"show power inline {AP} detail", r"Operational status: off"),
    ("ap_dead", "brick", AP, 12, "show cdp neighbors detail", r"(?s)\A(?!.*Device ID: s001-ap1)"),
    ("ap_dead", "brick", AP, 60, f"show interfaces {AP}", r"is up, .*\(connected\)(?s:.*)Last input 00:01:00"),
    ("ap_low_power", "", AP, 1, f"show power inline {AP}", r"auto +on +3\.\d +Ieee PD +1 +30\.0"),
    ("ap_low_power", "", AP, 1, f"show power inline {AP} detail", r"Power drawn from the source: 4\.0"),
    ("ap_low_power", "", AP, 1, "show lldp neighbors detail", r"Power Class: Class 1\n"),
    ("ap_firmware_off", "missed", AP, 1, "show lldp neighbors detail", r"S/W revision: 8\.5\.140\.0"),
    ("ap_dead", "brick", AP, 125, "show lldp neighbors", r"\A(?!(?:.*\n)*s001-ap1)"),
    ("device_replaced", "access_point", AP, 12, "show lldp neighbors detail", r"Chassis id: 0253\.0001\.4a01"),
    ("ap_firmware_off", "missed", AP, 1, "show cdp neighbors detail", r"Version: 8\.5\.140\.0"),
    ("ap_radar", "", AP, 12, f"show mac address-table interface {AP} vlan 30", r"criterion: 0"),
    ("wifi_coverage_low", "", AP, 12, f"show mac address-table interface {AP} vlan 30", r"criterion: 1\n"),
    ("ap_serves_nobody", "", AP, 12, f"show mac address-table interface {AP} vlan 20", r"criterion: 0"),
    ("port_stuck", "", TILL, 90, ONE, r"is up, .*\(connected\)(?s:.*)Last input 00:01:30, output 00:00:00"),
    ("port_stuck", "", TILL, 12, f"show mac address-table interface {TILL}", r"criterion: 0"),
    ("port_flapping", "plug", TILL, 60, ONE, r" (1[0-9]|[4-9]) interface resets"),
    ("cable_bad", "crc", TILL, 60, ONE, r" [1-9]\d* input errors, [1-9]\d* CRC"),
    ("cable_bad", "slow", TILL, 60, f"show interfaces {TILL} status", r"connected +10 +a-full +a-100 "),
    ("loop_on_edge_port", "till", TILL, 20, "show storm-control", r"Gi1/0/6 +Blocking +2\.00% +2\.00% +2\.00%"),
    ("loop_on_edge_port", "spare", "Gi1/0/4", 20, "show processes cpu", r"five seconds: 9\d%/64%"),
    ("loop_on_edge_port", "spare", "Gi1/0/4", 20, "show interfaces Gi1/0/4", r"Received [1-9]\d{6,} broadcasts"),
    ("port_wrong_vlan", "", TILL, 1, f"show interfaces {TILL} status", r"connected +30 "),
    ("port_wrong_vlan", "", TILL, 1, f"show interfaces {TILL} switchport", r"Access Mode VLAN: 30 \(GUESTS\)"),
    ("poe_denied", "budget", AP, 1, f"show power inline {AP}", r"auto +power-deny +0\.0"),
    ("poe_denied", "budget", AP, 1, "show power inline", r"\n1 +370\.0 +36\d\.\d +[0-9]\.\d\n"),
    ("poe_denied", "fault", AP, 1, f"show power inline {AP}", r"auto +faulty +0\.0"),
    (
        "ap_moved",
        "",
        AP,
        5,
        "show cdp neighbors detail",
        r"Device ID: s001-ap1\n(?:.*\n){2}Interface: GigabitEthernet1/0/5",
    ),
    ("ap_moved", "", AP, 5, f"show interfaces {AP} status", r"notconnect"),
    ("device_replaced", "access_point", AP, 12, f"show mac address-table interface {AP}", r"4a01"),
    ("device_replaced", "switch", "", 12, "show version", r"Processor board ID (?!FOC22645042)"),
]
LOGGED = [
    ("port_flapping", "plug", TILL, 30, r"(?s)GigabitEthernet1/0/6, changed state to down.*to up.*to down"),
    ("loop_on_edge_port", "till", TILL, 20, r"%STORM_CONTROL-3-FILTERED: A Broadcast storm detected on Gi1/0/6"),
    ("loop_on_edge_port", "till", TILL, 20, r"%SW_MATM-4-MACFLAP_NOTIF: Host 0253\.0001\.0502 in vlan 10"),
    ("poe_denied", "budget", AP, 1, r"%ILPOWER-5-ILPOWER_POWER_DENY: Interface Gi1/0/2: inline power denied"),
    ("poe_denied", "fault", AP, 1, r"%ILPOWER-3-CONTROLLER_PORT_ERR: Controller port error, Interface Gi1/0/2:"),
]
CYCLE = (AP, "power inline never", "power inline auto")
MENDED = [
    ("ap_no_power", "latched", AP, CYCLE),
    ("ap_no_power", "latched", AP, (AP, "shutdown", "no shutdown")),
    ("ap_low_power", "", AP, CYCLE),
    ("ap_firmware_off", "missed", AP, CYCLE),
    ("port_stuck", "", TILL, (TILL, "shutdown", "no shutdown")),
    ("port_flapping", "negotiation", TILL, (TILL, "speed 100")),
    ("loop_on_edge_port", "till", TILL, (TILL, "shutdown", "no shutdown")),
    ("loop_on_edge_port", "spare", "Gi1/0/4", ("Gi1/0/4", "shutdown")),
    ("port_wrong_vlan", "", TILL, (TILL, "switchport access vlan 10")),
    ("poe_denied", "budget", AP, ("Gi1/0/20", "power inline never")),
    ("poe_denied", "fault", AP, CYCLE),
]
USELESS = [
    ("ap_no_power", "cable", AP, CYCLE),
    ("ap_dead", "dark", AP, CYCLE),
    ("ap_dead", "brick", AP, CYCLE),
    ("ap_firmware_off", "stuck", AP, CYCLE),
    ("port_flapping", "plug", TILL, (TILL, "speed 100")),
    ("loop_on_edge_port", "stays", TILL, (TILL, "shutdown", "no shutdown")),
    ("cable_bad", "crc", TILL, (TILL, "shutdown", "no shutdown")),
]
MINE = {row[0] for row in (*SEEN, *MENDED)} | {"switch_silent"}
DECOYS = {"ap_moved", "ap_serves_nobody", "device_replaced"}


def put(bench, name, variant, port):
    long = port.replace("Gi", "GigabitEthernet")
    return bench.breakages.put_in(
        name, bench.breakages.find(name, store="s001", device=SW, port=long or None, variant=variant or None)
    )


def mend(bench, port, *lines):
    for line in lines:
        bench.type_in(SW, f"interface {port}", line)
        bench.forward(1)
    bench.forward(8)


def test_every_fault_of_the_store_floor_is_there_and_comes_only_when_asked_for(bench):
    found = discover()
    assert set(found) >= MINE
    assert not any(getattr(found[name], "dealt", True) for name in MINE)
    assert {name for name in MINE if found[name].kind == "decoy"} == DECOYS
    for name in MINE:
        for target in found[name].targets(bench.chain, bench.clock.now())[:8]:
            ending = found[name].expected(bench.chain, target, bench.clock.now())
            assert ending in ("healed", "mitigated", "escalated", "held", "untouched")
            assert all(re.compile(repair.line) for repair in found[name].repairs(target))


@pytest.mark.parametrize(("name", "variant", "port", "seconds", "command", "shows"), SEEN)
def test_a_raw_read_shows_it_while_it_is_in(bench, name, variant, port, seconds, command, shows):
    assert not re.search(shows, run(bench, command, SW))
    broken = put(bench, name, variant, port)
    bench.forward(seconds)
    assert broken.out_by is None
    assert re.search(shows, run(bench, command, SW)), run(bench, command, SW)
    bench.breakages.take_out(broken)
    bench.forward(20)
    text = run(bench, command, SW)
    if "input errors" in shows or "interface resets" in shows or "broadcasts" in shows:
        assert _stands_still(bench, command, text)
    else:
        assert not re.search(shows, text), text
    assert bench.world.functions("s001") == WHOLE


def _stands_still(bench, command, text):
    bench.forward(60)
    counted = [
        re.findall(r"(\d+) (?:input errors|interface resets|broadcasts)", one)
        for one in (text, run(bench, command, SW))
    ]
    return counted[0] == counted[1]


@pytest.mark.parametrize(("name", "variant", "port", "seconds", "shows"), LOGGED)
def test_the_log_tells_of_it(bench, name, variant, port, seconds, shows):
    assert not re.search(shows, run(bench, "show logging", SW))
    put(bench, name, variant, port)
    bench.forward(seconds)
    assert re.search(shows, run(bench, "show logging", SW)), run(bench, "show logging", SW)


@pytest.mark.parametrize(("name", "variant", "port", "repair"), MENDED)
def test_what_an_operator_would_do_mends_it(bench, name, variant, port, repair):
    broken = put(bench, name, variant, port)
    bench.forward(3)
    assert broken.out_by is None
    mend(bench, *repair)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE
    lines = [(row["section"], row["line"]) for row in bench.rows("write") if row["user"] == "storenet-rw"]
    assert lines
    known = broken.fault.repairs(broken.target)
    assert all(any(r.section == s and re.fullmatch(r.line, line) for r in known) for s, line in lines if s)


@pytest.mark.parametrize(("name", "variant", "port", "repair"), USELESS)
def test_what_does_not_help_does_not_help(bench, name, variant, port, repair):
    broken = put(bench, name, variant, port)
    bench.forward(3)
    mend(bench, *repair)
    assert broken.out_by is None
    assert broken.fault.present(bench.world, broken.target)


@pytest.mark.parametrize("seconds", [4, 20])
def test_a_cable_test_tells_which_pair_and_how_far(bench, seconds):
    assert run(bench, f"show cable-diagnostics tdr interface {TILL}", SW) == f"% TDR test was never issued on {TILL}\n"
    put(bench, "cable_bad", "crc", TILL)
    assert "TDR test started on interface Gi1/0/6" in run(bench, f"test cable-diagnostics tdr interface {TILL}", SW)
    assert "Not Completed" in run(bench, f"show cable-diagnostics tdr interface {TILL}", SW)
    assert "notconnect" in run(bench, f"show interfaces {TILL} status", SW)
    bench.forward(seconds)
    text = run(bench, f"show cable-diagnostics tdr interface {TILL}", SW)
    assert re.search(r"Pair B +7 +\+/- 1 +meters N/A +ImpedanceMis", text)
    assert text.count("Normal") == 3
    assert "connected" in run(bench, f"show interfaces {TILL} status", SW)
    put(bench, "ap_no_power", "cable", AP)
    run(bench, f"test cable-diagnostics tdr interface {AP}", SW)
    bench.forward(5)
    assert run(bench, f"show cable-diagnostics tdr interface {AP}", SW).count("Open") == 4
    assert run(bench, "test cable-diagnostics tdr interface Vlan99", SW) == "% TDR test is not supported on Vl99\n"


def test_stricter_flap_detection_shuts_a_flapping_port(bench):
    put(bench, "port_flapping", "plug", TILL)
    bench.type_in(SW, "errdisable flap-setting cause link-flap max-flaps 3 time 60")
    bench.forward(40)
    assert re.search(r"Gi1/0/6 .*err-disabled link-flap", run(bench, "show interfaces status err-disabled", SW))
    flaps = run(bench, "show logging", SW).count("GigabitEthernet1/0/6, changed state to down")
    bench.forward(60)
    assert run(bench, "show logging", SW).count("GigabitEthernet1/0/6, changed state to down") == flaps


def test_without_a_limit_a_storm_drowns_its_vlan_and_storm_control_may_shut_the_port(bench):
    limited = put(bench, "loop_on_edge_port", "till", TILL)
    bench.forward(5)
    assert bench.world.functions("s001") == {**WHOLE, "pos": 0.75}
    bench.breakages.take_out(limited)
    broken = put(bench, "loop_on_edge_port", "spare", "Gi1/0/4")
    bench.forward(5)
    assert bench.world.functions("s001") == {**WHOLE, "pos": 0.0}
    macs = {run(bench, "show mac address-table vlan 10", SW) for _ in range(8) if bench.forward(1) is None}
    assert len(macs) > 1
    bench.type_in(SW, "interface gi1/0/4", "storm-control broadcast level 2.00", "storm-control action shutdown")
    bench.forward(12)
    assert re.search(r"Gi1/0/4 .*err-disabled storm-control", run(bench, "show interfaces status err-disabled", SW))
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE


@pytest.mark.parametrize("variant", ["hung", "power_cut", "dead"])
def test_a_silent_switch(bench, variant):
    broken = bench.breakages.put_in("switch_silent", bench.breakages.find("switch_silent", device=SW, variant=variant))
    bench.forward(12)
    up = {"hung": "connected", "power_cut": "down", "dead": "down"}[variant]
    edge = run(bench, "show interfaces description", "s001-edge")
    assert ("up             up" if up == "connected" else "down           down") in _line(edge, "Gi0/1 ")
    assert run(bench, "show cdp neighbors", "s001-edge").endswith("Total cdp entries displayed : 0\n")
    assert not bench.views[SW].reachable()
    assert bench.views["s001-edge"].reachable()
    assert bench.world.functions("s001") == {"pos": 0.0, "click_and_collect": 0.0, "guest_wifi": 0.0}
    bench.world.cycle_outlet(SW)
    bench.forward(12)
    assert broken.out_by == ("repair" if variant == "hung" else None)
    bench.breakages.take_out(broken)
    bench.forward(12)
    assert bench.views[SW].reachable()
    assert bench.world.functions("s001") == WHOLE
    assert "SYS-5-RESTART" in run(bench, "show logging", SW)


def _line(text, start):
    return next(line for line in text.splitlines() if line.startswith(start))


def test_counters_start_anew_when_asked(bench):
    put(bench, "cable_bad", "crc", TILL)
    bench.forward(60)

    async def clear() -> None:
        said: list[str] = []
        line = VtyLine(0, "192.0.2.10", bench.clock.now(), user="storenet-rw")
        shell = Shell(bench.devices[SW], line, 15, send=said.append, hang_up=lambda: None, enable_secret=None)
        shell.received(f"clear counters {TILL}\r")
        await asyncio.sleep(0)
        shell.received("\r")
        for _ in range(3):
            await asyncio.sleep(0)
        assert 'Clear "show interface" counters on this interface [confirm]' in "".join(said)

    asyncio.run(clear())
    text = run(bench, ONE, SW)
    assert "0 input errors, 0 CRC" in text
    assert 'Last clearing of "show interface" counters 00:00:00' in text
    assert "%CLEAR-5-COUNTERS: Clear counter on interface GigabitEthernet1/0/6 by storenet-rw on vty0" in run(
        bench, "show logging", SW
    )
    bench.forward(60)
    assert re.search(r" [1-9]\d* input errors", run(bench, ONE, SW))


def test_the_switch_tells_which_ports_it_opens_again(bench):
    broken = put(bench, "port_errdisabled", "link-flap", TILL)
    bench.forward(20)
    text = run(bench, "show errdisable recovery", SW)
    assert re.search(r"link-flap +Enabled\n", text)
    assert re.search(r"Gi1/0/6 +link-flap +280\n", text)
    bench.breakages.take_out(broken)
    assert "Gi1/0/6" not in run(bench, "show errdisable recovery", SW)


def test_a_restart_frees_what_was_stuck(bench):
    stuck = put(bench, "port_stuck", "", TILL)
    latched = put(bench, "ap_no_power", "latched", AP)
    bench.world.cycle_outlet(SW)
    bench.forward(15)
    assert (stuck.out_by, latched.out_by) == ("repair", "repair")
    assert bench.world.functions("s001") == WHOLE


def test_a_switch_that_lost_power_forgets_what_was_not_saved(bench):
    bench.type_in(SW, "interface gi1/0/6", "description not saved")
    broken = put(bench, "switch_silent", "power_cut", "")
    bench.forward(5)
    bench.breakages.take_out(broken)
    bench.forward(10)
    assert "not saved" not in run(bench, "show running-config", SW)
    assert "uptime is 0 minutes" in run(bench, "show version", SW)
    assert "PD removed" not in run(bench, "show logging", SW)


def test_a_compact_switch_comes_back_by_the_power_of_its_uplink(bench):
    bench.world.shops["s002"].uplinks["s002-sw2"] = End("s002-sw1", "GigabitEthernet1/0/24")
    assert re.search(r"auto +on +22\.0 +Ieee PD +4 ", run(bench, "show power inline Gi1/0/24", "s002-sw1"))
    target = bench.breakages.find("switch_silent", device="s002-sw2", variant="hung")
    broken = bench.breakages.put_in("switch_silent", target)
    bench.type_in("s002-sw2", "interface gi1/0/9", "description not saved")
    assert "connected" in run(bench, "show interfaces Gi1/0/24 status", "s002-sw1")
    bench.type_in("s002-sw1", "interface gi1/0/24", "power inline never")
    assert "notconnect" in run(bench, "show interfaces Gi1/0/24 status", "s002-sw1")
    bench.type_in("s002-sw1", "interface gi1/0/24", "power inline auto")
    assert broken.out_by == "repair"
    bench.forward(12)
    assert bench.world.functions("s002") == WHOLE
    assert "not saved" not in run(bench, "show running-config", "s002-sw2")


def test_two_faults_on_one_access_point_do_not_hide_each_other(bench):
    low = put(bench, "ap_low_power", "", AP)
    vlan = bench.breakages.put_in("vlan_missing", bench.breakages.faults["vlan_missing"].targets(bench.chain, None)[0])
    weak = bench.breakages.faults["wifi_coverage_low"]
    target = weak.targets(bench.chain, bench.clock.now())[0]
    bench.breakages.put_in("wifi_coverage_low", target)
    mend(bench, *CYCLE)
    assert (low.out_by, vlan.out_by) == ("repair", None)
    assert weak.present(bench.world, target)


def test_the_parsers_of_the_world_read_the_new_shows(bench):
    def rows(command):
        return parse_output(platform="cisco_ios", command=command, data=run(bench, command, SW))

    put(bench, "poe_denied", "fault", AP)
    put(bench, "cable_bad", "crc", TILL)
    bench.forward(60)
    power = {row["interface"]: row["operational_status"] for row in rows("show power inline")}
    assert power[AP] == "faulty"
    errors = {row["interface"]: int(row["crc"]) for row in rows("show interfaces")}
    assert errors["GigabitEthernet1/0/6"] > 0
    assert sum(errors.values()) == errors["GigabitEthernet1/0/6"]
    hello = {row["local_interface"]: row for row in rows("show lldp neighbors")}
    assert (hello["Gi1/0/3"]["neighbor_name"], hello["Gi1/0/3"]["capabilities"]) == ("s001-ap2", "B,W")
    detail = {row["local_interface"]: row for row in rows("show lldp neighbors detail")}
    assert detail["Gi1/0/3"]["serial"].startswith("FGL")
    ports = {row["interface"]: row for row in rows("show interfaces switchport")}
    assert (ports[TILL]["access_vlan"], ports[AP]["trunking_vlans"]) == ("10", ["20", "30", "99"])
    tree = {(row["vlan_id"], row["interface"]): row for row in rows("show spanning-tree")}
    assert tree[("10", TILL)]["role"] == "Desg"
    assert rows("show processes cpu")[0]["cpu_usage_5_sec"].isdigit()
    counted = run(bench, "show interfaces counters errors", SW)
    assert int(_line(counted, "Gi1/0/6 ").split()[2]) == errors["GigabitEthernet1/0/6"]


def test_the_root_of_the_tree_and_the_way_to_it(bench):
    upper, lower = (run(bench, "show spanning-tree vlan 10", f"s002-sw{n}") for n in (1, 2))
    assert "This bridge is the root" in upper
    assert "Port        1 (GigabitEthernet1/0/1)" in lower
    assert re.search(r"Gi1/0/1 +Root FWD 4 ", lower)
    assert "vlan 77 does not exist" in run(bench, "show spanning-tree vlan 77", "s002-sw1")
