"""How the inventory says that a device answers SNMP, and what is said when that is wrong."""

import pytest

from inventory.files import load_chain
from inventory.snmp_agents import Community, UsmUser
from inventory.yaml_file import ContentError
from tests.inventory.chain_content import DEFAULTS, GROUPS, HOSTS, write_content

HOST = "data: {store: s001, role: access_point, probe: 101}"
AP = "s001-ap1"
WHOLE = "version: 3, user: joe, auth_password: 'env:A', privacy_password: 'file:/run/p'"


def agent(tmp_path, host, defaults="", groups=""):
    said = f"data: {{store: s001, role: access_point, probe: 101, {host}}}"
    spoil = [("hosts", HOST, f"groups: [aps]\n  {said}" if groups else said)]
    if defaults:
        spoil.append(("defaults", "data:\n", f"data:\n  snmp: {{{defaults}}}\n"))
    if groups:
        spoil.append(("groups", GROUPS, f"{GROUPS}aps: {{data: {{{groups}}}}}\n"))
    return load_chain(write_content(tmp_path, *spoil)).devices[AP]


def problems(tmp_path, host, defaults="", groups=""):
    with pytest.raises(ContentError) as caught:
        agent(tmp_path, host, defaults, groups)
    return [(p.field, p.message, p.allowed) for p in caught.value.problems], str(caught.value)


def test_a_host_may_say_everything(tmp_path):
    found = agent(tmp_path, "snmp: {version: 2c, community: 'env:C', address: 127.20.1.101, port: 1161}").snmp
    assert (found.address, found.port, found.dialect) == ("127.20.1.101", 1161, "aironet")
    assert isinstance(found.asks_as, Community)
    assert found.asks_as.word.reference == "env:C"


def test_groups_and_defaults_fill_in_what_the_host_does_not_say(tmp_path):
    device = agent(tmp_path, "snmp: {port: 1161}", defaults=WHOLE, groups="software: '8.10', snmp: {auth: sha512}")
    assert (device.snmp.address, device.snmp.port, device.software) == ("10.1.99.21", 1161, "8.10")
    assert isinstance(device.snmp.asks_as, UsmUser)
    assert (device.snmp.asks_as.auth, device.snmp.asks_as.privacy_word.reference) == ("sha512", "file:/run/p")
    assert device.is_asked
    assert not device.has_session


def test_a_group_alone_is_enough_and_defaults_alone_are_not(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert agent(tmp_path / "a", "serves: []", groups=f"snmp: {{{WHOLE}}}").snmp is not None
    assert agent(tmp_path / "b", "serves: []", defaults=WHOLE).snmp is None


@pytest.mark.parametrize(
    ("host", "field", "words"),
    [
        ("snmp: {}", "version", "is missing here, in the host's groups"),
        ("snmp: {version: 1}", "version", "2c"),
        ("snmp: {version: 2c}", "community", "version 2c needs it"),
        ("snmp: {version: 3, user: joe}", "auth_password", "version 3 needs it"),
        ("snmp: {version: 2c, community: public}", "community", "env:NAME or file:PATH"),
        (f"snmp: {{{WHOLE}, auth: md5}}", "auth", "sha256"),
        (f"snmp: {{{WHOLE}, privacy: des}}", "privacy", "aes128"),
        (f"snmp: {{{WHOLE}, address: ap1.example.net}}", "address", "asked by address"),
        (f"snmp: {{{WHOLE}, comunity: 'env:C'}}", "comunity", "community"),
        (f"snmp: {{{WHOLE}, dialect: aironte}}", "dialect", "aironet"),
        (f"snmp: {{{WHOLE}, port: 0}}", "port", "1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, host, field, words):
    found, text = problems(tmp_path, host)
    assert any(name.endswith(f"snmp.{field}") for name, _, _ in found), found
    assert words in text
    assert "hosts.yaml:" in text
    assert "public" not in text


def test_a_host_with_a_session_has_no_agent_and_no_two_share_one(tmp_path):
    spoiled = HOSTS.replace("role: switch\n", f"role: switch\n    snmp: {{{WHOLE}}}\n")
    more = (
        spoiled
        + f"""\
s001-ap2:
  hostname: 10.1.99.22
  data: {{store: s001, role: access_point, snmp: {{{WHOLE}, address: 127.20.1.101}}}}
s001-ap3:
  hostname: 10.1.99.23
  data: {{store: s001, role: access_point, snmp: {{{WHOLE}, address: 127.20.1.101}}}}
"""
    )
    with pytest.raises(ContentError) as caught:
        load_chain(write_content(tmp_path, ("hosts", HOSTS, more)))
    assert "is looked at through its session: leave snmp out" in str(caught.value)
    assert "127.20.1.101 port 161 is also where s001-ap2 answers SNMP" in str(caught.value)


def test_defaults_stay_as_they_were(tmp_path):
    assert load_chain(write_content(tmp_path)).devices[AP].snmp is None
    assert DEFAULTS in (tmp_path / "inventory" / "defaults.yaml").read_text()
