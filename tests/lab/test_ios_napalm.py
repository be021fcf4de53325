"""NAPALM's ios driver, unmodified, over real SSH: getters, merge, replace, confirmed commits."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import MergeConfigException, ReplaceConfigException

from lab.devices.cisco_ios.editor import parse
from tests.lab.fake_view import EDGE, SWITCH
from tests.lab.ios_server import ACCOUNTS, ENABLE, PORT, RunningLab, eventually

pytestmark = pytest.mark.ssh
STARTUPS = {"s001-edge": EDGE, "s001-sw1": SWITCH}


@pytest.fixture(scope="module")
def ios_lab() -> Iterator[RunningLab]:
    lab = RunningLab(STARTUPS)
    yield lab
    lab.close()


@pytest.fixture
def driver_to(ios_lab: RunningLab) -> Iterator[Callable[[str], Any]]:
    opened: list[Any] = []

    def open_driver(name: str, **more: Any) -> Any:
        ios_lab.devices[name].startup = parse(STARTUPS[name]).render()
        ios_lab.on_loop(ios_lab.devices[name].reload)
        ios_lab.views[name].rows.clear()
        driver = get_network_driver("ios")(
            ios_lab.addresses[name],
            "storenet-rw",
            ACCOUNTS["storenet-rw"][0],
            optional_args={"port": PORT, "secret": ENABLE, "auto_file_prompt": True, "dest_file_system": "flash:"}
            | more,
        )
        driver.open()
        opened.append(driver)
        return driver

    yield open_driver
    for driver in opened:
        driver.device.disconnect()


def test_getters_of_an_edge(driver_to: Callable[[str], Any]) -> None:
    driver = driver_to("s001-edge")
    facts = driver.get_facts()
    assert facts["hostname"] == "s001-edge"
    assert facts["fqdn"] == "s001-edge.storenet.example"
    assert facts["vendor"] == "Cisco"
    assert facts["model"] == "ISR4321"
    assert "GigabitEthernet0/1.10" in facts["interface_list"]
    interfaces = driver.get_interfaces()
    assert interfaces["GigabitEthernet0/0"]["description"] == "WAN northtel"
    assert interfaces["GigabitEthernet0/0"]["is_up"]
    addresses = driver.get_interfaces_ip()
    assert addresses["GigabitEthernet0/1.10"] == {"ipv4": {"10.1.10.1": {"prefix_length": 24}}}
    assert addresses["GigabitEthernet0/0"] == {"ipv4": {"100.64.1.2": {"prefix_length": 24}}}
    arp = {row["ip"]: row for row in driver.get_arp_table()}
    assert arp["10.1.10.11"]["mac"] == "02:53:00:01:05:01"
    assert "10.1.10.99" not in arp


def test_more_getters(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver = driver_to("s001-sw1")
    (row,) = driver.get_mac_address_table()
    assert (row["mac"], row["interface"], row["vlan"]) == ("02:53:00:01:05:01", "Gi1/0/5", 10)
    counters = driver.get_interfaces_counters()
    assert counters["GigabitEthernet1/0/2"]["rx_unicast_packets"] == 11
    assert counters["GigabitEthernet1/0/2"]["rx_discards"] == 0
    config = driver.get_config()
    assert config["running"].endswith("end")
    assert config["startup"].split("\n", 1)[1].strip() == config["running"].strip()
    assert driver.is_alive() == {"is_alive": True}
    assert driver.ping("198.51.100.10", count=2)["success"]["packet_loss"] == 0
    assert ios_lab.views["s001-sw1"].written() == []


def test_users_are_listed_without_plain_secrets(driver_to: Callable[[str], Any]) -> None:
    assert driver_to("s001-edge").get_users()["storenet-rw"]["level"] == 15


def test_merge_compare_commit_and_roll_back(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device = driver_to("s001-sw1"), ios_lab.devices["s001-sw1"]
    before = device.running.render()
    driver.load_merge_candidate(config="interface GigabitEthernet1/0/2\n switchport trunk allowed vlan add 10\nend\n")
    assert driver.compare_config() == "+interface GigabitEthernet1/0/2\n+ switchport trunk allowed vlan add 10"
    assert device.setting.ports["GigabitEthernet1/0/2"].allowed == {20, 30, 99}
    driver.commit_config()
    assert device.setting.ports["GigabitEthernet1/0/2"].allowed == {10, 20, 30, 99}
    assert "allowed vlan 10,20,30,99" in driver.get_config()["running"]
    assert device.startup == device.running.render()
    assert "switchport trunk allowed vlan add 10" in ios_lab.views["s001-sw1"].written()
    driver.rollback()
    assert device.running.render().replace("file prompt quiet\n!\n", "") == before


def test_merge_with_nothing_new_has_no_diff(driver_to: Callable[[str], Any]) -> None:
    driver = driver_to("s001-sw1")
    driver.load_merge_candidate(config="vlan 10\n name TILLS\nend\n")
    assert driver.compare_config() == ""
    driver.discard_config()


def test_a_bad_line_is_told_and_the_driver_rolls_back(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device = driver_to("s001-edge"), ios_lab.devices["s001-edge"]
    driver.load_merge_candidate(config="interface GigabitEthernet0/1\n description new\n bogus words\nend\n")
    with pytest.raises(MergeConfigException, match="Invalid input detected"):
        driver.commit_config()
    assert device.setting.ports["GigabitEthernet0/1"].description == "to s001-sw1"


def test_an_overlap_passes_the_driver_unnoticed_and_is_not_applied(
    driver_to: Callable[[str], Any],
    ios_lab: RunningLab,
) -> None:
    driver, device = driver_to("s001-edge"), ios_lab.devices["s001-edge"]
    driver.load_merge_candidate(config="interface GigabitEthernet0/1\n ip address 10.1.10.7 255.255.255.0\nend\n")
    driver.commit_config()
    assert device.setting.ports["GigabitEthernet0/1"].address is None


def test_replace_is_a_true_replace(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device = driver_to("s001-sw1"), ios_lab.devices["s001-sw1"]
    wanted = driver.get_config(retrieve="running")["running"].replace(" name TILLS", " name POS")
    wanted = wanted.replace(
        "interface GigabitEthernet1/0/6\n shutdown", "interface GigabitEthernet1/0/6\n description spare"
    )
    driver.load_replace_candidate(config=wanted)
    assert set(driver.compare_config().splitlines()) >= {
        " -name TILLS",
        " +name POS",
        " -shutdown",
        " +description spare",
    }
    driver.commit_config()
    assert not device.setting.ports["GigabitEthernet1/0/6"].shutdown
    assert parse(wanted) == parse(device.running.render().replace("file prompt quiet\n", ""))
    driver.rollback()
    assert device.setting.ports["GigabitEthernet1/0/6"].shutdown


def test_replace_with_a_bad_line_restores(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device = driver_to("s001-sw1"), ios_lab.devices["s001-sw1"]
    wanted = driver.get_config(retrieve="running")["running"].replace(" name TILLS", " nome TILLS")
    driver.load_replace_candidate(config=wanted)
    with pytest.raises(ReplaceConfigException):
        driver.commit_config()
    assert " name TILLS" in device.running.render()


def test_a_confirmed_commit_stays(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device = driver_to("s001-edge"), ios_lab.devices["s001-edge"]
    driver.load_merge_candidate(config="interface GigabitEthernet0/0\n description confirmed\nend\n")
    driver.commit_config(revert_in=60)
    assert driver.has_pending_commit()
    assert device.archive.pending is not None
    assert "description confirmed" not in device.startup
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    assert device.archive.pending is None
    assert "description confirmed" in device.startup


def test_an_unconfirmed_commit_is_reverted_by_the_device(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device, view = driver_to("s001-edge"), ios_lab.devices["s001-edge"], ios_lab.views["s001-edge"]
    before = device.setting
    driver.load_merge_candidate(config="interface GigabitEthernet0/0\n shutdown\nend\n")
    driver.commit_config(revert_in=60)
    assert device.setting.ports["GigabitEthernet0/0"].shutdown
    driver.device.disconnect()
    device.archive.minute_seconds = 0.05
    ios_lab.on_loop(lambda: device.archive.extend(1))
    assert eventually(lambda: device.archive.pending is None)
    device.archive.minute_seconds = 60.0
    assert device.setting == before
    undone = [row for kind, row in view.rows if kind == "write" and row["user"] == "timer"]
    assert [(row["section"], row["line"]) for row in undone] == [("interface GigabitEthernet0/0", "no shutdown")]
    assert any("ROLLBK_CNFMD_CHG_ROLLBACK_START" in line for line in view.log)


def test_rollback_before_the_timer(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device = driver_to("s001-edge"), ios_lab.devices["s001-edge"]
    driver.load_merge_candidate(config="interface GigabitEthernet0/0\n description pending\nend\n")
    driver.commit_config(revert_in=120)
    driver.rollback()
    assert device.archive.pending is None
    assert device.setting.ports["GigabitEthernet0/0"].description == "WAN northtel"


def test_inline_transfer_of_a_merge(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device = driver_to("s001-sw1", inline_transfer=True), ios_lab.devices["s001-sw1"]
    device.running.root.entries.pop(("ip", "scp", "server", "enable"))
    before = device.running.render()
    driver.load_merge_candidate(config="interface GigabitEthernet1/0/2\n switchport trunk allowed vlan add 10\nend\n")
    assert driver.compare_config() == "+interface GigabitEthernet1/0/2\n+ switchport trunk allowed vlan add 10"
    driver.commit_config()
    assert device.setting.ports["GigabitEthernet1/0/2"].allowed == {10, 20, 30, 99}
    driver.rollback()
    assert device.running.render().replace("file prompt quiet\n!\n", "") == before


def test_inline_transfer_of_a_replace(driver_to: Callable[[str], Any], ios_lab: RunningLab) -> None:
    driver, device = driver_to("s001-sw1", inline_transfer=True), ios_lab.devices["s001-sw1"]
    wanted = driver.get_config(retrieve="running")["running"].replace(" name TILLS", " name POS")
    driver.load_replace_candidate(config=wanted)
    assert {" -name TILLS", " +name POS"} <= set(driver.compare_config().splitlines())
    driver.commit_config()
    assert parse(wanted) == parse(device.running.render().replace("file prompt quiet\n", ""))
    driver.rollback()
    assert " name TILLS" in device.running.render()
