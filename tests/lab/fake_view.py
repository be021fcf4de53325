"""A world of one device, answering from plain attributes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from lab.model import (
    ArpLook,
    CableLook,
    LeaseLook,
    LoadLook,
    MacLook,
    NeighborLook,
    PeerLook,
    PoeLook,
    PortLook,
    ProbeLook,
    RouteLook,
    TreeLook,
)
from lab.service_model import MemoryLook
from lab.setting import DeviceSetting

WAN_LEASE = IPv4Interface("100.64.1.2/24")
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)

EDGE = """
version 15.7
hostname s001-edge
logging buffered 16384
enable secret 9 $9$lab$enable
ip domain name storenet.example
cdp timer 5
cdp holdtime 10
ip dhcp excluded-address 10.1.10.1 10.1.10.10
ip dhcp pool TILLS
 network 10.1.10.0 255.255.255.0
 default-router 10.1.10.1
 dns-server 198.51.100.53
 lease 0 8
archive
 path flash:archive
username storenet-ro privilege 1 secret 9 $9$lab$ro
username storenet-rw privilege 15 secret 9 $9$lab$rw
interface GigabitEthernet0/0
 description WAN northtel
 ip address dhcp
interface GigabitEthernet0/1
 description to s001-sw1
 no ip address
interface GigabitEthernet0/1.10
 encapsulation dot1Q 10
 ip address 10.1.10.1 255.255.255.0
interface GigabitEthernet0/1.99
 encapsulation dot1Q 99
 ip address 10.1.99.1 255.255.255.0
interface Cellular0/2/0
 ip address 100.72.1.2 255.255.255.252
 ip access-group NO-GUEST out
ip route 0.0.0.0 0.0.0.0 dhcp
ip route 0.0.0.0 0.0.0.0 Cellular0/2/0 200
ip scp server enable
ip access-list extended NO-GUEST
 deny ip 10.1.30.0 0.0.0.255 any
 permit ip any any
ip sla 10
 icmp-echo 198.51.100.10 source-interface GigabitEthernet0/1.10
 frequency 2
 timeout 1000
ip sla schedule 10 life forever start-time now
ip sla 11
 dns pay.storenet.example name-server 198.51.100.53
 frequency 2
 timeout 1000
ip sla schedule 11 life forever start-time now
line con 0
line vty 0 4
 login local
 transport input ssh
end
"""

SWITCH = """
hostname s001-sw1
vlan 10
 name TILLS
vlan 20,30
vlan 99
 name MANAGEMENT
mac address-table aging-time 10
interface GigabitEthernet1/0/1
 description to s001-edge
 switchport mode trunk
 switchport trunk allowed vlan 10,20,30,99
interface GigabitEthernet1/0/2
 description AP front of the house
 switchport mode trunk
 switchport trunk native vlan 99
 switchport trunk allowed vlan 20,30,99
interface GigabitEthernet1/0/5
 switchport mode access
 switchport access vlan 10
interface GigabitEthernet1/0/6
 shutdown
interface Vlan99
 ip address 10.1.99.2 255.255.255.0
ip default-gateway 10.1.99.1
ip scp server enable
archive
 path flash:archive
username storenet-ro privilege 1 secret 9 $9$lab$ro
username storenet-rw privilege 15 secret 9 $9$lab$rw
line vty 0 4
 login local
end
"""


@dataclass
class FakeServices:
    """Services of a device that has none."""

    restarts: int = 0

    def restarted(self) -> None:
        self.restarts += 1

    def memory(self) -> MemoryLook:
        return MemoryLook(total=1000, used=380, lost=0, taker="SNMP ENGINE")


@dataclass
class FakeView:
    """One device's view; tests set what they need."""

    name: str = "s001-edge"
    model: str = "ISR4321"
    is_reachable: bool = True
    rtt: float | None = 12.0
    wan: IPv4Interface | None = WAN_LEASE
    clock: datetime = NOON
    settings: list[DeviceSetting] = field(default_factory=list)
    rows: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    neighbours: list[PeerLook] = field(default_factory=list)
    cleared: list[IPv4Address | None] = field(default_factory=list)
    serial: str = "FOC12345678"
    plate: int = 0
    services: FakeServices = field(default_factory=FakeServices)
    cleared_ports: list[str | None] = field(default_factory=list)

    def now(self) -> datetime:
        return self.clock

    def reachable(self) -> bool:
        return self.is_reachable

    def ports(self) -> Sequence[PortLook]:
        return [self._port(name, number) for number, name in enumerate(self.settings[-1].ports)]

    def _port(self, name: str, number: int) -> PortLook:
        port = self.settings[-1].ports[name]
        up = not port.shutdown
        address = self.wan if port.address == "dhcp" else port.address
        return PortLook(
            name=name,
            admin_up=up,
            oper_up=up,
            status="connected" if up else "disabled",
            address=address,
            method="DHCP" if port.address == "dhcp" else "NVRAM" if port.address else "unset",
            mac=f"02:53:00:01:00:{number:02x}",
            description=port.description,
            in_packets=10 + number,
            out_packets=20,
            last_change=NOON,
        )

    def poe(self) -> Sequence[PoeLook]:
        return [
            PoeLook(port="GigabitEthernet1/0/2", admin="auto", oper="on", watts=15.4, device="AIR-CAP2702I-E-K9"),
            PoeLook(port="GigabitEthernet1/0/5", admin="never", oper="off", watts=0.0, device=""),
        ]

    def load(self) -> LoadLook:
        return LoadLook(now=7, interrupts=0, minute=7, five_minutes=6)

    def test_cable(self, port: str) -> None:
        del port

    def cable(self, port: str) -> CableLook | None:
        del port
        return None

    def clear_counters(self, port: str | None) -> None:
        self.cleared_ports.append(port)

    def tree(self, vlan: int) -> TreeLook:
        del vlan
        mac = "02:53:00:01:00:00"
        return TreeLook(root_mac=mac, own_mac=mac, cost=0, root_port=None, forwarding=("GigabitEthernet1/0/1",))

    def neighbors(self) -> Sequence[NeighborLook]:
        return [
            NeighborLook(
                local_port="GigabitEthernet1/0/1",
                name="s001-edge",
                remote_port="GigabitEthernet0/1",
                platform="cisco ISR4321",
                capability="R S I",
                hold_seconds=9,
            ),
            NeighborLook(
                local_port="GigabitEthernet1/0/2",
                name="s001-access-point-front",
                remote_port="GigabitEthernet0",
                platform="AIR-CAP2702I-E-K9",
                capability="T",
                hold_seconds=7,
            ),
        ]

    def lldp(self) -> Sequence[NeighborLook]:
        return [replace(look, mac="02:53:00:01:0a:01") for look in self.neighbors()]

    def macs(self) -> Sequence[MacLook]:
        return [MacLook(vlan=10, mac="02:53:00:01:05:01", port="GigabitEthernet1/0/5")]

    def arp(self) -> Sequence[ArpLook]:
        return [
            ArpLook(
                address=IPv4Address("10.1.10.1"),
                mac="02:53:00:01:00:01",
                age_minutes=None,
                interface="GigabitEthernet0/1.10",
            ),
            ArpLook(
                address=IPv4Address("10.1.10.11"),
                mac="02:53:00:01:05:01",
                age_minutes=3,
                interface="GigabitEthernet0/1.10",
            ),
            ArpLook(address=IPv4Address("10.1.10.99"), mac=None, age_minutes=0, interface="GigabitEthernet0/1.10"),
        ]

    def routes(self) -> Sequence[RouteLook]:
        default = IPv4Network("0.0.0.0/0")
        return [
            RouteLook(prefix=default, next_hop=IPv4Address("100.64.1.1"), interface=None, distance=254, source="S"),
            RouteLook(
                prefix=IPv4Network("10.1.10.0/24"),
                next_hop=None,
                interface="GigabitEthernet0/1.10",
                distance=0,
                source="C",
            ),
            RouteLook(
                prefix=IPv4Network("10.1.10.1/32"),
                next_hop=None,
                interface="GigabitEthernet0/1.10",
                distance=0,
                source="L",
            ),
        ]

    def probes(self) -> Sequence[ProbeLook]:
        return [
            ProbeLook(
                number=10,
                kind="icmp-echo",
                target="198.51.100.10",
                rtt_ms=19.6,
                code="OK",
                age_seconds=1.0,
                successes=5,
                failures=0,
            ),
            ProbeLook(
                number=11,
                kind="dns",
                target="pay.storenet.example",
                rtt_ms=None,
                code="Timeout",
                age_seconds=65.0,
                successes=4,
                failures=1,
            ),
        ]

    def leases(self) -> Sequence[LeaseLook]:
        return [
            LeaseLook(address=IPv4Address("10.1.10.11"), mac="02:53:00:01:05:01", expires=NOON + timedelta(hours=8))
        ]

    def client_lease(self, port: str) -> IPv4Interface | None:
        return self.wan if port == "GigabitEthernet0/0" else None

    def ping(self, destination: IPv4Address, source: str | None) -> float | None:
        del destination, source
        return self.rtt

    def renew(self, port: str) -> None:
        self.renewed.append(port)

    def peers(self) -> Sequence[PeerLook]:
        return self.neighbours

    def clear_peer(self, address: IPv4Address | None) -> None:
        self.cleared.append(address)

    def syslog(self) -> Sequence[str]:
        return self.log

    def say(self, mnemonic: str, text: str) -> None:
        self.log.append(f"*Nov 20 12:00:00.000: %{mnemonic}: {text}")

    def changed(self, setting: DeviceSetting) -> None:
        self.settings.append(setting)

    def record(self, kind: str, **fields: object) -> None:
        self.rows.append((kind, fields))

    def written(self) -> list[str]:
        """The lines of every recorded write that changed something."""
        return [str(fields["line"]) for kind, fields in self.rows if kind == "write" and fields["changed"]]
