"""What show commands print is read by the parsers the world uses for the real thing."""

import pytest
from ntc_templates.parse import parse_output

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.shell import Shell
from tests.lab.fake_view import EDGE, NOON, SWITCH, FakeView


def shown(command: str, startup: str = SWITCH) -> str:
    seen: list[str] = []
    device = IosDevice(FakeView(), startup)
    line = device.lines.take(range(5), "192.0.2.9", NOON)
    assert line is not None
    line.user = "storenet-ro"
    shell = Shell(device, line, 15, enable_secret=None, send=seen.append, hang_up=lambda: None)
    shell.length = 0
    shell.received(command + "\n")
    return "".join(seen).replace("\r\n", "\n").removeprefix(command + "\n").rpartition("\n")[0] + "\n"


def rows(command: str, startup: str = SWITCH) -> list[dict[str, str]]:
    return parse_output(platform="cisco_ios", command=command, data=shown(command, startup))


def test_port_status() -> None:
    assert [(r["port"], r["name"], r["status"], r["vlan_id"]) for r in rows("show interfaces status")] == [
        ("Gi1/0/1", "to s001-edge", "connected", "trunk"),
        ("Gi1/0/2", "AP front of the ho", "connected", "trunk"),
        ("Gi1/0/5", "", "connected", "10"),
        ("Gi1/0/6", "", "disabled", "1"),
    ]


def test_power() -> None:
    assert [
        (r["interface"], r["admin_status"], r["operational_status"], r["power"]) for r in rows("show power inline")
    ] == [
        ("Gi1/0/2", "auto", "on", "15.4"),
        ("Gi1/0/5", "never", "off", "0.0"),
    ]


def test_neighbours() -> None:
    found = [(r["neighbor_name"], r["local_interface"], r["neighbor_interface"]) for r in rows("show cdp neighbors")]
    assert found == [("s001-edge", "Gig 1/0/1", "Gig 0/1"), ("s001-access-point-front", "Gig 1/0/2", "Gig 0")]
    detail = [
        (r["neighbor_name"], r["local_interface"], r["neighbor_interface"]) for r in rows("show cdp neighbors detail")
    ]
    assert detail[0] == ("s001-edge", "GigabitEthernet1/0/1", "GigabitEthernet0/1")


def test_macs_vlans_and_interfaces() -> None:
    (mac,) = rows("show mac address-table")
    assert (mac["destination_address"], mac["vlan_id"], mac["destination_port"]) == (
        "0253.0001.0501",
        "10",
        ["Gi1/0/5"],
    )
    vlans = {r["vlan_id"]: (r["vlan_name"], r["status"]) for r in rows("show vlan")}
    assert vlans["10"] == ("TILLS", "active")
    assert {r["interface"]: r["link_status"] for r in rows("show interfaces")}[
        "GigabitEthernet1/0/6"
    ] == "administratively down"


def test_addresses_and_arp() -> None:
    brief = {r["interface"]: (r["ip_address"], r["status"], r["proto"]) for r in rows("show ip interface brief", EDGE)}
    assert brief["GigabitEthernet0/0"] == ("100.64.1.2", "up", "up")
    assert brief["GigabitEthernet0/1"][0] == "unassigned"
    arp = {r["ip_address"]: r["mac_address"] for r in rows("show ip arp", EDGE)}
    assert arp == {"10.1.10.1": "0253.0001.0001", "10.1.10.11": "0253.0001.0501", "10.1.10.99": "Incomplete"}


def test_routes() -> None:
    found = [
        (r["protocol"], r["network"], r["prefix_length"], r["nexthop_ip"], r["nexthop_if"], r["distance"])
        for r in rows("show ip route", EDGE)
    ]
    assert ("S", "0.0.0.0", "0", "100.64.1.1", "", "254") in found
    assert ("C", "10.1.10.0", "24", "", "GigabitEthernet0/1.10", "") in found
    assert 'Known via "static", distance 254' in shown("show ip route 0.0.0.0", EDGE)
    assert "Routing entry for 10.1.10.1/32" in shown("show ip route 10.1.10.1", EDGE)
    assert shown("show ip route 192.0.2.1", EDGE) == "% Network not in table\n"


def test_probes() -> None:
    text = shown("show ip sla summary", EDGE)
    assert "*10          icmp-echo   198.51.100.10     RTT=20      OK          1 second ago\n" in text
    assert "Timeout     1 minute, 5 seconds ago\n" in text
    assert "Number of failures: 1" in shown("show ip sla statistics 11", EDGE)


def test_leases_and_version() -> None:
    assert "10.1.10.11          0102.5300.0105.01       Nov 20 2026 08:00 PM    Automatic\n" in shown(
        "show ip dhcp binding", EDGE
    )
    (lease,) = rows("show dhcp lease", EDGE)
    assert (lease["ip_address"], lease["interface"], lease["state"]) == ("100.64.1.2", "GigabitEthernet0/0", "Bound")
    (version,) = rows("show version", EDGE)
    assert (version["hostname"], version["hardware"], version["version"]) == ("s001-edge", ["ISR4321"], "15.7(3)M3")


def test_users_with_free_lines() -> None:
    everyone = rows("show users all")
    assert [r["line"].split()[-2:] for r in everyone] == [["con", "0"], *(["vty", str(n)] for n in range(5))]
    assert len(rows("show users")) == 1


@pytest.mark.parametrize("command", ["show interfaces trunk", "sh int tr"])
def test_trunks(command: str) -> None:
    text = shown(command)
    assert "Gi1/0/2     on               802.1q         trunking      99\n" in text
    assert "Vlans allowed on trunk\nGi1/0/1     10,20,30,99\nGi1/0/2     20,30,99\n" in text


def test_one_interface() -> None:
    text = shown("show running-config interface GigabitEthernet1/0/5")
    assert "interface GigabitEthernet1/0/5\n switchport access vlan 10\n switchport mode access\nend\n" in text
    assert shown("show interfaces Gi1/0/5 status").count("Gi1/0") == 1
