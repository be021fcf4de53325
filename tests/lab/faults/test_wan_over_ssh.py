"""Faults of the lines through unmodified Netmiko over real SSH: seen, mended as an operator would, gone."""

from collections.abc import Iterator
from typing import Any

import pytest
from netmiko import ConnectHandler
from ntc_templates.parse import parse_output

from tests.lab.faults.test_lan_over_ssh import Store

pytestmark = pytest.mark.ssh
EDGE, SW = "s001-edge", "s001-sw1"


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made = Store()
    for device in made.lab.devices.values():
        device.ping_second = 0.01
    yield made
    made.lab.close()


@pytest.fixture
def edge(store: Store) -> Iterator[Any]:
    with ConnectHandler(**store.lab.netmiko(EDGE), fast_cli=True) as connection:
        yield connection


def test_a_wedged_modem_is_found_by_a_drill_and_started_anew(store: Store, edge: Any) -> None:
    broken = store.put("lte_wedged", variant="modem")
    assert "Profile 1 = ACTIVE" in edge.send_command("show cellular 0/2/0 profile 1")
    assert "0 percent (0/2)" in edge.send_command("ping 100.72.1.1 repeat 2 timeout 1")
    assert "Invalid" not in edge.send_command("test cellular 0/2/0 modem-power-cycle")
    assert "Modem is not up" in edge.send_command("show cellular 0/2/0 radio")
    store.forward(10)
    assert "100 percent (5/5)" in edge.send_command("ping 100.72.1.1")
    assert "CELLWAN-2-MODEM_UP" in edge.send_command("show logging")
    assert broken.out_by == "repair"


def test_a_black_hole_is_measured_and_clamped(store: Store, edge: Any) -> None:
    broken = store.put("mtu_black_hole")
    assert "(5/5)" in edge.send_command("ping 198.51.100.10")
    assert "(0/2)" in edge.send_command("ping 198.51.100.10 size 1500 df-bit repeat 2 timeout 1")
    assert "(5/5)" in edge.send_command("ping 198.51.100.10 size 1400 df-bit")
    edge.send_config_set(["interface gi0/0", "ip tcp adjust-mss 1360"])
    store.forward(1)
    assert broken.out_by == "repair"
    edge.send_config_set(["interface gi0/0", "no ip tcp adjust-mss"])


def test_a_mismatch_of_duplex_is_told_by_the_neighbour_and_mended(store: Store, edge: Any) -> None:
    broken = store.put("duplex_mismatch", variant="trunk")
    store.forward(60)
    assert "CDP-4-DUPLEX_MISMATCH" in edge.send_command("show logging")
    (row,) = parse_output("cisco_ios", "show interfaces", edge.send_command("show interfaces Gi0/1"))
    assert (row["duplex"], row["speed"]) == ("Half Duplex", "100Mbps")
    with ConnectHandler(**store.lab.netmiko(SW), fast_cli=True) as switch:
        switch.send_config_set(["interface gi1/0/1", "speed auto", "duplex auto"])
    store.forward(1)
    assert broken.out_by == "repair"


def test_the_reading_account_may_look_and_may_not_start_the_modem_anew(store: Store) -> None:
    with ConnectHandler(**store.lab.netmiko(EDGE, "storenet-ro"), fast_cli=True) as connection:
        assert "Current RSSI" in connection.send_command("show cellular 0/2/0 radio")
        assert "Invalid input" in connection.send_command("test cellular 0/2/0 modem-power-cycle")
        assert "Invalid input" in connection.send_command("cellular 0/2/0 lte profile create 1 other")
