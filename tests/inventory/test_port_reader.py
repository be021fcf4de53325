"""What IOS counts at its ports and of itself, in the forms of several families of devices; never half an answer."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios import port_reader as read
from inventory.port_rows import (
    ClockRow,
    LinkDownRow,
    LoadRow,
    MemoryRow,
    NegotiationRow,
    PortErrorsRow,
    PortTrafficRow,
)

STATUS = """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   to edge            connected    trunk      a-full a-1000 10/100/1000BaseTX
Gi1/0/5   full 100 till      connected    10           full    100 10/100/1000BaseTX
Gi1/0/6   till 2             connected    10         a-half  a-100 10/100/1000BaseTX
Gi1/0/7                      notconnect   10           auto   auto 10/100/1000BaseTX
Te1/1/1                      connected    trunk        full    10G SFP-10GBase-SR
Tw1/0/9                      connected    20         a-full a-2.5G 100/1000/2.5G/5G/10GBaseTX
"""
ERRORS = """
Port        Align-Err     FCS-Err    Xmit-Err     Rcv-Err  UnderSize  OutDiscards
Gi1/0/1             0           0           0           0          0            0
Gi1/0/5             7          25           0          32          1            0

Port      Single-Col  Multi-Col   Late-Col  Excess-Col  Carri-Sen      Runts     Giants
Gi1/0/1            0          0          0           0          0          0          0
Gi1/0/5           12          0        302           0          0          1          0
"""
ERRORS_4500 = """
Port             CrcAlign-Err Dropped-Bad-Pkts Collisions Symbol-Err
Gi1/1                       3                0          0          0
Port                FCS-Err    Align-Err
Gi1/1                       2            1
"""
COUNTERS = """
Port            InOctets    InUcastPkts    InMcastPkts    InBcastPkts
Gi1/0/1          3510000          11700             20              3
Gi1/0/6        114461196            585              0        1785714

Port           OutOctets   OutUcastPkts   OutMcastPkts   OutBcastPkts
Gi1/0/1          2456700           8189              0              0
Gi1/0/6           122700            409              0              0
"""
ISR = """\
GigabitEthernet0/0/0 is up, line protocol is up
  Hardware is ISR4221-2x1GE, address is 0253.0101.0001 (bia 0253.0101.0001)
  Description: WAN
  Internet address is 198.18.1.2/30
  MTU 1500 bytes, BW 100000 Kbit/sec, DLY 100 usec,
     reliability 241/255, txload 1/255, rxload 1/255
  Encapsulation ARPA, loopback not set
  Keepalive not supported
  Full Duplex, 100Mbps, link type is force-up, media type is RJ45
  output flow-control is off, input flow-control is off
  Last input 00:00:00, output 00:00:00, output hang never
  5 minute input rate 288000 bits/sec, 120 packets/sec
     7368 packets input, 2210400 bytes, 0 no buffer
     Received 12 broadcasts (0 IP multicasts)
     21 runts, 0 giants, 0 throttles
     431 input errors, 344 CRC, 66 frame, 0 overrun, 0 ignored
     0 watchdog, 0 multicast, 0 pause input
     5460 packets output, 1638000 bytes, 0 underruns
     0 output errors, 0 collisions, 1 interface resets
     0 babbles, 9 late collision, 0 deferred
GigabitEthernet0/0/1 is administratively down, line protocol is down
  Hardware is ISR4221-2x1GE, address is 0253.0101.0002 (bia 0253.0101.0002)
  Full Duplex, 1Gbps, link type is auto, media type is RJ45
     0 packets input, 0 bytes, 0 no buffer
     Received 0 broadcasts (0 IP multicasts)
     0 runts, 0 giants, 0 throttles
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
GigabitEthernet0/0/1.10 is down, line protocol is down
  Encapsulation 802.1Q Virtual LAN, Vlan ID  10.
Tunnel1 is up, line protocol is up
  Hardware is Tunnel
"""
LOG = """\
Mar  3 19:07:05.000: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/6, changed state to down
*Mar  3 19:07:06.500 UTC: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/6, changed state to up
000123: Feb 29 2028 19:07:15: %LINK-3-UPDOWN: Interface Gi1/0/7, changed state to down
1w2d: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/8, changed state to down
Feb 30 19:07:15: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/9, changed state to down
"""
SIX, SEVEN = "GigabitEthernet1/0/6", "GigabitEthernet1/0/7"
MEMORY = """\
                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)
Processor  7FA8F2B010   1526726656   584718429   942008227   932588144   471004113
reserve P  7FA8F2B068      102404          92      102312      102312      102312
 lsmpi_io  7FA8E521A8     6295128     6294304         824         824         412
"""


def by_port(rows):
    return {row.port: row for row in rows}


def test_what_ports_agreed_on_is_read_whatever_they_are_called():
    rows = by_port(read.negotiation(STATUS, {}))
    wanted = {
        "GigabitEthernet1/0/1": (False, True, 1000),
        "GigabitEthernet1/0/5": (False, False, 100),
        SIX: (True, True, 100),
        "TenGigabitEthernet1/1/1": (False, False, 10000),
        "TwoGigabitEthernet1/0/9": (False, True, 2500),
    }
    assert {p: (r.half_duplex, r.negotiates, r.speed_mbps) for p, r in rows.items()} == wanted


def test_errors_are_found_by_their_columns():
    rows = by_port(read.errors(ERRORS, {}))
    assert rows["GigabitEthernet1/0/5"] == PortErrorsRow(port="GigabitEthernet1/0/5", broken=32, late_collisions=302)
    assert rows["GigabitEthernet1/0/1"].broken == 0
    assert read.errors(ERRORS_4500, {}) == (PortErrorsRow(port="GigabitEthernet1/1", broken=3, late_collisions=None),)


def test_what_came_in_is_counted_by_kind():
    rows = by_port(read.traffic(COUNTERS, {}))
    assert rows[SIX] == PortTrafficRow(port=SIX, received=1786299, broadcasts=1785714)
    assert rows["GigabitEthernet1/0/1"].received == 11723


def test_a_router_tells_everything_of_an_interface_at_once():
    rows = read.line_health(ISR, {})
    wan = "GigabitEthernet0/0/0"
    assert NegotiationRow(port=wan, half_duplex=False, negotiates=False, speed_mbps=100) in rows
    assert PortErrorsRow(port=wan, broken=410, late_collisions=9) in rows
    assert PortTrafficRow(port=wan, received=7368, broadcasts=12) in rows
    assert [row.port for row in rows if isinstance(row, NegotiationRow)] == [wan]  # the other one has no link
    assert PortErrorsRow(port="GigabitEthernet0/0/1", broken=0, late_collisions=0) in rows


def test_links_lost_have_the_devices_own_time():
    assert read.link_downs(LOG, {}) == (
        LinkDownRow(port=SIX, at=datetime.fromisoformat("0004-03-03T19:07:05")),
        LinkDownRow(port=SEVEN, at=datetime.fromisoformat("2028-02-29T19:07:15")),
    )
    assert read.link_downs("", {}) == ()


@pytest.mark.parametrize("mark", ["", "*", "."])
def test_the_clock_is_read_synchronised_or_not(mark):
    told = f"{mark}19:08:05.000 UTC Tue Mar 3 2026\n"
    assert read.clock(told, {}) == (ClockRow(at=datetime.fromisoformat("2026-03-03T19:08:05"), zone="UTC"),)


def test_load_and_memory():
    told = "CPU utilization for five seconds: 77%/43%; one minute: 79%; five minutes: 21%\n"
    assert read.load(told, {}) == (LoadRow(minute_pct=79.0),)
    assert read.memory(MEMORY, {}) == (MemoryRow(total=1526726656, free=942008227),)


ALL = [getter.parse for getter in read.GETTERS.values()]
SAMPLES = [STATUS, ERRORS, ERRORS_4500, COUNTERS, ISR, LOG, MEMORY]


@pytest.mark.parametrize("parse", [parse for parse in ALL if parse is not read.link_downs])
@pytest.mark.parametrize(
    "told", ["", "% Invalid input detected at '^' marker.\n", "Port\n", "Port  FCS-Err\nGi1/0/1 x\n"]
)
def test_no_answer_is_a_doubt(parse, told):
    with pytest.raises(ParseDoubt):
        parse(told, {})


@given(st.sampled_from(ALL), st.sampled_from(SAMPLES), st.data())
def test_garbage_is_a_doubt_or_fewer_rows_and_never_anything_else(parse, sample, data):
    at = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(at, len(sample)))
    noise = data.draw(st.text(max_size=8))
    try:
        parse(sample[:at] + noise + sample[end:], {})
    except ParseDoubt:
        return
