"""Arista switches, served over SSH and eAPI on an event loop of their own in a thread, for blocking clients."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Self, TypeVar

from lab.devices.arista_eos.device import EosDevice
from lab.devices.arista_eos.eapi import EapiServer
from lab.devices.host_keys import host_key
from lab.devices.self_signed import self_signed
from lab.devices.ssh import DeviceServer
from lab.model import ArpLook, MacLook, NeighborLook, PoeLook, PortLook, RouteLook, TreeLook
from tests.lab.fake_view import FakeView

T = TypeVar("T")
ACCOUNTS = {"storenet-ro": ("ro-word", 1), "storenet-rw": ("rw-word", 15)}
ENABLE = "enable-word"
PORT, EAPI_PORT, TLS_PORT = 22023, 28080, 28443
NAME, MODEL = "s001-sw1", "CCS-720XP-24ZY4"

SWITCH = """
hostname s001-sw1
dns domain storenet.example
ntp server 198.51.100.123 prefer
snmp-server contact Store networks
snmp-server location "Harbour Street, cellar"
snmp-server community watch ro
spanning-tree mode mstp
aaa authorization exec default local
username storenet-ro privilege 1 role network-operator secret sha512 $6$lab$ro
username storenet-rw privilege 15 role network-admin secret sha512 $6$lab$rw
vlan 10
   name TILLS
vlan 20
   name STAFF
vlan 30
   name GUESTS
vlan 99
   name MANAGEMENT
interface Ethernet1
   description to s001-edge
   switchport trunk allowed vlan 10,20,30,99
   switchport mode trunk
interface Ethernet2
   description to s001-ap1
   switchport trunk native vlan 99
   switchport trunk allowed vlan 20,30,99
   switchport mode trunk
interface Ethernet5
   description to s001-till1
   switchport access vlan 10
interface Ethernet6
   shutdown
interface Vlan99
   ip address 10.1.99.2/24
ip route 0.0.0.0/0 10.1.99.1
management api http-commands
   protocol http
   no shutdown
end
"""


@dataclass
class EosView(FakeView):
    """What a switch with EOS's port names sees."""

    name: str = NAME
    model: str = MODEL
    serial: str = "JPE21370042"
    shut_itself: str = ""

    def _port(self, name: str, number: int) -> PortLook:
        port = super()._port(name, number)
        if name == self.shut_itself:
            return replace(port, oper_up=False, status="err-disabled", cause="bpduguard")
        return port

    def poe(self) -> Sequence[PoeLook]:
        setting = self.settings[-1].ports["Ethernet2"]
        on = setting.power == "auto"
        return [
            PoeLook(
                port="Ethernet2",
                admin=setting.power,
                oper="on" if on else "off",
                watts=15.4 if on else 0.0,
                device="AP",
            ),
            PoeLook(port="Ethernet5", admin="auto", oper="off", watts=0.0, device=""),
        ]

    def lldp(self) -> Sequence[NeighborLook]:
        ports = {"GigabitEthernet1/0/1": "Ethernet1", "GigabitEthernet1/0/2": "Ethernet2"}
        return [replace(look, local_port=ports[look.local_port]) for look in super().lldp()]

    def macs(self) -> Sequence[MacLook]:
        return [
            MacLook(vlan=10, mac="02:53:00:01:05:01", port="Ethernet5"),
            MacLook(vlan=99, mac="02:53:00:01:00:01", port="Ethernet1"),
        ]

    def arp(self) -> Sequence[ArpLook]:
        gateway = IPv4Address("10.1.99.1")
        return [
            ArpLook(address=IPv4Address("10.1.99.2"), mac="02:53:00:01:00:02", age_minutes=None, interface="Vlan99"),
            ArpLook(address=gateway, mac="02:53:00:01:00:01", age_minutes=3, interface="Vlan99"),
        ]

    def routes(self) -> Sequence[RouteLook]:
        inside = IPv4Network("10.1.99.0/24")
        return [
            RouteLook(prefix=inside, next_hop=None, interface="Vlan99", distance=0, source="C"),
            *(
                RouteLook(prefix=r.prefix, next_hop=r.next_hop, interface=None, distance=r.distance, source="S")
                for r in self.settings[-1].routes
                if isinstance(r.next_hop, IPv4Address)
            ),
        ]

    def tree(self, vlan: int) -> TreeLook:
        return replace(super().tree(vlan), forwarding=("Ethernet1", "Ethernet2"))


class EosLab:
    """Switches by name, each on its own address: SSH (``PORT``), eAPI by HTTP (``EAPI_PORT``), HTTPS (``TLS_PORT``)."""

    def __init__(self, startups: Mapping[str, str] | None = None, **device_options: Any) -> None:
        startups = startups or {NAME: SWITCH}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.views = {name: EosView(name=name) for name in startups}
        self.devices = {name: EosDevice(self.views[name], text, **device_options) for name, text in startups.items()}
        self.addresses = {name: f"127.78.0.{number}" for number, name in enumerate(startups, start=1)}
        where = {name: (device, self.addresses[name]) for name, device in self.devices.items()}
        listening = {name: (device, address, PORT, host_key(name)) for name, (device, address) in where.items()}
        self._ssh = DeviceServer(listening, ACCOUNTS, ENABLE)
        self._eapi = EapiServer({name: (*place, EAPI_PORT) for name, place in where.items()}, ACCOUNTS, ENABLE)
        tls = {name: (*place, TLS_PORT) for name, place in where.items()}
        self._https = EapiServer(tls, ACCOUNTS, ENABLE, self_signed(NAME))
        for server in (self._ssh, self._eapi, self._https):
            self._await(server.start())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def on_loop(self, act: Callable[[], T]) -> T:
        """Run something on the servers' loop and return its result."""

        async def run() -> T:
            return act()

        result: T = self._await(run())
        return result

    def reset(self, name: str = NAME, startup: str = SWITCH) -> EosDevice:
        """Put a switch back to its startup configuration and forget what was written."""
        device = self.devices[name]
        device.modes.clear()
        device.startup = startup
        self.on_loop(device.reload)
        self.views[name].rows.clear()
        return device

    def netmiko(self, name: str = NAME, user: str = "storenet-rw", **more: Any) -> dict[str, Any]:
        """Connection options for Netmiko."""
        return {
            "device_type": "arista_eos",
            "host": self.addresses[name],
            "port": PORT,
            "username": user,
            "password": ACCOUNTS[user][0],
            "secret": ENABLE,
            "conn_timeout": 5,
            **more,
        }

    def napalm(self, name: str = NAME, user: str = "storenet-rw") -> dict[str, Any]:
        """Options of NAPALM's driver ``eos`` over eAPI."""
        return {
            "hostname": self.addresses[name],
            "username": user,
            "password": ACCOUNTS[user][0],
            "timeout": 10,
            "optional_args": {"transport": "http", "port": EAPI_PORT},
        }

    def close(self) -> None:
        """Stop the servers and their thread."""
        for server in (self._https, self._eapi, self._ssh):
            self._await(server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _await(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
