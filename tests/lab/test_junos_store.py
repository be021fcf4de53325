"""Stores whose switches are Junos switches: what they boot with, how the world sees them, what people type."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lab.chain import LabChain, make_chain
from lab.clock import HandClock
from lab.devices.dialect import Device, new_device
from lab.devices.juniper_junos.checks import complaints
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.layer2 import lldp_rows, mac_rows, poe_rows
from lab.devices.juniper_junos.translated import as_set
from lab.layout import Stock
from lab.log import LabLog
from lab.startup import startup
from lab.world import World

STORES = 3
JUNOS = Stock(vendors=("juniper_junos",))


@dataclass
class Stores:
    """A chain of Junos switches in a world."""

    chain: LabChain
    clock: HandClock
    world: World
    devices: dict[str, Device]

    def forward(self, seconds: float) -> None:
        for _ in range(int(seconds * 2)):
            self.clock.forward(0.5)
            self.world.look()

    def switches(self) -> Iterator[JunosDevice]:
        return (device for device in self.devices.values() if isinstance(device, JunosDevice))


@pytest.fixture
def stores() -> Stores:
    chain = make_chain(7, STORES, stock=JUNOS)
    clock = HandClock(chain.start)
    world = World(chain, clock, LabLog())
    devices = {}
    for one in chain.managed():
        devices[str(one.id)] = new_device(one.platform or "", world.view(one.id), startup(chain.chain, one))
        world.plug(str(one.id), devices[str(one.id)])
    world.begin()
    made = Stores(chain, clock, world, devices)
    made.forward(8)
    return made


def test_every_switch_boots_with_what_it_could_commit(stores: Stores) -> None:
    switches = list(stores.switches())
    assert len(switches) >= STORES
    assert [complaints(switch.config) for switch in switches] == [[] for _ in switches]
    assert {switch.view.model for switch in switches} == {"EX2300-24P"}
    assert all(switch.view.reachable() for switch in switches)


def test_what_the_world_puts_on_its_ports_is_told_in_its_words(stores: Stores) -> None:
    switch = stores.devices["s001-sw1"]
    assert isinstance(switch, JunosDevice)
    ports = stores.chain.chain.devices[switch.view.name].ports
    uplink, till = "ge-0/0/0", next(name for name, port in ports.items() if port.use == "till")
    told = {row.local_port: row.name for row in lldp_rows(switch)}
    assert told[uplink] == "s001-edge"
    assert any(row.vlan == 10 and row.interface == f"{till}.0" for row in mac_rows(switch))
    fed = {row.port for row in poe_rows(switch) if row.status == "ON"}
    assert {name for name, port in ports.items() if port.poe and port.use == "access_point"} <= fed


def test_what_a_person_types_in_the_labs_common_words(stores: Stores) -> None:
    switch = stores.devices["s001-sw1"]
    assert isinstance(switch, JunosDevice)
    switch.apply(["interface ge-0/0/5", "switchport access vlan 30", "description by the door", "end"], "jdoe")
    assert switch.setting.ports["ge-0/0/5"].access_vlan == 30
    switch.apply(["interface ge-0/0/0", "switchport trunk allowed vlan remove 20", "end"], "jdoe")
    assert switch.setting.ports["ge-0/0/0"].allowed == {10, 30, 99}
    switch.apply(["interface ge-0/0/5", "shutdown", "end"], "jdoe")
    assert switch.setting.ports["ge-0/0/5"].shutdown
    switch.apply(["interface ge-0/0/5", "no shutdown", "speed 100", "duplex full", "end"], "jdoe")
    assert (switch.setting.ports["ge-0/0/5"].shutdown, switch.setting.ports["ge-0/0/5"].speed) == (False, "100")
    switch.apply(["delete vlans STAFF"], "jdoe")
    assert 20 not in switch.setting.vlans


def test_words_that_mean_nothing_here_are_left_out() -> None:
    assert as_set(["interface ge-0/0/1", "spanning-tree portfast", "power inline never", "end", "hostname x"]) == [
        "set poe interface ge-0/0/1 disable"
    ]
