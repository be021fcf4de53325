"""Show outputs of IOS, after ntc-templates 9.3 and NAPALM 5.2 test data and Cisco's command references."""

SAMPLES = {
    "interfaces": """\
Interface                  IP-Address      OK? Method Status                Protocol
GigabitEthernet0/0         203.0.113.2     YES DHCP   up                    up
GigabitEthernet0/1.10      10.1.10.1       YES NVRAM  up                    up
Cellular0/2/0              unassigned      YES unset  administratively down down
TenGigabitEthernet1/0/10unassigned      YES unset  down                  down
Dialer1                    198.51.100.9    YES IPCP   up                    up
""",
    "ports": """\

Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   to s001-edge       connected    trunk      a-full a-1000 10/100/1000BaseTX
Gi1/0/2                      notconnect   10           auto   auto 10/100/1000BaseTX
Gi1/0/3   was connected 1    err-disabled 20           auto   auto 10/100/1000BaseTX
Gi1/0/4                      disabled     1            auto   auto 10/100/1000BaseTX
Te1/1/1                      notconnect   1            full    10G Not Present
Gi1/0/6   span               monitoring   routed     a-full  a-100 10/100/1000BaseTX
""",
    "trunks": """\

Port        Mode             Encapsulation  Status        Native vlan
Gi1/0/1     on               802.1q         trunking      1
Gi1/0/2     on               802.1q         trunking      99
Po1         on               802.1q         trunking      1

Port        Vlans allowed on trunk
Gi1/0/1     10,20-22,99
Gi1/0/2     none
Po1         2-5,30,
            40-41

Port        Vlans allowed and active in management domain
Gi1/0/1     10,20
Gi1/0/2     none
Po1         30

Port        Vlans in spanning tree forwarding state and not pruned
Gi1/0/1     10,20
Gi1/0/2     none
Po1         30
""",
    "poe": """\
Module   Available     Used     Remaining
          (Watts)     (Watts)    (Watts)
------   ---------   --------   ---------
1           370.0       15.4       354.6
Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
Gi1/0/1   auto   off        0.0     n/a                 n/a   30.0
Gi1/0/2   auto   on         15.4    AIR-AP1815I-B-K9    4     30.0
Gi1/0/3   off    off        0.0     n/a                 n/a   30.0
Gi1/0/4   static power-deny 0.0     Ieee PD             3     15.4
""",
    "neighbors": """\
Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge
                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone,
                  D - Remote, C - CVTA, M - Two-port Mac Relay

Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
s001-edge.storenet.example
                 Gig 1/0/1         173             R S I  ISR4221/K Gig 0/1
s001-ap1         Gig 1/0/2         150              T     AIR-AP180 Gig 0
s001-switch-in-the-back-room(FOC1234X0YZ)
                 Ten 1/1/1         121             S I    WS-C2960X Ten 1/1/1
SEP001122334455  Fas 0             140              H P   IP Phone  Port 1

Total cdp entries displayed : 4
""",
    "macs": """\
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  10    0253.0001.0501    DYNAMIC     Gi1/0/5
  99    0253.0001.0063    DYNAMIC     Gi1/0/1
  99    0253.0001.0002    STATIC      CPU
Total Mac Addresses for this criterion: 4
""",
    "arp": """\
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.1.10.1               -   0253.0001.0101  ARPA   GigabitEthernet0/1.10
Internet  203.0.113.1             0   Incomplete      ARPA
Internet  10.1.10.11              4   0253.0001.0501  ARPA   GigabitEthernet0/1.10
""",
    "probes": """\
IPSLAs Latest Operation Summary
Codes: * active, ^ inactive, ~ pending
All Stats are in milliseconds. Stats with u are in microseconds

ID           Type        Destination       Stats       Return      Last
                                           (ms)        Code        Run
-----------------------------------------------------------------------
*10          icmp-echo   198.51.100.10     RTT=21      OK          1 second ago
*11          dns         www.example.com   RTT=500u    OK          1 minute, 5 seconds ago
*20          icmp-echo   198.51.100.20     -           Timeout     2 seconds ago
~30          icmp-echo   203.0.113.30      -           Unknown     -
^101         icmp-echo   10.1.99.21        -           No connection 2 hours, 3 minutes ago

""",
    "route_dhcp": """\
Routing entry for 0.0.0.0/0, supernet
  Known via "static", distance 254, metric 0, candidate default path
  Routing Descriptor Blocks:
  * 203.0.113.1
      Route metric is 0, traffic share count is 1
""",
    "route_lte": """\
Routing entry for 0.0.0.0/0, supernet
  Known via "static", distance 200, metric 0 (connected), candidate default path
  Routing Descriptor Blocks:
  * directly connected, via Cellular0/2/0
      Route metric is 0, traffic share count is 1
""",
    "route_via": """\
Routing entry for 0.0.0.0/0, supernet
  Known via "bgp 65001", distance 20, metric 0, candidate default path
  Tag 65000, type external
  Last update from 192.0.2.1 00:05:12 ago
  Routing Descriptor Blocks:
  * 192.0.2.1, from 192.0.2.1, 00:05:12 ago, via GigabitEthernet0/0
      Route metric is 0, traffic share count is 1
      AS Hops 1
""",
    "route_none": "% Network not in table\n",
    "leases": """\
Bindings from all pools not associated with VRF:
IP address          Client-ID/              Lease expiration        Type
                    Hardware address/
                    User name
10.1.10.11          0102.5300.0105.01       Mar 04 2026 12:00 AM    Automatic
10.1.10.12          0253.0001.0502          Infinite                Manual
10.1.20.11          0063.6973.636f.2d30.    Mar 04 2026 12:00 AM    Automatic
                    3235.332e.3030.3031.
                    2e30.3630.612d.4769.
                    30
""",
    "ping_good": """\
Type escape sequence to abort.
Sending 5, 100-byte ICMP Echos to 198.51.100.10, timeout is 1 seconds:
Packet sent with a source address of 10.1.10.1
!!.!!
Success rate is 80 percent (4/5), round-trip min/avg/max = 20/21/24 ms
""",
    "ping_bad": """\
Type escape sequence to abort.
Sending 3, 100-byte ICMP Echos to 198.51.100.10, timeout is 1 seconds:
...
Success rate is 0 percent (0/3)
""",
    "users": """\
    Line       User       Host(s)              Idle       Location
   0 con 0                                     00:00:00
   1 aux 0                                     00:00:00
*  2 vty 0     storenet-ro idle                 00:00:00 192.0.2.7
   3 vty 1     anna       idle                 00:12:04 192.0.2.8
   4 vty 2                                     00:00:00
   5 vty 3                                     1w2d
   6 vty 4

  Interface    User               Mode         Idle     Peer Address
""",
}
