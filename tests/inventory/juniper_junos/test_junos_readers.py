"""Answers of Junos switches, in the shapes that public reports of EX switches show; every value is ours."""

import pytest

from inventory.looks import AccessRow, ErrDisabledRow, PingRow, PoeRow, PortRow, TrunkRow
from inventory.platforms import ParseDoubt
from inventory.platforms.juniper_junos import readers, text_readers
from inventory.platforms.juniper_junos.commits import commits
from inventory.platforms.juniper_junos.driver import bare
from inventory.platforms.juniper_junos.names import full_mac, full_port
from inventory.platforms.juniper_junos.words import UNKNOWN, refusal

MEMBERS = """Logical Interface flags (DL - disable learning, AD - packet action drop,
                         SCTL - shutdown by Storm-control, SL - Secure Learning)

Logical         Vlan                   TAG   MAC    MAC+IP STP         Logical          Tagging
interface       members                      limit  limit  state       interface flags
Routing Instance Name : default-switch
ge-0/0/0.0                                   65536  0                  DN               untagged
                office                 110   65536  0      Discarding                   untagged
Routing Instance Name : default-switch
ae0.0                                        65536  0                                   tagged
                voice                  20    65536  0      Forwarding                   tagged
                office                 110   65536  0      Forwarding                   tagged
"""
PORTS = """Physical interface: ge-0/0/0, Enabled, Physical link is Up
  Link-level type: Ethernet, MTU: 1514, LAN-PHY mode, Speed: Auto, BPDU Error: None, Ethernet-Switching Error: None
Physical interface: ge-0/0/1, Enabled, Physical link is Down
  Link-level type: Ethernet, MTU: 1514, Speed: Auto, BPDU Error: Detected, Ethernet-Switching Error: None
Physical interface: ge-0/0/2, Administratively down, Physical link is Down
  Link-level type: Ethernet, MTU: 1514, Speed: Auto, BPDU Error: None, Ethernet-Switching Error: None
Physical interface: irb, Enabled, Physical link is Up
  Link-level type: Ethernet, MTU: 1514
"""
POE = """Interface    Admin       Oper    Max        Priority       Power          Class
             status      status  power                     consumption
 ge-0/0/0    Enabled      ON      15.4W(L)   Low            7.9W           0
 ge-0/0/1    Disabled     Disabled  0.0W     Low            0.0W           not-applicable
 ge-0/0/2    Enabled      FAULT   30.0W      High           0.0W           not-applicable
"""
COMMITS = """0   2026-04-02 03:35:34 UTC by storenet via cli commit confirmed, rollback in 10mins
    a change
    rollback pending
1   2026-04-02 03:35:26 UTC by mist via netconf commit confirmed, rollback in 5mins
    rollback pending is only a comment here
2   2026-04-02 03:11:04 UTC by root via other
rescue  2026-04-01 12:00:00 UTC by root via other
"""


def test_trunks() -> None:
    assert text_readers.trunks(MEMBERS, {}) == (
        AccessRow(port="ge-0/0/0", vlan=110),
        TrunkRow(port="ae0", allowed=frozenset({20, 110})),
    )
    own = "                office                 110   65536  0      Discarding                   untagged\n"
    voice = "                voice                  20    65536  0      Forwarding                   tagged\n"
    assert text_readers.trunks(MEMBERS.replace(own, own + voice), {})[0] == AccessRow(port="ge-0/0/0", vlan=110)
    for unclear in (MEMBERS.replace(own, own * 2), MEMBERS.replace(own, "")):
        assert [row.port for row in text_readers.trunks(unclear, {})] == ["ae0"]
    with pytest.raises(ParseDoubt):
        text_readers.trunks("ge-0/0/0.0", {})


def test_ports() -> None:
    assert text_readers.ports(PORTS, {}) == (
        PortRow(name="ge-0/0/0", status="connected", vlan=""),
        PortRow(name="ge-0/0/1", status="err-disabled", vlan=""),
        PortRow(name="ge-0/0/2", status="disabled", vlan=""),
    )
    assert text_readers.errdisabled(PORTS, {}) == (ErrDisabledRow(port="ge-0/0/1", cause="bpduguard"),)
    for spoilt in ("", PORTS.replace("  Link-level type", "  Lin"), PORTS.replace("Physical link is Up", "Phys")):
        with pytest.raises(ParseDoubt):
            text_readers.ports(spoilt, {})


def test_poe() -> None:
    assert text_readers.poe(POE, {}) == (
        PoeRow(port="ge-0/0/0", admin="auto", oper="on", watts=7.9, grade=0),
        PoeRow(port="ge-0/0/1", admin="never", oper="off", watts=0.0),
        PoeRow(port="ge-0/0/2", admin="auto", oper="faulty", watts=0.0),
    )
    for spoilt in ("", POE.replace("7.9W", "7")):
        with pytest.raises(ParseDoubt):
            text_readers.poe(spoilt, {})


def test_commits() -> None:
    found = commits(COMMITS)
    assert [(one.user, one.client, one.to_confirm, one.pending) for one in found] == [
        ("storenet", "cli", True, True),
        ("mist", "netconf", True, False),
        ("root", "other", False, False),
    ]
    for spoilt in ("", COMMITS.replace("1   2026", "4   2026")):
        with pytest.raises(ParseDoubt):
            commits(spoilt)


def test_xml_that_is_cut_off_or_another() -> None:
    whole = "<rpc-reply><arp-table-information/></rpc-reply>"
    assert readers.arp(whole, {}) == ()
    for spoilt in (whole[:-3], "<rpc-reply><output/></rpc-reply>", "<!DOCTYPE a [<!ENTITY b 'c'>]>" + whole, ""):
        with pytest.raises(ParseDoubt):
            readers.arp(spoilt, {})


def test_configuration_as_set_lines() -> None:
    assert text_readers.running_config("set version 20.4R3.8\nset vlans A vlan-id 1\n", {})
    for spoilt in ("", "set vlans A vlan-id 1", "set version 20.4R3.8\nerror: timeout"):
        with pytest.raises(ParseDoubt):
            text_readers.running_config(spoilt, {})
    with pytest.raises(ParseDoubt):
        text_readers.port_config("set interfaces ge-0/0/2 disable", {"port": "ge-0/0/1"})


def test_ping_and_users() -> None:
    said = "5 packets transmitted, 0 packets received, 100% packet loss"
    assert text_readers.ping(said, {"destination": "10.0.0.1"}) == (
        PingRow(destination="10.0.0.1", sent=5, received=0, average_ms=None),
    )
    assert text_readers.ping("ping: bind: Can't assign requested address", {})[0].sent == 0
    with pytest.raises(ParseDoubt):
        text_readers.ping("PING", {})
    users = "12:00PM  up 3 days\nUSER     TTY      FROM     LOGIN@  IDLE WHAT\na pts/0 10.0.0.9 12:00PM - -cli (cli)\n"
    assert text_readers.free_lines(users) == text_readers.SESSIONS - 1
    with pytest.raises(ParseDoubt):
        text_readers.free_lines("USER     TTY      FROM")


def test_names() -> None:
    assert [full_port(name) for name in ("ge-0/0/5.0*", "xe-0/1/0", "irb.99", "ae0.0", "ge-0/0/5.7")] == [
        "ge-0/0/5",
        "xe-0/1/0",
        "irb.99",
        "ae0",
        "ge-0/0/5.7",
    ]
    assert full_mac("02:53:00:01:05:01") == full_mac("0253.0001.0501") == "02:53:00:01:05:01"


@pytest.mark.parametrize(
    "said",
    [
        "     ^\nsyntax error.",
        "     ^\nunknown command.",
        "     ^\nmissing argument.",
        "error: configuration database locked by:\n  jdoe terminal p0 (pid 4711) on since 2026-01-01 00:00:00 UTC",
        "error: configuration database modified",
        "error: configuration check-out failed",
        "Value 5000 is not within range (1..4094).",
        "error: permission denied",
        "load complete (1 errors)",
    ],
)
def test_refusals(said: str) -> None:
    assert refusal(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "warning: statement not found",
        "warning: uncommitted changes will be discarded on exit\nEntering configuration mode",
        "commit confirmed will be automatically rolled back in 5 minutes unless confirmed\ncommit complete",
        "load complete",
        '[edit interfaces ge-0/0/5]\n+   description "error: none";',
    ],
)
def test_no_refusals(said: str) -> None:
    assert refusal(said) is None


def test_a_look_that_tells_of_errors_is_not_refused() -> None:
    assert not UNKNOWN.search(PORTS)
    assert UNKNOWN.search("error: device ge-0/0/99 not found")


def test_what_stands_above_the_prompt_is_no_answer() -> None:
    above = "\n# commit confirmed will be rolled back in 5 minutes\n{master:0}[edit interfaces ge-0/0/1]"
    assert bare(f"[edit vlans]\n+  A;\n{above}") == "[edit vlans]\n+  A;"
    assert bare("a\n\n{primary:node0}") == "a"
    assert bare("\n[edit]") == ""


def test_who_is_logged_in_and_how_long_idle() -> None:
    head = "USER     TTY      FROM                              LOGIN@  IDLE WHAT\n"
    said = f"{head}a        pts/0    10.0.0.9                         12:00PM    -  -cli (cli)\n"
    said += "b        pts/1    10.0.0.8                         11:00AM    5  -cli (cli)\n"
    said += "c        pts/2    10.0.0.7                         9:00AM  1:02  -cli (cli)\n"
    said += "d        u0       -                                Fri     3days -cli (cli)\n"
    assert [(row.user, row.idle_seconds) for row in text_readers.people(said, {})] == [
        ("a", 0.0),
        ("b", 300.0),
        ("c", 3720.0),
        ("d", 259200.0),
    ]
    with pytest.raises(ParseDoubt):
        text_readers.people(head, {})
