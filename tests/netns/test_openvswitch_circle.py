"""Intent, drift, remedy and undo on a real switch: the rendering is what it says, the way there and back is short."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from inventory.files import load_chain
from inventory.intent import load_intent
from inventory.model import DeviceId
from lab.netns.content import real_chain, write_real_content
from lab.netns.world import make_keys
from templates.drift import drift, in_effect
from templates.render import render
from templates.rendering import render_all
from tests.netns.ovs_world import SWITCH, SwitchWorld, why_not

pytestmark = [pytest.mark.netns, pytest.mark.netns_long, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
PLATFORM = "openvswitch"


@dataclass(frozen=True)
class Ground:
    world: SwitchWorld
    intended: str

    def running(self) -> str:
        return self.world.agent("show")

    def type_in(self, lines: tuple[str, ...]) -> None:
        """Send lines as one change, as a session would."""
        script = "\n".join(("configure", *lines, "end", "exit"))
        said = self.world.box.run("sh", "-c", f"storenet-ovs shell <<'E'\n{script}\nE\n")
        assert "%" not in said, said


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    content = tmp_path_factory.mktemp("content")
    write_real_content(real_chain(1, make_keys(1)), content)
    chain = load_chain(content)
    intent = load_intent(content, chain)
    (rendering,) = render_all(content, chain, intent, [chain.devices[DeviceId(SWITCH)]])
    world = SwitchWorld(tmp_path_factory.mktemp("switch"))
    try:
        assert world.agent("save").strip() == "saved"
        yield Ground(world=world, intended=rendering.text)
    finally:
        world.close()


def test_a_store_is_as_intended(ground):
    assert drift(PLATFORM, ground.running(), ground.intended).clean
    assert sorted(ground.running().splitlines()) == sorted(ground.intended.splitlines())


HAND_EDITS = {
    "VLAN missing on the trunk": (
        "ovs-vsctl set port uplink trunks=10,99",
        ("interface uplink", " switchport trunk allowed vlan 10,20,99"),
        ("interface uplink", " switchport trunk allowed vlan 10,99"),
    ),
    "wrong access VLAN": (
        "ovs-vsctl set port till1 tag=20",
        ("interface till1", " switchport access vlan 10"),
        ("interface till1", " switchport access vlan 20"),
    ),
    "no access VLAN": (
        "ovs-vsctl clear port till1 tag",
        ("interface till1", " switchport access vlan 10"),
        ("interface till1", " no switchport access vlan 10"),
    ),
    "a till's port made a trunk": (
        "ovs-vsctl set port till1 tag=[] trunks=20,30",
        ("interface till1", " no switchport trunk allowed vlan 20,30", " switchport access vlan 10"),
        ("interface till1", " no switchport access vlan 10", " switchport trunk allowed vlan 20,30"),
    ),
    "port shut": (
        "ovs-vsctl set port till1 external_ids:storenet-shut=true; ip link set till1 down",
        ("interface till1", " no shutdown"),
        ("interface till1", " shutdown"),
    ),
    "small packets only": (
        "ip link set uplink mtu 1400",
        ("interface uplink", " no mtu 1400"),
        ("interface uplink", " mtu 1400"),
    ),
    "DHCP range narrowed": (
        "sed -i s/10.1.10.110/10.1.10.11/ /etc/dnsmasq.d/storenet.conf",
        ("dhcp vlan 10", " range 10.1.10.11 10.1.10.110 8h"),
        ("dhcp vlan 10", " range 10.1.10.11 10.1.10.11 8h"),
    ),
    "a pool gone": (
        "sed -i /vlan20/d /etc/dnsmasq.d/storenet.conf",
        ("dhcp vlan 20", " range 10.1.20.11 10.1.20.110 8h", " gateway 10.1.20.1", " dns 10.1.20.2"),
        ("no dhcp vlan 20",),
    ),
    "wrong gateway": (
        "sed -i s/router,10.1.10.1/router,10.1.10.9/ /etc/dnsmasq.d/storenet.conf",
        ("dhcp vlan 10", " gateway 10.1.10.1"),
        ("dhcp vlan 10", " gateway 10.1.10.9"),
    ),
    "wrong name server": (
        "sed -i s/server=.*/server=10.9.9.9/ /etc/dnsmasq.d/storenet.conf",
        ("dns", " no server 10.9.9.9", " server 172.16.10.53"),
        ("dns", " no server 172.16.10.53", " server 10.9.9.9"),
    ),
    "a name bent": (
        "echo address=/pay.hq.test/10.9.9.9 >> /etc/dnsmasq.d/base.conf",
        ("dns", " no extra address=/pay.hq.test/10.9.9.9"),
        ("dns", " extra address=/pay.hq.test/10.9.9.9"),
    ),
}


@pytest.fixture
def tidied(ground: Ground) -> Iterator[None]:
    yield
    ground.world.agent("boot")


@pytest.mark.usefixtures("tidied")
@pytest.mark.parametrize("name", HAND_EDITS)
def test_a_hand_edit_there_and_back(ground, name):
    by_hand, remedy, undo = HAND_EDITS[name]
    ground.world.box.sh(by_hand)
    edited = ground.running()
    found = drift(PLATFORM, edited, ground.intended)
    assert (found.remedy, found.undo) == (remedy, undo)
    assert not in_effect(PLATFORM, edited, found.remedy)
    ground.type_in(found.remedy)
    assert drift(PLATFORM, ground.running(), ground.intended).clean
    assert in_effect(PLATFORM, ground.running(), found.remedy)
    ground.type_in(found.undo)
    assert ground.running() == edited
    ground.type_in(found.remedy)


def test_a_port_that_nobody_mentions_is_left_alone(ground):
    ground.world.box.sh("ovs-vsctl add-port br0 guest9 tag=20 -- set interface guest9 type=internal")
    assert drift(PLATFORM, ground.running(), ground.intended).clean
    ground.world.box.sh("ovs-vsctl del-port guest9")


def test_the_words_of_actions_are_understood(ground):
    for lines in (
        render(PLATFORM, "port_down", port="till1"),
        render(PLATFORM, "port_up", port="till1"),
        render(PLATFORM, "remove_vlans", port="uplink", vlans="20,99"),
        render(PLATFORM, "allow_vlans", port="uplink", vlans="20,99"),
    ):
        ground.type_in(lines)
    assert drift(PLATFORM, ground.running(), ground.intended).clean
    for line in (
        *render(PLATFORM, "restart_service", service="dns"),
        *render(PLATFORM, "release_lease", address="10.1.10.77"),
    ):
        assert "%" not in ground.world.agent(*line.split())
