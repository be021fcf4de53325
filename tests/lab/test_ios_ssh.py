"""Sessions over real SSH with unmodified Netmiko: accounts, lines, files, and devices that go dark."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from netmiko import ConnectHandler, NetmikoAuthenticationException, file_transfer
from netmiko.exceptions import ConfigInvalidException, NetmikoTimeoutException, ReadTimeout

from lab.devices.host_keys import host_key, known_hosts_line
from tests.lab.fake_view import EDGE, SWITCH
from tests.lab.ios_server import PORT, RunningLab, eventually

pytestmark = pytest.mark.ssh


@pytest.fixture(scope="module")
def ssh_lab() -> Iterator[RunningLab]:
    lab = RunningLab({"s001-edge": EDGE, "s001-sw1": SWITCH})
    yield lab
    lab.close()


@pytest.fixture
def edge(ssh_lab: RunningLab) -> Iterator[Any]:
    connection = ConnectHandler(**ssh_lab.netmiko("s001-edge"))
    yield connection
    ssh_lab.views["s001-edge"].is_reachable = True
    connection.disconnect()


def test_reading_and_configuring(edge: Any, ssh_lab: RunningLab) -> None:
    assert edge.find_prompt() == "s001-edge#"
    assert edge.send_command("show ip interface brief").splitlines()[1].split()[1] == "100.64.1.2"
    output = edge.send_config_set(["interface gi0/0", "description new words"])
    assert "(config-if)#description new words" in output
    assert "[OK]" in edge.save_config()
    assert ssh_lab.devices["s001-edge"].setting.ports["GigabitEthernet0/0"].description == "new words"
    assert " description new words\n" in ssh_lab.devices["s001-edge"].startup


def test_error_pattern_stops_at_the_bad_line(edge: Any) -> None:
    with pytest.raises(ConfigInvalidException):
        edge.send_config_set(["interface gi0/0", "bogus", "description never"], error_pattern=r"^%")
    edge.exit_config_mode()
    assert "description never" not in edge.send_command("show running-config")


def test_the_read_account_enables(ssh_lab: RunningLab) -> None:
    with ConnectHandler(**ssh_lab.netmiko("s001-sw1", "storenet-ro")) as connection:
        assert connection.find_prompt() == "s001-sw1>"
        assert "Invalid input" in connection.send_command("show running-config")
        connection.enable()
        assert connection.find_prompt() == "s001-sw1#"
        connection.exit_enable_mode()
        assert connection.find_prompt() == "s001-sw1>"


def test_a_wrong_password_is_refused(ssh_lab: RunningLab) -> None:
    with pytest.raises(NetmikoAuthenticationException):
        ConnectHandler(**{**ssh_lab.netmiko("s001-sw1"), "password": "wrong"})
    assert eventually(lambda: not ssh_lab.devices["s001-sw1"].lines.used)
    assert "wrong" not in str(ssh_lab.views["s001-sw1"].rows)


def test_the_host_key_is_the_devices_own(ssh_lab: RunningLab, tmp_path: Path) -> None:
    known = tmp_path / "s001-sw1"
    pinned = {"ssh_strict": True, "alt_host_keys": True, "alt_key_file": str(known)}
    known.write_text(known_hosts_line(host_key("s001-sw1"), ssh_lab.addresses["s001-sw1"], PORT))
    ConnectHandler(**ssh_lab.netmiko("s001-sw1"), **pinned).disconnect()
    known.write_text(known_hosts_line(host_key("s001-edge"), ssh_lab.addresses["s001-sw1"], PORT))
    with pytest.raises(NetmikoTimeoutException):
        ConnectHandler(**ssh_lab.netmiko("s001-sw1"), **pinned)


def test_the_sixth_session_is_refused(ssh_lab: RunningLab) -> None:
    address = (ssh_lab.addresses["s001-sw1"], PORT)
    assert eventually(lambda: not ssh_lab.devices["s001-sw1"].lines.used)
    held = [socket.create_connection(address) for _ in range(5)]
    try:
        assert all(connection.recv(4) == b"SSH-" for connection in held)
        with socket.create_connection(address) as sixth:
            sixth.settimeout(5)
            assert sixth.recv(4) == b""
    finally:
        for connection in held:
            connection.close()


def test_a_dark_device_accepts_and_stays_silent_until_it_is_back(ssh_lab: RunningLab) -> None:
    view = ssh_lab.views["s001-sw1"]
    view.is_reachable = False
    with socket.create_connection((ssh_lab.addresses["s001-sw1"], PORT)) as connection:
        connection.settimeout(0.4)
        with pytest.raises(TimeoutError):
            connection.recv(4)
        view.is_reachable = True
        connection.settimeout(5)
        assert connection.recv(4) == b"SSH-"


def test_a_session_stalls_while_dark_and_goes_on_after(edge: Any, ssh_lab: RunningLab) -> None:
    view = ssh_lab.views["s001-edge"]
    view.is_reachable = False
    with pytest.raises(ReadTimeout):
        edge.send_command("show privilege", expect_string="#", read_timeout=0.3, cmd_verify=False)
    view.is_reachable = True
    assert "Current privilege level" in edge.send_command("show privilege")


def test_files_go_there_and_back(edge: Any, ssh_lab: RunningLab, tmp_path: Path) -> None:
    content = "hostname x\n" * 20000
    (tmp_path / "up.txt").write_text(content)
    done = file_transfer(
        edge, str(tmp_path / "up.txt"), "up.txt", direction="put", file_system="flash:", overwrite_file=True
    )
    assert done["file_transferred"]
    assert ssh_lab.devices["s001-edge"].flash["up.txt"].decode() == content
    file_transfer(
        edge, "up.txt", str(tmp_path / "down.txt"), direction="get", file_system="flash:", overwrite_file=True
    )
    assert (tmp_path / "down.txt").read_text() == content


def test_reload_ends_every_session(ssh_lab: RunningLab) -> None:
    device = ssh_lab.devices["s001-sw1"]
    connection = ConnectHandler(**ssh_lab.netmiko("s001-sw1"))
    assert eventually(lambda: len(device.lines.used) == 1)
    ssh_lab.on_loop(device.reload)
    with pytest.raises((OSError, EOFError, ReadTimeout)):
        connection.send_command("show privilege", read_timeout=2)
    connection.disconnect()
    assert eventually(lambda: not device.lines.used)
