"""Management is in-band: what cuts the path cuts the controller off, and a timer on the device heals."""

from collections.abc import Iterator

import pytest
from napalm import get_network_driver
from netmiko import ConnectHandler, NetmikoAuthenticationException
from netmiko.exceptions import NetmikoTimeoutException

from lab.chain import make_chain
from lab.clock import LabClock
from lab.log import LabLog
from lab.startup import startup
from lab.world import World
from tests.lab.ios_server import ACCOUNTS, ENABLE, PORT, RunningLab, eventually

SWITCH, EDGE = "s002-sw1", "s002-edge"
TRUNK, WAN, LTE = "interface GigabitEthernet0/1", "interface GigabitEthernet0/0", "interface Cellular0/2/0"


@pytest.mark.parametrize(
    ("device", "lines", "lost"),
    [
        (SWITCH, ("interface Vlan99", "shutdown"), {SWITCH}),
        (SWITCH, ("no interface Vlan99",), {SWITCH}),
        (SWITCH, ("interface Vlan99", "ip address 10.2.99.9 255.255.255.0"), {SWITCH}),
        (SWITCH, ("no ip default-gateway",), {SWITCH}),
        (SWITCH, ("ip default-gateway 10.2.99.254",), {SWITCH}),
        (SWITCH, ("vlan 99", "shutdown"), {SWITCH, "s002-sw2"}),
        (SWITCH, ("interface gi1/0/1", "switchport trunk allowed vlan remove 99"), {SWITCH, "s002-sw2"}),
        (SWITCH, ("interface gi1/0/24", "switchport trunk allowed vlan 10,20,30"), {"s002-sw2"}),
        (SWITCH, ("interface gi1/0/24", "shutdown"), {"s002-sw2"}),
        (EDGE, (TRUNK, "shutdown"), {SWITCH, "s002-sw2"}),
        (EDGE, (f"{TRUNK}.99", "shutdown"), {SWITCH, "s002-sw2"}),
        (EDGE, (WAN, "shutdown"), set()),
        (EDGE, (WAN, "shutdown", LTE, "shutdown"), {EDGE, SWITCH, "s002-sw2"}),
        (EDGE, (WAN, "shutdown", "no ip route 0.0.0.0 0.0.0.0 Cellular0/2/0"), {EDGE, SWITCH, "s002-sw2"}),
        (EDGE, ("ip route 192.0.2.0 255.255.255.0 Null0",), {EDGE, SWITCH, "s002-sw2"}),
        (
            EDGE,
            ("ip access-list extended OUT", "permit ip host 10.2.99.2 any", WAN, "ip access-group OUT out"),
            {EDGE, "s002-sw2"},
        ),
        (
            EDGE,
            (
                "ip access-list extended IN",
                "deny tcp 192.0.2.0 0.0.0.255 any eq 22",
                "permit ip any any",
                WAN,
                "ip access-group IN in",
            ),
            {EDGE, SWITCH, "s002-sw2"},
        ),
        (EDGE, ("access-list 7 deny any", f"{TRUNK}.99", "ip access-group 7 out"), {SWITCH, "s002-sw2"}),
        (EDGE, ("hostname other", "interface gi0/0", "description same"), set()),
    ],
)
def test_what_cuts_management(bench, device, lines, lost):
    store = [EDGE, SWITCH, "s002-sw2"]
    assert all(bench.views[name].reachable() for name in store)
    before = bench.devices[device].running.copy()
    bench.type_in(device, *lines)
    assert {name for name in store if not bench.views[name].reachable()} == lost
    bench.devices[device].replace(before, "storenet-rw")
    bench.forward(3)
    assert all(bench.views[name].reachable() for name in store)


@pytest.mark.parametrize(
    ("lines", "open_"),
    [
        (("line vty 0 4", "transport input none"), ()),
        (("line vty 0 4", "transport input telnet"), ()),
        (("line vty 0 4", "transport input telnet ssh"), (0, 1, 2, 3, 4)),
        (("access-list 5 permit 10.0.0.0 0.255.255.255", "line vty 0 4", "access-class 5 in"), ()),
        (("access-list 5 permit 192.0.2.0 0.0.0.255", "line vty 0 4", "access-class 5 in"), (0, 1, 2, 3, 4)),
        (
            (
                "ip access-list extended X",
                "deny tcp host 192.0.2.10 any eq 22",
                "permit ip any any",
                "line vty 0 4",
                "access-class X in",
            ),
            (),
        ),
        (
            (
                "ip access-list extended X",
                "permit tcp 192.0.2.0 0.0.0.255 any eq ssh",
                "line vty 0 4",
                "access-class X in",
            ),
            (0, 1, 2, 3, 4),
        ),
        (("ip access-list standard MANAGEMENT", "no permit 192.0.2.0 0.0.0.255"), ()),
        (("line vty 0 4", "access-class UNWRITTEN in"), (0, 1, 2, 3, 4)),
        (("line vty 5 6", "transport input ssh"), (0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_vty_lines_are_doors(bench, lines, open_):
    device = bench.devices[SWITCH]
    bench.type_in(SWITCH, *lines)
    assert device.open_lines() == open_


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        ((), 15),
        (("no username storenet-rw",), None),
        (("no username storenet-ro",), 15),
        (("line vty 0 4", "no login"), None),
        (("line vty 0 4", "login"), None),
        (("aaa new-model",), 15),
        (("aaa new-model", "aaa authentication login default group tacacs+ local"), 15),
        (("aaa new-model", "aaa authentication login default group tacacs+"), None),
        (("username storenet-rw privilege 1 secret 9 $9$lab$storenet-rw",), 1),
        (("username storenet-rw privilege 15 secret word",), 15),
        (("username storenet-rw privilege 15 secret another",), None),
    ],
)
def test_accounts_are_the_configured_ones(bench, lines, level):
    bench.type_in(SWITCH, *lines)
    assert bench.devices[SWITCH].lets_in(0, "storenet-rw", "word") == level


@pytest.fixture
def store() -> Iterator[RunningLab]:
    """One store of the real world, on real SSH; a minute of a revert timer lasts a second and a half."""
    chain = make_chain(7, 2)
    world = World(chain, LabClock(chain.start), LabLog())
    names = [str(d.id) for d in chain.managed() if d.store == "s002"]
    texts = {name: startup(chain.chain, chain.chain.devices[name]) for name in names}
    lab = RunningLab(texts, views={name: world.view(name) for name in names}, revert_minute_seconds=1.5)
    lab.on_loop(world.begin)
    yield lab
    lab.close()


@pytest.mark.ssh
@pytest.mark.parametrize(
    "cut",
    ["interface Vlan99\n shutdown\n", "line vty 0 4\n transport input none\n", "no ip default-gateway\n"],
)
def test_a_merge_that_cuts_management_is_taken_back_by_the_device(store: RunningLab, cut: str) -> None:
    device = store.devices[SWITCH]
    driver = get_network_driver("ios")(
        store.addresses[SWITCH],
        "storenet-rw",
        ACCOUNTS["storenet-rw"][0],
        optional_args={"port": PORT, "secret": ENABLE, "dest_file_system": "flash:", "auto_file_prompt": False},
    )
    driver.open()
    driver.device.send_config_set(["file prompt quiet"])
    before = device.running.render()
    driver.load_merge_candidate(config=f"{cut}end\n")
    session = driver.device
    session.send_command("configure terminal revert timer 1", expect_string=r"\(config\)#")
    session.send_command("end", expect_string="#")
    session.write_channel("copy flash:merge_config.txt running-config\n")
    assert eventually(lambda: device.dark() or not device.open_lines())
    with pytest.raises((NetmikoTimeoutException, NetmikoAuthenticationException)):
        ConnectHandler(**store.netmiko(SWITCH, conn_timeout=0.4, banner_timeout=0.4, auth_timeout=0.4))
    assert eventually(lambda: not device.dark() and bool(device.open_lines()))
    with ConnectHandler(**store.netmiko(SWITCH)) as again:
        assert again.find_prompt() == f"{SWITCH}#"
    assert device.running.render() == before
    session.paramiko_cleanup()


@pytest.mark.ssh
def test_sessions_end_when_their_door_closes(store: RunningLab) -> None:
    device = store.devices[SWITCH]
    held = ConnectHandler(**store.netmiko(SWITCH, "storenet-ro"))
    assert len(device.lines.used) == 1
    store.on_loop(lambda: device.apply(["line vty 0 4", "transport input none", "end"], "jdoe"))
    assert eventually(lambda: not device.lines.used)
    held.paramiko_cleanup()
    store.on_loop(lambda: device.apply(["line vty 0 4", "transport input ssh", "no username storenet-ro"], "jdoe"))
    with pytest.raises(NetmikoAuthenticationException):
        ConnectHandler(**store.netmiko(SWITCH, "storenet-ro"))
