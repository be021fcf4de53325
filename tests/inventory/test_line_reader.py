"""Formats after ntc-templates 9.3 (tests/cisco_ios: show_interfaces, ping) and Cisco's command references."""

import pytest

from inventory.line_rows import LargePingRow, LineRow, MtuRow, ProbeCountRow
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.platform import PLATFORM

WAN = "GigabitEthernet0/0"
INTERFACE = """\
GigabitEthernet0/0 is up, line protocol is up
  Hardware is CN Gigabit Ethernet, address is e02f.6d25.d2a1 (bia e02f.6d25.d2a1)
  Description: WAN northtel
  Internet address is 198.18.1.2/30
  MTU 1500 bytes, BW 50000 Kbit/sec, DLY 10 usec,
     reliability 255/255, txload 51/255, rxload 204/255
  Encapsulation ARPA, loopback not set
  Keepalive set (10 sec)
  Full Duplex, 1Gbps, media type is RJ45
  output flow-control is unsupported, input flow-control is unsupported
  ARP type: ARPA, ARP Timeout 04:00:00
  Last input 00:01:05, output 00:00:00, output hang never
  Last clearing of "show interface" counters never
  Input queue: 0/75/0/0 (size/max/drops/flushes); Total output drops: 0
  Queueing strategy: Class-based queueing
  Output queue: 0/1000/0 (size/max total/drops)
  30 second input rate 40000000 bits/sec, 4000 packets/sec
  30 second output rate 10000000 bits/sec, 1000 packets/sec
     1039473711 packets input, 925416246105 bytes, 0 no buffer
     Received 3 broadcasts (0 IP multicasts)
     0 runts, 0 giants, 0 throttles
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 watchdog, 0 multicast, 0 pause input
     721323713 packets output, 206326316216 bytes, 0 underruns
     0 output errors, 0 collisions, 3 interface resets
"""
SUB = """\
GigabitEthernet0/1.30 is up, line protocol is up
  Hardware is CN Gigabit Ethernet, address is e02f.6d25.d2a1 (bia e02f.6d25.d2a1)
  Internet address is 10.1.30.1/24
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
     reliability 255/255, txload 1/255, rxload 1/255
  Encapsulation 802.1Q Virtual LAN, Vlan ID  30.
  ARP type: ARPA, ARP Timeout 04:00:00
  Keepalive not supported
  Last clearing of "show interface" counters never
"""
OPERATIONS = """\
IPSLAs Latest Operation Statistics

IPSLA operation id: 10
        Latest RTT: 12 milliseconds
Latest operation start time: 12:33:33 UTC Fri Nov 6 2026
Latest operation return code: OK
Number of successes: 512
Number of failures: 7
Operation time to live: Forever



IPSLA operation id: 11
Type of operation: dns
        Latest RTT: NoConnection/Busy/Timeout
Latest operation start time: 12:33:34 UTC Fri Nov 6 2026
Latest operation return code: Timeout
Number of successes: 0
Number of failures: 519
Operation time to live: Forever



IPSLA operation id: 12
Number of successes: Unknown
Number of failures: Unknown
Operation time to live: 0
"""
ECHOES = """\
Type escape sequence to abort.
Sending 3, 1500-byte ICMP Echos to 198.51.100.10, timeout is 1 seconds:
Packet sent with a source address of 10.1.10.1
Packet sent with the DF bit set
{marks}
Success rate is {rate} percent ({back}/3){times}
"""
TOLD = """\
GigabitEthernet0/0 is up, line protocol is up
  Internet address is 198.18.1.2/30
  Broadcast address is 255.255.255.255
  Address determined by DHCP
  MTU is {size} bytes
  Helper address is not set
"""


def rows(getter, output, **args):
    return PLATFORM.getters[getter].parse(output, args)


def test_an_interface_with_its_counters():
    (row,) = rows("line", INTERFACE, port="Gi0/0")
    assert row == LineRow(
        name=WAN,
        up=True,
        in_load_pct=80.0,
        out_load_pct=20.0,
        silent_seconds=65.0,
        in_packets=1039473711,
        in_bytes=925416246105,
        out_packets=721323713,
        out_bytes=206326316216,
    )


def test_a_sub_interface_that_counts_nothing_is_unknown_there():
    (row,) = rows("line", SUB, port="GigabitEthernet0/1.30")
    assert (row.up, row.in_packets, row.out_bytes, row.silent_seconds) == (True, None, None, None)


def test_never_heard_and_heard_weeks_ago():
    (row,) = rows("line", INTERFACE.replace("Last input 00:01:05", "Last input never"), port=WAN)
    assert row.silent_seconds is None
    (row,) = rows("line", INTERFACE.replace("Last input 00:01:05", "Last input 3w2d"), port=WAN)
    assert row.silent_seconds == 23 * 86400.0


def test_operations_are_counted_and_what_never_ran_has_no_row():
    assert rows("probe_counts", OPERATIONS) == (
        ProbeCountRow(number=10, successes=512, failures=7),
        ProbeCountRow(number=11, successes=0, failures=519),
    )


@pytest.mark.parametrize(
    ("marks", "back", "told"), [("!!!", 3, 0), ("...", 0, 0), ("MMM", 0, 3), (".!M", 1, 1), ("M.M", 0, 2)]
)
def test_echoes_that_must_not_be_fragmented(marks, back, told):
    times = ", round-trip min/avg/max = 12/13/14 ms" if back else ""
    text = ECHOES.format(marks=marks, rate=100 * back // 3, back=back, times=times)
    expected = LargePingRow(destination="198.51.100.10", size=1500, sent=3, received=back, told=told)
    assert rows("large_ping", text) == (expected,)


def test_the_size_of_an_interface():
    assert rows("ip_mtu", TOLD.format(size=1492), port=WAN) == (MtuRow(name=WAN, bytes=1492),)
    assert rows("ip_mtu", TOLD.partition("  Internet")[0], port=WAN) == (MtuRow(name=WAN, bytes=None),)


@pytest.mark.parametrize("getter", ["line", "probe_counts", "large_ping", "ip_mtu"])
@pytest.mark.parametrize(
    "output", ["", "% Invalid input detected at '^' marker.\n", "GARBAGE\nis up\n", INTERFACE[:30]]
)
def test_garbage_is_a_doubt(getter, output):
    with pytest.raises(ParseDoubt):
        rows(getter, output, port="GigabitEthernet0/9")


def test_another_interface_than_asked_for_is_a_doubt():
    with pytest.raises(ParseDoubt, match="not the interface asked for"):
        rows("line", SUB, port=WAN)
