"""Readers of the agent's answers; recorded from a switch with Open vSwitch 3.1 and dnsmasq 2.90 in a namespace."""

import pytest

from inventory.looks import (
    ArpRow,
    ClaimRow,
    InterfaceRow,
    LeaseRow,
    Look,
    MacRow,
    PingRow,
    PoolRow,
    PortRow,
    ServiceProbeRow,
    ServiceRow,
    TextRow,
    TrunkRow,
)
from inventory.model import Device, DeviceId, StoreId
from inventory.platforms import ParseDoubt, load_platforms
from inventory.platforms.openvswitch import readers
from inventory.reading import command_of

HEAD = '"host":"s001-sw1","rows":'
PORTS = (
    f'{{"look":"ports",{HEAD}[{{"name":"spare1","status":"disabled","vlan":"10"}},'
    '{"name":"uplink","status":"connected","vlan":"trunk"}]}'
)
TRUNKS = f'{{"look":"trunks",{HEAD}[{{"port":"uplink","allowed":[10,20,99]}}]}}'
MACS = f'{{"look":"macs",{HEAD}[{{"vlan":10,"mac":"02:53:00:01:05:01","port":"till1"}}]}}'
INTERFACES = f'{{"look":"interfaces",{HEAD}[{{"name":"mgmt","address":"10.1.99.2","admin_up":true,"oper_up":true}}]}}'
ARP = f'{{"look":"arp",{HEAD}[{{"address":"10.1.10.77","mac":null,"interface":"svc10"}}]}}'
LEASES = f'{{"look":"leases",{HEAD}[{{"address":"10.1.10.49","mac":"02:53:00:01:05:01"}}]}}'
POOLS = f'{{"look":"pools",{HEAD}[{{"vlan":10,"size":100,"used":1}}]}}'
SERVICES = (
    f'{{"look":"services",{HEAD}[{{"name":"dhcp","running":true,"answers":null}},'
    '{"name":"dns","running":true,"answers":false}]}'
)
CLAIMS = f'{{"look":"claims",{HEAD}[{{"address":"10.1.10.1","vlan":10,"macs":["ba:78:6d:01:c4:ca"]}}]}}'
PING = f'{{"look":"ping",{HEAD}[{{"destination":"172.16.10.10","sent":3,"received":3,"average_ms":3.662}}]}}'
PROBE = (
    f'{{"look":"service-probe",{HEAD}[{{"target":"172.16.10.10","sent":10,"received":10,"average_ms":0.707,'
    '"large_ok":true,"resolved":true,"http_asked":true,"http_status":200}]}'
)
CONFIG = '{"look":"running-config","text":"interface till1\\n switchport access vlan 10\\n"}'
USERS = (
    f'{{"look":"users",{HEAD}[{{"user":"storenet-ro","line":"pts/0","own":true}},'
    '{"user":"root","line":"pts/1","own":false}]}'
)
PENDING = f'{{"look":"pending",{HEAD}[{{"pending":true,"seconds":58.4}}]}}'
PROBED = ServiceProbeRow(
    target="172.16.10.10",
    sent=10,
    received=10,
    average_ms=0.707,
    large_ok=True,
    resolved=True,
    http_asked=True,
    http_status=200,
)


@pytest.mark.parametrize(
    ("getter", "output", "row"),
    [
        ("ports", PORTS, PortRow(name="spare1", status="disabled", vlan="10")),
        ("trunks", TRUNKS, TrunkRow(port="uplink", allowed=frozenset({10, 20, 99}))),
        ("macs", MACS, MacRow(vlan=10, mac="02:53:00:01:05:01", port="till1")),
        (
            "interfaces",
            INTERFACES,
            InterfaceRow(name="mgmt", address="10.1.99.2", method="manual", admin_up=True, oper_up=True),
        ),
        ("arp", ARP, ArpRow(address="10.1.10.77", mac=None, interface="svc10")),
        ("leases", LEASES, LeaseRow(address="10.1.10.49", mac="02:53:00:01:05:01")),
        ("pools", POOLS, PoolRow(vlan=10, size=100, used=1)),
        ("services", SERVICES, ServiceRow(name="dhcp", running=True, answers=None)),
        ("claims", CLAIMS, ClaimRow(address="10.1.10.1", vlan=10, macs=frozenset({"ba:78:6d:01:c4:ca"}))),
        ("ping", PING, PingRow(destination="172.16.10.10", sent=3, received=3, average_ms=3.662)),
        ("service_probe", PROBE, PROBED),
        ("running_config", CONFIG, TextRow(text="interface till1\n switchport access vlan 10")),
        ("users", USERS, TextRow(text="* storenet-ro pts/0\n  root pts/1")),
    ],
)
def test_a_recorded_answer_is_read(getter, output, row):
    parse = load_platforms()["openvswitch"].getters[getter].parse
    assert parse(output, {})[0] == row
    assert parse(f"\nBroadcast message from root\n{output}\n", {})[0] == row


@pytest.mark.parametrize(
    "output",
    [
        "",
        PORTS[:-20],
        PORTS + "\n" + PORTS,
        '{"look":"ports"}',
        '{"look":"ports","rows":[{"name":"till1","status":"melted","vlan":"10"}]}',
        '{"look":"ports","rows":[{"name":"till1","status":"connected"}]}',
        '{"look":"ports","rows":[{"name":1,"status":"connected","vlan":"10"}]}',
    ],
)
def test_half_an_answer_is_none(output):
    with pytest.raises(ParseDoubt):
        readers.ports(output, {})


def test_a_number_is_no_yes():
    with pytest.raises(ParseDoubt):
        readers.services('{"look":"services","rows":[{"name":"dns","running":1,"answers":null}]}', {})
    with pytest.raises(ParseDoubt):
        readers.pools('{"look":"pools","rows":[{"vlan":10,"size":true,"used":1}]}', {})


def test_what_the_switch_cannot_tell_is_told_in_its_words():
    with pytest.raises(ParseDoubt, match="ovs-vswitchd does not run"):
        readers.macs('{"look":"macs","error":"ovs-vswitchd does not run"}', {})


def test_free_lines_and_pending():
    assert readers.free_lines(USERS) == readers.MOST_SESSIONS - 2
    with pytest.raises(ParseDoubt, match="not marked"):
        readers.free_lines(USERS.replace("true", "false"))
    assert readers.is_pending(PENDING)
    with pytest.raises(ParseDoubt):
        readers.is_pending(PORTS)


def test_what_a_look_leaves_out_is_filled_in():
    getters = load_platforms()["openvswitch"].getters
    device = Device(id=DeviceId("s001-sw1"), store=StoreId("s001"), role="switch", address="192.0.2.1")
    assert command_of(getters["claims"], device, Look(getter="claims")) == "claims -"
    asked = Look(getter="ping", args={"destination": "10.1.10.5", "count": "1"})
    assert command_of(getters["ping"], device, asked) == "ping 10.1.10.5 - 1"
    asked = Look(getter="ping", args={"destination": "10.1.10.5", "source": "svc10", "count": "1"})
    assert command_of(getters["ping"], device, asked) == "ping 10.1.10.5 svc10 1"
