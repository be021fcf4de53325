"""BGP between edges and carriers: sessions follow the world, and losing both loses the back office."""

from datetime import timedelta
from ipaddress import IPv4Address

import pytest
from ntc_templates.parse import parse_output

from inventory.platforms.cisco_ios.bgp_reader import bgp as read_bgp
from inventory.platforms.cisco_ios.readers import default_route
from lab.devices.cisco_ios.lines import VtyLine
from lab.devices.cisco_ios.shell import Shell
from lab.devices.cisco_ios.shows_bgp import span
from lab.numbering import BACK_OFFICE

EDGE, FIRST, BACKUP = "s001-edge", "198.18.1.1", "100.72.1.1"
WAN = "interface GigabitEthernet0/0"


def run(bench, line, device=EDGE):
    said = []
    shell = Shell(
        bench.devices[device],
        VtyLine(0, "192.0.2.10", bench.clock.now(), user="storenet-rw"),
        15,
        send=said.append,
        hang_up=lambda: None,
        enable_secret=None,
    )
    shell.length = 0
    shell.received(line + "\r")
    return "".join(said).replace("\r\n", "\n").split("\n", 1)[1].rpartition("\n")[0] + "\n"


def states(bench):
    return {row.neighbor: row.state for row in read_bgp(run(bench, "show ip bgp summary"), {})}


def back_office(bench):
    return bench.views[EDGE].ping(BACK_OFFICE[10], None) is not None


def test_a_quiet_store_has_both_sessions(bench):
    text = run(bench, "show ip bgp summary")
    rows = {row["bgp_neighbor"]: row for row in parse_output("cisco_ios", "show ip bgp summary", text)}
    assert rows[FIRST]["neighbor_as"] in ("64501", "64502", "64503")
    assert {row["state_or_prefixes_received"] for row in rows.values()} == {"1"}
    assert rows[FIRST]["up_down"] == "1d00h"
    assert [(r.neighbor, r.prefixes) for r in read_bgp(text, {})] == [(BACKUP, 1), (FIRST, 1)]
    assert f"B        {BACK_OFFICE} [20/0] via {FIRST}" in run(bench, "show ip route")
    assert 'Known via "bgp' in run(bench, "show ip route 172.16.10.5")
    assert default_route(run(bench, "show ip route 0.0.0.0"), {})[0].next_hop == FIRST
    assert back_office(bench)


@pytest.mark.parametrize(
    ("lines", "state", "logged"),
    [
        ((WAN, "shutdown"), "down", "Interface flap"),
        (("router bgp 4200000001", f"neighbor {FIRST} shutdown"), "shut", "Admin. shutdown"),
        (("router bgp 4200000001", f"neighbor {FIRST} remote-as 64999"), "down", "Interface flap"),
        (("router bgp 4200000001", f"neighbor {FIRST} password secret"), "down", "Interface flap"),
        (("ip access-list extended FROM-WAN", "5 deny tcp any any", "5 deny tcp any eq bgp any"), "down", "flap"),
    ],
)
def test_a_session_follows_the_world(bench, lines, state, logged):
    before = bench.devices[EDGE].running.copy()
    bench.type_in(EDGE, *lines)
    assert states(bench)[FIRST] == state
    assert any(
        f"BGP-5-ADJCHANGE: neighbor {FIRST} Down" in line and logged in line for line in bench.views[EDGE].syslog()
    )
    bench.devices[EDGE].replace(before, "storenet-rw")
    bench.forward(1)
    assert states(bench)[FIRST] in ("down", "established")
    bench.forward(4)
    assert states(bench) == {FIRST: "established", BACKUP: "established"}
    assert any(f"neighbor {FIRST} Up" in line for line in bench.views[EDGE].syslog())


def test_the_back_office_goes_over_the_backup_and_then_nowhere(bench):
    bench.type_in(EDGE, WAN, "shutdown")
    assert states(bench) == {FIRST: "down", BACKUP: "established"}
    assert f"via {BACKUP}" in run(bench, f"show ip route {BACK_OFFICE[1]}").replace("* ", "via ")
    assert back_office(bench)
    bench.type_in(EDGE, "router bgp 4200000001", f"no neighbor {BACKUP} remote-as 64511")
    assert not back_office(bench)
    assert "Network not in table" in run(bench, f"show ip route {BACK_OFFICE[1]}")
    assert bench.world.functions("s001")["pos"] == 1.0


def test_a_stuck_session_wants_to_be_cleared(bench):
    shop = bench.world.shops["s001"]
    shop.act(bench.clock.seconds(), lambda: shop.peering.stick(IPv4Address(FIRST), bench.clock.seconds()))
    bench.forward(10)
    assert states(bench)[FIRST] == "down"
    assert " Idle\n" in run(bench, "show ip bgp summary")
    assert "BGP state = Idle\n" in run(bench, f"show ip bgp neighbors {FIRST}")
    run(bench, f"clear ip bgp {FIRST} soft")
    bench.forward(3)
    assert states(bench)[FIRST] == "down"
    run(bench, f"clear ip bgp {FIRST}")
    bench.forward(3)
    assert states(bench)[FIRST] == "established"
    assert [r["line"] for r in bench.rows("write") if r["changed"]] == [f"clear ip bgp {FIRST}"]
    run(bench, "clear ip bgp * soft")
    assert states(bench)[BACKUP] == "established"
    assert "Unknown neighbor" in run(bench, "clear ip bgp 9.9.9.9")


def test_without_bgp_the_device_says_so(bench):
    bench.type_in(EDGE, "no router bgp 4200000001")
    assert run(bench, "show ip bgp summary") == "% BGP not active\n"
    assert run(bench, "show ip bgp summary", "s001-sw1") == "% BGP not active\n"
    assert not back_office(bench)


def test_spans_are_worded_as_ios_does(bench):
    now = bench.clock.now()
    ages = {1206: "00:20:06", 93600: "1d02h", 21 * 86400: "3w0d", 400 * 86400: "1y5w"}
    assert {seconds: span(now, now - timedelta(seconds=seconds)) for seconds in ages} == ages
    assert span(now, None) == "never"
