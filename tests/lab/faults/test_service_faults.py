"""Faults of services, routing and tunnels: put in, seen through raw reads, mended as a person would, gone again."""

import asyncio
import re
from ipaddress import IPv4Address

import pytest
from ntc_templates.parse import parse_output

from inventory.platforms.cisco_ios.bgp_reader import bgp as read_bgp
from inventory.platforms.cisco_ios.readers import probes as read_probes
from lab.faults import discover
from tests.lab.conftest import Bench, make_bench
from tests.lab.test_faults import WHOLE
from tests.lab.test_peering import run

pytestmark = pytest.mark.scenario

EDGE, SW, TILL = "s001-edge", "s001-sw1", "GigabitEthernet1/0/6"
MINE = {
    "bgp_max_prefix",
    "change_under_way",
    "dhcp_pool_exhausted",
    "dhcp_rogue",
    "gateway_dual_active",
    "ike_failing",
    "memory_leak",
    "not_the_network",
    "service_dns_ntp_radius",
    "site_id_duplicate",
    "tunnel_one_way",
}
DECOYS = {"change_under_way"}
GUESTS_POOL = r"Pool GUESTS :\n(?:.*\n){2} Total addresses +: 254\n Leased addresses +: 244\n"
TILLS_POOL = GUESTS_POOL.replace("GUESTS", "TILLS")
ASK_ACCOUNTS = "test aaa group radius storenet-ro lab legacy"
PAY = "telnet 198.51.100.10 443"
BOTH_LEAD = r"Gi0/1\.10 +10 +110 P Active +local +unknown +10\.1\.10\.254\n"
ONE_SA = "show crypto ipsec sa peer 198.51.100.2"
SEEN = [
    # fault, variant, seconds, device, command, what it shows only while the fault is in
    ("dhcp_pool_exhausted", "guests", 1, EDGE, "show ip dhcp pool", GUESTS_POOL),
    ("dhcp_pool_exhausted", "guests", 1, EDGE, "show ip dhcp pool GUESTS", r"\n 0\.0\.0\.0 .* 244 +/ 10 +/ 254"),
    ("dhcp_pool_exhausted", "guests", 1, EDGE, "show ip dhcp binding", r"\n10\.1\.30\.254 +0102\.c001\."),
    ("dhcp_pool_exhausted", "tills", 1, EDGE, "show ip dhcp pool TILLS", TILLS_POOL),
    ("dhcp_rogue", "tills", 12, SW, "show mac address-table interface Gi1/0/5", r" 10 +02c6\.5c00\.0101 +DYNAMIC"),
    (
        "dhcp_rogue",
        "tills",
        1,
        SW,
        "show ip dhcp snooping binding",
        r"192\.168\.0\.101 +120 .* 10 +GigabitEthernet1/0/",
    ),
    ("service_dns_ntp_radius", "dns", 4, EDGE, "show ip sla summary", r"\*11 +dns +pay\S+ +- +Timeout "),
    ("service_dns_ntp_radius", "ntp", 130, EDGE, "show ntp associations", r"\*~198\.51\.100\.123 .* 37[46] "),
    ("service_dns_ntp_radius", "ntp", 640, EDGE, "show ntp associations", r" ~198\.51\.100\.123 .* 0 .*15937\.000\n"),
    ("service_dns_ntp_radius", "ntp", 640, SW, "show ntp status", r"Clock is unsynchronized, stratum 16, no reference"),
    ("service_dns_ntp_radius", "radius", 1, EDGE, ASK_ACCOUNTS, r"\nNo authoritative response from any server\.\n"),
    ("bgp_max_prefix", None, 5, EDGE, "show ip bgp summary", r"198\.18\.1\.1 .* 00:00:0\d Idle \(PfxCt\)\n"),
    ("bgp_max_prefix", None, 5, EDGE, "show ip bgp neighbors 198.18.1.1", r"Peer had exceeded the max\. no\. of pref"),
    ("bgp_max_prefix", None, 5, EDGE, "show ip route", r"B +172\.16\.10\.0/24 \[20/0\] via 100\.72\.1\.1"),
    ("change_under_way", "typing", 9, SW, "show users", r"\n +1 vty 0 +jdoe +idle +00:00:09 192\.0\.2\.77\n"),
    ("change_under_way", "exclusive", 9, SW, "show configuration lock", r"User +: jdoe\nTTY +: 1\nType +: EXCLUSIVE\n"),
    (
        "change_under_way",
        "exclusive",
        1,
        SW,
        "configure terminal",
        r"locked exclusively by user 'jdoe' process '90' from",
    ),
    ("change_under_way", "typing", 1, SW, "show archive config differences", r" -description printer - under way"),
    ("change_under_way", "trunk", 12, SW, "show mac address-table interface Gi1/0/2 vlan 30", r"criterion: 0"),
    ("memory_leak", "climbing", 5, EDGE, "show processes memory sorted", r"(?m)^ 193   0 .* [6-9]\d{8} .* SNMP ENGINE"),
    (
        "memory_leak",
        "climbing",
        5,
        EDGE,
        "show memory statistics",
        r"Processor +\w+ +1526726656 +1[12]\d{8} +[2-4]\d{8} ",
    ),
    ("tunnel_one_way", None, 60, EDGE, ONE_SA, r"#pkts encaps: 3[56]\d, .*\n +#pkts decaps: 0, "),
    ("tunnel_one_way", None, 5, EDGE, "show crypto session", r"Interface: Tunnel1\nSession status: UP-ACTIVE "),
    (
        "tunnel_one_way",
        None,
        5,
        EDGE,
        "show crypto isakmp sa",
        r"198\.51\.100\.2 +198\.18\.1\.2 +QM_IDLE +1001 ACTIVE\n",
    ),
    ("tunnel_one_way", None, 5, EDGE, "show ip sla summary", r"\*10 +icmp-echo +198\.51\.100\.10 +- +Timeout"),
    ("ike_failing", "blocked", 40, EDGE, "show crypto isakmp sa", r"198\.18\.1\.2 +MM_NO_STATE +0 ACTIVE\n"),
    (
        "ike_failing",
        "psk",
        40,
        EDGE,
        "show crypto isakmp sa",
        r"MM_KEY_EXCH +1001 ACTIVE\n.*MM_NO_STATE +0 ACTIVE \(del",
    ),
    (
        "ike_failing",
        "psk",
        9,
        EDGE,
        "show crypto session",
        r"Session status: DOWN-NEGOTIATING\n(?:.*\n)* +Active SAs: 0",
    ),
    ("ike_failing", "psk", 9, EDGE, "show interfaces description", r"Tu1 +up +down +headquarters, pilot"),
    ("gateway_dual_active", "config", 5, EDGE, "show standby brief", BOTH_LEAD),
    ("gateway_dual_active", "l2_split", 5, EDGE, "show standby brief", BOTH_LEAD),
    ("not_the_network", "refused", 1, EDGE, PAY, r"Trying 198.51.100.10, 443 \.\.\. \n% Connection refused by remote"),
    ("not_the_network", "silent", 1, EDGE, PAY, r"% Connection timed out; remote host not responding"),
    ("dhcp_rogue", "blocked", 12, SW, "show interfaces Gi1/0/5 status", r"connected +10 "),
]
LOGGED = [
    ("dhcp_pool_exhausted", "conflicts", 1, EDGE, r"%DHCPD-4-PING_CONFLICT: .*server pinged 10\.1\.30\.254\."),
    (
        "gateway_dual_active",
        "config",
        5,
        EDGE,
        r"%HSRP-4-BADAUTH: Bad authentication from 10\.1\.10\.3, group 10, remote s",
    ),
    (
        "gateway_dual_active",
        "config",
        5,
        SW,
        r"MACFLAP_NOTIF: Host 0000\.0c07\.ac0a in vlan 10 is flapping between port",
    ),
    ("tunnel_one_way", None, 40, EDGE, r"%CRYPTO-4-RECVD_PKT_INV_SPI: .* for destaddr=198\.18\.1\.2, prot=50, spi=0x"),
    ("ike_failing", "psk", 40, EDGE, r"%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198\.51\.100\.2 failed its sanity"),
    ("site_id_duplicate", None, 60, EDGE, r"(?s)Crypto tunnel is DOWN.*tunnel is UP.*tunnel is DOWN.*tunnel is UP"),
    (
        "site_id_duplicate",
        None,
        60,
        EDGE,
        r"(?s)neighbor 172\.31\.1\.1 Down Interface flap.*172\.31\.1\.1 Up.*\.1 Down",
    ),
    (
        "memory_leak",
        "exhausted",
        90,
        EDGE,
        r"%SYS-2-MALLOCFAIL: .* 65536 bytes failed .*\nPool: Processor  Free: 300000",
    ),
    ("bgp_max_prefix", None, 1, EDGE, r"%BGP-4-MAXPFX: .* 198\.18\.1\.1 \(afi 0\) reaches 160, max 200\n"),
    ("bgp_max_prefix", None, 1, EDGE, r"%BGP-3-MAXPFXEXCEED: .* 198\.18\.1\.1 \(afi 0\): 201 exceeds limit 200\n"),
    ("bgp_max_prefix", None, 1, EDGE, r"ADJCHANGE: neighbor 198\.18\.1\.1 Down Peer over prefix limit"),
    (
        "dhcp_rogue",
        "blocked",
        1,
        SW,
        r"UNTRUSTED_PORT: .* message type: DHCPOFFER, MAC sa: 02c6\.5c00\.0101, vlan 10\.",
    ),
]
SUFFERS = [
    ("dhcp_pool_exhausted", "guests", {"guest_wifi": 0.0}),
    ("dhcp_pool_exhausted", "tills", {"pos": 0.75}),
    ("dhcp_pool_exhausted", "conflicts", {"guest_wifi": 0.0}),
    ("dhcp_rogue", "tills", {"pos": 0.0}),
    ("dhcp_rogue", "guests", {"guest_wifi": 0.0}),
    ("dhcp_rogue", "blocked", {}),
    ("change_under_way", "exclusive", {}),
    ("memory_leak", "exhausted", {}),
    ("tunnel_one_way", None, {"pos": 0.0}),
    ("gateway_dual_active", "config", {"pos": 0.75}),
    ("gateway_dual_active", "l2_split", {}),
    ("ike_failing", "blocked", {}),
    ("change_under_way", "trunk", {"guest_wifi": 0.5}),
    ("service_dns_ntp_radius", "dns", {"pos": 0.0}),
    ("service_dns_ntp_radius", "ntp", {}),
    ("service_dns_ntp_radius", "radius", {}),
    ("not_the_network", "refused", {"pos": 0.0}),
    ("not_the_network", "error", {"pos": 0.0}),
]


@pytest.fixture
def bench() -> Bench:
    """Two stores are enough."""
    return make_bench(stores=2)


def put(bench, name, variant=None, store="s001", device=None):
    return bench.breakages.put_in(name, bench.breakages.find(name, store=store, device=device, variant=variant))


def test_every_fault_of_services_is_there_and_comes_only_when_asked_for(bench):
    found = discover()
    assert set(found) >= MINE
    assert not any(getattr(found[name], "dealt", True) for name in MINE)
    assert {name for name in MINE if found[name].kind == "decoy"} == DECOYS
    for name in MINE:
        targets = found[name].targets(bench.chain, bench.clock.now())
        assert targets
        for target in targets:
            ending = found[name].expected(bench.chain, target, bench.clock.now())
            assert ending in ("healed", "mitigated", "escalated", "held", "untouched")
            assert all(re.compile(repair.line) for repair in found[name].repairs(target))


@pytest.mark.parametrize(("name", "variant", "seconds", "device", "command", "shows"), SEEN)
def test_a_raw_read_shows_it_while_it_is_in(bench, name, variant, seconds, device, command, shows):
    assert not re.search(shows, run(bench, command, device)), run(bench, command, device)
    broken = put(bench, name, variant)
    bench.forward(seconds, step=max(0.5, seconds / 20))
    assert broken.out_by is None
    assert re.search(shows, run(bench, command, device)), run(bench, command, device)
    bench.breakages.take_out(broken)
    bench.forward(130 if name == "service_dns_ntp_radius" else 15, step=1)
    assert not re.search(shows, run(bench, command, device)), run(bench, command, device)
    assert bench.world.functions("s001") == WHOLE


@pytest.mark.parametrize(("name", "variant", "seconds", "device", "shows"), LOGGED)
def test_the_log_tells_of_it(bench, name, variant, seconds, device, shows):
    assert not re.search(shows, run(bench, "show logging", device))
    put(bench, name, variant)
    bench.forward(seconds)
    assert re.search(shows, run(bench, "show logging", device)), run(bench, "show logging", device)


@pytest.mark.parametrize(("name", "variant", "less"), SUFFERS)
def test_what_suffers(bench, name, variant, less):
    broken = put(bench, name, variant)
    bench.forward(15)
    assert bench.world.functions("s001") == WHOLE | less
    assert bench.world.functions("s002") == WHOLE
    bench.breakages.take_out(broken)
    assert not broken.fault.present(bench.world, broken.target)
    bench.forward(15)
    assert bench.world.functions("s001") == WHOLE


@pytest.mark.parametrize("variant", ["guests", "tills"])
def test_a_full_pool_is_mended_by_forgetting_its_leases(bench, variant):
    broken = put(bench, "dhcp_pool_exhausted", variant)
    bench.forward(5)
    assert "not in the database" in run(bench, "clear ip dhcp binding 10.1.99.9", EDGE)
    assert broken.out_by is None
    run(bench, "clear ip dhcp binding *", EDGE)
    bench.forward(1)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE
    assert [row["line"] for row in bench.rows("write") if row["device"] == EDGE] == ["clear ip dhcp binding *"]


def test_addresses_in_conflict_are_handed_out_again_once_the_list_is_cleared(bench):
    broken = put(bench, "dhcp_pool_exhausted", "conflicts")
    assert re.search(r"\n10\.1\.30\.254 +Ping +Mar 03 2026 ", run(bench, "show ip dhcp conflict", EDGE))
    assert re.search(r"\n 0\.0\.0\.0 .* 0 +/ 10 +/ 254", run(bench, "show ip dhcp pool GUESTS", EDGE))
    assert "not in the database" in run(bench, "clear ip dhcp conflict 10.1.99.9", EDGE)
    run(bench, "clear ip dhcp conflict *", EDGE)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE


def test_one_forgotten_lease_lets_one_newcomer_in(bench):
    put(bench, "dhcp_pool_exhausted", "tills")
    assert bench.world.functions("s001")["pos"] == 0.75
    run(bench, "clear ip dhcp binding 10.1.10.200", EDGE)
    assert bench.world.functions("s001")["pos"] == 1.0
    assert re.search(r"10\.1\.10\.200 +0102\.5300\.01", run(bench, "show ip dhcp binding", EDGE))


def test_leases_of_a_full_pool_run_out(bench):
    bench.type_in(EDGE, "ip dhcp pool GUESTS", "lease 0 0 10")
    broken = put(bench, "dhcp_pool_exhausted", "guests")
    bench.forward(605, step=60)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE


def test_a_rogue_is_mended_by_shutting_its_port_and_renewing(bench):
    broken = put(bench, "dhcp_rogue", "tills")
    bench.forward(5)
    bench.type_in(SW, "interface Gi1/0/5", "shutdown")
    bench.forward(5)
    assert bench.world.functions("s001")["pos"] == 0.0
    bench.type_in(SW, f"interface {TILL}", "shutdown")
    bench.forward(2)
    bench.type_in(SW, f"interface {TILL}", "no shutdown")
    bench.forward(5)
    assert 0.0 < bench.world.functions("s001")["pos"] < 1.0
    assert broken.out_by is None
    bench.forward(160)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE


def test_the_parsers_of_the_world_read_what_snooping_saw(bench):
    text = run(bench, "show ip dhcp snooping binding", SW)
    rows = {row["mac_address"]: row for row in parse_output("cisco_ios", "show ip dhcp snooping binding", text)}
    assert {row["vlan_id"] for row in rows.values()} == {"10", "20", "30"}
    assert all(row["ip_address"].startswith(f"10.1.{row['vlan_id']}.") for row in rows.values())


def test_the_network_is_innocent(bench):
    probes = ("ip sla 90", "tcp-connect 198.51.100.10 443", "frequency 2", "timeout 1000", "exit")
    page = ("ip sla 91", "http get https://pay.storenet.example/health", "frequency 2", "timeout 1000", "exit")
    bench.type_in(EDGE, *probes, "ip sla schedule 90 life forever start-time now")
    bench.type_in(EDGE, *page, "ip sla schedule 91 life forever start-time now")
    bench.forward(4)
    for variant, refused, failed in (
        ("refused", "No connection", "No connection"),
        ("silent", "Timeout", "Timeout"),
        ("error", "OK", "HTTP error"),
    ):
        assert _codes(bench) == {10: "OK", 11: "OK", 20: "OK", 30: "OK", 90: "OK", 91: "OK"}
        broken = put(bench, "not_the_network", variant)
        bench.forward(4)
        assert _codes(bench) == {10: "OK", 11: "OK", 20: "OK", 30: "OK", 90: refused, 91: failed}
        assert bench.views[EDGE].ping(IPv4Address("198.51.100.10"), "GigabitEthernet0/1.10") is not None
        bench.breakages.take_out(broken)
        bench.forward(4)
    put(bench, "service_dns_ntp_radius", "dns")
    bench.forward(4)
    assert _codes(bench)[91] == "DNS query error"


OUR_OWN = {12, 21}
"""The store's TCP operations; the two of the test stand beside them."""


def _codes(bench):
    every = read_probes(run(bench, "show ip sla summary", EDGE), {})
    found = (row for row in every if row.number < 100 and row.number not in OUR_OWN)
    looks = {look.number: look.code for look in bench.views[EDGE].probes()}
    return {row.number: looks[row.number] for row in found if row.ok == (looks[row.number] == "OK")}


def test_a_server_of_accounts_is_taken_for_dead_until_it_answers(bench):
    broken = put(bench, "service_dns_ntp_radius", "radius")
    assert "current DEAD" in run(bench, "show aaa servers", EDGE)  # somebody has just logged in
    bench.forward(30)
    text = run(bench, "show aaa servers", EDGE)
    assert re.search(r"host 198\.51\.100\.60, .* hostname HQ-RADIUS\n +State: current DEAD, duration 30s", text)
    assert "Authen: request 2, timeouts 8, failover 0, retransmission 6" in text
    assert bench.views[EDGE].ping(IPv4Address("198.51.100.60"), None) is not None
    assert "RADIUS-4-RADIUS_DEAD: RADIUS server 198.51.100.60:1812,1813 is not" in run(bench, "show logging", EDGE)
    shop = bench.world.shops["s001"]
    shop.act(bench.clock.seconds(), shop.outside.moods.clear)
    assert broken.out_by == "repair"
    assert "User was successfully authenticated." in run(bench, ASK_ACCOUNTS, EDGE)
    assert "rejected by server" in run(bench, "test aaa group radius nobody lab new-code", EDGE)
    assert "RADIUS-4-RADIUS_ALIVE" in run(bench, "show logging", EDGE)
    assert "Response: accept 1, reject 1, challenge 0" in run(bench, "show aaa servers", EDGE)
    assert "not found or has no servers" in run(bench, "test aaa group NOWHERE x y legacy", EDGE)


def test_a_quiet_store_keeps_its_time(bench):
    text = run(bench, "show ntp associations", EDGE)
    assert re.search(r"\*~198\.51\.100\.123 +\.GPS\. +1 +\d+ +64 +377 ", text)
    assert "Clock is synchronized, stratum 2, reference is 198.51.100.123\n" in run(bench, "show ntp status", SW)
    bench.devices[SW].reload()
    assert "unsynchronized, stratum 16" in run(bench, "show ntp status", SW)
    bench.forward(130, step=10)
    assert re.search(r"\*~198\.51\.100\.123 .* 64 +3 ", run(bench, "show ntp associations", SW))
    bench.type_in(EDGE, "no ntp server 198.51.100.123", "no ntp server 198.51.100.124", "no ntp server 198.51.100.9")
    assert run(bench, "show ntp status", EDGE) == "%NTP is not enabled.\n"


def test_clearing_a_session_over_its_limit_helps_only_once_the_leak_is_over(bench):
    broken = put(bench, "bgp_max_prefix")
    bench.forward(5)
    run(bench, "clear ip bgp 198.18.1.1", EDGE)
    bench.forward(5)
    assert run(bench, "show logging", EDGE).count("MAXPFXEXCEED") == 2
    rows = {row.neighbor: row.state for row in read_bgp(run(bench, "show ip bgp summary", EDGE), {})}
    assert rows == {"198.18.1.1": "over_limit", "100.72.1.1": "established"}
    shop = bench.world.shops["s001"]
    at = bench.clock.seconds()
    shop.act(at, lambda: shop.peering.offer(IPv4Address("198.18.1.1"), 1, at))
    bench.forward(30)
    assert "Idle (PfxCt)" in run(bench, "show ip bgp summary", EDGE)
    run(bench, "clear ip bgp 198.18.1.1", EDGE)
    bench.forward(5)
    assert broken.out_by == "repair"


def test_a_higher_limit_lets_a_neighbour_in_that_sends_many(bench):
    put(bench, "bgp_max_prefix")
    bench.type_in(EDGE, "router bgp 4200000001", "neighbor 198.18.1.1 maximum-prefix 5000")
    run(bench, "clear ip bgp 198.18.1.1", EDGE)
    bench.forward(5)
    assert re.search(r"198\.18\.1\.1 .* 00:00:0\d +4096\n", run(bench, "show ip bgp summary", EDGE))
    assert "reaches 3750, max 5000" in run(bench, "show logging", EDGE)


@pytest.mark.parametrize("variant", ["typing", "exclusive", "trunk"])
def test_whoever_is_at_work_puts_everything_back(bench, variant):
    before = run(bench, "show running-config", SW)
    broken = put(bench, "change_under_way", variant, device=SW)
    assert run(bench, "show running-config", SW) != before
    assert "Configured from console by jdoe" not in run(bench, "show logging", SW)
    bench.breakages.take_out(broken)
    assert "jdoe" not in run(bench, "show users", SW)
    assert "Configured from console by jdoe on vty0 (192.0.2.77)" in run(bench, "show logging", SW)
    assert run(bench, "show running-config", SW).partition("hostname")[2] == before.partition("hostname")[2]


def test_a_change_that_nobody_waits_for_is_taken_back_by_its_timer(bench):
    async def try_out():
        bench.devices[SW].archive.minute_seconds = 0.01
        broken = put(bench, "change_under_way", "timer", device=SW)
        assert "User: jdoe" in run(bench, "show archive config rollback timer", SW)
        assert "description printer - under way" in run(bench, "show running-config", SW)
        for _ in range(100):
            if broken.out_by is not None:
                break
            await asyncio.sleep(0.01)
        return broken.out_by

    assert asyncio.run(try_out()) == "repair"
    assert "printer" not in run(bench, "show running-config", SW)


def test_a_lock_ends_with_a_restart_and_others_may_take_it(bench):
    broken = put(bench, "change_under_way", "exclusive", device=SW)
    bench.devices[SW].reload()
    assert broken.out_by == "repair"
    assert "State             : FREE" in run(bench, "show configuration lock", SW)
    assert "Enter configuration commands" in run(bench, "configure terminal lock", SW)


def test_memory_climbs_until_a_restart_gives_it_back(bench):
    def used():
        row = parse_output(
            "cisco_ios", "show processes memory sorted", run(bench, "show processes memory sorted", EDGE)
        )
        return int(row[0]["memory_used"])

    quiet = used()
    broken = put(bench, "memory_leak", "climbing", device=EDGE)
    first = used()
    bench.forward(60, step=10)
    assert quiet < first < used()
    assert "MALLOCFAIL" not in run(bench, "show logging", EDGE)
    bench.forward(300, step=10)
    assert run(bench, "show logging", EDGE).count("MALLOCFAIL") > 1
    bench.devices[EDGE].reload("jdoe")
    assert broken.out_by == "repair"
    assert used() < first
    count = run(bench, "show logging", EDGE).count("MALLOCFAIL")
    bench.forward(60, step=10)
    assert run(bench, "show logging", EDGE).count("MALLOCFAIL") == count


def test_a_tunnel_that_carries_one_way_is_mended_by_forgetting_its_keys(bench):
    broken = put(bench, "tunnel_one_way")
    bench.forward(30)
    assert bench.views[EDGE].ping(IPv4Address("198.51.100.2"), None) is not None
    assert bench.world.functions("s001")["pos"] == 0.0
    run(bench, "clear crypto sa peer 198.51.100.99", EDGE)
    assert broken.out_by is None
    run(bench, "clear crypto sa peer 198.51.100.2", EDGE)
    bench.forward(10)
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE
    row = parse_output("cisco_ios", "show crypto ipsec sa detail", run(bench, "show crypto ipsec sa detail", EDGE))[0]
    assert int(row["pkts_encaps"]) > int(row["pkts_decaps"]) > 0
    session = parse_output("cisco_ios", "show crypto session detail", run(bench, "show crypto session detail", EDGE))[0]
    assert (session["interface"], session["session_status"], session["active_sa"]) == ("Tunnel1", "UP-ACTIVE", "2")
    assert "S        198.51.100.10/32 is directly connected, Tunnel1" in run(bench, "show ip route", EDGE)


def test_the_right_key_brings_the_tunnel_up(bench):
    broken = put(bench, "ike_failing", "psk")
    bench.forward(10)
    assert bench.world.functions("s001") == WHOLE
    assert "Tunnel1" not in run(bench, "show ip route", EDGE)
    bench.type_in(
        EDGE,
        "no crypto isakmp key pilot-old address 198.51.100.2",
        "crypto isakmp key pilot-0001 address 198.51.100.2",
    )
    bench.forward(40)
    assert broken.out_by == "repair"
    assert "Session status: UP-ACTIVE" in run(bench, "show crypto session", EDGE)
    bench.type_in(EDGE, "interface Gi0/0", "shutdown")
    bench.forward(2)
    assert "Session status: DOWN" in run(bench, "show crypto session", EDGE)
    assert bench.world.functions("s001")["pos"] == 1.0


def test_a_duplicate_identity_makes_everything_flap_but_the_lines_and_a_restart_does_not_help(bench):
    broken = put(bench, "site_id_duplicate")
    bench.devices[EDGE].reload("jdoe")
    states, sessions = set(), set()
    for _ in range(24):
        bench.forward(2)
        assert bench.views[EDGE].ping(IPv4Address("198.18.1.1"), None) is not None
        states.add("UP-ACTIVE" in run(bench, "show crypto session", EDGE))
        rows = read_bgp(run(bench, "show ip bgp summary", EDGE), {})
        sessions.add(tuple(sorted((row.neighbor, row.state) for row in rows)))
    assert states == {True, False}
    carriers = (("100.72.1.1", "established"), ("198.18.1.1", "established"))
    assert sessions == {(*carriers[:1], ("172.31.1.1", how), *carriers[1:]) for how in ("down", "established")}
    assert broken.out_by is None
    bench.breakages.take_out(broken)
    assert "Tunnel1" not in run(bench, "show running-config", EDGE)


@pytest.mark.parametrize(
    ("variant", "device", "lines"),
    [
        ("config", EDGE, ("interface Gi0/1.10", "no standby 10 authentication not-cisco")),
        ("l2_split", SW, ("interface Gi1/0/9", "switchport access vlan 10")),
    ],
)
def test_two_gateways_that_know_each_other_share_one_address(bench, variant, device, lines):
    broken = put(bench, "gateway_dual_active", variant)
    assert broken.target.port == "GigabitEthernet1/0/9"
    bench.type_in(device, *lines)
    bench.forward(2)
    text = run(bench, "show standby brief", EDGE)
    assert re.search(r"Gi0/1\.10 +10 +110 P Active +local +10\.1\.10\.3 +10\.1\.10\.254", text)
    assert parse_output("cisco_ios", "show standby brief", text.partition("|\n")[2])[0]["standby"] == "10.1.10.3"
    assert broken.out_by == "repair"
    assert bench.world.functions("s001") == WHOLE
    bench.type_in(EDGE, "interface Gi0/1.10", "standby 10 priority 90")
    assert re.search(r"90  P Standby 10\.1\.10\.3 +local", run(bench, "show standby brief", EDGE))


@pytest.mark.parametrize("name", sorted(MINE))
def test_whatever_is_taken_out_leaves_the_store_as_it_was(bench, name):
    before = {device: run(bench, "show running-config", device).partition("hostname")[2] for device in bench.devices}
    for target in bench.breakages.faults[name].targets(bench.chain, bench.clock.now()):
        if target.variant == "timer" or target.store != "s001":
            continue
        broken = bench.breakages.put_in(name, target)
        bench.forward(6, step=2)
        assert broken.fault.present(bench.world, target)
        assert broken.out_by is None
        bench.breakages.take_out(broken)
        bench.forward(14, step=2)
        assert (broken.out_by, broken.fault.present(bench.world, target)) == ("lab", False)
        assert bench.world.functions("s001") == WHOLE
        for device, text in before.items():
            assert run(bench, "show running-config", device).partition("hostname")[2] == text


def test_faults_of_services_do_not_hide_each_other(bench):
    pool = put(bench, "dhcp_pool_exhausted", "guests")
    one_way = put(bench, "tunnel_one_way")
    leak = put(bench, "memory_leak", "exhausted", device=EDGE)
    limit = put(bench, "bgp_max_prefix")
    clocks = put(bench, "service_dns_ntp_radius", "ntp")
    payments = put(bench, "not_the_network", "refused")
    bench.forward(40, step=2)
    assert bench.world.functions("s001") == {**WHOLE, "pos": 0.0, "guest_wifi": 0.0}
    assert all(b.out_by is None for b in (pool, one_way, leak, limit, clocks, payments))
    run(bench, "clear ip dhcp binding *", EDGE)
    run(bench, "clear crypto sa peer 198.51.100.2", EDGE)
    bench.forward(10)
    assert (pool.out_by, one_way.out_by) == ("repair", "repair")
    assert bench.world.functions("s001") == {**WHOLE, "pos": 0.0}
    bench.breakages.take_out(payments)
    assert bench.world.functions("s001") == WHOLE
    assert all(b.out_by is None for b in (leak, limit, clocks))
    assert "Idle (PfxCt)" in run(bench, "show ip bgp summary", EDGE)
