"""One conformance suite for the dialect ``arista_eos``, through unmodified drivers.

NAPALM's ``eos`` over eAPI: every getter against NAPALM's own models, every way a configuration is changed and taken
back, every failure. Netmiko's ``arista_eos`` over real SSH: prompts, rights, modes, and what the public templates of
ntc-templates read out of the texts.
"""

from pathlib import Path

import ntc_templates
import pytest
import textfsm
from napalm import get_network_driver
from napalm.base import models
from napalm.base.exceptions import (
    CommitError,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)
from napalm.base.test.helpers import test_model as fits
from netmiko import ConnectHandler
from netmiko.exceptions import NetmikoAuthenticationException
from pyeapi.eapilib import CommandError
from pyeapi.eapilib import ConnectionError as EapiConnectionError

from tests.lab.eos_server import NAME, SWITCH, TLS_PORT, EosLab
from tests.lab.ios_server import eventually

pytestmark = pytest.mark.ssh
TEMPLATES = Path(ntc_templates.__file__).parent / "templates"
PORT = "Ethernet5"
CHANGE = f"interface {PORT}\n   description other\n"
BAD = f"interface {PORT}\n   descripton other\n"


@pytest.fixture(scope="module")
def lab():
    with EosLab() as running:
        yield running


@pytest.fixture
def switch(lab):
    device = lab.reset()
    device.sessions.minute_seconds = 60.0
    yield device
    lab.reset()


@pytest.fixture
def open_driver(lab, switch):
    opened = []

    def open_one(user="storenet-rw"):
        driver = get_network_driver("eos")(**lab.napalm(user=user))
        driver.open()
        opened.append(driver)
        return driver

    yield open_one
    switch.modes.clear()
    for driver in opened:
        driver.config_session = None
        driver.close()


@pytest.fixture
def driver(open_driver):
    return open_driver()


@pytest.fixture
def console(lab, switch):
    connection = ConnectHandler(**lab.netmiko())
    yield connection
    connection.disconnect()


def description(device):
    return device.setting.ports[PORT].description


# getters -------------------------------------------------------------------------------------------------------------


def entries(answer):
    """Every entry of an answer that has one for each name."""
    return list(answer.values())


def nested(answer):
    """Every entry of an answer that has a list of them for each name."""
    return [entry for group in answer.values() for entry in group]


GETTERS = {
    "get_facts": (models.FactsDict, lambda answer: [answer]),
    "get_interfaces": (models.InterfaceDict, entries),
    "get_interfaces_counters": (models.InterfaceCounterDict, entries),
    "get_lldp_neighbors": (models.LLDPNeighborDict, nested),
    "get_lldp_neighbors_detail": (models.LLDPNeighborDetailDict, nested),
    "get_mac_address_table": (models.MACAdressTable, list),
    "get_arp_table": (models.ARPTableDict, list),
    "get_vlans": (models.VlanDict, entries),
    "get_config": (models.ConfigDict, lambda answer: [answer]),
    "get_snmp_information": (models.SNMPDict, lambda answer: [answer]),
    "get_ntp_servers": (models.NTPServerDict, entries),
    "get_network_instances": (models.NetworkInstanceDict, entries),
    "is_alive": (models.AliveDict, lambda answer: [answer]),
}


@pytest.mark.parametrize("getter", GETTERS)
def test_a_getter_gives_what_napalm_promises(driver, getter):
    model, split = GETTERS[getter]
    found = split(getattr(driver, getter)())
    assert found
    assert all(fits(model, entry, allow_subset=getter == "get_ntp_servers") for entry in found)


def test_accounts_as_napalm_tells_them(driver):
    found = driver.get_users()
    assert {user: row["level"] for user, row in found.items()} == {"storenet-ro": 1, "storenet-rw": 15}
    assert all(set(models.UsersDict.__annotations__) <= set(row) for row in found.values())


def test_addresses(driver):
    assert driver.get_interfaces_ip() == {"Vlan99": {"ipv4": {"10.1.99.2": {"prefix_length": 24}}, "ipv6": {}}}


def test_environment(driver):
    found = driver.get_environment()
    assert fits(models.MemoryDict, found["memory"])
    assert all(fits(models.FanDict, fan) for fan in found["fans"].values())
    assert all(fits(models.TemperatureDict, one) for one in found["temperature"].values())
    assert all(fits(models.PowerDict, supply) for supply in found["power"].values())
    assert found["cpu"][0] == {"%usage": 7.0}


def test_what_the_getters_say_is_true(driver, switch):
    facts = driver.get_facts()
    assert (facts["hostname"], facts["fqdn"]) == (NAME, f"{NAME}.storenet.example")
    assert (facts["vendor"], facts["model"]) == ("Arista", "CCS-720XP-24ZY4")
    ports = driver.get_interfaces()
    assert ports["Ethernet6"]["is_enabled"] is False
    assert ports[PORT] | {"last_flapped": 0.0} == {
        "is_up": True,
        "is_enabled": True,
        "description": "to s001-till1",
        "last_flapped": 0.0,
        "speed": 1000.0,
        "mtu": 9214,
        "mac_address": "02:53:00:01:00:04",
    }
    assert PORT in driver.get_vlans()["10"]["interfaces"]
    assert driver.get_lldp_neighbors()["Ethernet1"][0]["hostname"] == "s001-edge.storenet.example"
    assert driver.get_mac_address_table()[0]["interface"] == PORT
    assert driver.get_arp_table()[0]["ip"] == "10.1.99.1"
    assert driver.get_users()["storenet-ro"]["level"] == 1
    config = driver.get_config()
    assert config["running"].endswith(switch.running.render())
    assert config["startup"].endswith(switch.startup)
    assert "$6$lab$" not in driver.get_config(retrieve="running", sanitized=True)["running"]


def test_ping(driver, lab):
    assert driver.ping("10.1.99.1")["success"]["packet_loss"] == 0
    lab.views[NAME].rtt = None
    lab.devices[NAME].ping_second = 0.0
    try:
        assert driver.ping("10.1.99.1", count=3)["success"]["packet_loss"] == 3
    finally:
        lab.views[NAME].rtt = 12.0


# ways to change a configuration ---------------------------------------------------------------------------------------


def test_merge(driver, switch):
    driver.load_merge_candidate(config=CHANGE)
    assert "-   description to s001-till1\n+   description other" in driver.compare_config()
    assert description(switch) == "to s001-till1"
    driver.commit_config()
    assert description(switch) == "other"
    assert "description other" in switch.startup


def test_replace_and_rollback(driver, switch):
    driver.load_replace_candidate(
        config=SWITCH.replace("to s001-till1", "other").replace("vlan 30\n   name GUESTS\n", "")
    )
    assert "-   name GUESTS" in driver.compare_config()
    driver.commit_config()
    assert description(switch) == "other"
    assert 30 not in switch.setting.vlans
    driver.rollback()
    assert description(switch) == "to s001-till1"
    assert 30 in switch.setting.vlans


def test_a_banner_of_more_lines(driver, switch):
    driver.load_merge_candidate(config="banner login\nfirst\nsecond\nEOF\n")
    driver.commit_config()
    assert "banner login\nfirst\nsecond\nEOF\n" in switch.running.render()


def test_discard(driver, switch):
    driver.load_merge_candidate(config=CHANGE)
    driver.discard_config()
    assert not switch.sessions.all
    assert driver.compare_config() == ""
    assert description(switch) == "to s001-till1"


def test_no_difference(driver):
    driver.load_merge_candidate(config=f"interface {PORT}\n   description to s001-till1\n")
    assert driver.compare_config() == ""


@pytest.mark.parametrize("version", ["4.29.3M", "4.32.2F"])
def test_commit_under_a_timer_and_confirm(driver, switch, version):
    switch.version = version
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(revert_in=300)
    assert driver.has_pending_commit()
    assert description(switch) == "other"
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    assert "description other" in switch.startup


def test_the_timer_takes_back(driver, switch, lab):
    switch.sessions.minute_seconds = 0.05
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(revert_in=60)
    assert eventually(lambda: description(switch) == "to s001-till1")
    assert not driver.has_pending_commit()
    with pytest.raises(CommitError):
        driver.confirm_commit()
    assert any("COMMIT_TIMER_TIMEDOUT" in line for line in lab.views[NAME].log)


def test_the_timer_takes_back_what_cut_the_way(driver, switch, lab):
    switch.sessions.minute_seconds = 0.3
    driver.load_merge_candidate(config="management api http-commands\n   shutdown\n")
    driver.commit_config(revert_in=60)
    assert eventually(lambda: switch.sessions.timed is None)
    assert not driver.has_pending_commit()


def test_rollback_takes_a_pending_commit_back(driver, switch):
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(revert_in=300)
    driver.rollback()
    assert description(switch) == "to s001-till1"
    assert not driver.has_pending_commit()


# failures ------------------------------------------------------------------------------------------------------------


def test_a_line_that_is_refused_takes_the_session_with_it(driver, switch):
    with pytest.raises(MergeConfigException, match=r"invalid command.*Invalid input \(at token 0: 'descripton'\)"):
        driver.load_merge_candidate(config=BAD)
    with pytest.raises(ReplaceConfigException, match="1002"):
        driver.load_replace_candidate(config=SWITCH + BAD)
    assert not switch.sessions.all
    assert description(switch) == "to s001-till1"


def test_line_k_is_refused_for_another_reason(driver, switch):
    switch.modes.put("refuse", "description", words="% Unable to run this command")
    with pytest.raises(MergeConfigException, match=r"1000.*Unable to run this command"):
        driver.load_merge_candidate(config=CHANGE)
    assert description(switch) == "to s001-till1"


def test_a_session_of_somebody_else_locks(driver, lab):
    lab.on_loop(lambda: lab.devices[NAME].sessions.enter("theirs", "jdoe", "vty9 (192.0.2.77)"))
    with pytest.raises(SessionLockedException):
        driver._obtain_lock()


def test_a_commit_of_somebody_else_waits(driver, switch, lab):
    driver.load_merge_candidate(config=CHANGE)
    lab.on_loop(lambda: switch.modes.put("foreign_pending"))
    with pytest.raises(CommitError, match="already in process"):
        driver.commit_config(revert_in=300)
    with pytest.raises(CommandError, match="commit timer is pending on session maintenance"):
        driver.commit_config()
    with pytest.raises(CommitError):
        driver.confirm_commit()
    assert description(switch) == "to s001-till1"


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("flash_full", "No space left on device"),
        ("config_locked", "configuration locked by user jdoe"),
        ("archive_off", "Commit timer is not available"),
    ],
)
def test_a_commit_that_cannot_be(driver, switch, mode, said):
    driver.load_merge_candidate(config=CHANGE)
    switch.modes.put(mode)
    with pytest.raises(CommandError, match=f"1000.*{said}"):
        driver.commit_config(revert_in=300)
    assert description(switch) == "to s001-till1"
    assert switch.sessions.timed is None


def test_too_many_sessions(driver, console, lab):
    def fill():
        for name in "abcde":
            lab.devices[NAME].sessions.enter(name, "storenet-rw", "command-api (127.0.0.1)")

    lab.on_loop(fill)
    driver.lock_disable = True
    with pytest.raises(CommandError, match=r"Cannot abort session .*: session does not exist"):
        driver.load_merge_candidate(config=CHANGE)
    assert console.send_command("configure session f").startswith("% Maximum number of pending sessions")


def test_accounts(open_driver, lab, switch):
    reader = open_driver("storenet-ro")
    assert reader.get_facts()["hostname"] == NAME
    reader.lock_disable = True
    with pytest.raises(CommandError, match=r"1005"):
        reader.load_merge_candidate(config=CHANGE)
    assert description(switch) == "to s001-till1"
    switch.modes.put("wrong_password")
    with pytest.raises(EapiConnectionError, match="Bad username/password"):
        open_driver()
    with pytest.raises(NetmikoAuthenticationException):
        ConnectHandler(**lab.netmiko())


def test_a_reset_after_the_commit(driver, switch):
    driver.load_merge_candidate(config=CHANGE)
    switch.modes.put("reset_after", "commit timer", times=1)
    with pytest.raises(EapiConnectionError):
        driver.commit_config(revert_in=300)
    assert driver.has_pending_commit()
    driver.confirm_commit()
    assert description(switch) == "other"


def test_a_restart_after_the_commit(driver, switch):
    driver.load_merge_candidate(config=CHANGE)
    switch.modes.put("reload_middle", "commit timer", times=1)
    with pytest.raises(EapiConnectionError):
        driver.commit_config(revert_in=300)
    assert not driver.has_pending_commit()
    assert description(switch) == "to s001-till1"


def test_over_https_with_the_switch_s_own_certificate(lab, switch):
    options = lab.napalm()
    options["optional_args"] = {"transport": "https", "port": TLS_PORT}
    secure = get_network_driver("eos")(**options)
    secure.open()
    secure.load_merge_candidate(config=CHANGE)
    secure.commit_config()
    assert description(switch) == "other"


def test_eapi_is_off(lab, switch):
    lab.on_loop(lambda: switch.apply(["management api http-commands", "shutdown"], "jdoe"))
    refused = get_network_driver("eos")(**lab.napalm())
    with pytest.raises(EapiConnectionError):
        refused.open()


# the command line ----------------------------------------------------------------------------------------------------


def test_prompts_and_modes(console, switch):
    assert console.find_prompt() == "s001-sw1#"
    said = console.send_config_set([f"interface {PORT}", "description other", "bogus"], error_pattern="")
    assert "s001-sw1(config-if-Et5)#" in said
    assert "% Invalid input\r\n" in said or "% Invalid input\n" in said
    assert description(switch) == "other"
    console.send_command("configure session late", expect_string=r"\(config-s-late\)#")
    console.send_command(f"interface {PORT}", expect_string=r"\(config-s-late-if-Et5\)#")
    console.send_command("description later", expect_string=r"#")
    assert "+   description later" in console.send_command("show session-config diffs", expect_string=r"if-Et5\)#")
    console.send_command("commit timer 00:05:00", expect_string=r"s001-sw1#")
    assert "Session with pending commit timer: late" in console.send_command("show configuration sessions detail")
    console.send_command("configure session late abort")
    assert description(switch) == "other"
    assert "Copy completed successfully." in console.save_config()


def test_the_reader_s_account(lab, switch):
    reader = ConnectHandler(**lab.netmiko(user="storenet-ro"))
    try:
        assert reader.find_prompt() == "s001-sw1>"
        assert reader.send_command("show running-config").startswith("% Invalid input (privileged mode required)")
        reader.enable()
        assert reader.find_prompt() == "s001-sw1#"
        said = reader.send_command("configure session x")
        assert said == "% Authorization denied for command 'configure session x'"
    finally:
        reader.disconnect()


def test_enable_asks_for_its_password(lab, switch):
    lab.on_loop(lambda: switch.apply(["enable secret sha512 $6$lab$enable"], "jdoe"))
    reader = ConnectHandler(**lab.netmiko(user="storenet-ro"))
    try:
        reader.enable()
        assert reader.find_prompt() == "s001-sw1#"
    finally:
        reader.disconnect()
    options = lab.napalm()
    options["optional_args"] |= {"enable_password": "guess"}
    with pytest.raises(CommandError, match=r"1005\].*denied"):
        get_network_driver("eos")(**options).open()


def test_long_output_is_paged(console):
    console.send_command("terminal length 10", expect_string=r"#")
    console.write_channel("show running-config\n")
    assert "--More--" in console.read_until_pattern(r"--More--")
    console.write_channel("q")
    assert console.read_until_pattern(r"s001-sw1#")


@pytest.mark.parametrize(
    ("command", "template", "rows"),
    [
        ("show version", "show_version", 1),
        ("show hostname", "show_hostname", 1),
        ("show interfaces", "show_interfaces", 29),
        ("show interfaces status", "show_interfaces_status", 28),
        ("show interfaces description", "show_interfaces_description", 29),
        ("show vlan", "show_vlan", 5),
        ("show mac address-table", "show_mac_address-table", 2),
        ("show ip interface brief", "show_ip_interface_brief", 1),
        ("show lldp neighbors", "show_lldp_neighbors", 2),
        ("show lldp neighbors detail", "show_lldp_neighbors_detail", 2),
        ("show inventory", "show_inventory", 1),
        ("show ip route", "show_ip_route", 2),
        ("show clock", "show_clock", 1),
        ("show environment cooling", "show_environment_cooling", 2),
        ("show environment temperature", "show_environment_temperature", 3),
        ("show environment power", "show_environment_power", 1),
        ("show processes top once", "show_processes_top_once", 3),
    ],
)
def test_public_templates_read_the_texts(console, command, template, rows):
    text = console.send_command(command)
    with (TEMPLATES / f"arista_eos_{template}.textfsm").open() as source:
        found = textfsm.TextFSM(source).ParseText(text)
    assert len(found) == rows, text
