"""The platform ``openvswitch`` on a real switch: Open vSwitch and dnsmasq in namespaces, reached over real SSH."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory.connection import SessionLimits
from inventory.errors import AuthRefusedError, CommandRefusedError
from inventory.looks import (
    ArpRow,
    ClaimRow,
    InterfaceRow,
    LeaseRow,
    Look,
    MacRow,
    PingRow,
    PoolRow,
    PortRow,
    ServiceProbeRow,
    ServiceRow,
    TextRow,
    TrunkRow,
)
from inventory.model import Device, DeviceId, StoreId
from inventory.platforms import load_platforms
from inventory.secrets import Account, Accounts, SecretRef
from inventory.session import Session
from inventory.writes import Write
from tests.netns.ovs_world import PASSWORDS, SWITCH, SwitchWorld, until, why_not

pytestmark = [pytest.mark.netns, pytest.mark.netns_long, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
URL = "http://pay.hq.test/health"
PAYMENT = "172.16.10.10"
TILL_MAC = "02:53:00:01:05:01"


@dataclass(frozen=True)
class Permit:
    intent: str = "i1"

    def assert_live(self) -> None: ...


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SwitchWorld]:
    made = SwitchWorld(tmp_path_factory.mktemp("switch"))
    patch = pytest.MonkeyPatch()
    for account, password in PASSWORDS.items():
        patch.setenv(account.upper().replace("-", "_"), password)
    try:
        made.wait_for_lease()
        assert made.agent("save").strip() == "saved"
        with made.entered():
            yield made
    finally:
        patch.undo()
        made.close()


Make = Callable[[], Session]


@pytest.fixture
def make(world: SwitchWorld, tmp_path: Path) -> Iterator[Make]:
    made: list[Session] = []
    (tmp_path / SWITCH).write_text(f"10.1.99.2 {world.key.export_public_key().decode()}")
    device = Device(
        id=DeviceId(SWITCH), store=StoreId("s001"), role="switch", address="10.1.99.2", platform="openvswitch"
    )
    accounts = Accounts(
        read=Account(username="storenet-ro", password=SecretRef("env:STORENET_RO")),
        write=Account(username="storenet-rw", password=SecretRef("env:STORENET_RW")),
    )

    def build() -> Session:
        platform = load_platforms()["openvswitch"]
        limits = SessionLimits(connect_seconds=8.0, write_seconds=15.0)
        made.append(Session(device, platform, accounts, tmp_path, lambda: NOON, limits=limits))
        return made[-1]

    yield build
    for session in made:
        session.close()


@pytest.fixture
def session(make: Make) -> Session:
    return make()


def rows(session: Session, getter: str, **args: str) -> tuple:
    return session.read(Look(getter=getter, args=args)).rows


def config(session: Session) -> str:
    (row,) = rows(session, "running_config")
    assert isinstance(row, TextRow)
    return row.text


def test_ports_and_trunks(session):
    found = {row.name: row for row in rows(session, "ports")}
    assert found["till1"] == PortRow(name="till1", status="connected", vlan="10")
    assert found["uplink"] == PortRow(name="uplink", status="connected", vlan="trunk")
    assert set(found) == {"till1", "camera1", "spare1", "uplink", "svc10", "svc20", "mgmt"}
    assert rows(session, "trunks") == (TrunkRow(port="uplink", allowed=frozenset({10, 20, 99})),)


def test_macs_leases_arp_pools(session, world):
    (lease,) = [row for row in rows(session, "leases") if row.mac == TILL_MAC]
    assert isinstance(lease, LeaseRow)
    (ping,) = rows(session, "ping", destination=lease.address, source="svc10", count="2")
    assert isinstance(ping, PingRow)
    assert (ping.sent, ping.received) == (2, 2)
    assert MacRow(vlan=10, mac=TILL_MAC, port="till1") in rows(session, "macs")
    assert ArpRow(address=lease.address, mac=TILL_MAC, interface="svc10") in rows(session, "arp")
    assert PoolRow(vlan=10, size=100, used=1) in rows(session, "pools")
    (own,) = [row for row in rows(session, "interfaces") if row.name == "svc10"]
    assert own == InterfaceRow(name="svc10", address="10.1.10.2", method="manual", admin_up=True, oper_up=True)


def test_a_ping_without_an_answer(session):
    (row,) = rows(session, "ping", destination="10.1.10.250", count="1")
    assert row == PingRow(destination="10.1.10.250", sent=1, received=0, average_ms=None)


def test_a_function_tried_from_its_own_vlan(session):
    (row,) = rows(session, "service_probe", source="svc10", target=PAYMENT, count="10", bytes="1400", url=URL)
    assert isinstance(row, ServiceProbeRow)
    assert (row.sent, row.received, row.large_ok) == (10, 10, True)
    assert (row.resolved, row.http_asked, row.http_status) == (True, True, 200)
    (plain,) = rows(session, "service_probe", source="svc20", target=PAYMENT, count="3", bytes="-", url="-")
    assert (plain.large_ok, plain.resolved, plain.http_asked, plain.http_status) == (None, None, False, None)


def test_services_answer_and_nobody_claims_twice(session):
    assert set(rows(session, "services")) == {
        ServiceRow(name="dhcp", running=True, answers=None),
        ServiceRow(name="dns", running=True, answers=True),
    }
    found = {row.address: row for row in rows(session, "claims")}
    assert {"10.1.10.1", "10.1.20.1", "10.1.99.1"} <= set(found)
    assert all(len(row.macs) == 1 for row in found.values())
    (nobody,) = [row for row in rows(session, "claims", address="10.1.10.250") if row.address == "10.1.10.250"]
    assert nobody == ClaimRow(address="10.1.10.250", vlan=10, macs=frozenset())


def test_who_is_logged_in(make):
    first, second = make(), make()
    (row,) = rows(first, "users")
    assert [line.split()[:2] for line in row.text.splitlines()] == [["*", "storenet-ro"]]
    rows(second, "ports")
    (row,) = rows(first, "users")
    assert sorted(line[0] for line in row.text.splitlines()) == [" ", "*"]


def test_the_configuration_is_one_text(session):
    text = config(session)
    assert "interface till1\n switchport access vlan 10\n" in text
    assert "interface uplink\n switchport trunk allowed vlan 10,20,99\n" in text
    assert "dhcp vlan 10\n range 10.1.10.11 10.1.10.110 8h\n gateway 10.1.10.1\n dns 10.1.10.2\n" in text
    assert text.endswith("dns\n server 172.16.10.53")
    (port,) = rows(session, "port_config", port="till1")
    assert port.text == "interface till1\n switchport access vlan 10"


def test_what_is_not_to_be_looked_at_is_refused(session):
    with pytest.raises(CommandRefusedError, match="interface till9 does not exist"):
        rows(session, "port_config", port="till9")
    with pytest.raises(CommandRefusedError, match="svc77 is no interface of this switch"):
        rows(session, "ping", destination=PAYMENT, source="svc77", count="1")
    with pytest.raises(CommandRefusedError, match="has no look 'poe'"):
        rows(session, "poe")


# --- changes ------------------------------------------------------------------------------------------------------


def trial(*lines: str, seconds: int = 60) -> Write:
    return Write(kind="commit_confirm", lines=lines, revert_in_seconds=seconds)


def plain(*lines: str) -> Write:
    return Write(kind="config", lines=lines)


@pytest.fixture
def before(session: Session, world: SwitchWorld) -> Iterator[str]:
    """The configuration; whatever a test did to it is undone."""
    text = config(session)
    saved = startup(world)
    yield text
    world.agent("rollback")
    world.box.sh(f"cat > /etc/storenet/switch.conf <<'E'\n{saved}E\n")
    world.agent("boot")
    assert config(session) == text


def startup(world: SwitchWorld) -> str:
    return (world.box.etc / "storenet/switch.conf").read_text()


def pending_file(world: SwitchWorld) -> Path:
    return world.box.etc / "storenet/pending.json"


def test_a_change_that_is_confirmed_on_a_new_session_is_saved(make, world, before):
    first = make()
    applied = first.apply(trial("interface spare1", " switchport access vlan 20"), Permit())
    assert applied.diff == " interface spare1\n- switchport access vlan 10\n+ switchport access vlan 20"
    assert applied.pending_confirm
    assert startup(world).strip() == before
    second = make()
    assert second.pending()
    second.confirm(Permit())
    assert not second.pending()
    assert config(second) == before.replace("spare1\n switchport access vlan 10", "spare1\n switchport access vlan 20")
    assert startup(world).strip() == config(second)
    assert world.box.run("ovs-vsctl", "get", "port", "spare1", "tag").strip() == "20"


def test_a_change_nobody_confirms_is_taken_back_by_the_switch(session, world, before):
    lines = ("interface uplink", " switchport trunk allowed vlan 10,99", "dns", " server 10.0.0.9")
    session.apply(trial(*lines, seconds=10), Permit())
    assert world.box.run("ovs-vsctl", "get", "port", "uplink", "trunks").strip() == "[10, 99]"
    until(lambda: not pending_file(world).exists(), "taken back", 20)
    assert config(session) == before
    assert not session.pending()


def test_a_change_is_undone_at_once(session, before):
    session.apply(trial("dhcp vlan 10", " range 10.1.10.11 10.1.10.12 1h"), Permit())
    assert " range 10.1.10.11 10.1.10.12 1h" in config(session)
    session.undo(Permit())
    assert config(session) == before
    with pytest.raises(CommandRefusedError, match="nothing is pending"):
        session.confirm(Permit())


def typed(world: SwitchWorld, *lines: str) -> str:
    """Type lines on the switch itself."""
    script = "\n".join((*lines, "exit"))
    return world.box.sh(f"storenet-ovs shell <<'E'\n{script}\nE\n")


def test_management_that_is_cut_by_the_change_comes_back(make, world, before):
    said = typed(
        world, "configure", "interface mgmt", " switchport access vlan 20", " shutdown", "commit confirmed 3", "pending"
    )
    assert '"pending":true' in said
    until(lambda: not pending_file(world).exists(), "taken back", 20)
    session = make()
    with pytest.raises(CommandRefusedError, match="nothing is pending"):
        session.confirm(Permit())
    assert config(session) == before


def test_power_lost_while_a_change_is_pending(make, world, before):
    make().apply(trial("interface till1", " switchport access vlan 20", seconds=600), Permit())
    world.restart()
    session = make()
    assert config(session) == before
    assert not session.pending()


KILLED = ("_arm", "_mark", "_apply", "_look_again")


@pytest.mark.parametrize("step", KILLED)
def test_the_agent_killed_at_any_point_of_a_change(make, world, before, step):
    killing = (
        "import os,sys,signal; sys.path.insert(0,'/usr/local/sbin/storenet-ovs')\n"
        "from agent import trial\n"
        f"real=trial.{step}\n"
        "def struck(*a,**k):\n"
        f"    {'' if step == '_arm' else 'real(*a,**k)'}\n"
        "    os.kill(os.getpid(),signal.SIGKILL)\n"
        f"trial.{step}=struck\n"
        "trial.commit(['interface till1',' switchport access vlan 20','dns',' server 10.0.0.9'],2,by='me',"
        "agent='/usr/local/sbin/storenet-ovs',keep=True)\n"
    )
    world.box.run("python3", "-c", killing, check=False)
    until(lambda: not pending_file(world).exists(), "taken back", 20)
    assert config(make()) == before


def test_the_timer_itself_killed(make, world, before):
    session = make()
    typed(world, "configure", "interface till1", " switchport access vlan 20", "commit confirmed 3")
    (sleeper,) = world.box.run("pgrep", "-f", "revert-after").split()
    world.box.run("kill", "-9", sleeper)
    assert config(session) != before
    until(lambda: config(session) == before, "whoever asks next takes it back", 20)
    assert not session.pending()


def test_a_second_change_while_one_is_pending(make, before):
    make().apply(trial("interface spare1", " switchport access vlan 20"), Permit())
    with pytest.raises(CommandRefusedError, match="a change of storenet-rw waits for its confirmation"):
        make().apply(trial("interface spare1", " switchport access vlan 30"), Permit())
    with pytest.raises(CommandRefusedError, match="waits for its confirmation"):
        make().apply(plain("interface spare1", " shutdown"), Permit())
    make().undo(Permit())


REFUSED = (
    (("interface till9", " shutdown"), "interface till9 does not exist"),
    (("interface till1", " switchport access vlan 5000"), "5000 is no VLAN"),
    (("interface till1", " switchport trunk allowed vlan add 20"), "the port is no trunk"),
    (("interface uplink", " switchport trunk allowed vlan remove 10,20,99"), "at least one VLAN"),
    (("interface till1", " ip address 1.2.3.4"), "not understood"),
    (("dns", "shutdown"), "not understood"),
    (("dhcp vlan 30", " range 10.1.30.5 10.1.30.9 1h"), "no interface of this switch has an address in VLAN 30"),
    (("dhcp vlan 10", " range 10.1.20.5 10.1.20.9 1h"), "is not within 10.1.10.0/24"),
    (("dhcp vlan 10", " range 10.1.10.9 10.1.10.5 1h"), "before it begins"),
    (("dhcp vlan 10", " no range"), "dhcp vlan 10 has no range"),
    (("dns", " server nowhere"), "is not an IPv4 address"),
    (("dns", " extra nonsense=1"), "dnsmasq does not take it"),
    (("dns", " extra dhcp-script=/bin/sh"), "dhcp-script is not set from here"),
    (("no interface svc10",), "is the switch's own and stays"),
)


def test_what_is_refused_changes_nothing(session, world, before):
    for lines, words in REFUSED:
        typed_in = ("interface spare1", " shutdown", *lines)
        for last in ("end", "commit confirmed 10"):
            said = typed(world, "configure", *typed_in, last)
            assert words in next(line for line in said.splitlines() if "# % " in line)
    assert config(session) == before
    assert not session.pending()


def test_a_refusal_names_its_line(session, before):
    lines = ("interface spare1", " shutdown", "interface till9", " shutdown")
    with pytest.raises(CommandRefusedError, match=r"line 3 of 4 .'interface till9'.: interface till9 does not exist"):
        session.apply(trial(*lines), Permit())
    with pytest.raises(CommandRefusedError, match=r"line 3 of 4 .* refused: % interface till9 does not exist"):
        session.apply(plain(*lines), Permit())
    assert config(session) == before


def test_plain_lines_take_effect_together_and_are_not_saved(session, world, before):
    session.apply(plain("interface till1", " shutdown", "interface uplink", " mtu 1400"), Permit())
    assert {r.name: r.status for r in rows(session, "ports")}["till1"] == "disabled"
    assert "interface uplink\n switchport trunk allowed vlan 10,20,99\n mtu 1400\n" in config(session)
    assert startup(world).strip() == before
    session.apply(plain("interface till1", " no shutdown", "interface uplink", " no mtu"), Permit())
    assert config(session) == before


def test_vlans_are_added_to_a_trunk_and_taken_away(session, before):
    session.apply(plain("interface uplink", " switchport trunk allowed vlan remove 20"), Permit())
    assert rows(session, "trunks") == (TrunkRow(port="uplink", allowed=frozenset({10, 99})),)
    session.apply(trial("interface uplink", " switchport trunk allowed vlan add 20"), Permit())
    assert rows(session, "trunks") == (TrunkRow(port="uplink", allowed=frozenset({10, 20, 99})),)
    session.confirm(Permit())
    assert config(session) == before


def test_a_hand_edit_is_seen_and_taken_away(session, world, before):
    world.box.sh("echo address=/pay.hq.test/10.9.9.9 >> /etc/dnsmasq.d/base.conf; ovs-vsctl clear port till1 tag")
    assert "dns\n server 172.16.10.53\n extra address=/pay.hq.test/10.9.9.9" in config(session)
    assert "interface till1\ninterface uplink" in config(session)
    lines = ("interface till1", " switchport access vlan 10", "dns", " no extra address=/pay.hq.test/10.9.9.9")
    session.apply(trial(*lines), Permit())
    session.confirm(Permit())
    assert config(session) == before


def test_a_port_taken_out_of_the_bridge_is_put_back(session, world, before):
    world.box.run("ovs-vsctl", "del-port", "till1")
    assert "till1" not in config(session)
    session.apply(trial("interface till1", " switchport access vlan 10"), Permit())
    assert config(session) == before
    session.undo(Permit())
    assert "till1" not in config(session)
    session.apply(plain("interface till1", " switchport access vlan 10"), Permit())


# --- services -----------------------------------------------------------------------------------------------------


def dnsmasq(world: SwitchWorld) -> int:
    return int(world.box.run("cat", "/run/dnsmasq.pid"))


@pytest.mark.parametrize("strike", [signal.SIGKILL, signal.SIGSTOP])
def test_a_dead_or_hung_service_is_seen_and_restarted(session, world, strike):
    rows(session, "services")
    world.box.run("kill", f"-{strike.value}", str(dnsmasq(world)))
    assert {row.name: (row.running, row.answers) for row in rows(session, "services")} == {
        "dhcp": (False, None),
        "dns": (False, False),
    }
    session.apply(Write(kind="exec", lines=("restart-service dns",)), Permit())
    assert all(row.running and row.answers is not False for row in rows(session, "services"))
    assert len(world.box.run("pidof", "dnsmasq").split()) == 1


def test_what_restarts_the_service_is_the_installers_choice(session, world):
    script = "pkill -F /run/dnsmasq.pid; sleep 0.2; touch /run/again; dnsmasq -C /dev/null -7 /etc/dnsmasq.d,*.conf"
    world.box.sh(f"""echo '{{"restart": ["sh", "-c", "{script}"]}}' > /etc/storenet/agent.json""")
    try:
        assert world.agent("restart-service", "dns").strip() == "dns restarted"
        assert world.box.run("ls", "/run/again")
    finally:
        world.box.sh("rm /etc/storenet/agent.json")


def test_a_name_server_upstream_that_is_dead_is_not_ours(session, world):
    world.edge.run("pkill", "-STOP", "-F", "/run/names.pid")
    try:
        (row,) = rows(session, "service_probe", source="svc10", target=PAYMENT, count="2", bytes="-", url=URL)
        assert (row.resolved, row.http_status) == (False, None)
        assert all(r.running and r.answers is not False for r in rows(session, "services"))
    finally:
        world.edge.run("pkill", "-CONT", "-F", "/run/names.pid")


def test_a_lease_is_released(session, world):
    world.box.sh('echo "$(($(date +%s)+3600)) 02:53:00:00:00:77 10.1.10.77 * *" >> /tmp/stale')
    world.box.sh("pkill -F /run/dnsmasq.pid; sleep 0.2; cat /tmp/stale >> /var/lib/misc/dnsmasq.leases")
    session.apply(Write(kind="exec", lines=("restart-service dhcp",)), Permit())
    assert LeaseRow(address="10.1.10.77", mac="02:53:00:00:00:77") in rows(session, "leases")
    session.apply(Write(kind="exec", lines=("note token-1", "release-lease 10.1.10.77")), Permit())
    assert "10.1.10.77" not in {row.address for row in rows(session, "leases")}
    (log,) = rows(session, "log", text="token-1")
    assert log.text.endswith("token-1")
    with pytest.raises(CommandRefusedError, match="a service is one of dns, dhcp"):
        session.apply(Write(kind="exec", lines=("restart-service all",)), Permit())


def test_an_address_that_two_claim(session, world):
    spare = world.boxes["s001-spare1"]
    spare.sh("ip addr add 10.1.10.1/24 dev eth0")
    try:
        found = {(row.address, row.vlan): row.macs for row in rows(session, "claims")}
        assert len(found["10.1.10.1", 10]) == 2
        learned = {row.mac: row.port for row in rows(session, "macs")}
        assert {learned[mac] for mac in found["10.1.10.1", 10]} == {"uplink", "spare1"}
    finally:
        spare.sh("ip addr del 10.1.10.1/24 dev eth0")


def test_a_switch_daemon_that_is_hung_is_a_doubt(session, world):
    rows(session, "ports")
    number = world.box.run("cat", "/run/openvswitch/ovs-vswitchd.pid").strip()
    # a stopped daemon would take the management path with it: ask on the switch itself
    world.box.run("kill", "-STOP", number)
    try:
        said = world.agent("macs")
    finally:
        world.box.run("kill", "-CONT", number)
    assert '"error":"ovs-vswitchd does not answer' in said


def test_a_read_account_may_only_look(make, world):
    assert world.box.run("sudo", "-u", "storenet-ro", "sudo", "-n", "storenet-ovs", "shell", check=False).startswith(
        "sudo:"
    )
    said = world.box.sh("echo configure | sudo -u storenet-ro sudo -n storenet-ovs look")
    assert "% this account may only look" in said


def test_an_account_without_leave_is_told_so(world, make, monkeypatch):
    world.box.sh("mv /etc/sudoers.d/storenet /etc/sudoers.d.away")
    try:
        with pytest.raises(AuthRefusedError, match="refused"):
            rows(make(), "ports")
    finally:
        world.box.sh("mv /etc/sudoers.d.away /etc/sudoers.d/storenet")
