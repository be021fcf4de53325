"""Arista EOS: what a switch is told, and the fewest lines back to it."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from inventory.files import load_chain
from inventory.intent import load_intent
from lab.devices.arista_eos.config import Config
from lab.devices.arista_eos.editor import Editor, feed_all
from playbooks.push import interrupted_ports
from templates.drift import drift, in_effect
from templates.render import render
from templates.rendering import render_all
from tests.templates.eos_content import SWITCH, write_eos_content

GOLDEN = Path(__file__).parent / "golden" / "arista-s001-sw1.cfg"
TILL = "interface Ethernet5"


@pytest.fixture(scope="module")
def intended(tmp_path_factory: pytest.TempPathFactory) -> str:
    content = write_eos_content(tmp_path_factory.mktemp("content"))
    chain = load_chain(content)
    (found,) = render_all(content, chain, load_intent(content, chain), [chain.devices[SWITCH]])
    return found.text


def test_a_switch_is_told_what_stands_in_the_golden_file(intended):
    assert intended == GOLDEN.read_text()


def test_what_eos_adds_by_itself_is_no_difference(intended):
    head = "! Command: show running-config\n! device: s001-sw1 (CCS-720XP-24Y6, EOS-4.31.2F)\n!\n"
    own = (
        "! boot system flash:/EOS.swi\n!\nno aaa root\n!\nusername admin role network-admin secret sha512 $6$x\n!\n"
        "transceiver qsfp default-mode 4x10G\n!\nservice routing protocols model multi-agent\n!\n"
        "management api http-commands\n   no shutdown\n!\nbanner login\nAuthorised use only.\nEOF\n!\n"
        "interface Management1\n   ip address 192.0.2.9/24\n!\nno ip routing\n!\n"
    )
    assert drift("arista_eos", f"{head}{own}{intended}", intended).diff == ""


CASES = {
    "description by hand": (
        ("   description to s001-till1", "   description moved -jd"),
        (TILL, " description to s001-till1"),
    ),
    "wrong access VLAN": (
        ("   switchport access vlan 10", "   switchport access vlan 20"),
        (TILL, " switchport access vlan 10"),
    ),
    "VLAN missing on the trunk": (
        ("   switchport trunk allowed vlan 10,20,99", "   switchport trunk allowed vlan 10,99"),
        ("interface Ethernet1", " switchport trunk allowed vlan 10,20,99"),
    ),
    "an access port made a trunk": (
        ("   storm-control broadcast level 2\n", "   switchport mode trunk\n   storm-control broadcast level 2\n"),
        (TILL, " no switchport mode trunk"),
    ),
    "routed by hand": (("   switchport access vlan 10", "   no switchport\n   switchport access vlan 10"), None),
    "without power": (("   description to s001-till1", "   description to s001-till1\n   poe disabled"), None),
    "another name server": (
        ("ip name-server vrf default 198.51.100.53", "ip name-server vrf default 192.0.2.53"),
        ("ip name-server vrf default 198.51.100.53", "no ip name-server vrf default 192.0.2.53"),
    ),
    "VLAN gone": (("vlan 20\n   name CAMERAS\n!\n", ""), ("vlan 20", " name CAMERAS")),
    "idle time": (
        ("management ssh\n   idle-timeout 15", "management ssh\n   idle-timeout 60"),
        ("management ssh", " idle-timeout 15"),
    ),
    "neighbours told less often": (("lldp timer 60\n", "lldp timer 300\n"), ("lldp timer 60",)),
}
WITH_OWN = {
    "routed by hand": (TILL, " switchport"),
    "without power": (TILL, " no poe disabled"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_fewest_lines_back(intended, case):
    (right, wrong), expected = CASES[case]
    till = intended.index(TILL) if case == "an access port made a trunk" else 0
    assert right in intended
    running = intended[:till] + intended[till:].replace(right, wrong, 1)
    found = drift("arista_eos", running, intended)
    assert found.remedy == (expected or WITH_OWN[case])
    assert not in_effect("arista_eos", running, found.remedy)
    assert in_effect("arista_eos", intended, found.remedy)
    assert found.undo
    assert not in_effect("arista_eos", intended, found.undo)


def test_runs_of_vlans_are_one_whatever_their_spelling(intended):
    spelled = intended.replace("allowed vlan 10,20,99", "allowed vlan 10-12,20,99")
    running = intended.replace("allowed vlan 10,20,99", "allowed vlan 10,11,12,20,99")
    assert drift("arista_eos", running, spelled).clean


@pytest.mark.parametrize(
    ("name", "words", "last"),
    [
        ("power_off", {}, " poe disabled"),
        ("power_on", {}, " no poe disabled"),
        ("port_down", {}, " shutdown"),
        ("port_up", {}, " no shutdown"),
        ("allow_vlans", {"vlans": "20,30"}, " switchport trunk allowed vlan add 20,30"),
        ("remove_vlans", {"vlans": "20"}, " switchport trunk allowed vlan remove 20"),
    ],
)
def test_the_words_of_the_actions(name, words, last):
    assert render("arista_eos", name, port="Ethernet6", **words) == ("interface Ethernet6", last)


def test_what_takes_power_away_interrupts_its_port():
    assert interrupted_ports(render("arista_eos", "power_off", port="Ethernet6")) == ("Ethernet6",)


# --- on a virtual switch ---------------------------------------------------------------------------------------------


def type_in(switch: Config, lines: Iterable[str]) -> None:
    """Type lines as a person would; everything must be taken."""
    for line, applied in feed_all(Editor(switch), lines):
        assert applied.refusal is None, (line, applied)
        assert not applied.message, (line, applied)


def test_what_is_rendered_is_shown_as_it_is_rendered(intended):
    switch = Config()
    type_in(switch, intended.splitlines())
    assert drift("arista_eos", switch.render(), intended).diff == ""


@pytest.mark.parametrize("case", CASES)
def test_the_circle(intended, case):
    """Running and remedy is what was intended, and undo is what was running."""
    (right, wrong), _ = CASES[case]
    till = intended.index(TILL) if case == "an access port made a trunk" else 0
    switch = Config()
    type_in(switch, (intended[:till] + intended[till:].replace(right, wrong, 1)).splitlines())
    before = switch.render()
    found = drift("arista_eos", before, intended)
    type_in(switch, found.remedy)
    assert drift("arista_eos", switch.render(), intended).diff == "", found.remedy
    type_in(switch, found.undo)
    assert switch.render() == before, found.undo
