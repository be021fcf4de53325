"""What an EOS switch answers. Field names and words after recorded answers: NAPALM 5.2 (test/eos/mocked_data: show arp,
show mac address-table, show lldp neighbors, show configuration sessions), ANTA's unit tests (show interfaces status and
errdisabled), ntc-templates 9.3 (tests/arista_eos), napalm-automation/napalm issue 2166; all Apache-2.0. Of ``show poe``
no recording is public.
"""

import json

INTERFACES = {
    "interfaces": {
        "Management1": {
            "name": "Management1",
            "interfaceStatus": "disabled",
            "lineProtocolStatus": "down",
            "mtu": 1500,
            "interfaceAddress": {"ipAddr": {"address": "0.0.0.0", "maskLen": 0}},
        },
        "Vlan99": {
            "name": "Vlan99",
            "interfaceStatus": "connected",
            "lineProtocolStatus": "up",
            "mtu": 1500,
            "interfaceAddress": {"ipAddr": {"address": "10.1.99.2", "maskLen": 24}},
        },
        "Vlan30": {
            "name": "Vlan30",
            "interfaceStatus": "notconnect",
            "lineProtocolStatus": "lowerLayerDown",
            "mtu": 1500,
            "interfaceAddress": {"ipAddr": {"address": "10.1.30.2", "maskLen": 24}},
        },
    }
}


def _port(status: str, vlan: dict[str, object]) -> dict[str, object]:
    return {
        "description": "",
        "linkStatus": status,
        "vlanInformation": {"interfaceForwardingModel": "bridged", **vlan},
        "duplex": "duplexFull",
        "bandwidth": 1000000000,
        "autoNegotiateActive": True,
        "interfaceType": "1000BASE-T",
        "lineProtocolStatus": "up" if status == "connected" else "down",
    }


PORTS = {
    "interfaceStatuses": {
        "Ethernet1": _port("connected", {"interfaceMode": "trunk", "vlanExplanation": "trunk"}),
        "Ethernet2": _port("notconnect", {"interfaceMode": "bridged", "vlanId": 10}),
        "Ethernet3": _port("errdisabled", {"interfaceMode": "bridged", "vlanId": 20}),
        "Ethernet4": _port("disabled", {"interfaceMode": "bridged", "vlanId": 1}),
        "Ethernet5/1": _port("inactive", {"interfaceMode": "bridged", "vlanId": 1}),
        "Management1": _port("connected", {"interfaceMode": "routed", "vlanExplanation": "routed"}),
        "Ethernet6": _port("unknown", {"interfaceMode": "dataLink", "vlanExplanation": "in Po1"}),
    }
}
ERRDISABLED = {
    "interfaceStatuses": {
        "Ethernet3": {"description": "to till1", "status": "errdisabled", "causes": ["bpduguard"]},
        "Ethernet7": {"description": "", "status": "errdisabled", "causes": ["link-flap", "lacp-rate-limit"]},
    }
}


def _switchport(mode: str, allowed: str) -> dict[str, object]:
    told = {"mode": mode, "accessVlanId": 1, "trunkingNativeVlanId": 1, "trunkAllowedVlans": allowed}
    return {"enabled": True, "switchportInfo": {**told, "macLearning": True, "staticTrunkGroups": []}}


SWITCHPORTS = {
    "switchports": {
        "Ethernet1": _switchport("trunk", "10,20-22,99"),
        "Ethernet2": _switchport("access", "ALL"),
        "Ethernet3": _switchport("trunk", "NONE"),
        "Port-Channel1": _switchport("trunk", "ALL"),
    }
}
NEIGHBORS = {
    "tablesLastChangeTime": 1795000000.0,
    "tablesAgeOuts": 0,
    "tablesInserts": 4,
    "tablesDeletes": 1,
    "tablesDrops": 0,
    "lldpNeighbors": [
        {"port": "Ethernet1", "neighborDevice": "s001-edge.stores.example", "neighborPort": "Gi0/1", "ttl": 120},
        {"port": "Ethernet2", "neighborDevice": "s001-ap1", "neighborPort": "0253.0001.0201", "ttl": 120},
        {"port": "Ethernet9", "neighborDevice": "0253.0001.0901", "neighborPort": "0253.0001.0901", "ttl": 120},
        {"port": "Ethernet10", "neighborDevice": "10.1.20.7", "neighborPort": "1", "ttl": 120},
    ],
}
MACS = {
    "multicastTable": {"tableEntries": []},
    "unicastTable": {
        "tableEntries": [
            {
                "macAddress": "02:53:00:01:05:01",
                "lastMove": 1454435814.69,
                "interface": "Ethernet5",
                "moves": 1,
                "entryType": "dynamic",
                "vlanId": 10,
            },
            {"macAddress": "44:4c:a8:10:85:23", "interface": "Router", "entryType": "static", "vlanId": 10},
            {
                "macAddress": "02:53:00:01:02:01",
                "lastMove": 1454435760.35,
                "interface": "Port-Channel1",
                "moves": 1,
                "entryType": "dynamic",
                "vlanId": 20,
            },
        ]
    },
    "disabledMacLearningVlans": [],
}
ARP = {
    "dynamicEntries": 2,
    "ipV4Neighbors": [
        {"hwAddress": "0253.0001.0001", "address": "10.1.99.1", "interface": "Vlan99, Ethernet1", "age": 12},
        {"hwAddress": "0253.0001.0501", "address": "10.1.10.11", "interface": "Vlan10, not learned", "age": 0},
    ],
    "notLearnedEntries": 0,
    "totalEntries": 2,
    "staticEntries": 0,
}
ROUTE = {
    "vrfs": {
        "default": {
            "routes": {
                "0.0.0.0/0": {
                    "hardwareProgrammed": True,
                    "routeType": "static",
                    "kernelProgrammed": True,
                    "preference": 1,
                    "metric": 0,
                    "routeAction": "forward",
                    "vias": [{"nexthopAddr": "10.1.99.1", "interface": "Vlan99"}],
                }
            },
            "allRoutesProgrammedHardware": True,
            "defaultRouteState": "reachable",
        }
    }
}
NO_ROUTE = {"vrfs": {"default": {"routes": {}, "defaultRouteState": "notSet"}}}
POE = """\
Port        Enabled  Priority  Class    Limit    Power    State
----------  -------  --------  -------  -------  -------  ---------
Ethernet1   Yes      low       -        30.00 W  0.00 W   searching
Ethernet2   Yes      low       class4   30.00 W  11.40 W  powered
Et3         No       low       -        30.00 W  0.00 W   disabled
Ethernet4   Yes      low       class3   15.40 W  0.00 W   fault
"""
PING = """\
PING 10.1.99.1 (10.1.99.1) from 10.1.99.2 : 72(100) bytes of data.
80 bytes from 10.1.99.1: icmp_seq=1 ttl=64 time=0.312 ms
80 bytes from 10.1.99.1: icmp_seq=2 ttl=64 time=0.288 ms

--- 10.1.99.1 ping statistics ---
3 packets transmitted, 2 received, 33% packet loss, time 2003ms
rtt min/avg/max/mdev = 0.288/0.300/0.312/0.012 ms, ipg/ewma 0.5/0.3 ms
"""
PING_NOTHING = """\
PING 198.51.100.10 (198.51.100.10) from 10.1.99.2 : 72(100) bytes of data.

--- 198.51.100.10 ping statistics ---
3 packets transmitted, 0 received, 100% packet loss, time 2003ms

"""
USERS = """\
    Line      User             Host(s)       Idle        Location
   1 con 0    admin            idle          1d          -
*  2 vty 7    storenet-ro      idle          00:00:00    192.0.2.9
   3 vty 8    jdoe             idle          00:12:00    192.0.2.77
"""
RUNNING = """\
! Command: show running-config
! device: s001-sw1 (CCS-720XP-24Y6, EOS-4.31.2F)
!
! boot system flash:/EOS.swi
!
hostname s001-sw1
!
interface Ethernet1
   description to s001-edge
   switchport mode trunk
!
end
"""
PORT_CONFIG = """\
interface Ethernet6
   description to s001-till1
   switchport access vlan 10
   poe disabled
"""
NOBODY = {
    "sessions": {},
    "maxSavedSessions": 1,
    "maxOpenSessions": 5,
    "mergeOnCommit": False,
    "saveToStartupConfigOnCommit": False,
}
OURS = "storenet-push_0001-s001-sw1-1-0a1b2c"


def until_4_31(name: str = OURS, user: str = "storenet-rw") -> str:
    """Our change under its timer, as told until EOS 4.31."""
    state = {"state": "pendingCommitTimer", "completedTime": 1739832190.84, "commitBy": 5120.5, "commitUser": user}
    return printed({**NOBODY, "sessions": {name: {**state, "description": "", "instances": {}}}})


def since_4_32(name: str = OURS, user: str = "storenet-rw") -> str:
    """The same, as told since EOS 4.32."""
    state = {"state": "committed", "completedTime": 1739832020.18, "commitUser": user}
    top = {"commitTimerSessionName": name, "commitTimerExpireTime": 5120.5}
    return printed({**NOBODY, **top, "sessions": {name: {**state, "description": "", "instances": {}}}})


def opened(name: str, *users: str) -> str:
    """A session that is not committed, with people in it."""
    inside = {str(600 + n): {"user": u, "terminal": f"vty{n}", "currentTerminal": False} for n, u in enumerate(users)}
    return printed({**NOBODY, "sessions": {name: {"state": "pending", "description": "", "instances": inside}}})


def printed(answer: object) -> str:
    """An answer as EOS prints it over SSH."""
    return json.dumps(answer, indent=4) + "\n"
