"""What a Junos switch counts at its ports and agrees on, by ``show interfaces extensive``; every value is ours."""

from datetime import datetime

import pytest

from inventory.platforms import ParseDoubt
from inventory.platforms.juniper_junos import log_reader
from inventory.platforms.juniper_junos import port_reader as read
from inventory.port_rows import NO_YEAR, ClockRow, LinkDownRow, NegotiationRow, PortErrorsRow, PortTrafficRow

LINK = "  Link-level type: Ethernet, MTU: 1514, {}, BPDU Error: None, Auto-negotiation: {}, Media type: Copper"
COUNTED = """    Unicast packets                   {0:>9}           454961
    Broadcast packets                 {1:>9}                0
    Multicast packets                 {2:>9}                0
    CRC/Align errors                  {3:>9}                0
"""
AGREED = """  Autonegotiation information:
    Link partner:
        Link mode: {mode}, Flow control: None, Remote fault: OK, Link partner Speed: {speed} Mbps
"""
WHOLE = "\n".join(
    (
        "Physical interface: ge-0/0/0, Enabled, Physical link is Up",
        LINK.format("Link-mode: Half-duplex, Speed: Auto", "Enabled"),
        COUNTED.format(585, 1785714, 3, 0) + AGREED.format(mode="Full-duplex", speed=1000).rstrip(),
        "Physical interface: ge-0/0/1, Enabled, Physical link is Up",
        LINK.format("Speed: 100mbps, Duplex: Full-Duplex", "Disabled"),
        COUNTED.format(9, 0, 0, 77).rstrip(),
        "Physical interface: ge-0/0/2, Enabled, Physical link is Up",
        LINK.format("Speed: Auto, Duplex: Auto", "Enabled"),
        COUNTED.format(1, 2, 3, 4) + AGREED.format(mode="Full-duplex", speed=100).rstrip(),
        "        Flow control: None, Remote fault: Link OK, Local link Speed: 100 Mbps, Link mode: Half-duplex",
        "Physical interface: ge-0/0/3, Administratively down, Physical link is Down",
        LINK.format("Speed: Auto, Duplex: Auto", "Enabled"),
        COUNTED.format(0, 0, 0, 0).rstrip(),
        "Physical interface: xe-0/1/0, Enabled, Physical link is Up",
        LINK.format("Speed: 10Gbps, Duplex: Full-Duplex", "Whatever"),
        "Physical interface: irb, Enabled, Physical link is Up",
        "  Link-level type: Ethernet, MTU: 1514",
    )
)


def test_ports_are_read():
    assert read.errors(WHOLE, {}) == tuple(
        PortErrorsRow(port=f"ge-0/0/{number}", broken=broken, late_collisions=None)
        for number, broken in enumerate((0, 77, 4, 0))
    )
    assert read.traffic(WHOLE, {})[:3] == (
        PortTrafficRow(port="ge-0/0/0", received=1786302, broadcasts=1785714),
        PortTrafficRow(port="ge-0/0/1", received=9, broadcasts=0),
        PortTrafficRow(port="ge-0/0/2", received=6, broadcasts=2),
    )


def test_what_was_agreed_on_counts_and_not_what_a_port_began_with():
    assert read.negotiation(WHOLE, {}) == (
        NegotiationRow(port="ge-0/0/0", half_duplex=False, negotiates=True, speed_mbps=1000),
        NegotiationRow(port="ge-0/0/1", half_duplex=False, negotiates=False, speed_mbps=100),
        NegotiationRow(port="ge-0/0/2", half_duplex=True, negotiates=True, speed_mbps=100),
        NegotiationRow(port="xe-0/1/0", half_duplex=False, negotiates=None, speed_mbps=10000),
    )


def test_a_port_with_a_link_that_tells_of_no_partner_is_not_guessed_at():
    alone = "\n".join(WHOLE.split("\n")[:2])
    assert read.negotiation(alone, {}) == (
        NegotiationRow(port="ge-0/0/0", half_duplex=None, negotiates=True, speed_mbps=None),
    )


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "error: timeout communicating with mib2d",
        "Physical interface: irb, Enabled, Physical link is Up",
        WHOLE.replace("Physical link is Up", "Physical link"),
        WHOLE.replace("    CRC/Align errors                         77                0\n", ""),
        WHOLE.replace("1785714", "17857l4"),
        WHOLE[:9] + "\x00" + WHOLE[9:],
    ],
)
def test_what_is_spoilt_is_a_doubt(spoilt):
    for parse in (read.errors, read.traffic):
        with pytest.raises(ParseDoubt):
            parse(spoilt, {})


def test_what_is_spoilt_tells_of_no_agreement():
    for spoilt in ("", "Physical interface: irb, Enabled, Physical link is Up", WHOLE.replace("link is Up", "link")):
        with pytest.raises(ParseDoubt):
            read.negotiation(spoilt, {})


def line(at, port, admin="up(1)", word="DOWN"):
    oper = "down(2)" if word == "DOWN" else "up(1)"
    return (
        f"{at}  s001-sw1 mib2d[2117]: SNMP_TRAP_LINK_{word}: ifIndex 519, ifAdminStatus {admin}, "
        f"ifOperStatus {oper}, ifName {port}\n"
    )


def test_links_that_were_lost():
    said = "".join(
        (
            line("Mar  3 15:07:05", "ge-0/0/5"),
            line("Mar  3 15:07:05", "ge-0/0/5.0"),
            line("Mar  3 15:07:06", "ge-0/0/5", word="UP"),
            line("Mar  3 15:07:07", "ge-0/0/6", admin="down(2)"),
            line("Mar 13 2026 15:07:08.123", "ge-0/0/7"),
            line("Mar 13 15:07:09.123 2026", "xe-0/1/0"),
            line("Feb 30 15:07:05", "ge-0/0/5"),
            "Mar  3 15:07:05  s001-sw1 mib2d[2117]: SNMP_TRAP_LINK_DOWN: ifIndex 519\n",
        )
    )
    assert log_reader.link_downs(said, {}) == (
        LinkDownRow(port="ge-0/0/5", at=datetime(NO_YEAR, 3, 3, 15, 7, 5)),  # noqa: DTZ001 - the switch's own zone
        LinkDownRow(port="ge-0/0/7", at=datetime(2026, 3, 13, 15, 7, 8)),  # noqa: DTZ001
        LinkDownRow(port="xe-0/1/0", at=datetime(2026, 3, 13, 15, 7, 9)),  # noqa: DTZ001
    )
    assert log_reader.link_downs("", {}) == ()


def test_the_clock():
    said = "Current time: 2026-03-03 15:07:05 CET\nCurrent time: 2026-03-03 15:07:09 CET\n"
    assert log_reader.clock(said, {}) == (ClockRow(at=datetime(2026, 3, 3, 15, 7, 5), zone="CET"),)  # noqa: DTZ001
    for spoilt in ("", "Current time: 2026-02-30 15:07:05 UTC", "error: no"):
        with pytest.raises(ParseDoubt):
            log_reader.clock(spoilt, {})
