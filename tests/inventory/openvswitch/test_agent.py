"""The parts of the agent that need no switch: lines, texts, dnsmasq's files, packets."""

import subprocess
import sys
from dataclasses import replace
from ipaddress import IPv4Interface

import pytest

from inventory.platforms.openvswitch import pack
from inventory.platforms.openvswitch.agent import dnsmasq_files, editor, probing
from inventory.platforms.openvswitch.agent.config import Config, Own, Pool, Port, difference, text_of, vlan_list
from inventory.platforms.openvswitch.agent.ground import RefusedError
from inventory.platforms.openvswitch.agent.main import USAGE

OWNS = (Own(10, "svc10", IPv4Interface("10.1.10.2/24")), Own(20, "svc20", IPv4Interface("10.1.20.2/24")))
CONFIG = Config(
    ports={
        "till1": Port(access=10),
        "till10": Port(access=10),
        "till2": Port(),
        "uplink": Port(trunks=frozenset({10, 20, 99})),
    },
    pools={10: Pool(span=("10.1.10.11", "10.1.10.110", "8h"), gateway="10.1.10.1", dns=("10.1.10.2",))},
    servers=("10.90.0.53",),
)
TEXT = """interface till1
 switchport access vlan 10
interface till2
interface till10
 switchport access vlan 10
interface uplink
 switchport trunk allowed vlan 10,20,99
dhcp vlan 10
 range 10.1.10.11 10.1.10.110 8h
 gateway 10.1.10.1
 dns 10.1.10.2
dns
 server 10.90.0.53
"""


def after(*lines: str) -> Config:
    return editor.edited(CONFIG, OWNS, lines)


def test_one_text_there_and_back():
    assert text_of(CONFIG) == TEXT
    assert editor.replaced(replace(CONFIG, pools={}, servers=()), OWNS, TEXT) == (CONFIG, [])


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("switchport access vlan 20", Port(access=20)),
        ("switchport trunk allowed vlan 10,20-22", Port(trunks=frozenset({10, 20, 21, 22}))),
        ("switchport trunk allowed vlan all", Port()),
        ("no switchport access vlan 10", Port()),
        ("no switchport trunk allowed vlan 10", Port(access=10)),
        ("shutdown", Port(access=10, shut=True)),
        ("mtu 1400", Port(access=10, mtu=1400)),
    ],
)
def test_lines_of_a_port(line, port):
    assert after("interface till1", line).ports["till1"] == port


def test_vlans_of_a_trunk():
    assert after("interface uplink", "switchport trunk allowed vlan add 30").ports["uplink"].trunks == {10, 20, 30, 99}
    assert after("interface uplink", "switchport trunk allowed vlan remove 20-98").ports["uplink"].trunks == {10, 99}
    assert len(after("interface till2", "switchport trunk allowed vlan remove 20").ports["till2"].trunks) == 4093
    assert vlan_list(frozenset({1, 2, 3, 5, 6, 9})) == "1-3,5,6,9"


def test_lines_of_services():
    assert after("dhcp vlan 20", "range 10.1.20.5 10.1.20.9 3600").pools[20].span == ("10.1.20.5", "10.1.20.9", "1h")
    assert after("no dhcp vlan 10").pools == {}
    assert after("dns", "no server 10.90.0.53", "server 10.90.0.54").servers == ("10.90.0.54",)
    assert after("dns", "extra address=/a.test/1.2.3.4").extras == ("address=/a.test/1.2.3.4",)
    assert after("no dns").servers == ()


@pytest.mark.parametrize(
    "line", ["switchport", "mtu 1", "shutdown now", "switchport mode access", "ip address 1.2.3.4", "no"]
)
def test_a_line_that_is_not_understood_changes_nothing(line):
    with pytest.raises(RefusedError):
        after("interface till1", line)


def test_a_whole_text_leaves_ports_alone_that_it_does_not_name():
    found, skipped = editor.replaced(CONFIG, OWNS, "interface till1\n shutdown\ninterface gone7\n shutdown\n")
    assert found.ports["till1"] == Port(shut=True)
    assert found.ports["uplink"] == CONFIG.ports["uplink"]
    assert (found.servers, skipped) == ((), ["interface gone7"])


def test_a_difference_for_people():
    changed = after("interface till1", "shutdown", "no dns", "no dhcp vlan 10")
    assert difference(CONFIG, changed).splitlines() == [
        " interface till1",
        "+ shutdown",
        "-dhcp vlan 10",
        "- range 10.1.10.11 10.1.10.110 8h",
        "- gateway 10.1.10.1",
        "- dns 10.1.10.2",
        "-dns",
        "- server 10.90.0.53",
    ]


# --- dnsmasq ------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(dnsmasq_files, "DNSMASQ_FILES", tmp_path)
    return tmp_path


def test_files_as_people_write_them(folder):
    (folder / "people.conf").write_text(
        """# a comment
interface=svc10
dhcp-range=interface:svc10,10.1.10.11,10.1.10.110,60m   # another
dhcp-range = set:cameras, 10.1.20.11, 10.1.20.20, 255.255.255.0, 480m
dhcp-range=10.7.7.1,10.7.7.9,1h
dhcp-option=svc10,3,10.1.10.1
dhcp-option=tag:cameras,option:router,10.1.20.1
dhcp-option=option:dns-server,10.9.9.1,10.9.9.2
dhcp-option=option:ntp-server,10.9.9.3
server=10.90.0.53
server=/corp.test/10.90.0.54
"""
    )
    found = dnsmasq_files.read_services(OWNS)
    dns = ("10.9.9.1", "10.9.9.2")
    assert found.pools == {
        10: Pool(span=("10.1.10.11", "10.1.10.110", "1h"), gateway="10.1.10.1", dns=dns),
        20: Pool(span=("10.1.20.11", "10.1.20.20", "8h"), gateway="10.1.20.1", dns=dns),
    }
    assert found.servers == ("10.90.0.53",)
    assert found.extras == (
        "dhcp-range=10.7.7.1,10.7.7.9,1h",
        "dhcp-option=option:ntp-server,10.9.9.3",
        "server=/corp.test/10.90.0.54",
    )
    dnsmasq_files.write_services(found, OWNS)
    assert dnsmasq_files.read_services(OWNS) == found
    assert (folder / "people.conf").read_text() == "# a comment\ninterface=svc10\n"


def test_what_dnsmasq_is_told(folder):
    dnsmasq_files.write_services(CONFIG, OWNS)
    assert (folder / "storenet.conf").read_text().splitlines()[1:] == [
        "dhcp-range=set:vlan10,10.1.10.11,10.1.10.110,255.255.255.0,8h",
        "dhcp-option=tag:vlan10,option:router,10.1.10.1",
        "dhcp-option=tag:vlan10,option:dns-server,10.1.10.2",
        "server=10.90.0.53",
    ]
    assert dnsmasq_files.read_services(OWNS) == replace(CONFIG, ports={})


# --- packets ------------------------------------------------------------------------------------------------------


def test_an_answer_of_a_name_server():
    question = bytes.fromhex("1234818000010002000000000370617902687104746573740000010001")
    alias = bytes.fromhex("c00c000500010000003c0006036e6f77c010")
    record = bytes.fromhex("c02b000100010000003c0004ac100a0a")
    assert probing.addresses_in(question + alias + record) == ["172.16.10.10"]
    assert probing.addresses_in(question + alias + record[:-2]) == []
    assert probing.addresses_in(bytes.fromhex("12348183") + question[4:] + alias + record) == []
    assert probing.addresses_in(b"") == []


def test_the_internet_checksum():
    assert probing.checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D  # RFC 1071
    assert probing.checksum(b"\x01") == 0xFEFF


def test_the_packed_agent_starts_by_itself(tmp_path):
    agent = pack(tmp_path)
    done = subprocess.run([sys.executable, "-I", str(agent)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (2, USAGE)
    assert agent.stat().st_mode & 0o111
