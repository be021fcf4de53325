"""What IOS tells of modems, tunnels and shared gateways: other modems and versions than the lab's, and garbage.

Formats after Cisco's guides to cellular WAN interfaces (``show cellular``), ntc-templates 9.3
(cisco_ios_show_crypto_session_detail, cisco_ios_show_standby_brief) and Cisco's system messages.
"""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.edge_rows import CellularRow, EdgeTaleRow, StandbyRow, TunnelRow
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.platform import PLATFORM
from inventory.port_rows import NO_YEAR

SLOT = {"slot": "0/2/0"}
TWO_PROFILES = """\
Hardware Information
====================
Modem Firmware Version = SWI9X30C_02.20.03.00
Modem Status = Modem Online

Profile Information
====================
Profile 1 = INACTIVE **
--------
PDP Type = IPv4v6
Access Point Name (APN) = attach.example
Profile 2 = ACTIVE*
--------
PDP Type = IPv4v6
PDP address = 10.129.90.24
Access Point Name (APN) = shops.example

  * - Default profile
 ** - LTE attach profile

Configured default profile for active SIM 0 is profile 2.

Data Connection Information
===========================
Profile 1, Packet Session Status = INACTIVE
Profile 2, Packet Session Status = ACTIVE
        Cellular0/2/0:
        Data Packets Transmitted = 198 , Received = 209
        Data Transmitted = 14410 bytes, Received = 24882 bytes
        IP address = 10.129.90.24

Network Information
===================
Current System Time = Sun Jan 6 0:8:37 1980
Current Service Status = Normal
Current Service = Packet switched
Current Roaming Status = Roaming
Registration state(EMM) = Registered

Radio Information
=================
Radio power mode = ON
Current RSSI = -56 dBm
Current RSRP = -84.5 dBm

Modem Security Information
==========================
Active SIM = 0
SIM Status = OK
"""
OLD_MODEM = """\
Profile 1 = INACTIVE
--------
Access Point Name (APN) =
Profile 1, Packet Session Status = INACTIVE
Data Transmitted = 1200 bytes, Received = 0 bytes
Current Service Status = Emergency Only
Current Roaming Status = Home
Radio power mode = offline, Reason = Modem low power
"""
SESSIONS = """\
Crypto session current status

Code: C - IKE Configuration mode, D - Dead Peer Detection
K - Keepalives, N - NAT-traversal, T - cTCP encapsulation
X - IKE Extended Authentication, F - IKE Fragmentation
R - IKE Auto Reconnect

Interface: Tunnel0
Profile: HQ
Uptime: 1w2d
Session status: UP-ACTIVE
Peer: 192.0.2.1 port 4500 fvrf: (none) ivrf: (none)
      Phase1_id: 192.0.2.1
      Desc: (none)
  Session ID: 12
  IKEv2 SA: local 198.51.100.2/4500 remote 192.0.2.1/4500 Active
          Capabilities:N connid:1 lifetime:20:04:46
  IPSEC FLOW: permit ip host 10.0.0.1 host 10.0.0.2
        Active SAs: 2, origin: crypto map
        Inbound:  #pkts dec'ed 15 drop 0 life (KB/Sec) 4608000/2763
        Outbound: #pkts enc'ed 25 drop 1 life (KB/Sec) 4608000/2763
  IPSEC FLOW: permit ip host 10.0.0.1 host 10.0.0.3
        Active SAs: 2, origin: crypto map
        Inbound:  #pkts dec'ed 5 drop 0 life (KB/Sec) 0/2763
        Outbound: #pkts enc'ed 7 drop 0 life (KB/Sec) 0/2763

Interface: GigabitEthernet0/0/0
Session status: DOWN
Peer: 192.0.2.9 port 500 fvrf: (none) ivrf: (none)
      Desc: (none)
      Phase1_id: (none)
  IPSEC FLOW: permit ip 10.1.0.0/255.255.0.0 10.2.0.0/255.255.0.0
        Active SAs: 0, origin: crypto map
        Inbound:  #pkts dec'ed 0 drop 0 life (KB/Sec) 0/0
        Outbound: #pkts enc'ed 0 drop 3 life (KB/Sec) 0/0
"""
GROUPS = """\
                     P indicates configured to preempt.
                     |
Interface   Grp  Pri P State   Active          Standby         Virtual IP
Vl10        10   110 P Active  local           10.1.10.3       10.1.10.254
Gi0/0/1.20  200  100   Standby 10.1.20.2       local           10.1.20.254
Vl99        99   90    Init    unknown         unknown         10.1.99.254
"""
LOG = """\
*Mar  3 18:44:29.000: %LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel1, changed state to down
Mar  3 2026 18:44:42.200 UTC: %CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer 198.51.100.2:500       Id: x
.Mar 13 18:45:00: %CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=198.18.1.2
Mar  3 18:45:01: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.2 failed its sanity check or is malformed
Mar  3 18:45:02: %HSRP-4-BADAUTH: Bad authentication from 10.1.10.3, group 10, remote state Active
Feb 30 18:45:02: %HSRP-4-BADAUTH: Bad authentication from 10.1.10.3, group 10, remote state Active
3w2d: %HSRP-4-DUPADDR: Duplicate address 10.1.10.254 on Vlan10, sourced by 0000.0c07.ac0a
Mar  3 18:45:03: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/1, changed state to down
"""


def rows(getter, output, args=None):
    return PLATFORM.getters[getter].parse(output, args or {})


def test_a_modem_with_two_profiles_tells_of_the_one_that_data_goes_by():
    assert rows("cellular", TWO_PROFILES, SLOT) == (
        CellularRow(
            port="Cellular0/2/0",
            radio=True,
            registered=True,
            session=True,
            roaming=True,
            sim="OK",
            profile=2,
            apn="shops.example",
            rsrp_dbm=-84.5,
            rssi_dbm=-56.0,
            sent=198,
            received=209,
        ),
    )


def test_what_an_older_modem_does_not_tell_is_unknown():
    (row,) = rows("cellular", OLD_MODEM, SLOT)
    assert (row.radio, row.registered, row.session, row.roaming) == (False, False, False, None)
    assert (row.sim, row.apn, row.rsrp_dbm) == (None, None, None)
    assert (row.profile, row.sent, row.received) == (1, 1200, 0)


def test_a_modem_that_is_being_started_tells_nothing():
    with pytest.raises(ParseDoubt, match="neither radio nor service"):
        rows("cellular", "Modem is not up. Command cannot be executed.\n", SLOT)


def test_tunnels_of_both_kinds_of_negotiation_and_with_several_flows():
    assert rows("tunnels", SESSIONS) == (
        TunnelRow(port="Tunnel0", peer="192.0.2.1", up=True, up_seconds=777600.0, sent=32, received=20),
        TunnelRow(port="GigabitEthernet0/0/0", peer="192.0.2.9", up=False, up_seconds=None, sent=0, received=0),
    )
    assert rows("tunnels", "Crypto session current status\n\n") == ()


def test_a_tunnel_cut_off_in_the_middle_is_no_answer():
    with pytest.raises(ParseDoubt, match="no status or no peer of Tunnel0"):
        rows("tunnels", SESSIONS.partition("Session status")[0])
    with pytest.raises(ParseDoubt, match="no beginning"):
        rows("tunnels", "Interface: Tunnel0\n")


def test_groups_of_gateways():
    assert rows("standby", GROUPS) == (
        StandbyRow(port="Vlan10", group=10, state="Active", active="local", standby="10.1.10.3", address="10.1.10.254"),
        StandbyRow(
            port="GigabitEthernet0/0/1.20",
            group=200,
            state="Standby",
            active="10.1.20.2",
            standby="local",
            address="10.1.20.254",
        ),
        StandbyRow(port="Vlan99", group=99, state="Init", active=None, standby=None, address="10.1.99.254"),
    )
    assert rows("standby", "") == ()
    with pytest.raises(ParseDoubt, match="2 of 3 lines understood"):
        rows("standby", GROUPS.replace("Vl99        99 ", "garbage"))


def test_an_edge_s_log():
    assert [(row.word, row.about, row.at) for row in rows("edge_log", LOG)] == [
        ("fell", "Tunnel1", datetime(NO_YEAR, 3, 3, 18, 44, 29)),  # noqa: DTZ001 - the device's own zone
        ("rose", "198.51.100.2", datetime(2026, 3, 3, 18, 44, 42)),  # noqa: DTZ001
        ("stray", "", datetime(NO_YEAR, 3, 13, 18, 45)),  # noqa: DTZ001
        ("refused", "", datetime(NO_YEAR, 3, 3, 18, 45, 1)),  # noqa: DTZ001
        ("disputed", "", datetime(NO_YEAR, 3, 3, 18, 45, 2)),  # noqa: DTZ001
    ]
    assert all(isinstance(row, EdgeTaleRow) for row in rows("edge_log", LOG))


@settings(max_examples=40, deadline=None)
@given(st.text(), st.sampled_from([TWO_PROFILES, SESSIONS, GROUPS, LOG]), st.integers(0, 600))
def test_garbage_is_a_doubt_or_rows_and_nothing_else(garbage, sample, at):
    for getter in ("cellular", "tunnels", "standby", "edge_log"):
        try:
            found = rows(getter, sample[:at] + garbage + sample[at:], SLOT)
        except ParseDoubt:
            continue
        assert isinstance(found, tuple)
