"""The lines a real store's standard is made of: shown as IOS shows them, replaced and taken back as IOS does."""

import pytest

from lab.chain import make_chain
from lab.devices.cisco_ios.editor import Editor, feed_all, parse
from lab.legacy import left_behind
from lab.startup import startup


def after(*lines: str, start: str = "") -> list[str]:
    config = parse(start)
    for line, applied in feed_all(Editor(config), lines):
        assert not applied.failed, line
    return [line for line in config.render().splitlines() if line not in ("!", "end", "")]


def refused(*lines: str) -> list[str]:
    return [line for line, applied in feed_all(Editor(parse("")), lines) if applied.failed]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (("banner login #Hello there#",), ["banner login ^CHello there^C"]),
        (("banner login ^CHello^C", "no banner login"), []),
        (("ntp server 192.0.2.1", "ntp server 192.0.2.1 prefer"), ["ntp server 192.0.2.1 prefer"]),
        (("logging trap informational", "logging facility local7"), []),
        (("ip ssh version 2", "ip ssh time-out 60", "no ip ssh version"), ["ip ssh time-out 60"]),
        (("ip dhcp snooping vlan 10", "ip dhcp snooping vlan 20-21"), ["ip dhcp snooping vlan 10,20,21"]),
        (("ip dhcp snooping vlan 10,20", "no ip dhcp snooping vlan 20"), ["ip dhcp snooping vlan 10"]),
        (("ip dhcp snooping vlan 10", "ip dhcp snooping", "no ip dhcp snooping"), ["ip dhcp snooping vlan 10"]),
        (("no ip http server", "no ip source-route", "ip http server"), ["no ip source-route"]),
        (
            ("ip route 0.0.0.0 0.0.0.0 dhcp 10", "ip route 0.0.0.0 0.0.0.0 dhcp 20"),
            ["ip route 0.0.0.0 0.0.0.0 dhcp 20"],
        ),
        (("ip route 0.0.0.0 0.0.0.0 dhcp 10", "no ip route 0.0.0.0 0.0.0.0 dhcp"), []),
        (
            ("interface Vlan7", "ip access-group A in", "ip access-group B out", "ip access-group C in"),
            ["interface Vlan7", " ip access-group C in", " ip access-group B out"],
        ),
        (
            ("router bgp 65000", "neighbor 192.0.2.1 remote-as 65001", "neighbor 192.0.2.1 shutdown"),
            ["router bgp 65000", " neighbor 192.0.2.1 remote-as 65001", " neighbor 192.0.2.1 shutdown"],
        ),
        (
            (
                "router bgp 65000",
                "neighbor 192.0.2.1 remote-as 1",
                "neighbor 192.0.2.1 timers 1 3",
                "no neighbor 192.0.2.1",
            ),
            ["router bgp 65000"],
        ),
        (
            ("policy-map A", "class B", "priority percent 10", "class class-default", "fair-queue", "no class B"),
            ["policy-map A", " class class-default", "  fair-queue"],
        ),
    ],
)
def test_lines_are_shown_replaced_and_taken_back(lines, shown):
    found = after(*lines)
    assert sorted(found) == sorted(shown)
    assert after(*found) == found


def test_an_access_list_is_numbered_anew():
    lines = ("ip access-list standard A", " permit 192.0.2.1", " permit 192.0.2.2", " 15 permit 192.0.2.9")
    changed = (*lines, "ip access-list resequence A 100 100", "ip access-list standard A", " 250 deny 192.0.2.7")
    assert after(*changed)[1:] == [" permit 192.0.2.1", " permit 192.0.2.9", " deny 192.0.2.7", " permit 192.0.2.2"]


def test_a_neighbour_needs_its_as_first():
    assert refused("router bgp 65000", " neighbor 192.0.2.1 description x") == [" neighbor 192.0.2.1 description x"]


@pytest.mark.parametrize("seed", [1, 7])
def test_every_startup_line_is_taken_and_can_be_taken_back(seed):
    chain = make_chain(seed, 4).chain
    pasts = set()
    for device in chain.devices.values():
        if not device.has_session:
            continue
        pasts.add(left_behind(device, chain.stores[device.store]))
        config, lines = parse(""), startup(chain, device).splitlines()
        assert 200 <= len(lines) <= 340
        for line, applied in feed_all(Editor(config), lines):
            assert not applied.failed, (device.id, line)
        section = ""
        for line in lines:
            section = line if not line.startswith(" ") else section
            negated = line.strip().removeprefix("no ") if line.strip().startswith("no ") else f"no {line.strip()}"
            typed = (section, negated) if line.startswith(" ") else (negated,)
            if line.strip() not in ("!", "end", "no ip address") and not line.startswith("  "):
                copy = config.copy()
                assert not [x for x, a in feed_all(Editor(copy), typed) if a.failed], (device.id, line)
    assert len(pasts) > 3
