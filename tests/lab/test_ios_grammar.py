"""Reading configuration lines: abbreviations, typed arguments, complaints and their columns."""

import pytest

from lab.devices.cisco_ios.editor import Editor, parse
from lab.devices.cisco_ios.terminal import complaint
from tests.lab.fake_view import EDGE, SWITCH


def typed(*lines: str, config: str = SWITCH) -> tuple[Editor, list[str]]:
    running = parse(config)
    editor = Editor(running, running.hardware())
    said = [complaint(editor.feed(line), line, 0) for line in lines]
    return editor, said


def after(*lines: str, config: str = SWITCH) -> str:
    running = parse(config)
    editor = Editor(running, running.hardware())
    for line in lines:
        assert not editor.feed(line).failed, line
    return running.render()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("sw tr all vl add 40", "10,20,30,40,99"),
        ("switchport trunk allowed vlan add 11-12,31", "10-12,20,30,31,99"),
        ("switchport trunk allowed vlan remove 10,30", "20,99"),
        ("switchport trunk allowed vlan 99,10", "10,99"),
        ("switchport trunk allowed vlan except 2-4094", "1"),
        ("switchport trunk allowed vlan none", "none"),
        ("switchport trunk allowed vlan remove 10,20,30,99", "none"),
    ],
)
def test_a_trunk_list_is_edited(change: str, expected: str) -> None:
    text = after("int gi1/0/1", change)
    section = text.partition("interface GigabitEthernet1/0/1\n")[2].partition("!")[0]
    assert f" switchport trunk allowed vlan {expected}\n" in section


@pytest.mark.parametrize(
    "change", ["switchport trunk allowed vlan all", "no switchport trunk allowed vlan", "no sw tr all vl 10"]
)
def test_a_trunk_without_a_list_carries_all(change: str) -> None:
    section = after("int gi1/0/1", change).partition("interface GigabitEthernet1/0/1\n")[2].partition("!")[0]
    assert "allowed" not in section


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("interfase gi1/0/1", "       ^\n% Invalid input detected at '^' marker.\n\n"),
        ("interface", "% Incomplete command.\n\n"),
        ("no", "% Incomplete command.\n\n"),
        ("s", '% Ambiguous command:  "s"\n'),
        ("interface GigabitEthernet1/0/77", "          ^\n% Invalid input detected at '^' marker.\n\n"),
        ("ip route 0.0.0.0 0.0.0.1 10.1.1.1", "                 ^\n% Invalid input detected at '^' marker.\n\n"),
        ("vlan 5000", "     ^\n% Invalid input detected at '^' marker.\n\n"),
        ("cdp timer 3", "          ^\n% Invalid input detected at '^' marker.\n\n"),
    ],
)
def test_what_ios_says_to_a_bad_line(line: str, said: str) -> None:
    _, (answer,) = typed(line)
    assert answer == said


def test_a_refused_line_changes_nothing() -> None:
    running = parse(EDGE)
    before = running.render()
    editor = Editor(running, running.hardware())
    for line in ("interface gi0/1", "ip address 10.1.10.9 255.255.255.0", "ip address 10.5.5.0 255.255.255.0", "bogus"):
        editor.feed(line)
    assert running.render() == before


def test_an_overlap_is_named() -> None:
    _, said = typed("interface gi0/1", "ip address 10.1.10.9 255.255.255.0", config=EDGE)
    assert said[1] == "% 10.1.10.0 overlaps with GigabitEthernet0/1.10\n"


def test_an_untagged_sub_interface_takes_no_address() -> None:
    _, said = typed("interface gi0/1.77", "ip address 10.77.0.1 255.255.255.0", config=EDGE)
    assert "IEEE 802.1Q" in said[1]


def test_modes_and_prompts() -> None:
    editor, _ = typed("interface gi1/0/5")
    assert editor.prompt == "(config-if)"
    editor.feed("description x")
    editor.feed("hostname other")
    assert editor.prompt == "(config)"
    editor.feed("archive")
    editor.feed("log config")
    assert editor.prompt == "(config-archive-log-cfg)"
    editor.feed("exit")
    assert editor.prompt == "(config-archive)"
    assert editor.feed("end").left


def test_removing_by_slot_and_by_prefix() -> None:
    text = after("no ip route 0.0.0.0 0.0.0.0", "interface gi0/0", "no ip address", "no ip sla 10", config=EDGE)
    assert "ip route" not in text
    assert "ip sla 10" not in text
    assert "ip sla schedule 10" not in text
    assert "ip sla schedule 11" in text
    assert "ip address dhcp" not in text


def test_one_route_of_several_is_removed() -> None:
    text = after("no ip route 0.0.0.0 0.0.0.0 ce0/2/0 200", config=EDGE)
    assert "ip route 0.0.0.0 0.0.0.0 dhcp\n" in text
    assert "Cellular0/2/0 200" not in text


def test_hardware_stays_and_sub_interfaces_go() -> None:
    text = after("no interface gi0/0", "no interface gi0/1.99", config=EDGE)
    assert "interface GigabitEthernet0/0\n!" in text
    assert "GigabitEthernet0/1.99" not in text


def test_access_lists_keep_their_order() -> None:
    text = after(
        "ip access-list extended NO-GUEST", "15 deny ip 10.9.0.0 0.0.255.255 any", "no permit ip any any", config=EDGE
    )
    assert " deny ip 10.1.30.0 0.0.0.255 any\n deny ip 10.9.0.0 0.0.255.255 any\n!" in text


def test_defaults_are_not_shown_and_their_negation_is() -> None:
    text = after(
        "interface gi1/0/6",
        "no shutdown",
        "power inline auto",
        "speed auto",
        "exit",
        "no ip domain lookup",
        "cdp timer 60",
    )
    assert "power inline" not in text
    assert "speed" not in text
    assert "cdp timer" not in text
    assert "no ip domain lookup\n" in text
    assert "no ip domain" not in after("no ip domain lookup", "ip domain lookup")


def test_a_plain_secret_is_never_shown() -> None:
    text = after("username jdoe privilege 15 secret hunter22", "enable secret hunter22")
    assert "hunter22" not in text
    assert "username jdoe privilege 15 secret 9 $9$" in text
    assert parse(text).render() == text


def test_ranges_of_interfaces_and_vlans() -> None:
    text = after("interface range gi1/0/5 - 6", "description pair", "vlan 40,41", "state suspend")
    assert text.count(" description pair\n") == 2
    assert "vlan 40\n state suspend\n!\nvlan 41\n state suspend\n" in text
