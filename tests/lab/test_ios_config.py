"""The configuration as a whole: shown and read back it stays the same, and it means what it says."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.devices.cisco_ios.config import Config
from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.differences import commands, differences
from lab.devices.cisco_ios.editor import Editor, feed_all, parse
from lab.devices.cisco_ios.meaning import meaning
from lab.setting import PoolSetting, ProbeSetting, RouteSetting
from tests.lab.fake_view import EDGE, SWITCH, FakeView

WORDS = st.text("abcdefghijkl0123456789-", min_size=1, max_size=8)
VLAN = st.integers(1, 4094)
VLANS = st.lists(VLAN, min_size=1, max_size=6).map(lambda numbers: ",".join(map(str, numbers)))
OCTET = st.integers(1, 250)


def built(*parts: str | st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    known = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    return st.tuples(*known).map(lambda values: " ".join(map(str, values)))


ADDRESS = st.tuples(OCTET, OCTET, OCTET).map(lambda o: f"10.{o[0]}.{o[1]}.{o[2]}")
SWITCHPORT = st.one_of(
    built("description", WORDS),
    st.just("shutdown"),
    st.just("no shutdown"),
    built("switchport mode", st.sampled_from(["access", "trunk", "dynamic auto"])),
    built("switchport access vlan", VLAN),
    built("switchport trunk native vlan", VLAN),
    built("switchport trunk allowed vlan", VLANS),
    built("switchport trunk allowed vlan", st.sampled_from(["add", "remove", "except"]), VLANS),
    st.sampled_from(
        [
            "switchport trunk allowed vlan all",
            "switchport trunk allowed vlan none",
            "no switchport trunk allowed vlan",
            "power inline never",
            "power inline auto",
            "spanning-tree portfast",
            "no description",
            "speed 100",
            "duplex full",
            "no cdp enable",
            "cdp enable",
            "switchport nonegotiate",
            "no switchport nonegotiate",
        ]
    ),
)
SVI = st.one_of(
    built("ip address", ADDRESS, "255.255.255.0"),
    st.sampled_from(["ip address dhcp", "no ip address", "shutdown"]),
    built("ip helper-address", ADDRESS),
)
GLOBAL = st.one_of(
    built("hostname", WORDS.map(lambda word: "h" + word)),
    built("ntp server", ADDRESS),
    built("no ntp server", ADDRESS),
    built("ip route", ADDRESS, "255.255.255.255", ADDRESS, st.integers(1, 255)),
    built("cdp timer", st.integers(5, 254)),
    built("ip dhcp excluded-address", ADDRESS),
    built("username", WORDS, "secret", WORDS),
    built("no username", WORDS),
    built("logging host", ADDRESS),
    built("snmp-server community", WORDS, "RO"),
    built("no vlan", VLANS),
    st.sampled_from(
        ["no ip domain lookup", "ip domain lookup", "file prompt quiet", "no ip http server", "ip http server"]
    ),
)
BLOCKS = st.one_of(
    GLOBAL.map(lambda line: [line]),
    st.tuples(st.integers(1, 6), st.lists(SWITCHPORT, max_size=5)).map(lambda b: [f"interface gi1/0/{b[0]}", *b[1]]),
    st.tuples(VLAN, st.lists(SVI, max_size=4)).map(lambda b: [f"interface vlan {b[0]}", *b[1]]),
    st.tuples(VLANS, st.lists(built("name", WORDS), max_size=2)).map(lambda b: [f"vlan {b[0]}", *b[1]]),
    st.tuples(st.integers(1, 99), ADDRESS).map(
        lambda b: [
            f"ip sla {b[0]}",
            f"icmp-echo {b[1]} source-ip {b[1]}",
            "frequency 2",
            f"ip sla schedule {b[0]} life forever start-time now",
        ],
    ),
    st.lists(
        built(st.sampled_from(["permit", "deny", "20 permit", "no permit"]), "ip any host", ADDRESS), max_size=4
    ).map(
        lambda rows: ["ip access-list extended A", *rows],
    ),
    st.tuples(WORDS, OCTET).map(lambda b: [f"ip dhcp pool {b[0]}", f"network 10.{b[1]}.0.0 255.255.0.0", "lease 0 1"]),
)
LINES = st.lists(BLOCKS, max_size=12).map(lambda blocks: [line for block in blocks for line in block])


@settings(max_examples=60, deadline=None)
@given(lines=LINES, later=LINES)
def test_lines_survive_writing_reload_and_rollback(lines: list[str], later: list[str]) -> None:
    device = IosDevice(FakeView(name="s001-sw1"), SWITCH)
    device.apply([*lines, "end"], "jdoe")
    first = device.running.render()
    assert parse(first).render() == first
    assert meaning(parse(first)) == device.setting
    device.write_memory()
    backup = device.running.copy()
    device.apply([*later, "end"], "jdoe")
    second = device.running.copy()
    device.replace(backup, "jdoe")
    assert device.running.render() == first
    device.replace(second, "jdoe")
    assert device.running == second
    device.reload()
    assert device.running.render() == first
    assert device.setting == meaning(parse(first))


@settings(max_examples=60, deadline=None)
@given(lines=LINES, later=LINES)
def test_the_told_commands_lead_from_one_configuration_to_the_other(lines: list[str], later: list[str]) -> None:
    def with_lines(*extra: str) -> Config:
        config = parse(SWITCH)
        list(feed_all(Editor(config, config.hardware()), [line for line in extra if "any host" not in line]))
        return config

    old, new = with_lines(*lines), with_lines(*lines, "ip domain name x", *later)
    assert bool(differences(old, new)) == (old.render() != new.render())
    list(feed_all(Editor(old, old.hardware()), commands(differences(old, new)).splitlines()))
    assert not differences(old, new)
    assert sorted(old.render().splitlines()) == sorted(new.render().splitlines())


def test_what_an_edge_means() -> None:
    setting = meaning(parse(EDGE))
    assert setting.hostname == "s001-edge"
    assert setting.ports["GigabitEthernet0/0"].address == "dhcp"
    assert setting.ports["GigabitEthernet0/1.10"].tag == 10
    assert setting.ports["Cellular0/2/0"].address == IPv4Interface("100.72.1.2/30")
    assert setting.pools == (
        PoolSetting(
            name="TILLS",
            network=IPv4Network("10.1.10.0/24"),
            router=IPv4Address("10.1.10.1"),
            lease_seconds=8 * 3600,
            excluded=frozenset(IPv4Address(f"10.1.10.{n}") for n in range(1, 11)),
        ),
    )
    assert setting.probes == (
        ProbeSetting(
            number=10,
            kind="icmp-echo",
            target="198.51.100.10",
            source="GigabitEthernet0/1.10",
            frequency_seconds=2,
            timeout_ms=1000,
            scheduled=True,
        ),
        ProbeSetting(
            number=11,
            kind="dns",
            target="pay.storenet.example",
            name_server="198.51.100.53",
            frequency_seconds=2,
            timeout_ms=1000,
            scheduled=True,
        ),
    )
    default = IPv4Network("0.0.0.0/0")
    assert setting.routes == (
        RouteSetting(prefix=default, next_hop="dhcp", distance=254),
        RouteSetting(prefix=default, interface="Cellular0/2/0", distance=200),
    )
    assert setting.cdp_hold_seconds == 10


def test_what_a_switch_means() -> None:
    setting = meaning(parse(SWITCH))
    ports = setting.ports
    assert setting.vlans == {10, 20, 30, 99}
    assert setting.mac_aging_seconds == 10
    assert (ports["GigabitEthernet1/0/2"].mode, ports["GigabitEthernet1/0/2"].native_vlan) == ("trunk", 99)
    assert ports["GigabitEthernet1/0/2"].allowed == {20, 30, 99}
    assert (ports["GigabitEthernet1/0/5"].mode, ports["GigabitEthernet1/0/5"].access_vlan) == ("access", 10)
    assert ports["GigabitEthernet1/0/6"].shutdown
    assert ports["Vlan99"].mode == "routed"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ip route 10.0.0.0 255.0.0.0 192.0.2.1", ("10.0.0.0/8", "192.0.2.1", None, 1)),
        (
            "ip route 10.0.0.0 255.0.0.0 gi0/0 192.0.2.1 20 name x",
            ("10.0.0.0/8", "192.0.2.1", "GigabitEthernet0/0", 20),
        ),
        ("ip route 0.0.0.0 0.0.0.0 dhcp 10", ("0.0.0.0/0", "dhcp", None, 10)),
        ("ip route 0.0.0.0 0.0.0.0 gi0/0 dhcp", ("0.0.0.0/0", "dhcp", "GigabitEthernet0/0", 254)),
    ],
)
def test_routes(line: str, expected: tuple[str, str, str | None, int]) -> None:
    (route,) = meaning(parse(line)).routes
    assert (str(route.prefix), str(route.next_hop), route.interface, route.distance) == expected


def test_a_suspended_vlan_carries_nothing() -> None:
    device = IosDevice(FakeView(), SWITCH)
    device.apply(["vlan 30", "state suspend", "end"], "jdoe")
    assert device.setting.vlans == {10, 20, 99}


def test_a_hand_edit_is_logged_and_recorded_once() -> None:
    view = FakeView()
    device = IosDevice(view, SWITCH)
    told = len(view.settings)
    device.apply(["interface gi1/0/5", "switchport access vlan 30", "username x secret topsecret", "end"], "jdoe")
    assert len(view.settings) == told + 1
    assert view.log == ["*Nov 20 12:00:00.000: %SYS-5-CONFIG_I: Configured from console by jdoe on vty1 (192.0.2.77)"]
    writes = [
        (row["user"], row["section"], row["line"]) for kind, row in view.rows if kind == "write" and row["changed"]
    ]
    assert ("jdoe", "interface GigabitEthernet1/0/5", "switchport access vlan 30") in writes
    assert "topsecret" not in str(view.rows)
