"""Faults of the lines to the outside: put in, seen through raw reads, mended as a person would, gone again."""

import asyncio
import re
from ipaddress import IPv4Address

import pytest
from ntc_templates.parse import parse_output

from lab.agents import OUTLET_CONTROL, OUTLET_STATUS, OutletAgent
from lab.devices.ber import Value
from lab.devices.cisco_ios.lines import VtyLine
from lab.devices.cisco_ios.shell import Shell
from lab.faults import discover
from lab.negotiating import agreed
from lab.setting import PortSetting
from tests.lab.test_faults import WHOLE
from tests.lab.test_peering import run

pytestmark = pytest.mark.scenario

EDGE, SW = "s001-edge", "s001-sw1"
WAN, TRUNK, CELL = "Gi0/0", "Gi0/1", "Ce0/2/0"
UPLINK, TILL = "Gi1/0/1", "Gi1/0/6"
GATEWAY, BEYOND, BACKUP = "198.18.1.1", "198.51.100.10", "100.72.1.1"
DARK = dict.fromkeys(WHOLE, 0.0)
ON_BACKUP = {**WHOLE, "guest_wifi": 0.0}
SEEN = [
    # fault, variant, seconds, device, command, what it shows only while the fault is in
    ("wan_gateway_silent", "bounce", 1, EDGE, f"show ip arp {GATEWAY}", r"198\.18\.1\.1 +0 +Incomplete +ARPA\n"),
    ("wan_gateway_silent", "carrier", 5, EDGE, "show ip sla summary", r"\*10 .* Timeout"),
    ("wan_brownout", "latency", 5, EDGE, "show ip sla summary", r"\*10 .* RTT=6\d\d +OK"),
    ("modem_hung", "expired", 60, EDGE, f"show interfaces {WAN}", r"is up, (?s:.*)Last input 00:01:00, output 00:00"),
    ("modem_hung", "expired", 60, EDGE, "show ip route", r"S\* +0\.0\.0\.0/0 is directly connected, Cellular0/2/0"),
    ("modem_hung", "holding", 120, EDGE, f"show ip arp {GATEWAY}", r"198\.18\.1\.1 +2 +0253\.ff01"),
    ("duplex_mismatch", "trunk", 60, EDGE, f"show interfaces {TRUNK}", r"Half Duplex, 100Mbps"),
    ("duplex_mismatch", "trunk", 60, EDGE, f"show interfaces {TRUNK}", r" [1-9]\d* late collision"),
    ("duplex_mismatch", "trunk", 1, SW, f"show interfaces {UPLINK} status", r"connected +trunk +full +100 "),
    ("duplex_mismatch", "trunk", 60, SW, f"show interfaces {UPLINK} counters errors", r"Gi1/0/1 +\d+ +[1-9]\d* "),
    ("duplex_mismatch", "till", 60, SW, f"show interfaces {TILL}", r"Full-duplex, 100Mb/s(?s:.*) [1-9]\d* CRC"),
    ("duplex_mismatch", "wan", 60, EDGE, f"show interfaces {WAN}", r" [1-9]\d* input errors"),
    ("store_dark", "double_cut", 1, EDGE, "show ip interface brief", r"Cellular0/2/0 +100\.72\.1\.2 .* down +down"),
    ("store_closed", "for_good", 1, EDGE, "show ip interface brief", r"GigabitEthernet0/1 +unassigned .* down +down"),
    ("lte_wedged", "modem", 60, EDGE, f"show interfaces {CELL}", r"is up, (?s:.*)Last input 00:01:00"),
    ("lte_weak_signal", "weak", 1, EDGE, "show cellular 0/2/0 radio", r"Current RSRP = -1[34]\d dBm"),
    ("lte_weak_signal", "roaming", 1, EDGE, "show cellular 0/2/0 network", r"Roaming Status = Roaming"),
    ("lte_weak_signal", "apn", 1, EDGE, "show cellular 0/2/0 profile 1", r"(?s)INACTIVE.*\(APN\) = internet"),
    ("lte_weak_signal", "apn", 1, EDGE, "show cellular 0/2/0 connection", r"Status = INACTIVE"),
    ("lte_silently_dead", "sim", 1, EDGE, "show cellular 0/2/0 network", r"Service Status = Emergency Only"),
    ("lte_silently_dead", "radio", 1, EDGE, "show cellular 0/2/0 radio", r"power mode = offline"),
    ("wan_saturated_by_guests", "", 5, EDGE, f"show interfaces {WAN}", r"rxload 255/255"),
    ("wan_saturated_by_guests", "", 5, EDGE, "show interfaces Gi0/1.30", r"output rate 5\d{7} bits/sec"),
    ("wan_saturated_by_guests", "", 5, SW, f"show interfaces {UPLINK}", r"input rate 5\d{7} bits/sec"),
    ("wan_saturated_by_guests", "", 5, EDGE, "show ip sla summary", r"\*10 .* RTT=35\d +OK"),
    ("wan_stuck_on_backup", "hand", 1, EDGE, "show ip route 0.0.0.0", r"distance 5,(?s:.*)via Cellular0/2/0"),
    ("wan_stuck_on_backup", "track", 5, EDGE, "show track", r"Reachability is Down\n(?s:.*)Static IP Routing 1"),
    ("wan_stuck_on_backup", "track", 5, EDGE, "show ip route 0.0.0.0", r"distance 200,(?s:.*)via Cellular0/2/0"),
]
LOGGED = [
    (
        "wan_gateway_silent",
        "bounce",
        31,
        r"BGP-3-NOTIFICATION: sent to neighbor 198\.18\.1\.1 4/0 \(hold time expired\)",
    ),
    ("lte_wedged", "session", 31, r"BGP-5-ADJCHANGE: neighbor 100\.72\.1\.1 Down BGP Notification sent"),
    (
        "duplex_mismatch",
        "trunk",
        1,
        r"CDP-4-DUPLEX_MISMATCH: .* on GigabitEthernet0/1 \(not full duplex\), with s001-sw1",
    ),
]
MENDED = [
    ("wan_gateway_silent", "bounce", (WAN, "shutdown", "no shutdown")),
    ("duplex_mismatch", "trunk", (UPLINK, "speed auto", "duplex auto")),
    ("duplex_mismatch", "till", (TILL, "duplex auto", "speed auto")),
    ("duplex_mismatch", "wan", (WAN, "no speed", "no duplex")),
    ("lte_wedged", "session", (CELL, "shutdown", "no shutdown")),
    ("lte_wedged", "modem", ("", "test cellular 0/2/0 modem-power-cycle")),
    ("lte_wedged", "session", ("", "test cellular 0/2/0 modem-reset")),
    ("lte_weak_signal", "apn", ("", "cellular 0/2/0 lte profile create 1 mobilco.stores none ipv4")),
    ("lte_silently_dead", "radio", ("", "test cellular 0/2/0 modem-power-cycle")),
    ("wan_saturated_by_guests", "", ("Gi0/1.30", "shutdown")),
    (
        "wan_saturated_by_guests",
        "",
        ("Gi0/1.30", "rate-limit output 5000000 937500 1875000 conform-action transmit exceed-action drop"),
    ),
    ("mtu_black_hole", "", (WAN, "ip tcp adjust-mss 1360")),
    ("wan_stuck_on_backup", "hand", (".", "ip route 0.0.0.0 0.0.0.0 Cellular0/2/0 200")),
    ("wan_stuck_on_backup", "track", (".", "no ip sla schedule 90", "ip sla schedule 90 life forever start-time now")),
    ("wan_stuck_on_backup", "track", (".", "ip route 0.0.0.0 0.0.0.0 dhcp 10")),
]
USELESS = [
    ("wan_gateway_silent", "carrier", (WAN, "shutdown", "no shutdown")),
    ("modem_hung", "expired", (WAN, "shutdown", "no shutdown")),
    ("wan_brownout", "loss", (WAN, "shutdown", "no shutdown")),
    ("lte_wedged", "modem", (CELL, "shutdown", "no shutdown")),
    ("lte_weak_signal", "weak", ("", "test cellular 0/2/0 modem-reset")),
    ("lte_silently_dead", "plan", ("", "test cellular 0/2/0 modem-power-cycle")),
    ("mtu_black_hole", "", (WAN, "ip mtu 1400")),
    ("mtu_black_hole", "", (WAN, "ip tcp adjust-mss 1400")),
]
FUNCTIONS = [
    ("wan_gateway_silent", "bounce", DARK),
    ("wan_brownout", "loss", {**DARK, "guest_wifi": 1.0}),
    ("wan_brownout", "latency", DARK),
    ("modem_hung", "expired", ON_BACKUP),
    ("modem_hung", "holding", DARK),
    ("duplex_mismatch", "wan", WHOLE),
    ("store_dark", "power_cut", DARK),
    ("store_dark", "double_cut", DARK),
    ("store_closed", "for_good", WHOLE),
    ("lte_silently_dead", "plan", WHOLE),
    ("wan_saturated_by_guests", "", {**WHOLE, "pos": 0.0}),
    ("mtu_black_hole", "", DARK),
    ("wan_stuck_on_backup", "hand", ON_BACKUP),
    ("wan_stuck_on_backup", "track", ON_BACKUP),
]
DECOYS = {"store_closed"}
MINE = {row[0] for row in FUNCTIONS} | {"lte_wedged", "lte_weak_signal"}


def put(bench, name, variant, store="s001"):
    return bench.breakages.put_in(name, bench.breakages.find(name, store=store, variant=variant or None))


def mend(bench, device, where, *lines):
    for line in lines:
        if where:
            bench.type_in(device, *((f"interface {where}", line) if where != "." else (line,)))
        else:
            run(bench, line, device)
        bench.forward(1)
    bench.forward(10)


def ping(bench, line):
    """Type a ping; return its marks."""

    async def sent():
        said = []
        line_ = VtyLine(0, "192.0.2.10", bench.clock.now(), user="storenet-ro")
        shell = Shell(bench.devices[EDGE], line_, 1, send=said.append, hang_up=lambda: None, enable_secret=None)
        bench.devices[EDGE].ping_second = 0.0
        shell.received(line + "\r")
        for _ in range(200):
            await asyncio.sleep(0)
            if "Success rate" in "".join(said):
                return "".join(said)
        raise AssertionError("".join(said))

    return asyncio.run(sent())


def _answer(screen):
    return "\n".join(screen.split("\r\n")[1:-1]) + "\n"


def test_every_fault_of_the_lines_is_there_and_comes_only_when_asked_for(bench):
    found = discover()
    assert set(found) >= MINE
    assert not any(getattr(found[name], "dealt", True) for name in MINE)
    assert {name for name in MINE if found[name].kind == "decoy"} == DECOYS
    for name in MINE:
        for target in found[name].targets(bench.chain, bench.clock.now())[:40]:
            ending = found[name].expected(bench.chain, target, bench.clock.now())
            assert ending in ("healed", "mitigated", "escalated", "held", "untouched")
            assert all(re.compile(repair.line) for repair in found[name].repairs(target))


@pytest.mark.parametrize(("name", "variant", "seconds", "device", "command", "shows"), SEEN)
def test_a_raw_read_shows_it_while_it_is_in(bench, name, variant, seconds, device, command, shows):
    assert not re.search(shows, run(bench, command, device))
    broken = put(bench, name, variant)
    bench.forward(seconds)
    assert broken.out_by is None
    assert re.search(shows, run(bench, command, device)), run(bench, command, device)
    bench.breakages.take_out(broken)
    bench.forward(20)
    text = run(bench, command, device)
    if any(word in shows for word in ("collision", "CRC", "input errors", "counters")) or "counters" in command:
        bench.forward(30)
        assert _errors(run(bench, command, device)) == _errors(text)
    else:
        assert not re.search(shows, text), text
    assert bench.world.functions("s001") == WHOLE


def _errors(text):
    return re.findall(r"(\d+) (?:input errors|late collision)", text) or re.findall(r"Gi1/0/1 .*", text)


@pytest.mark.parametrize(("name", "variant", "seconds", "shows"), LOGGED)
def test_the_log_tells_of_it(bench, name, variant, seconds, shows):
    put(bench, name, variant)
    bench.forward(seconds)
    assert re.search(shows, run(bench, "show logging", EDGE)), run(bench, "show logging", EDGE)


@pytest.mark.parametrize(("name", "variant", "served"), FUNCTIONS)
def test_what_the_store_has_of_it(bench, name, variant, served):
    broken = put(bench, name, variant)
    bench.forward(2)
    assert bench.world.functions("s001") == served
    assert bench.world.functions("s002") == WHOLE
    bench.breakages.take_out(broken)
    bench.forward(20)
    assert bench.world.functions("s001") == WHOLE
    assert not broken.fault.present(bench.world, broken.target)


@pytest.mark.parametrize(("name", "variant", "repair"), MENDED)
def test_what_an_operator_would_do_mends_it(bench, name, variant, repair):
    broken = put(bench, name, variant)
    bench.forward(3)
    assert broken.out_by is None
    mend(bench, broken.target.upstream, *repair)
    assert broken.out_by == "repair"
    lines = [(row["section"], row["line"]) for row in bench.rows("write") if row["user"] == "storenet-rw"]
    assert lines
    known = broken.fault.repairs(broken.target)
    wanted = [row for row in lines if row[0] or not row[1].startswith("interface")]
    assert all(any(r.section == s and re.fullmatch(r.line, line) for r in known) for s, line in wanted)
    if repair != ("Gi0/1.30", "shutdown"):
        assert bench.world.functions("s001") == WHOLE


@pytest.mark.parametrize(("name", "variant", "repair"), USELESS)
def test_what_does_not_help_does_not_help(bench, name, variant, repair):
    broken = put(bench, name, variant)
    bench.forward(3)
    mend(bench, EDGE, *repair)
    assert broken.out_by is None
    assert broken.fault.present(bench.world, broken.target)


def test_the_controllers_own_way_follows_the_route(bench):
    silent = put(bench, "wan_gateway_silent", "carrier")
    bench.forward(5)
    assert not bench.views[EDGE].reachable()
    assert not bench.views[SW].reachable()
    bench.type_in(EDGE, "interface gi0/0", "shutdown")
    bench.forward(3)
    assert bench.views[EDGE].reachable()
    assert bench.world.functions("s001") == ON_BACKUP
    assert silent.out_by is None


def test_a_brown_line_loses_some_probes_and_not_all(bench):
    put(bench, "wan_brownout", "loss")
    bench.forward(120)
    text = run(bench, "show ip sla statistics 10", EDGE)
    lost = int(re.search(r"failures: (\d+)", text)[1])
    assert 10 < lost < 40
    assert bench.views[EDGE].reachable()
    assert run(bench, "show ip bgp summary", EDGE).count("Active") == 0


def test_a_hung_modem_comes_back_at_its_outlet(bench):
    broken = put(bench, "modem_hung", "holding")
    bench.forward(5)
    bench.world.cycle_outlet("s001-modem")
    bench.forward(1)
    assert "down                  down" in run(bench, "show ip interface brief gi0/0", EDGE)
    bench.forward(12)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE


def test_the_modem_has_an_outlet_on_the_stores_strip(bench):
    broken = put(bench, "modem_hung", "expired")
    bench.forward(3)
    strip = OutletAgent(bench.world, bench.world.shops["s001"])
    number = next(n for n, name in strip.outlets.items() if name == "s001-modem")
    assert (strip.outlets[1], number) == (EDGE, len(strip.outlets))
    assert strip.change((*OUTLET_CONTROL, 4, number), Value("integer", 3), "storenet-rw") == 0
    assert strip.objects()[(*OUTLET_STATUS, 7, number)].content == 0
    bench.forward(12)
    assert strip.objects()[(*OUTLET_STATUS, 7, number)].content == 3
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE
    row = bench.rows("write")[-1]
    (repair,) = broken.fault.repairs(broken.target)
    assert row["device"] == repair.device
    assert re.fullmatch(repair.line, row["line"])


def test_a_lease_nobody_renews_runs_out_and_the_backup_takes_over(bench):
    broken = put(bench, "modem_hung", "holding")
    bench.forward(1700, step=50)
    assert bench.world.functions("s001") == DARK
    bench.forward(150, step=50)
    assert bench.world.functions("s001") == ON_BACKUP
    assert bench.views[EDGE].reachable()
    bench.breakages.take_out(broken)
    bench.forward(5)
    assert bench.world.functions("s001") == WHOLE


@pytest.mark.parametrize(
    ("own", "far", "ends"),
    [
        (("auto", "auto"), ("auto", "auto"), (1000, False)),
        (("100", "full"), ("auto", "auto"), (100, False)),
        (("auto", "auto"), ("100", "full"), (100, True)),
        (("100", "auto"), ("auto", "auto"), (100, False)),
        (("100", "full"), ("100", "full"), (100, False)),
        (("auto", "auto"), ("auto", "half"), (1000, True)),
        (("auto", "auto"), ("1000", "full"), (1000, False)),
    ],
)
def test_what_two_ends_agree_on(own, far, ends):
    ports = [PortSetting(name="", speed=speed, duplex=duplex) for speed, duplex in (own, far)]
    assert agreed(*ports) == ends


def test_a_power_cut_takes_everything_and_it_boots_what_was_saved(bench):
    bench.type_in(SW, "interface gi1/0/9", "description not saved")
    broken = put(bench, "store_dark", "power_cut")
    bench.forward(5)
    assert not any(bench.views[name].reachable() for name in bench.views if name.startswith("s001"))
    assert all(bench.views[name].reachable() for name in bench.views if name.startswith("s002"))
    bench.breakages.take_out(broken)
    bench.forward(20)
    assert all(view.reachable() for view in bench.views.values())
    assert "not saved" not in run(bench, "show running-config", SW)
    assert "SYS-5-RESTART" in run(bench, "show logging", EDGE)


def test_a_store_closed_for_the_night_keeps_its_network(bench):
    broken = bench.breakages.put_in("store_closed", bench.breakages.find("store_closed", variant="night"))
    bench.forward(12)
    store = broken.target.store
    assert broken.expected == "untouched"
    assert all(view.reachable() for name, view in bench.views.items() if name.startswith(store))
    assert bench.world.functions(store) == WHOLE
    power = run(bench, "show power inline Gi1/0/2", f"{store}-sw1")
    assert re.search(r"auto +off +0\.0 +n/a", power)
    assert "PD removed" in run(bench, "show logging", f"{store}-sw1")
    bench.breakages.take_out(broken)
    bench.forward(15)
    assert bench.world.functions(store) == WHOLE
    assert not re.search(r"auto +off", run(bench, "show power inline Gi1/0/2", f"{store}-sw1"))


def test_a_store_that_is_open_is_not_closed_for_the_night(bench):
    night = [t for t in discover()["store_closed"].targets(bench.chain, bench.clock.now()) if t.variant == "night"]
    stores = bench.chain.chain.stores
    assert night
    assert not any(stores[t.store].is_trading(bench.clock.now()) for t in night)


@pytest.mark.parametrize(
    ("name", "variant"),
    [("lte_wedged", "session"), ("lte_weak_signal", "apn")]
    + [("lte_silently_dead", variant) for variant in ("sim", "plan", "radio")],
)
def test_a_dead_backup_is_found_by_a_drill_or_by_a_failover(bench, name, variant):
    assert "!!!!!" in ping(bench, f"ping {BACKUP}")
    broken = put(bench, name, variant)
    bench.forward(3)
    assert "Cellular0/2/0              100.72.1.2      YES NVRAM  up                    up" in run(
        bench, "show ip interface brief", EDGE
    )
    assert "....." in ping(bench, f"ping {BACKUP} timeout 1")
    assert "....." in ping(bench, f"ping {BEYOND} source {CELL} timeout 1")
    assert "!!!!!" in ping(bench, f"ping {BEYOND}")
    assert bench.world.functions("s001") == WHOLE
    put(bench, "wan_carrier_down", "")
    bench.forward(3)
    assert bench.world.functions("s001") == DARK
    assert not bench.views[EDGE].reachable()
    bench.breakages.take_out(broken)
    bench.forward(3)
    assert bench.world.functions("s001") == ON_BACKUP


def test_a_plan_that_is_used_up_looks_well_from_here(bench):
    before = run(bench, "show cellular 0/2/0 all", EDGE)
    put(bench, "lte_silently_dead", "plan")
    after = run(bench, "show cellular 0/2/0 all", EDGE)
    assert _words(before) == _words(after)
    assert "Profile 1 = ACTIVE* **" in after
    assert run(bench, "show cellular 0/1/0 all", EDGE).startswith("% Invalid")


def _words(text):
    return [line.partition("=")[2] for line in text.splitlines() if "Time" not in line and "Packets" not in line]


def test_a_modem_that_is_started_anew_is_away_for_a_moment(bench):
    put(bench, "lte_wedged", "modem")
    run(bench, "test cellular 0/2/0 modem-power-cycle", EDGE)
    assert run(bench, "show cellular 0/2/0 radio", EDGE).startswith("Modem is not up")
    assert "Modem Status = Offline" in run(bench, "show cellular 0/2/0 hardware", EDGE)
    bench.forward(8)
    log = run(bench, "show logging", EDGE)
    assert log.index("CELLWAN-2-MODEM_DOWN: Modem in slot 0/2 is DOWN") < log.index("CELLWAN-2-MODEM_UP")
    assert "Current RSSI = -" in run(bench, "show cellular 0/2/0 radio", EDGE)


def test_large_packets_vanish_and_small_ones_do_not(bench):
    assert "!!!!!" in ping(bench, f"ping {BEYOND} size 1500 df-bit")
    broken = put(bench, "mtu_black_hole", "")
    text = ping(bench, f"ping {BEYOND} size 1500 df-bit timeout 1")
    assert "Packet sent with the DF bit set\r\n....." in text
    assert "!!!!!" in ping(bench, f"ping {BEYOND} size 1400 df-bit")
    assert "!!!!!" in ping(bench, f"ping {BEYOND} size 1500")
    assert "!!!!!" in ping(bench, f"ping {BEYOND} source Gi0/1.10 repeat 5 timeout 1")
    bench.type_in(EDGE, "interface gi0/0", "ip mtu 1400")
    assert "MMMMM" in ping(bench, f"ping {BEYOND} size 1500 df-bit")
    assert "MTU is 1400 bytes" in run(bench, "show ip interface gi0/0", EDGE)
    assert bench.world.functions("s001") == DARK
    for vlan in (10, 20, 30):
        bench.type_in(EDGE, f"interface gi0/1.{vlan}", "ip unreachables")
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE


@pytest.mark.parametrize("way", ["input", "output"])
def test_a_policy_holds_the_guests_back(bench, way):
    broken = put(bench, "wan_saturated_by_guests", "")
    bench.type_in(EDGE, "policy-map SLOW", "class class-default", "police 40000000")
    bench.type_in(EDGE, "interface gi0/1.30", f"service-policy {way} SLOW")
    assert broken.out_by is None
    bench.type_in(EDGE, "policy-map SLOW", "class class-default", "police cir 5000000 conform-action transmit")
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE
    bench.forward(1)
    assert "rxload 1/255" in run(bench, f"show interfaces {WAN}", EDGE)


def test_the_parsers_of_the_world_read_the_new_shows(bench):
    put(bench, "duplex_mismatch", "trunk")
    put(bench, "wan_saturated_by_guests", "")
    bench.forward(30)
    rows = {
        r["interface"]: r for r in parse_output("cisco_ios", "show interfaces", run(bench, "show interfaces", EDGE))
    }
    assert rows["GigabitEthernet0/1"]["duplex"] == "Half Duplex"
    assert rows["GigabitEthernet0/1"]["speed"] == "100Mbps"
    assert rows["GigabitEthernet0/0"]["bandwidth"] == "50000 Kbit"
    assert int(rows["GigabitEthernet0/0"]["input_rate"]) > 45_000_000
    (row,) = parse_output("cisco_ios", "ping", _answer(ping(bench, f"ping {BEYOND} size 1000 df-bit")))
    assert (row["destination"], row["success_pct"]) == (BEYOND, "100")
    assert bench.views[EDGE].ping(IPv4Address(BEYOND), None) > 300


def test_two_faults_of_one_line_do_not_hide_each_other(bench):
    lease = put(bench, "wan_no_lease", "stuck")
    modem = put(bench, "modem_hung", "expired", store="s002")
    gateway = bench.breakages.faults["wan_gateway_silent"]
    target = gateway.targets(bench.chain, bench.clock.now())[0]
    silent = bench.breakages.put_in("wan_gateway_silent", target)
    bench.forward(3)
    mend(bench, EDGE, WAN, "shutdown", "no shutdown")
    assert (lease.out_by, silent.out_by, modem.out_by) == ("repair", "repair", None)


TRACKED = (
    f"ip sla 91\nicmp-echo {GATEWAY} source-interface {WAN}\nfrequency 2\n"
    "ip sla schedule 91 life forever start-time now\n"
    "track 91 ip sla 91 reachability\ndelay down 4 up 20\nip route 0.0.0.0 0.0.0.0 dhcp 10 track 91"
)


def test_with_a_tracked_route_the_backup_takes_over_and_a_bounce_heals(bench):
    bench.type_in(EDGE, *TRACKED.splitlines())
    bench.forward(12)
    assert bench.world.functions("s001") == WHOLE
    assert run(bench, "show track brief", EDGE).splitlines()[1].split()[5] == "Up"
    broken = put(bench, "wan_gateway_silent", "bounce")
    bench.forward(3)
    assert bench.world.functions("s001") == DARK
    bench.forward(3)
    assert bench.world.functions("s001") == ON_BACKUP
    assert bench.views[EDGE].reachable()
    mend(bench, EDGE, WAN, "shutdown", "no shutdown")
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == ON_BACKUP
    bench.forward(20)
    assert bench.world.functions("s001") == WHOLE
    log = run(bench, "show logging", EDGE)
    assert log.index("91 reachability Up -> Down") < log.index("91 reachability Down -> Up")
    assert "Delay up 20 secs, down 4 secs" in run(bench, "show track 91", EDGE)


def test_an_interface_can_be_tracked_too(bench):
    bench.type_in(EDGE, "track 7 interface GigabitEthernet0/0 line-protocol")
    assert "Line protocol is Up" in run(bench, "show track 7", EDGE)
    put(bench, "wan_carrier_down", "")
    assert "Line protocol is Down" in run(bench, "show track 7", EDGE)
