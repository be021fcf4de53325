"""The circle: running + remedy is what was intended, and + undo is what was running - on an emulated device."""

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.devices.cisco_ios.config import Config
from lab.devices.cisco_ios.editor import Editor, feed_all, parse
from templates.drift import drift, in_effect

EDGE, SWITCH = "s001-edge", "s002-sw1"
PLATFORM = "cisco_ios"


def type_in(config: Config, lines: Iterable[str]) -> None:
    """Type lines as a person would; everything must be taken."""
    for line, applied in feed_all(Editor(config, config.hardware() or None), lines):
        assert not applied.failed, (line, applied)


def said(text: str) -> list[tuple[str, ...]]:
    """Every line under the lines it stands under, in no order; an access list is one, with its entries in order."""
    found: list[tuple[str, ...]] = []
    path: list[str] = []
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        path[depth:] = [line.strip()]
        if depth and path[0].startswith("ip access-list "):
            found[-1] = (*found[-1], line)
        else:
            found.append(tuple(path))
    return sorted(found)


def circle(running: Config, intended: str) -> None:
    """Go there and back, and be nowhere else on the way."""
    start = running.render()
    found = drift(PLATFORM, start, intended)
    type_in(running, found.remedy)
    there = running.render()
    left = drift(PLATFORM, there, intended)
    assert left.clean, (found.remedy, left.diff)
    assert in_effect(PLATFORM, there, found.remedy)
    type_in(running, found.undo)
    assert said(running.render()) == said(start), found
    assert found.clean or not in_effect(PLATFORM, start, found.remedy)


@pytest.mark.parametrize("number", range(9))
def test_from_what_a_store_boots_with_and_back(ground, number):
    name = sorted(ground.renderings)[number % len(ground.renderings)]
    circle(parse(ground.startup(name)), ground.renderings[name].text)


@pytest.mark.parametrize("name", [EDGE, SWITCH])
def test_what_is_rendered_is_shown_as_it_is_rendered(ground, name):
    text = ground.renderings[name].text
    config = parse("")
    for line, applied in feed_all(Editor(config), text.splitlines()):
        assert not applied.failed, (line, applied)
    assert drift(PLATFORM, config.render(), text).clean


@pytest.mark.parametrize("name", [EDGE, SWITCH])
def test_every_rendered_line_can_be_taken_back(ground, name):
    """A configuration without one line is led back to the whole one, line by line."""
    lines = ground.renderings[name].text.splitlines()
    for at in range(0, len(lines), 3):
        if lines[at] in ("!", "end") or lines[at].startswith(("interface Gig", "interface Cell", "hostname")):
            continue
        circle(without(lines, [at], hardware_of(ground, name)), "\n".join(lines))


def hardware_of(ground, name: str) -> str:
    """The device with nothing configured."""
    return "\n".join(f"interface {port}" for port in sorted(parse(ground.startup(name)).hardware()))


def without(lines: list[str], gone: Iterable[int], hardware: str) -> Config:
    """What a device holds that was never given some of the lines, nor what stands under them."""
    config = parse(hardware)
    doomed = set(gone)
    skipped: int | None = None
    kept = []
    for at, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if skipped is not None and indent > skipped:
            continue
        skipped = indent if at in doomed else None
        if skipped is None:
            kept.append(line)
    for _ in feed_all(Editor(config, config.hardware()), kept):
        pass
    return config


PEOPLE = (
    ("interface GigabitEthernet0/0", " description line of the old carrier", " no load-interval 30"),
    ("interface GigabitEthernet0/0", " ip access-group OLD in", " bandwidth 1000", " cdp enable"),
    ("interface GigabitEthernet0/1.10", " ip helper-address 198.51.100.77", " no ip access-group FROM-GUESTS in"),
    ("interface GigabitEthernet0/1.40", " encapsulation dot1Q 40", " ip address 10.99.40.1 255.255.255.0"),
    ("interface GigabitEthernet1/0/1", " switchport trunk allowed vlan 10,20", " description uplink"),
    ("interface GigabitEthernet1/0/6", " switchport access vlan 20", " no spanning-tree portfast", " speed 100"),
    ("interface GigabitEthernet1/0/9", " no shutdown", " switchport mode access", " description test till"),
    ("interface Vlan20", " ip address 10.200.20.5 255.255.255.0"),
    ("ip access-list extended FROM-GUESTS", " 15 permit tcp any host 198.51.100.9 eq www", " no permit ip any any"),
    ("ip access-list extended FROM-WAN", " deny udp any any eq 1434", " 5 permit icmp any any"),
    ("ip access-list standard MANAGEMENT", " 1 permit host 203.0.113.200", " no deny any log"),
    ("ip access-list standard OLD", " permit host 203.0.113.9"),
    ("no ip access-list standard SNMP",),
    ("vlan 40", " name CAMERAS"),
    ("vlan 20", " name STAFF-OLD"),
    ("vlan 50-52,60",),
    ("no ntp server 198.51.100.123", "ntp server 198.51.100.9 prefer", "ntp server 198.51.100.8"),
    ("ntp server 198.51.100.123",),
    ("logging host 198.51.100.200", "no logging host 198.51.100.40", "logging trap debugging"),
    ("logging buffered 65536", "logging console errors", "no logging origin-id"),
    ("ip http server", "ip http secure-server", "ip domain lookup", "service pad"),
    ("snmp-server contact nobody", "no snmp-server location", "snmp-server community secret RO"),
    ("banner login #We are closed.#",),
    ("banner motd @Hello@",),
    ("no banner login",),
    ("line vty 0 4", " exec-timeout 0 0", " transport input ssh telnet", " no access-class MANAGEMENT in"),
    ("line con 0", " no exec-timeout", " password cisco"),
    ("ip dhcp snooping vlan 40-45", "no ip dhcp snooping vlan 20", "ip dhcp snooping information option"),
    ("no ip dhcp snooping", "errdisable recovery interval 60", "no errdisable recovery cause bpduguard"),
    ("spanning-tree mode mst", "spanning-tree vlan 10 priority 4096", "no spanning-tree loopguard default"),
    ("ip dhcp pool TILLS", " lease 2", " dns-server 198.51.100.1 198.51.100.2", " option 43 ascii abc"),
    ("no ip dhcp pool STAFF", "ip dhcp pool OLD", " network 10.250.1.0 255.255.255.0"),
    ("no ip dhcp excluded-address 10.1.10.1 10.1.10.11", "ip dhcp excluded-address 10.1.10.1 10.1.10.99"),
    ("ip route 0.0.0.0 0.0.0.0 dhcp 20", "ip route 10.77.0.0 255.255.0.0 10.1.99.77"),
    ("no ip route 0.0.0.0 0.0.0.0 Cellular0/2/0 200",),
    ("router bgp 4200000001", " no neighbor 198.18.1.1", " neighbor 192.0.2.9 remote-as 65000", " timers bgp 5 15"),
    ("router bgp 4200000001", " neighbor 198.18.1.2 remote-as 65001", " neighbor 198.18.1.2 description x"),
    ("router bgp 4200000001", " neighbor 198.18.1.1 remote-as 65009", " neighbor 198.18.1.1 shutdown"),
    (
        "router bgp 4200000001",
        " no network 10.1.10.0 mask 255.255.255.0",
        " neighbor 100.72.1.1 password 7 0822455D0A16",
    ),
    ("router bgp 4200000001", " neighbor 198.18.1.1 prefix-list OLD out", " neighbor 198.18.1.1 prefix-list IN in"),
    ("ip prefix-list STORE seq 5 permit 10.0.0.0/8", "ip prefix-list STORE seq 50 deny 0.0.0.0/0"),
    ("no ip prefix-list STORE seq 10 permit 10.1.20.0/24", "route-map TO-BACKUP permit 20", " set metric 50"),
    ("route-map TO-BACKUP permit 10", " no set as-path prepend", "no route-map TO-PRIMARY permit 10"),
    (
        "policy-map STORE-QUEUES",
        " class TILLS",
        "  priority percent 50",
        " no class GUESTS",
        " class VOICE",
        "  police 8000",
    ),
    ("class-map match-any VOICE", " match dscp ef", "class-map match-any TILLS", " match dscp af31"),
    ("no policy-map STORE-QUEUES",),
    ("ip sla 10", " icmp-echo 198.51.100.99 source-interface GigabitEthernet0/1.10", " frequency 30"),
    ("no ip sla 20", "ip sla 77", " icmp-echo 192.0.2.1", "ip sla schedule 77 life forever start-time now"),
    ("archive", " maximum 3", " log config", "  logging size 500", "  no hidekeys"),
    ("no archive",),
    ("cdp timer 30", "no lldp run", "mac address-table aging-time 600", "login delay 5"),
    ("hostname renamed-by-hand", "ip domain name old.example", "clock timezone CET 1 0"),
    ("username extra privilege 15 secret hunter2", "no username jdoe", "enable secret other"),
    ("ip ssh version 1", "ip ssh time-out 30", "no ip ssh source-interface"),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edge=st.booleans(),
    changes=st.lists(st.sampled_from(PEOPLE), max_size=8),
    seed=st.integers(0, 10_000),
    share=st.sampled_from([0.0, 0.02, 0.1, 0.5, 1.0]),
)
def test_whatever_people_did_there_is_a_way_there_and_back(ground, edge, changes, seed, share):
    name = EDGE if edge else SWITCH
    lines = ground.renderings[name].text.splitlines()
    chance = Random(seed)
    gone = [at for at, _ in enumerate(lines) if chance.random() < share]
    running = without(lines, gone, hardware_of(ground, name))
    for block in changes:  # lines for the other kind of device are refused, as on a real one
        for _ in feed_all(Editor(running, running.hardware()), [*block, "end"]):
            pass
    circle(running, "\n".join(lines))
