"""Junos: lines of ``set`` compared, brought back, taken back, and read as in effect."""

from pathlib import Path

import pytest

from inventory.files import load_chain
from inventory.intent import load_intent
from lab.devices.juniper_junos.checks import complaints
from lab.devices.juniper_junos.loading import load_set
from lab.devices.juniper_junos.meaning import hardware, meaning
from lab.devices.juniper_junos.sets import display_set
from lab.devices.juniper_junos.tree import empty
from playbooks.push import interrupted_ports
from templates.drift import drift, in_effect
from templates.render import render
from templates.rendering import render_all
from tests.templates.junos_content import SWITCH, write_junos_content

GOLDEN = Path(__file__).parent / "golden" / "junos-s001-sw1.cfg"
PLATFORM = "juniper_junos"
INTENDED = """
set system host-name s001-sw1
set interfaces ge-0/0/1 description "to s001-edge"
set interfaces ge-0/0/1 unit 0 family ethernet-switching interface-mode trunk
set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members [ 10 20 99 ]
set interfaces ge-0/0/5 description "to s001-till1"
set interfaces ge-0/0/5 unit 0 family ethernet-switching vlan members 10
set interfaces irb unit 99 family inet address 10.1.99.2/24
set routing-options static route 0.0.0.0/0 next-hop 10.1.99.1
set protocols lldp interface all
set poe interface all
set vlans MANAGEMENT vlan-id 99
set vlans MANAGEMENT l3-interface irb.99
set vlans TILLS vlan-id 10
"""
OWN = """
set version 20.4R3.8
set system root-authentication encrypted-password "$6$x"
set system login user storenet-rw class super-user
set system services ssh
set interfaces ge-0/0/9 description "somebody's"
"""
CASES = {
    "nothing": ((), ()),
    "description by hand": (
        ("set interfaces ge-0/0/5 description moved",),
        ('set interfaces ge-0/0/5 description "to s001-till1"',),
    ),
    "VLAN missing on the trunk": (
        ("delete interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members 20",),
        ("set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members 20",),
    ),
    "port shut": (("set interfaces ge-0/0/5 disable",), ("delete interfaces ge-0/0/5 disable",)),
    "power off": (("set poe interface ge-0/0/5 disable",), ("delete poe interface ge-0/0/5",)),
    "power off and on leaves a name": (
        ("set poe interface ge-0/0/5 disable", "delete poe interface ge-0/0/5 disable"),
        (),
    ),
    "wrong access VLAN": (
        (
            "delete interfaces ge-0/0/5 unit 0 family ethernet-switching vlan",
            "set interfaces ge-0/0/5 unit 0 family ethernet-switching vlan members 99",
        ),
        (
            "delete interfaces ge-0/0/5 unit 0 family ethernet-switching vlan members 99",
            "set interfaces ge-0/0/5 unit 0 family ethernet-switching vlan members 10",
        ),
    ),
    "VLAN of nobody": (
        ("set vlans OLD vlan-id 77", "set vlans OLD description x"),
        ("delete vlans OLD",),
    ),
    "put out of force": (("deactivate protocols lldp",), ("activate protocols lldp",)),
    "second route": (
        ("set routing-options static route 10.0.0.0/8 next-hop 10.1.99.7",),
        ("delete routing-options static route 10.0.0.0/8",),
    ),
}  # fmt: skip


def shown(*more: str) -> str:
    """What a switch shows that was told the intent, its own lines, and more."""
    config = empty()
    assert load_set(config, OWN + INTENDED + "\n".join(more)) == []
    return "\n".join(display_set(config))


@pytest.mark.parametrize("name", CASES)
def test_the_fewest_lines_back_and_back_again(name: str) -> None:
    done, remedy = CASES[name]
    running = shown(*done)
    found = drift(PLATFORM, running, INTENDED)
    assert found.remedy == remedy
    assert found.clean == (not remedy)
    healed = shown(*done, *found.remedy)
    assert drift(PLATFORM, healed, INTENDED).clean
    assert drift(PLATFORM, shown(*done, *found.remedy, *found.undo), running).clean
    assert in_effect(PLATFORM, healed, found.remedy)
    assert not remedy or not in_effect(PLATFORM, running, found.remedy)


def test_a_diff_for_people() -> None:
    assert (
        drift(PLATFORM, shown("set interfaces ge-0/0/5 disable"), INTENDED).diff == "-set interfaces ge-0/0/5 disable\n"
    )


def test_words_of_actions() -> None:
    assert render(PLATFORM, "allow_vlans", port="ge-0/0/1", vlans="10,20") == (
        "set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members [ 10 20 ]",
    )
    assert len(render(PLATFORM, "remove_vlans", port="ge-0/0/1", vlans="10,20")) == 2
    assert render(PLATFORM, "port_up", port="ge-0/0/1") == ("delete interfaces ge-0/0/1 disable",)
    assert in_effect(PLATFORM, shown(), render(PLATFORM, "allow_vlans", port="ge-0/0/1", vlans="10,20"))
    assert not in_effect(PLATFORM, shown(), render(PLATFORM, "remove_vlans", port="ge-0/0/1", vlans="10,20"))


def test_ports_whose_traffic_may_stop() -> None:
    assert interrupted_ports(
        (
            "set interfaces ge-0/0/1 description x",
            "set interfaces ge-0/0/2 unit 0 family ethernet-switching vlan members 20",
            "delete interfaces ge-0/0/3 unit 0 family ethernet-switching vlan members 20",
            "set poe interface ge-0/0/4 disable",
            "set interfaces ge-0/0/4 disable",
            "set vlans A vlan-id 1",
        )
    ) == ("ge-0/0/3", "ge-0/0/4")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> str:
    content = write_junos_content(tmp_path_factory.mktemp("content"))
    chain = load_chain(content)
    (found,) = render_all(content, chain, load_intent(content, chain), [chain.devices[SWITCH]])
    return found.text


def test_a_switch_is_told_what_stands_in_the_golden_file(rendered: str) -> None:
    assert rendered == GOLDEN.read_text()


def test_a_switch_takes_every_line_and_could_commit_them(rendered: str) -> None:
    config = empty()
    assert load_set(config, OWN + rendered) == []
    assert complaints(config) == []
    setting = meaning(config, hardware("EX2300-24P"))
    assert setting.ports["ge-0/0/1"].allowed == {20, 99}
    assert setting.ports["ge-0/0/1"].native_vlan == 99
    assert (setting.ports["ge-0/0/4"].mode, setting.ports["ge-0/0/4"].access_vlan) == ("access", 10)
    assert setting.ports["ge-0/0/4"].storm_level == 2.0
    assert setting.ports["ge-0/0/5"].shutdown
    assert drift(PLATFORM, "\n".join(display_set(config)), rendered).clean
