"""The intent of a chain: every mistake at once with its line, and which place wins."""

from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path

import pytest

from inventory.files import load_chain
from inventory.intent import load_intent
from inventory.intent_shapes import IntentFile, SettingsShape
from inventory.model import DeviceId, StoreId
from inventory.yaml_file import ContentError
from inventory.yaml_lines import parse
from tests.inventory.chain_content import write_content

INTENT = """\
standards:
  contact: Store networks
  domain: stores.example
  banner: Authorised use only.
  ntp_servers: [198.51.100.123]
  dns_servers: [198.51.100.53]
  syslog_servers: [198.51.100.40]
  syslog_level: informational
  syslog_facility: local7
  log_buffer_bytes: 16384
  management_networks: [192.0.2.0/24]
  snmp_networks: [192.0.2.0/26]
  idle_minutes: 15
  lease_hours: 8
  first_lease: 11
  probe_name: pay.stores.example
  probe_seconds: 30
  probe_timeout_ms: 1000
  cdp_seconds: 60
  cdp_hold_seconds: 180
  mac_aging_seconds: 300
  errdisable_seconds: 300
  storm_percent: 2
  archived_configs: 10
vlans:
  10: {name: TILLS, purpose: tills}
  20: {name: STAFF, purpose: staff}
  30: {name: GUESTS, purpose: guests}
  99: {name: MANAGEMENT, purpose: management, dhcp: false}
carriers:
  northtel: {asn: 64501, upload_kbps: 50000}
  mobilco: {asn: 64511, upload_kbps: 8000}
hardware:
  access24: {ports: GigabitEthernet1/0/1-24}
regions:
  north: {settings: {syslog_servers: [198.51.100.41], idle_minutes: 20}, variables: {loyalty_server: 192.0.2.80}}
variables: {loyalty_server: 192.0.2.70, till_count: 3}
stores:
  s001:
    location: back office
    asn: 4200000001
    networks: {10: 10.1.10.0/24, 20: 10.1.20.0/24, 30: 10.1.30.0/24, 99: 10.1.99.0/24}
    wan:
      GigabitEthernet0/0: {address: dhcp, neighbour: 198.18.1.1, distance: 10}
      Cellular0/2/0: {address: 100.72.1.2/30, neighbour: 100.72.1.1, distance: 200}
    switches:
      s001-sw1: {address: 10.1.99.2, hardware: access24}
    settings: {contact: Ask Jane}
exceptions:
  - {store: s001, settings: {idle_minutes: 30}, reason: long tests, until: 2027-01-31}
  - {device: s001-sw1, settings: {idle_minutes: 5}, reason: in the sales area, until: 2027-06-30}
"""


@pytest.fixture
def load(tmp_path):
    content = write_content(tmp_path)

    def loaded(*spoil: tuple[str, str], today: date | None = None):
        text = INTENT
        for old, new in spoil:
            assert old in text
            text = text.replace(old, new, 1)
        (content / "inventory" / "intent.yaml").write_text(text, encoding="utf-8")
        return load_intent(content, load_chain(content), today)

    return loaded


def test_a_store_has_its_own_values(load):
    store = load().stores[StoreId("s001")]
    assert (store.name, store.asn, store.location) == ("Harbour Street", 4_200_000_001, "back office")
    assert [lan.name for lan in store.lans] == ["TILLS", "STAFF", "GUESTS", "MANAGEMENT"]
    tills = store.lan_for("tills")
    assert tills is not None
    assert (tills.network, tills.gateway, tills.dhcp) == (IPv4Network("10.1.10.0/24"), IPv4Address("10.1.10.1"), True)
    first, backup = store.wans
    assert (first.port, first.carrier_asn, first.address, first.backup) == ("GigabitEthernet0/0", 64501, None, False)
    assert (backup.address, backup.backup) == (IPv4Interface("100.72.1.2/30"), True)
    assert len(store.switches[DeviceId("s001-sw1")].ports) == 24
    assert store.lan_for("voice") is None


def test_the_narrower_place_wins(load):
    intent = load()
    chain_wide, device = intent.stores[StoreId("s001")], DeviceId("s001-sw1")
    assert chain_wide.settings.contact == "Ask Jane"
    assert chain_wide.settings.syslog_servers == ("198.51.100.41",)
    assert chain_wide.settings.idle_minutes == 30
    assert intent.device_settings[device].idle_minutes == 5
    assert intent.device_settings[device].contact == "Ask Jane"
    assert chain_wide.variables == {"loyalty_server": "192.0.2.80", "till_count": 3}


@pytest.mark.parametrize(
    ("today", "store", "switch"),
    [(date(2027, 1, 31), 30, 5), (date(2027, 2, 1), 20, 5), (date(2027, 7, 1), 20, None)],
)
def test_an_exception_ends_after_its_day(load, today, store, switch):
    intent = load(today=today)
    assert intent.stores[StoreId("s001")].settings.idle_minutes == store
    found = intent.device_settings.get(DeviceId("s001-sw1"))
    assert (found.idle_minutes if found else None) == switch
    assert len(intent.exceptions) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  domain: stores.example\n", "", "standards.domain: is missing"),
        ("contact: Store networks", "contact:", "standards.contact: is empty"),
        ("contact: Store networks", 'contact: "a\\nb"', "standards.contact: must be text on one line"),
        ("contact: Store networks", "contcat: x", "unknown key 'contcat'; did you mean 'contact'?"),
        ("banner: Authorised", "banner: ^C", "must not hold a ^"),
        ("syslog_level: informational", "syslog_level: info", "'info' is not one of the allowed words"),
        ("domain: stores.example", "domain: stores example", "is not a domain name"),
        ("storm_percent: 2", "storm_percent: 200", "standards.storm_percent: input should be less than or equal to 99"),
        ("storm_percent: 2", "storm_percent: true", "standards.storm_percent: input should be a valid integer"),
        ("192.0.2.0/24]", "192.0.2.7/24]", "is not an IPv4 network such as 10.1.10.0/24"),
        ("purpose: tills", "purpose: till", "'till' is not one of the allowed words; did you mean 'tills'?"),
        ("purpose: guests", "purpose: management", "exactly one VLAN has the purpose management, not 2"),
        ("name: STAFF", "name: TILLS", "'TILLS' is also VLAN 10's name"),
        ("name: STAFF", "name: STAFF AREA", "vlans[20].name: string should match pattern"),
        (", 30: 10.1.30.0/24", "", "VLAN 30 is used by the store's devices or functions and has no network"),
        ("30: 10.1.30.0/24", "30: 10.1.0.0/16", "overlaps"),
        ("30: 10.1.30.0/24", "40: 10.1.30.0/24", "VLAN 40 is not under vlans"),
        ("mobilco: {asn", "mobilko: {asn", "the carrier 'mobilco' of this port is not under carriers"),
        ("Cellular0/2/0: {", "Cellular0/3/0: {", "there is no WAN port 'Cellular0/3/0'; did you mean 'Cellular0/2/0'?"),
        ("neighbour: 100.72.1.1", "neighbour: 100.72.9.1", "100.72.9.1 is not on the link 100.72.1.2/30"),
        ("100.72.1.2/30", "100.72.1.2", "lacks the length of its network"),
        ("10.1.99.2,", "10.1.99.1,", "10.1.99.1 is the edge's address"),
        ("10.1.99.2,", "10.9.99.2,", "is not a host of the management network 10.1.99.0/24"),
        ("s001-sw1: {address", "s001-sw9: {address", "there is no switch 's001-sw9'; did you mean 's001-sw1'?"),
        ("hardware: access24", "hardware: access48", "there is no hardware 'access48'; did you mean 'access24'?"),
        ("1/0/1-24}", "1/0/24-1}", "is not a range of ports"),
        ("north: {settings", "nort: {settings", "there is no region 'nort'; did you mean 'north'?"),
        ("\n  s001:\n", "\n  s009:\n", "there is no store 's009'; did you mean 's001'?"),
        ("\n  s001:\n", "\n  s009:\n", "stores.s001: is missing: the store is in stores.yaml"),
        ("- {store: s001,", "- {store: s7,", "there is no store 's7'"),
        ("- {device: s001-sw1,", "- {device: s001-sw1, store: s001,", "an exception names either a store or a device"),
        (", until: 2027-01-31", "", "exceptions[0].until: is missing"),
        ("until: 2027-01-31", "until: next year", "a date is written 2027-01-31"),
        ("reason: long tests, ", "", "exceptions[0].reason: is missing"),
        ("settings: {idle_minutes: 30}", "settings: {}", "an exception changes at least one field"),
        ("till_count: 3", "till_count: [3]", "variables.till_count"),
        ("asn: 4200000001", "asn: 0", "stores.s001.asn: input should be greater than or equal to 1"),
    ],
)
def test_a_mistake_is_told_with_its_place(load, old, new, said):
    with pytest.raises(ContentError) as error:
        load((old, new))
    problems = [str(p) for p in error.value.problems]
    assert any(said in problem for problem in problems), problems
    assert all(p.file.endswith("intent.yaml") and p.line > 0 for p in error.value.problems)


def test_all_mistakes_are_told_at_once(load):
    with pytest.raises(ContentError) as error:
        load(
            ("purpose: guests", "purpose: management"),
            ("hardware: access24}", "hardware: x}"),
            ("10.1.99.2,", "10.1.99.255,"),
        )
    assert len(error.value.problems) == 3


def test_the_documented_example_is_one():
    text = (Path(__file__).parents[2] / "docs" / "content.md").read_text(encoding="utf-8")
    block = text.partition("## intent.yaml")[2].partition("```yaml\n")[2].partition("```")[0]
    assert IntentFile.model_validate(parse(block)).standards.model_fields_set == set(SettingsShape.model_fields)


def test_a_chain_without_an_intent_says_so(tmp_path):
    content = write_content(tmp_path)
    with pytest.raises(ContentError, match=r"intent\.yaml: cannot be read"):
        load_intent(content, load_chain(content))
