"""The same faults through unmodified Netmiko over real SSH: seen, mended as an operator would, gone."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncssh
import pytest
from netmiko import ConnectHandler
from ntc_templates.parse import parse_output

from lab.breakages import Breakages
from lab.chain import make_chain
from lab.clock import HandClock
from lab.log import LabLog
from lab.startup import startup
from lab.world import World
from tests.lab.ios_server import PORT, RunningLab

pytestmark = pytest.mark.ssh
SW = "s001-sw1"


class Store:
    """A store served over SSH, its clock turned by hand on the server's own loop."""

    def __init__(self) -> None:
        chain = make_chain(7, 1)
        self.clock = HandClock(chain.start)
        self.world = World(chain, self.clock, LabLog())
        views = {str(d.id): self.world.view(d.id) for d in chain.managed()}
        texts = {name: startup(chain.chain, chain.chain.devices[name]) for name in views}
        self.lab = RunningLab(texts, views=views)
        for name, device in self.lab.devices.items():
            self.world.plug(name, device)
        self.breakages = Breakages(self.world)
        self.lab.on_loop(self.world.begin)
        self.forward(5)

    def forward(self, seconds: float) -> None:
        def turn() -> None:
            for _ in range(int(seconds * 2)):
                self.clock.forward(0.5)
                self.world.look()

        self.lab.on_loop(turn)

    def put(self, name: str, **where: str) -> Any:
        return self.lab.on_loop(lambda: self.breakages.put_in(name, self.breakages.find(name, **where)))


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.lab.close()


@pytest.fixture
def switch(store: Store) -> Iterator[Any]:
    with ConnectHandler(**store.lab.netmiko(SW), fast_cli=True) as connection:
        yield connection


def rows(switch: Any, command: str) -> list[dict[str, str]]:
    return parse_output("cisco_ios", command, switch.send_command(command))


def test_a_bad_cable_is_found_with_the_commands_an_engineer_types(store: Store, switch: Any) -> None:
    broken = store.put("cable_bad", variant="crc")
    store.forward(60)
    (row,) = rows(switch, "show interfaces Gi1/0/6")
    assert int(row["crc"]) > 0
    assert "TDR test started" in switch.send_command("test cable-diagnostics tdr interface Gi1/0/6")
    store.forward(5)
    assert "ImpedanceMis" in switch.send_command("show cable-diagnostics tdr interface Gi1/0/6")
    store.lab.on_loop(lambda: store.breakages.take_out(broken))


def test_an_access_point_without_power_comes_back_by_a_power_cycle(store: Store, switch: Any) -> None:
    broken = store.put("poe_denied", variant="fault")
    power = {r["interface"]: r for r in rows(switch, "show power inline")}
    assert power["Gi1/0/2"]["operational_status"] == "faulty"
    switch.send_config_set(["interface gi1/0/2", "power inline never", "power inline auto"])
    store.forward(5)
    power = {r["interface"]: r for r in rows(switch, "show power inline")}
    assert power["Gi1/0/2"]["operational_status"] == "on"
    assert broken.out_by == "repair"


def test_a_looping_port_is_found_and_shut(store: Store, switch: Any) -> None:
    broken = store.put("loop_on_edge_port", variant="till")
    store.forward(15)
    assert "MACFLAP_NOTIF" in switch.send_command("show logging")
    assert "Blocking" in switch.send_command("show storm-control Gi1/0/6")
    assert int(rows(switch, "show processes cpu")[0]["cpu_usage_5_sec"]) > 70
    switch.send_config_set(["interface gi1/0/6", "shutdown"])
    store.forward(1)
    assert broken.out_by == "repair"
    assert int(rows(switch, "show processes cpu")[0]["cpu_usage_5_sec"]) < 20
    switch.send_config_set(["interface gi1/0/6", "no shutdown"])


def test_a_replaced_switch_shows_another_host_key(store: Store) -> None:
    where = store.lab.addresses[SW], PORT

    def key() -> bytes:
        found = asyncio.run(asyncssh.get_server_host_key(*where))
        assert found is not None
        return bytes(found.public_data)

    before = key()
    broken = store.put("device_replaced", device=SW, variant="switch")
    store.forward(8)
    assert key() != before
    store.lab.on_loop(lambda: store.breakages.take_out(broken))
    store.forward(8)
    assert key() == before


def test_the_reading_account_may_look_and_may_not_test_cables(store: Store) -> None:
    with ConnectHandler(**store.lab.netmiko(SW, "storenet-ro"), fast_cli=True) as connection:
        assert "Invalid input" in connection.send_command("test cable-diagnostics tdr interface Gi1/0/6")
        assert "Gi1/0/6" in connection.send_command("show interfaces counters errors")
        assert "VLAN0010" in connection.send_command("show spanning-tree")
