"""The virtual Junos switch against unmodified clients: NAPALM's junos driver (NETCONF over SSH) and Netmiko."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from jnpr.junos.exception import CommitError, ConnectAuthError, ConnectClosedError, LockError, PermissionError, RpcError  # noqa: A004
from napalm import get_network_driver
from napalm.base import models
from napalm.base.exceptions import CommitConfirmException, MergeConfigException, ReplaceConfigException
from napalm.base.exceptions import LockError as NapalmLockError
from napalm.base.test.helpers import test_model as fits
from netmiko import ConnectHandler
from ntc_templates.parse import parse_output

from tests.conformance.junos_lab import ACCOUNTS, ADDRESS, PORT, JunosLab
from tests.lab.ios_server import eventually

pytestmark = pytest.mark.ssh
fits.__test__ = False
Open = Callable[..., Any]
LOUNGE = "vlans { LOUNGE { vlan-id 40; } }"


@pytest.fixture(scope="module")
def served() -> Iterator[JunosLab]:
    lab = JunosLab()
    yield lab
    lab.close()


@pytest.fixture
def lab(served: JunosLab) -> Iterator[JunosLab]:
    served.renew()
    yield served
    assert [fields["error"] for kind, fields in served.view.rows if kind == "lab_error"] == []


@pytest.fixture
def driver_as(lab: JunosLab) -> Iterator[Open]:
    opened: list[Any] = []

    def open_driver(user: str = "storenet-rw", **more: Any) -> Any:
        driver = get_network_driver("junos")(
            ADDRESS, user, ACCOUNTS[user][0], timeout=10, optional_args={"port": PORT} | more
        )
        driver.open()
        opened.append(driver)
        return driver

    yield open_driver
    for driver in opened:
        driver.device.close()


@pytest.fixture
def driver(driver_as: Open) -> Any:
    return driver_as()


@pytest.fixture
def prompt_as(lab: JunosLab) -> Iterator[Open]:
    opened: list[Any] = []

    def open_prompt(user: str = "storenet-rw") -> Any:
        connection = ConnectHandler(
            device_type="juniper_junos",
            host=ADDRESS,
            port=PORT,
            username=user,
            password=ACCOUNTS[user][0],
            conn_timeout=5,
        )
        opened.append(connection)
        return connection

    yield open_prompt
    for connection in opened:
        connection.disconnect()


@pytest.fixture
def prompt(prompt_as: Open) -> Any:
    return prompt_as()


# --- getters, each in the form NAPALM's own models ask for


def test_facts(driver: Any, lab: JunosLab) -> None:
    lab.view.clock += timedelta(hours=2)
    facts = driver.get_facts()
    assert fits(models.FactsDict, facts)
    assert (facts["hostname"], facts["fqdn"]) == ("s001-sw1", "s001-sw1.storenet.example")
    assert (facts["model"], facts["serial_number"]) == ("EX2300-24P", "JW3619120123")
    assert (facts["os_version"], facts["uptime"]) == ("20.4R3.8", 7200.0)
    assert "ge-0/0/23" in facts["interface_list"]
    assert driver.is_alive() == {"is_alive": True}
    assert driver.device.facts["personality"] == "SWITCH"


def test_interfaces(driver: Any, lab: JunosLab) -> None:
    lab.view.clock += timedelta(minutes=1)
    found = driver.get_interfaces()
    assert all(fits(models.InterfaceDict, row) for row in found.values())
    assert found["ge-0/0/1"]["description"] == "to s001-edge"
    assert (found["ge-0/0/1"]["is_up"], found["ge-0/0/1"]["speed"]) == (True, 1000.0)
    assert (found["ge-0/0/6"]["is_enabled"], found["ge-0/0/6"]["is_up"]) == (False, False)
    assert found["ge-0/0/1"]["last_flapped"] == 60.0
    assert {"ge-0/0/1.0", "irb.99"} <= found.keys()


def test_counters(driver: Any) -> None:
    found = driver.get_interfaces_counters()
    assert all(fits(models.InterfaceCounterDict, row) for row in found.values())
    assert (found["ge-0/0/1"]["rx_errors"], found["ge-0/0/1"]["tx_discards"]) == (4, 5)
    assert found["ge-0/0/1"]["rx_broadcast_packets"] == 2


def test_addresses(driver: Any) -> None:
    assert driver.get_interfaces_ip() == {"irb.99": {"ipv4": {"10.1.99.2": {"prefix_length": 24}}}}


def test_lldp(driver: Any, lab: JunosLab) -> None:
    found = driver.get_lldp_neighbors()
    assert all(fits(models.LLDPNeighborDict, row) for rows in found.values() for row in rows)
    assert found["ge-0/0/2"] == [{"hostname": "s001-ap1", "port": "eth0"}]
    detail = driver.get_lldp_neighbors_detail()
    assert all(fits(models.LLDPNeighborDetailDict, row) for rows in detail.values() for row in rows)
    assert detail["ge-0/0/2"][0]["remote_system_capab"] == ["wlan-access-point"]
    lab.on_loop(lambda: lab.device.apply(["delete protocols lldp"], "jdoe"))
    assert driver.get_lldp_neighbors() == {}


def test_macs_and_arp(driver: Any) -> None:
    macs = driver.get_mac_address_table()
    assert all(fits(models.MACAdressTable, row) for row in macs)
    assert [(row["vlan"], row["interface"], row["mac"]) for row in macs] == [
        (99, "ge-0/0/1.0", "02:53:00:01:00:63"),
        (10, "ge-0/0/5.0", "02:53:00:01:05:01"),
    ]
    arp = driver.get_arp_table()
    assert all(fits(models.ARPTableDict, row) for row in arp)
    assert [(row["ip"], row["interface"], row["age"]) for row in arp] == [("10.1.99.1", "irb.99", 1020.0)]


def test_vlans(driver: Any) -> None:
    found = driver.get_vlans()
    assert all(fits(models.VlanDict, row) for row in found.values())
    assert found["10"] == {"name": "TILLS", "interfaces": ["ge-0/0/1.0", "ge-0/0/5.0"]}


def test_environment(driver: Any) -> None:
    found = driver.get_environment()
    parts = {"fans": models.FanDict, "temperature": models.TemperatureDict, "power": models.PowerDict}
    assert all(fits(model, row) for part, model in parts.items() for row in found[part].values())
    assert fits(models.MemoryDict, found["memory"])
    assert found["cpu"] == {"0": {"%usage": 7.0}}
    assert found["memory"]["available_ram"] == 2048


def test_users_and_configuration(driver: Any) -> None:
    users = driver.get_users()
    assert all(fits(models.UsersDict, row) for row in users.values())
    assert users["storenet-rw"]["level"] == 15
    found = driver.get_config()
    assert fits(models.ConfigDict, found)
    assert 'description "to s001-edge";' in found["running"]
    assert found["candidate"] == found["running"]
    assert "$6$lab$rw" not in driver.get_config(sanitized=True)["running"]


def test_ping(driver: Any, lab: JunosLab) -> None:
    found = driver.ping("10.1.99.1", count=2)
    assert fits(models.PingDict, found["success"])
    assert (found["success"]["packet_loss"], found["success"]["rtt_avg"]) == (0, 12.0)
    lab.view.rtt = None
    assert driver.ping("10.1.99.1", count=2) == {"error": "Packet loss 100"}


def test_command_as_text(driver: Any) -> None:
    assert "Hostname: s001-sw1" in driver.cli(["show version"])["show version"]


# --- configuration paths


def test_merge_diff_commit_roll_back(driver: Any, lab: JunosLab) -> None:
    before = lab.device.setting
    driver.load_merge_candidate(config=LOUNGE + ' interfaces { ge-0/0/5 { description "till one"; } }')
    assert driver.compare_config().splitlines() == [
        "[edit interfaces ge-0/0/5]",
        '-   description "till 1";',
        '+   description "till one";',
        "[edit vlans]",
        "+  LOUNGE {",
        "+      vlan-id 40;",
        "+  }",
    ]
    assert lab.device.setting == before
    driver.commit_config(message="a lounge")
    assert 40 in lab.device.setting.vlans
    assert lab.device.setting.ports["ge-0/0/5"].description == "till one"
    assert lab.device.database.history[0].comment == "a lounge"
    assert "set vlans LOUNGE vlan-id 40" in [row["line"].replace(" vlans ", " vlans ") for row in _writes(lab)]
    driver.rollback()
    assert lab.device.setting == before


def _writes(lab: JunosLab) -> list[dict[str, Any]]:
    return [fields for kind, fields in lab.view.rows if kind == "write"]


def test_merge_of_set_lines_and_of_nothing_new(driver: Any, lab: JunosLab) -> None:
    driver.load_merge_candidate(
        config="set interfaces ge-0/0/6 description spare\ndelete interfaces ge-0/0/6 disable\n"
    )
    driver.commit_config()
    assert not lab.device.setting.ports["ge-0/0/6"].shutdown
    driver.load_merge_candidate(config="set interfaces ge-0/0/6 description spare\n")
    assert driver.compare_config() == ""
    driver.discard_config()


def test_merge_of_xml(driver: Any, lab: JunosLab) -> None:
    driver.load_merge_candidate(
        config="<configuration><vlans><vlan><name>LOUNGE</name><vlan-id>40</vlan-id></vlan>"
        '<vlan operation="delete"><name>GUESTS</name></vlan></vlans>'
        "<interfaces><interface><name>ge-0/0/6</name><unit><name>0</name><family><ethernet-switching><vlan>"
        "<members>LOUNGE</members></vlan></ethernet-switching></family></unit></interface></interfaces></configuration>"
    )
    with pytest.raises(CommitError, match="vlan 'GUESTS' is not defined"):
        driver.commit_config()
    driver.load_merge_candidate(config="set vlans GUESTS vlan-id 30")
    driver.commit_config()
    assert lab.device.setting.ports["ge-0/0/6"].access_vlan == 40


def test_replace_is_a_true_replace(driver: Any, lab: JunosLab) -> None:
    wanted = driver.get_config(retrieve="running")["running"]
    wanted = wanted.replace('description "AP front of the house";', "description ap;").replace(
        "        disable;\n", "", 1
    )
    driver.load_replace_candidate(config=wanted)
    assert '-   description "AP front of the house";' in driver.compare_config()
    driver.commit_config()
    assert driver.get_config(retrieve="running")["running"].splitlines()[1:] == wanted.splitlines()[1:]
    driver.rollback()
    assert lab.device.setting.ports["ge-0/0/2"].description == "AP front of the house"


def test_a_confirmed_commit_stays(driver: Any, lab: JunosLab) -> None:
    driver.load_merge_candidate(config=LOUNGE)
    driver.commit_config(revert_in=300)
    assert driver.has_pending_commit()
    assert driver._get_pending_commits().popitem()[1] == 300
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    assert lab.device.database.pending is None
    assert 40 in lab.device.setting.vlans


def test_an_unconfirmed_commit_is_taken_back_by_the_device(driver: Any, lab: JunosLab) -> None:
    before = lab.device.setting
    driver.load_merge_candidate(config="interfaces { ge-0/0/1 { disable; } }")
    driver.commit_config(revert_in=60)
    assert lab.device.setting.ports["ge-0/0/1"].shutdown
    driver.close()
    lab.device.database.minute_seconds = 0.05
    lab.on_loop(lambda: lab.device.database.extend(1))
    assert eventually(lambda: lab.device.database.pending is None)
    assert lab.device.setting == before
    assert any("UI_COMMIT_NOT_CONFIRMED" in line for line in lab.view.log)


def test_a_rollback_before_the_timer(driver: Any, lab: JunosLab) -> None:
    before = lab.device.setting
    driver.load_merge_candidate(config=LOUNGE)
    driver.commit_config(revert_in=120)
    driver.rollback()
    assert lab.device.database.pending is None
    assert lab.device.setting == before


def test_a_revert_time_is_whole_minutes(driver: Any) -> None:
    driver.load_merge_candidate(config=LOUNGE)
    with pytest.raises(CommitConfirmException):
        driver.commit_config(revert_in=90)


def test_what_was_not_committed_goes_with_its_session(driver_as: Open, lab: JunosLab) -> None:
    first = driver_as()
    first.load_merge_candidate(config=LOUNGE)
    first.device.close()
    assert eventually(lambda: lab.device.database.holder is None)
    assert not lab.device.database.modified()
    driver_as().load_merge_candidate(config=LOUNGE)


# --- failures


def test_a_bad_statement_is_named(driver: Any, lab: JunosLab) -> None:
    with pytest.raises(MergeConfigException) as caught:
        driver.load_merge_candidate(config="interfaces { ge-0/0/5 { descripton x; } }")
    (error,) = caught.value.args[0]
    assert (error["message"], error["bad_element"]) == ("syntax error", "descripton")
    assert error["edit_path"] == "[edit interfaces ge-0/0/5]"
    assert not lab.device.database.modified()
    with pytest.raises(ReplaceConfigException):
        driver.load_replace_candidate(config="system { host-name x; } }")
    with pytest.raises(MergeConfigException, match="not within range"):
        driver.load_merge_candidate(config="set vlans LOUNGE vlan-id 5000")
    with pytest.raises(MergeConfigException, match="statement not found"):
        driver.load_merge_candidate(config="delete vlans LOUNGE")


def test_a_commit_that_cannot_be(driver: Any, lab: JunosLab) -> None:
    before = lab.device.setting
    driver.load_merge_candidate(config="set interfaces ge-0/0/5 unit 0 family inet address 10.9.9.1/24")
    with pytest.raises(CommitError) as caught:
        driver.commit_config()
    assert "no other family type can be configured" in str(caught.value)
    assert caught.value.rpc_error["edit_path"] == "[edit interfaces ge-0/0/5 unit 0]"
    driver.discard_config()
    driver.load_merge_candidate(config="delete system root-authentication")
    with pytest.raises(CommitError, match="Missing mandatory statement: 'root-authentication'"):
        driver.commit_config()
    assert lab.device.setting == before


def test_commit_check_confirms_too(driver: Any, lab: JunosLab) -> None:
    driver.load_merge_candidate(config=LOUNGE)
    driver.commit_config(revert_in=120)
    driver.device.cu.commit_check()
    assert lab.device.database.pending is None
    assert 40 in lab.device.setting.vlans


def test_locked_by_another(driver_as: Open) -> None:
    first, second = driver_as("jdoe", config_lock=True), driver_as()
    with pytest.raises(
        NapalmLockError, match=r"configuration database locked by:\n  jdoe terminal  \(pid \d+\) on since"
    ):
        second.load_merge_candidate(config=LOUNGE)
    with pytest.raises(LockError):
        second.device.cu.lock()
    with pytest.raises(RpcError, match="locked by"):
        second.device.cu.load(LOUNGE, format="text")
    with pytest.raises(CommitError, match="locked by"):
        second.device.cu.commit()
    first.close()
    second.load_merge_candidate(config=LOUNGE)


def test_locked_by_somebody_outside(driver: Any, lab: JunosLab) -> None:
    lab.on_loop(lambda: lab.device.modes.put("config_locked"))
    with pytest.raises(NapalmLockError, match="jdoe terminal p0"):
        driver.load_merge_candidate(config=LOUNGE)
    lab.device.modes.clear()
    driver.load_merge_candidate(config=LOUNGE)


def test_a_changed_candidate_cannot_be_locked(driver: Any, lab: JunosLab) -> None:
    person = lab.device.person("jdoe")
    lab.on_loop(lambda: lab.device.database.edit(person).entries.pop(("snmp",)))
    with pytest.raises(NapalmLockError, match="configuration database modified"):
        driver.load_merge_candidate(config=LOUNGE)


def test_somebody_elses_pending_commit(driver: Any, lab: JunosLab) -> None:
    lab.on_loop(lambda: lab.device.modes.put("foreign_pending"))
    assert lab.device.database.pending is not None
    assert lab.device.database.pending.user == "jdoe"
    lab.on_loop(lab.device.database.take_back)


def test_a_reader_may_not_change(driver_as: Open) -> None:
    reader = driver_as("storenet-ro")
    assert reader.get_config()["running"]
    with pytest.raises(NapalmLockError, match="permission denied"):
        reader.load_merge_candidate(config=LOUNGE)
    with pytest.raises(PermissionError):
        driver_as("viewer").get_config()


def test_a_wrong_password(lab: JunosLab) -> None:
    driver = get_network_driver("junos")(ADDRESS, "storenet-rw", "wrong", optional_args={"port": PORT})
    with pytest.raises(ConnectAuthError):
        driver.open()


def test_an_unknown_rpc_and_a_file_that_is_not_there(driver: Any) -> None:
    with pytest.raises(RpcError, match="syntax error"):
        driver.device.rpc.get_bogus_information()
    with pytest.raises(RpcError, match="No such file"):
        driver.device.rpc.file_show(filename="/etc/nothing")


def test_netconf_that_is_not_configured_is_refused(driver_as: Open, lab: JunosLab) -> None:
    lab.on_loop(lambda: lab.device.apply(["delete system services netconf"], "jdoe"))
    with pytest.raises(Exception, match=r"ConnectError|ConnectRefused"):
        driver_as()


@pytest.mark.parametrize(("mode", "holds"), [("reset_before", False), ("reset_after", True), ("reload_middle", True)])
def test_a_connection_that_ends_at_the_commit(driver: Any, lab: JunosLab, mode: str, holds: bool) -> None:
    driver.load_merge_candidate(config=LOUNGE)
    lab.device.modes.put(mode, "^commit-configuration", times=1)
    with pytest.raises((CommitError, ConnectClosedError, RpcError)):
        driver.commit_config()
    assert (40 in lab.device.setting.vlans) is holds
    assert eventually(lambda: lab.device.database.holder is None)


def test_a_restart_takes_an_unconfirmed_commit_back(driver: Any, lab: JunosLab) -> None:
    driver.load_merge_candidate(config=LOUNGE)
    driver.commit_config(revert_in=300)
    lab.on_loop(lab.device.reload)
    assert 40 not in lab.device.setting.vlans


def test_garbage_in_an_answer_is_no_answer(driver: Any, lab: JunosLab) -> None:
    lab.device.modes.put("garbage", "^get-vlan-information", times=1)
    with pytest.raises((RpcError, ConnectClosedError, UnicodeDecodeError, RuntimeWarning)):
        driver.get_vlans()


# --- the prompt


def parsed(prompt: Any, command: str) -> list[dict[str, Any]]:
    """Read an answer with the public templates, as Netmiko's ``use_textfsm`` does."""
    return parse_output(platform="juniper_junos", command=command, data=prompt.send_command(command))


def test_shows(prompt: Any) -> None:
    version = parsed(prompt, "show version")
    assert (version[0]["hostname"], version[0]["model"]) == ("s001-sw1", "ex2300-24p")
    lldp = parsed(prompt, "show lldp neighbors")
    assert [(row["local_interface"], row["neighbor_name"]) for row in lldp] == [
        ("ge-0/0/1", "s001-edge"),
        ("ge-0/0/2", "s001-ap1"),
    ]
    (arp,) = parsed(prompt, "show arp no-resolve")
    assert (arp["ip_address"], arp["interface"]) == ("10.1.99.1", "irb.99")
    (port, unit) = parsed(prompt, "show interfaces ge-0/0/1")
    assert (port["admin_state"], port["link_status"], port["description"]) == ("Enabled", "Up", "to s001-edge")
    assert (unit["interface"], unit["link_status"]) == ("ge-0/0/1.0", "Up")
    assert "ge-0/0/6, Administratively down, Physical link is Down" in prompt.send_command("show interfaces ge-0/0/6")
    vlans = {row["vlan_name"]: row for row in parsed(prompt, "show vlans")}
    assert vlans["TILLS"]["interfaces"] == ["ge-0/0/1.0*", "ge-0/0/5.0*"]
    assert "System booted: 2026-11-20 12:00:00 UTC (00:00:00 ago)" in prompt.send_command("show system uptime")


def test_shows_without_templates(prompt: Any, lab: JunosLab) -> None:
    assert "ge-0/0/5.0" in prompt.send_command("show ethernet-switching table | match 05:01 | no-more")
    assert "irb.99                  up    up   inet     10.1.99.2/24" in prompt.send_command("show interfaces terse")
    power = prompt.send_command("show poe interface").splitlines()
    assert power[2].split() == ["ge-0/0/2", "Enabled", "ON", "15.4W", "Low", "12.9W", "4"]
    lab.view.say("LINK-3-UPDOWN", "Interface ge-0/0/5, changed state to down")
    assert "SNMP_TRAP_LINK_DOWN: ifIndex 519" in prompt.send_command("show log messages")
    assert "storenet-rw" in prompt.send_command("show system users")
    assert prompt.send_command("show configuration vlans TILLS | display set") == "set vlans TILLS vlan-id 10\n"
    assert prompt.send_command("show configuration | count").startswith("Count: ")
    assert "*[Static/5]" in prompt.send_command("show route")
    assert "0% packet loss" in prompt.send_command("ping 10.1.99.1 count 2")


def test_change_and_commit_at_the_prompt(prompt: Any, lab: JunosLab) -> None:
    prompt.send_config_set(
        ["set vlans LOUNGE vlan-id 40", "delete interfaces ge-0/0/6 disable"], exit_config_mode=False
    )
    assert "+  LOUNGE {" in prompt.send_command("show | compare", expect_string=r"# $")
    assert "configuration check succeeds" in prompt.commit(check=True)
    assert "rolled back in 5 minutes unless confirmed" in prompt.commit(confirm=True, confirm_delay=5)
    assert lab.device.database.pending is not None
    assert not lab.device.setting.ports["ge-0/0/6"].shutdown
    assert "commit complete" in prompt.commit(comment="kept", and_quit=True)
    assert lab.device.database.pending is None
    assert "kept" in prompt.send_command("show system commit")


def test_roll_back_at_the_prompt(prompt: Any, lab: JunosLab) -> None:
    prompt.send_config_set(["set vlans LOUNGE vlan-id 40"], exit_config_mode=False)
    assert "load complete" in prompt.send_command("rollback 0", expect_string=r"# $")
    assert prompt.send_command("show | compare", expect_string=r"# $").strip() == ""
    prompt.send_config_set(["set vlans LOUNGE vlan-id 40"], exit_config_mode=False)
    prompt.exit_config_mode()
    assert not prompt.check_config_mode()
    assert lab.device.database.modified()


def test_words_of_refusal_at_the_prompt(prompt: Any) -> None:
    assert prompt.send_command("bogus").splitlines()[-1] == "unknown command."
    assert prompt.send_command("show bogus").splitlines()[-1] == "syntax error, expecting <command>."
    refused = prompt.send_config_set(
        ["set bogus words", "set vlans LOUNGE vlan-id 5000", "delete vlans LOUNGE"], exit_config_mode=False
    )
    assert "syntax error." in refused
    assert "Value 5000 is not within range (1..4094)" in refused
    assert "warning: statement not found" in refused
    prompt.send_config_set(["set interfaces ge-0/0/5 unit 0 family inet"], exit_config_mode=False)
    with pytest.raises(ValueError, match="error: configuration check-out failed"):
        prompt.commit()


def test_locked_at_the_prompt(prompt: Any, prompt_as: Open) -> None:
    other = prompt_as("jdoe")
    assert "uncommitted changes will be discarded" in other.config_mode("configure exclusive")
    answer = prompt.config_mode()
    assert "Users currently editing the configuration:\n  jdoe terminal pts/" in answer
    told = prompt.send_command("set vlans LOUNGE vlan-id 40", expect_string=r"# $")
    assert "error: configuration database locked by:\n  jdoe terminal pts/" in told
    assert "exclusive [edit]" in told


def test_a_reader_at_the_prompt(prompt_as: Open) -> None:
    viewer = prompt_as("viewer")
    assert viewer.send_command("configure").splitlines()[-1] == "unknown command."
    assert "ACCESS-DENIED" in viewer.send_command("show configuration")


def test_a_pending_commit_stands_above_the_prompt(prompt: Any, lab: JunosLab) -> None:
    lab.on_loop(lambda: lab.device.try_out(["set snmp contact noc"], "jdoe", 7))
    answer = prompt.send_command("show version", strip_prompt=False)
    assert "# commit confirmed will be rolled back in 7 minutes" in answer
    lab.on_loop(lab.device.database.take_back)
