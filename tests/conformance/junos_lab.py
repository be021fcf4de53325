"""One virtual Junos switch on loopback, for blocking clients: its configuration, its view, its server."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any, TypeVar

from lab.devices.host_keys import host_key
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.ssh import DeviceServer
from lab.model import ArpLook, MacLook, NeighborLook, PoeLook, PortCounts, PortLook, RouteLook
from tests.lab.fake_view import FakeView

T = TypeVar("T")
ACCOUNTS = {
    "storenet-ro": ("ro-word", 1),
    "storenet-rw": ("rw-word", 15),
    "jdoe": ("jdoe-word", 15),
    "viewer": ("viewer-word", 1),
}
ADDRESS, PORT = "127.78.0.1", 22022

SWITCH = """
version 20.4R3.8;
system {
    host-name s001-sw1;
    domain-name storenet.example;
    root-authentication {
        encrypted-password "$6$lab$root";
    }
    login {
        class storenet-reader {
            permissions [ network view view-configuration ];
        }
        user jdoe {
            class super-user;
            authentication {
                encrypted-password "$6$lab$jdoe";
            }
        }
        user storenet-ro {
            class storenet-reader;
            authentication {
                encrypted-password "$6$lab$ro";
            }
        }
        user storenet-rw {
            class super-user;
            authentication {
                encrypted-password "$6$lab$rw";
            }
        }
        user viewer {
            class read-only;
        }
    }
    services {
        ssh {
            root-login deny;
        }
        netconf {
            ssh;
        }
    }
    syslog {
        file messages {
            any notice;
        }
    }
}
interfaces {
    ge-0/0/1 {
        description "to s001-edge";
        unit 0 {
            family ethernet-switching {
                interface-mode trunk;
                vlan {
                    members [ TILLS CAMERAS GUESTS MANAGEMENT ];
                }
            }
        }
    }
    ge-0/0/2 {
        description "AP front of the house";
        native-vlan-id 99;
        unit 0 {
            family ethernet-switching {
                interface-mode trunk;
                vlan {
                    members [ CAMERAS GUESTS MANAGEMENT ];
                }
            }
        }
    }
    ge-0/0/5 {
        description "till 1";
        unit 0 {
            family ethernet-switching {
                interface-mode access;
                vlan {
                    members TILLS;
                }
            }
        }
    }
    ge-0/0/6 {
        disable;
        unit 0 {
            family ethernet-switching;
        }
    }
    irb {
        unit 99 {
            family inet {
                address 10.1.99.2/24;
            }
        }
    }
}
snmp {
    location "store 1";
}
routing-options {
    static {
        route 0.0.0.0/0 next-hop 10.1.99.1;
    }
}
protocols {
    lldp {
        interface all;
    }
    rstp {
        interface all;
    }
}
poe {
    interface all;
    interface ge-0/0/5 {
        disable;
    }
}
vlans {
    CAMERAS {
        vlan-id 20;
    }
    GUESTS {
        vlan-id 30;
    }
    MANAGEMENT {
        vlan-id 99;
        l3-interface irb.99;
    }
    TILLS {
        vlan-id 10;
    }
}
"""


@dataclass
class SwitchView(FakeView):
    """What the switch sees: an edge, an access point, a till."""

    name: str = "s001-sw1"
    model: str = "EX2300-24P"
    serial: str = "JW3619120123"
    shut: dict[str, str] = field(default_factory=dict)

    def ports(self) -> Sequence[PortLook]:
        counts = PortCounts(crc=3, input_errors=4, output_drops=5, broadcasts=2)
        looks = super().ports()
        idle = {"ge-0/0/1", "ge-0/0/2", "ge-0/0/5", "Vlan99"}
        wired = [look if look.name in idle else replace(look, oper_up=False) for look in looks[:1]] + [
            replace(look, counts=counts, oper_up=look.admin_up and look.name in idle) for look in looks[1:]
        ]
        return [
            replace(look, oper_up=False, status="err-disabled", cause=self.shut[look.name])
            if look.name in self.shut
            else look
            for look in wired
        ]

    def poe(self) -> Sequence[PoeLook]:
        return [
            PoeLook(port="ge-0/0/2", admin="auto", oper="on", watts=12.9, device="ap", grade=4),
            PoeLook(port="ge-0/0/5", admin="never", oper="off", watts=0.0, device=""),
        ]

    def neighbors(self) -> Sequence[NeighborLook]:
        return [
            NeighborLook(
                local_port="ge-0/0/1",
                name="s001-edge",
                remote_port="Gi0/1",
                platform="cisco ISR4321",
                capability="R",
                hold_seconds=120,
                version="Cisco IOS Software, Version 15.7",
                mac="02:53:00:01:0a:01",
            ),
            NeighborLook(
                local_port="ge-0/0/2",
                name="s001-ap1",
                remote_port="eth0",
                platform="AP",
                capability="T",
                hold_seconds=120,
                mac="02:53:00:01:0a:02",
            ),
        ]

    def macs(self) -> Sequence[MacLook]:
        return [
            MacLook(vlan=10, mac="02:53:00:01:05:01", port="ge-0/0/5"),
            MacLook(vlan=99, mac="02:53:00:01:00:63", port="ge-0/0/1"),
        ]

    def arp(self) -> Sequence[ArpLook]:
        return [
            ArpLook(address=IPv4Address("10.1.99.2"), mac="02:53:00:01:00:01", age_minutes=None, interface="Vlan99"),
            ArpLook(address=IPv4Address("10.1.99.1"), mac="02:53:00:01:00:63", age_minutes=3, interface="Vlan99"),
            ArpLook(address=IPv4Address("10.1.99.9"), mac=None, age_minutes=0, interface="Vlan99"),
        ]

    def routes(self) -> Sequence[RouteLook]:
        default, own = IPv4Network("0.0.0.0/0"), IPv4Network("10.1.99.0/24")
        return [
            RouteLook(prefix=default, next_hop=IPv4Address("10.1.99.1"), interface="Vlan99", distance=5, source="S"),
            RouteLook(prefix=own, next_hop=None, interface="Vlan99", distance=0, source="C"),
        ]


class JunosLab:
    """A switch, served until ``close``."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.renew()

    def renew(self) -> None:
        """Put a fresh switch in the place of the old one."""
        self.view = SwitchView()
        self.device = JunosDevice(self.view, SWITCH, ping_second=0.01)
        server = getattr(self, "_server", None)
        if server is not None:
            self._await(server.stop())
        self._server = DeviceServer({"s001-sw1": (self.device, ADDRESS, PORT, host_key("s001-sw1"))}, ACCOUNTS, None)
        self._await(self._server.start())

    def on_loop(self, act: Callable[[], T]) -> T:
        """Run something on the server's loop and return its result."""

        async def run() -> T:
            return act()

        return self._await(run())

    def close(self) -> None:
        """Stop the server and its thread."""
        self._await(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _await(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
