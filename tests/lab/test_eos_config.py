"""The configuration of virtual Arista switches: what is understood, how it is shown, what it means."""

from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest

from lab.chain import make_chain
from lab.devices.arista_eos.config import Config
from lab.devices.arista_eos.device import EosDevice
from lab.devices.arista_eos.editor import Editor, feed_all, parse
from lab.layout import Stock
from lab.legacy import left_behind
from lab.standards import site_of
from lab.startup_switch_eos import eos_lines
from tests.lab.eos_server import SWITCH, EosView


def switch(**options):
    return EosDevice(EosView(), SWITCH, **options)


def typed(device, *lines):
    return device.apply(lines, "jdoe")


def shown(device, port):
    section = device.running.interface(port)
    return list(section.render("", ""))


def test_a_configuration_is_shown_as_it_was_read():
    text = switch().running.render()
    assert parse(text).render() == text
    assert text.startswith("!\nhostname s001-sw1\n")
    assert text.endswith("!\nend\n")
    assert "\n!\nno ip routing\n!\nip route 0.0.0.0/0 10.1.99.1\n!\n" in text
    assert "\ninterface Ethernet5\n   description to s001-till1\n   switchport access vlan 10\n!\n" in text


def test_what_the_world_acts_on():
    setting = switch().setting
    assert setting.hostname == "s001-sw1"
    assert setting.vlans == {1, 10, 20, 30, 99}
    assert setting.gateway == IPv4Address("10.1.99.1")
    assert setting.ports["Ethernet1"].mode == "trunk"
    assert setting.ports["Ethernet1"].allowed == {10, 20, 30, 99}
    assert setting.ports["Ethernet2"].native_vlan == 99
    assert setting.ports["Ethernet5"].access_vlan == 10
    assert setting.ports["Ethernet6"].shutdown
    assert setting.ports["Vlan99"].address == IPv4Interface("10.1.99.2/24")
    assert "Management1" not in setting.ports
    assert not setting.snooped


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["switchport trunk allowed vlan add 40-42"], "switchport trunk allowed vlan 10,20,30,40-42,99"),
        (["switchport trunk allowed vlan remove 10,20"], "switchport trunk allowed vlan 30,99"),
        (["switchport trunk allowed vlan none"], "switchport trunk allowed vlan none"),
        (["switchport trunk allowed vlan except 5-4094"], "switchport trunk allowed vlan 1-4"),
        (["poe disabled"], "poe disabled"),
        (["speed forced 100full"], "speed forced 100full"),
        (["no lldp receive"], "no lldp receive"),
        (['description "two words"'], "description two words"),
        (["sw tr nat vl 99"], "switchport trunk native vlan 99"),
    ],
)
def test_lines_of_a_port(lines, left):
    device = switch()
    typed(device, "interface Ethernet1", *lines)
    assert left in shown(device, "Ethernet1")


@pytest.mark.parametrize(
    ("typed_in", "left"),
    [
        (["power inline never"], ["poe disabled"]),
        (["speed 100", "duplex half"], ["speed forced 100half"]),
        (["speed 100", "duplex full", "switchport nonegotiate", "speed auto", "duplex auto"], []),
        (["switchport access vlan 20", "no switchport access vlan"], []),
    ],
)
def test_people_of_the_lab_find_eos_s_words(typed_in, left):
    device = switch()
    applied = typed(device, "interface Ethernet9", *typed_in, "end")
    assert not [effect for effect in applied if effect.refusal is not None]
    assert shown(device, "Ethernet9") == left


def test_people_of_the_lab_take_the_gateway_away():
    device = switch()
    typed(device, "no ip default-gateway", "end")
    assert device.setting.gateway is None


def test_what_is_the_default_is_not_shown():
    device = switch()
    typed(device, "interface Ethernet1", "no shutdown", "switchport trunk allowed vlan all", "switchport mode access")
    typed(device, "interface Ethernet1", "poe disabled", "no poe disabled", "no lldp receive", "lldp receive")
    assert shown(device, "Ethernet1") == ["description to s001-edge"]


def test_hardware_is_emptied_and_never_goes():
    device = switch()
    typed(device, "no interface Ethernet5", "no interface Vlan99")
    assert shown(device, "Ethernet5") == []
    assert device.running.interface("Vlan99") is None
    assert len([name for name in device.setting.ports if name.startswith("Ethernet")]) == 28


def test_a_range_of_ports_is_each_of_them():
    device = switch()
    typed(device, "interface Et10-11,15", "switchport access vlan 20")
    assert [name for name, port in device.setting.ports.items() if port.access_vlan == 20] == [
        "Ethernet10",
        "Ethernet11",
        "Ethernet15",
    ]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["interface Ethernet77"], "invalid"),
        (["interface Ethernet1", "shutdwn"], "invalid"),
        (["interface Ethernet1", "switchport access vlan 5000"], "invalid"),
        (["interface"], "incomplete"),
        (["interface Ethernet1", "s"], "ambiguous"),
    ],
)
def test_what_is_not_understood_changes_nothing(lines, kind):
    device = switch()
    before = device.running.render()
    assert typed(device, *lines)[-1].refusal.kind == kind
    assert device.running.render() == before


def test_addresses_that_cannot_be():
    device = switch()
    assert "overlaps" in typed(device, "interface Vlan10", "ip address 10.1.99.7/25")[-1].message
    assert "not a valid host address" in typed(device, "interface Vlan10", "ip address 10.9.9.0/24")[-1].message


def test_rows_of_access_lists_have_numbers_and_doors_follow_them():
    device = switch()
    typed(device, "ip access-list standard OFFICE", "permit 10.0.0.0/8", "deny any")
    assert [e.text for e in device.running.section("ip", "access-list", "standard", "OFFICE").ordered()] == [
        "10 permit 10.0.0.0/8",
        "20 deny any",
    ]
    assert device.open_lines()
    typed(device, "management ssh", "ip access-group OFFICE in")
    assert not device.open_lines()
    typed(device, "ip access-list standard OFFICE", "15 permit 192.0.2.0/24", "no permit 10.0.0.0/8")
    assert device.open_lines()


def test_a_banner_has_lines_of_its_own():
    device = switch()
    typed(device, "banner login", "no interface Ethernet1", "end", "EOF", "hostname other")
    assert "banner login\nno interface Ethernet1\nend\nEOF\n" in device.running.render()
    assert device.running.hostname() == "other"
    assert parse(device.running.render()).render() == device.running.render()


def test_a_typed_secret_is_kept_as_a_hash_and_lets_in():
    device = switch()
    typed(device, "username kim privilege 15 secret letmein")
    assert "letmein" not in device.running.render()
    assert device.lets_in(0, "kim", "letmein") == 15
    assert device.lets_in(0, "kim", "guess") is None
    assert not any("letmein" in str(fields) for _, fields in device.view.rows)


def test_every_switch_of_a_chain_understands_its_startup_configuration():
    chain = make_chain(7, 4, stock=Stock(vendors=("arista_eos",)))
    for record in (d for d in chain.managed() if d.role == "switch"):
        site = site_of(chain.chain, record.store)
        text = "\n".join(eos_lines(record, site, left_behind(record, site.store)))
        effects = [effect for _, effect in feed_all(Editor(Config()), text.splitlines())]
        assert not [effect for effect in effects if effect.refusal is not None or effect.message]
        device = EosDevice(EosView(name=str(record.id)), text)
        assert device.open_lines()
        assert device.lets_in(0, "storenet-rw", "any") == 15
        assert set(record.ports) <= set(device.setting.ports)


def test_what_the_product_renders_is_shown_as_it_was_sent():
    golden = (Path(__file__).parents[1] / "templates" / "golden" / "arista-s001-sw1.cfg").read_text()
    effects = list(feed_all(Editor(Config()), golden.splitlines()))
    assert not [line for line, effect in effects if effect.refusal is not None or effect.message]
    shown = parse(golden).render().splitlines()
    assert not [line for line in golden.splitlines() if line not in shown]
