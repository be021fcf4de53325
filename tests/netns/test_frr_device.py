"""The platform ``frr`` against one real router: looks, the agent's timer, and the circle of drift."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from napalm.base.exceptions import CommitError, MergeConfigException, ReplaceConfigException

from inventory.connection import SessionLimits, host_keys_of
from inventory.errors import AuthRefusedError, CommandRefusedError, DoubtfulOutputError, UnreachableError
from inventory.files import load_accounts, load_chain
from inventory.intent import load_intent
from inventory.looks import BgpRow, DefaultRouteRow, InterfaceRow, Look, TextRow
from inventory.model import DeviceId
from inventory.platforms import load_platforms
from inventory.platforms.frr.napalm_frr import FRRDriver
from inventory.session import Session
from inventory.writes import Write
from templates.drift import drift, in_effect
from templates.render import render
from templates.rendering import render_all
from tests.netns.frr_world import EDGE_ADDRESS, PASSWORDS, World, until, why_not
from tests.templates.frr_content import write_frr_content

pytestmark = [pytest.mark.netns, pytest.mark.netns_long, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
EDGE = DeviceId("s001-edge")
PRIMARY, BACKUP = "198.18.1.1", "100.72.1.1"
SHUT = ("router bgp 4200000001", f" neighbor {PRIMARY} shutdown", f" neighbor {BACKUP} shutdown")
QUICK = 30.0
LONG = pytest.mark.chaos
"""More of the same: for ``make chaos``."""


class Permit:
    intent = "i1"

    def assert_live(self) -> None:
        """Always."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    world: World
    session: Session
    intended: str

    @property
    def edge(self):
        return self.world.edge

    def look(self, getter: str):
        return self.session.read(Look(getter=getter)).rows

    def running(self) -> str:
        (row,) = self.look("running_config")
        assert isinstance(row, TextRow)
        return row.text

    def trial(self, *lines: str, seconds: int = 60) -> str:
        write = Write(kind="commit_confirm", lines=lines, revert_in_seconds=seconds)
        return self.session.apply(write, Permit()).diff

    def agent(self, *words: str) -> str:
        return self.edge.run("storenet-frr", *words)

    def apply(self, lines: tuple[str, ...], seconds: int, before: str = "") -> str:
        """Give lines to the agent itself, on the router."""
        (self.edge.home / "sbin/candidate").write_text("\n".join(lines) + "\n")
        command = f"{before}storenet-frr apply --seconds {seconds} < /usr/local/sbin/candidate 2>&1 && echo taken"
        return self.edge.run("sh", "-c", command, check=False).strip()

    def sleepers(self) -> list[int]:
        """Ids of the agent's sleepers, as the host counts them."""
        place = Path(f"/proc/{self.edge.inside}/ns/pid").readlink()
        return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit() and _is_sleeper(one, place)]


def _is_sleeper(process: Path, place: Path) -> bool:
    try:
        return b"storenet-frr" in (process / "cmdline").read_bytes() and (process / "ns/pid").readlink() == place
    except OSError:
        return False


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    content = write_frr_content(tmp_path_factory.mktemp("content"))
    chain = load_chain(content)
    edge = chain.devices[EDGE]
    (rendering,) = render_all(content, chain, load_intent(content, chain), [edge])
    world = World(tmp_path_factory.mktemp("world"), rendering.text)
    patch = pytest.MonkeyPatch()
    try:
        patch.setenv("STORENET_READ_PASSWORD", PASSWORDS["storenet-ro"])
        patch.setenv("STORENET_WRITE_PASSWORD", PASSWORDS["storenet-rw"])
        (host_keys_of(content) / EDGE).write_text(f"{EDGE} {(world.edge.etc / 'ssh/key.pub').read_text()}")
        platform = load_platforms()["frr"]
        limits = SessionLimits(connect_seconds=8, read_seconds=4, write_seconds=20)
        reached = replace(edge, address=EDGE_ADDRESS)
        with world.entered():
            session = Session(
                reached,
                platform,
                load_accounts(content),
                host_keys_of(content),
                lambda: datetime.now(UTC),
                limits=limits,
            )
            yield Ground(world=world, session=session, intended=rendering.text)
            session.close()
    finally:
        patch.undo()
        world.close()


@pytest.fixture(autouse=True)
def as_intended(ground: Ground) -> Iterator[None]:
    yield
    if ground.agent("pending").startswith("pending"):
        ground.agent("rollback")
    if not drift("frr", ground.running(), ground.intended).clean:
        ground.edge.run("sh", "-c", "/usr/lib/frr/frr-reload.py --reload /etc/frr/frr.conf >/dev/null")
        ground.edge.vtysh("write")
    assert drift("frr", ground.running(), ground.intended).clean


def established(ground: Ground) -> bool:
    rows = ground.look("bgp")
    up = all(isinstance(row, BgpRow) and (row.prefixes, row.advertised) == (1, 4) for row in rows)
    return up and bool(ground.look("default_route"))


# --- looks ----------------------------------------------------------------------------------------------------------


def test_looks_say_what_the_router_does(ground):
    until(lambda: established(ground), "both sessions up")
    bgp = {row.neighbor: row for row in ground.look("bgp")}
    assert (bgp[PRIMARY].remote_as, bgp[PRIMARY].advertised, bgp[BACKUP].advertised) == ("64501", 4, 4)
    assert bgp[PRIMARY].since_seconds is not None
    assert ground.look("default_route") == (DefaultRouteRow(next_hop=PRIMARY, interface="wan0", distance=20),)
    rows = {row.name: row for row in ground.look("interfaces")}
    expected = InterfaceRow(name="wan0", address="198.18.1.2", method="static", admin_up=True, oper_up=True)
    assert rows["wan0"] == expected
    assert drift("frr", ground.running(), ground.intended).clean


def test_a_neighbour_shut_by_hand_and_a_route_to_nowhere_are_seen(ground):
    ground.edge.configure(*SHUT[:2], "exit", "ip route 0.0.0.0/0 Null0 5")
    assert {row.neighbor: row.state for row in ground.look("bgp")}[PRIMARY] == "shut"
    until(lambda: ground.look("default_route")[0].interface == "Null0", "the route to nowhere wins", QUICK)
    assert ground.look("default_route") == (DefaultRouteRow(next_hop=None, interface="Null0", distance=5),)


def test_a_hung_bgpd_is_told_as_no_answer_and_the_looks_come_back(ground):
    (bgpd,) = ground.edge.run("cat", "/run/frr/bgpd.pid").split()
    ground.edge.run("kill", "-STOP", bgpd)
    try:
        with pytest.raises(UnreachableError):
            ground.session.read(Look(getter="bgp"))
    finally:
        ground.edge.run("kill", "-CONT", bgpd)
    until(lambda: ground.look("bgp"), "bgpd answers", QUICK)


def test_facts_through_the_read_account(ground):
    facts = ground.session.deep("get_facts")
    assert (facts["hostname"], facts["vendor"]) == (EDGE, "FRRouting")


def test_a_write_account_that_sudo_refuses_is_told_so(ground):
    sudoers = ground.edge.etc / "sudoers.d/storenet"
    before = sudoers.read_text()
    ground.edge.run("sh", "-c", "echo 'storenet-rw ALL=(root) NOPASSWD: /bin/false' > /etc/sudoers.d/storenet")
    try:
        with pytest.raises(AuthRefusedError):
            ground.session.pending()
    finally:
        ground.edge.run("sh", "-c", f"printf '%s' '{before}' > /etc/sudoers.d/storenet")
    assert not ground.session.pending()


# --- plain writes ---------------------------------------------------------------------------------------------------


def test_configuration_lines_and_a_refused_one(ground):
    config = Write(kind="config", lines=("interface wan0", " description northtel"))
    ground.session.apply(config, Permit())
    assert " description northtel" in ground.running()
    wrong = Write(kind="config", lines=("interface wan0", " descriptionn x", " description other"))
    with pytest.raises(CommandRefusedError, match="line 2 of 3"):
        ground.session.apply(wrong, Permit())
    assert " description northtel" in ground.running()
    unknown = Write(kind="config", lines=("router bgp 4200000001", " neighbor 203.0.113.9 shutdown"))
    with pytest.raises(CommandRefusedError, match="Specify remote-as"):
        ground.session.apply(unknown, Permit())


def test_words_of_the_actions_are_taken(ground):
    def typed(template: str, **values: str | int) -> None:
        ground.session.apply(Write(kind="config", lines=render("frr", template, **values)), Permit())

    before = ground.running()
    typed("steer_to_backup", asn=4200000001, neighbor=PRIMARY)
    assert f" neighbor {PRIMARY} shutdown" in ground.running()
    typed("steer_back", asn=4200000001, neighbor=PRIMARY)
    typed("reapply_policy", route_map="PRIMARY-OUT", seq=10, prefix_list="STORE")
    typed("port_down", port="lte0")
    until(lambda: not {row.name: row for row in ground.look("interfaces")}["lte0"].admin_up, "lte0 is down", QUICK)
    typed("port_up", port="lte0")
    assert ground.running() == before


# --- the timer ------------------------------------------------------------------------------------------------------


def test_a_change_is_confirmed_by_a_new_session_and_saved(ground):
    assert ground.trial("ip route 203.0.113.0/24 Null0") == "+ip route 203.0.113.0/24 Null0\n"
    assert "203.0.113.0" not in ground.edge.startup.read_text()
    ground.session.close()
    assert ground.session.pending()
    ground.session.confirm(Permit())
    assert not ground.session.pending()
    assert "ip route 203.0.113.0/24 Null0" in ground.edge.startup.read_text()
    assert ground.edge.startup.stat().st_mode & 0o777 == 0o640
    with pytest.raises(CommandRefusedError, match="nothing is pending"):
        ground.session.confirm(Permit())
    ground.trial("no ip route 203.0.113.0/24 Null0")
    ground.session.confirm(Permit())


def test_a_change_is_taken_back_on_demand(ground):
    before = ground.running()
    ground.trial(*SHUT[:2])
    assert ground.running() != before
    ground.session.undo(Permit())
    assert ground.running() == before
    assert not ground.session.pending()


def test_only_one_change_at_a_time(ground):
    ground.trial("ip route 203.0.113.0/24 Null0")
    with pytest.raises(CommandRefusedError, match="waits for its confirmation"):
        ground.trial("ip route 203.0.114.0/24 Null0")
    assert "203.0.114" not in ground.running()
    assert ground.session.pending()


def test_both_uplinks_shut_come_back_by_the_routers_own_timer(ground):
    until(lambda: established(ground), "both sessions up")
    before = ground.running()
    ground.trial("interface wan0", " shutdown", "interface lte0", " shutdown", *SHUT, seconds=10)
    assert ground.look("default_route") == ()
    ground.session.close()
    until(lambda: ground.agent("pending").strip() == "none", "the timer has run out", 40)
    assert ground.running() == before
    until(lambda: established(ground), "both sessions up again", 40)


@pytest.mark.parametrize("killed", [1, 2])
def test_the_timer_survives_kill_nine(ground, killed):
    """One sleeper killed: the other does it. Both: whoever asks next takes the change back."""
    before = ground.running()
    ground.apply(SHUT, 3)
    sleepers = ground.sleepers()
    assert len(sleepers) == 2
    for number in sleepers[:killed]:
        os.kill(number, signal.SIGKILL)
    until(lambda: len(ground.sleepers()) == 2 - killed, "killed")
    if killed == 2:
        assert not ground.session.pending()
    else:
        assert ground.session.pending()
        until(lambda: not ground.sleepers(), "the change was taken back", 40)
    assert ground.running() == before


def test_a_reboot_takes_the_change_back(ground):
    ground.trial(*SHUT[:2], seconds=600)
    assert "shutdown" in ground.running()
    ground.session.close()
    ground.edge.crash()
    ground.edge.boot()
    until(lambda: " shutdown" not in ground.edge.running(), "the startup configuration runs")
    assert not ground.session.pending()
    assert drift("frr", ground.running(), ground.intended).clean


@pytest.mark.parametrize("moment", [0.1, 0.2, *(pytest.param(at, marks=LONG) for at in (0.05, 0.15, 0.3, 0.5))])
def test_the_agent_killed_at_any_moment_leaves_the_router_as_it_was_or_under_a_timer(ground, moment):
    before = ground.running()
    ground.apply(SHUT, 3, before=f"timeout -s KILL {moment} ")
    until(lambda: ground.agent("pending").strip() == "none", "nothing is pending any more", 60)
    assert ground.running() == before


def test_two_controllers_at_once_make_one_change(ground):
    said: list[str] = []

    def change() -> None:
        said.append(ground.apply(("ip route 203.0.113.0/24 Null0",), 60))

    threads = [threading.Thread(target=change) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said, key=len) == ["taken", *["another change waits for its confirmation"] * 2]


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ("ip ruote 203.0.113.0/24 Null0",),
        ("router bgp 4200000001", " neighbour 198.18.1.1 shutdown"),
        (
            "ip route 203.0.113.0/24 Null0",
            "router bgp 4200000001",
            " address-family ipv4 unicast",
            "  networkk 10.0.0.0/8",
        ),
        ("ip route 203.0.113.0/24 Null0", "router bgp 65001", " neighbor 9.9.9.9 remote-as 1"),
        ("ip route 203.0.113.0/24 Null0", "router bgp 4200000001", " neighbor 9.9.9.9 shutdown"),
        ("ip route 203.0.113.0/24 Null0", "no interface wan0"),
    ],
)
def test_a_mistake_at_any_depth_changes_nothing(ground, lines):
    before, saved = ground.running(), ground.edge.startup.read_text()
    with pytest.raises(CommandRefusedError):
        ground.trial(*lines)
    assert ground.running() == before
    assert ground.edge.startup.read_text() == saved
    assert not ground.session.pending()


def test_without_the_agent_nothing_is_changed(ground):
    agent = ground.edge.home / "sbin/storenet-frr"
    agent.rename(agent.with_name("away"))
    try:
        with pytest.raises(CommandRefusedError, match="is not installed"):
            ground.trial("ip route 203.0.113.0/24 Null0")
        with pytest.raises(DoubtfulOutputError):
            ground.session.pending()
    finally:
        agent.with_name("away").rename(agent)


# --- NAPALM ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def driver(ground: Ground) -> Iterator[FRRDriver]:
    with FRRDriver(EDGE_ADDRESS, "storenet-rw", PASSWORDS["storenet-rw"], timeout=20) as driver:
        yield driver


def test_napalm_getters_on_the_real_router(ground, driver):
    until(lambda: established(ground), "both sessions up")
    assert driver.is_alive() == {"is_alive": True}
    assert driver.get_facts()["uptime"] > 0
    assert driver.get_interfaces()["wan0"]["is_up"]
    assert driver.get_interfaces_ip()["wan0"]["ipv4"] == {"198.18.1.2": {"prefix_length": 30}}
    assert driver.get_interfaces_counters()["wan0"]["rx_octets"] > 0
    assert driver.get_bgp_neighbors()["global"]["peers"][PRIMARY]["address_family"]["ipv4"]["sent_prefixes"] == 4
    assert driver.get_bgp_neighbors_detail(PRIMARY)["global"][64501][0]["export_policy"] == "PRIMARY-OUT"
    assert PRIMARY in {entry["ip"] for entry in driver.get_arp_table()}
    assert driver.get_config()["running"] == ground.edge.running()
    assert driver.ping(PRIMARY, count=2, timeout=1)["success"]["packet_loss"] == 0
    assert "packet_loss" in driver.ping("203.0.113.77", count=1, timeout=1).get("success", {"packet_loss": 1})
    assert "FRRouting" in driver.cli(["show version"])["show version"]


def test_napalm_replaces_a_whole_configuration_and_goes_back(ground, driver):
    before = ground.edge.running()
    wanted = before.replace("local-preference 200", "local-preference 300")
    driver.load_replace_candidate(config=wanted)
    assert "+ set local-preference 300" in driver.compare_config()
    driver.commit_config()
    assert ground.edge.running() == wanted
    assert "local-preference 300" in ground.edge.startup.read_text()
    driver.rollback()
    assert ground.edge.running() == before
    assert ground.edge.startup.read_text().split() == before.split()


def test_napalm_refuses_what_frr_reload_would_take_for_an_empty_file(ground, driver):
    """A file that does not parse: frr-reload.py tells it as a difference that deletes everything."""
    before = ground.edge.running()
    with pytest.raises(ReplaceConfigException, match="networkk"):
        driver.load_replace_candidate(config=before.replace("  network 10.1.10.0/24", "  networkk 10.1.10.0/24"))
    with pytest.raises(MergeConfigException):
        driver.load_merge_candidate(config="ip ruote 203.0.113.0/24 Null0")
    assert driver.compare_config() == ""
    driver.load_merge_candidate(config="router bgp 4200000001\n neighbor 203.0.113.9 shutdown\n")
    with pytest.raises(CommitError, match="Specify remote-as"):
        driver.commit_config(revert_in=60)
    assert not driver.has_pending_commit()
    assert ground.edge.running() == before


BY_PREFIX = "ip prefix-list STORE seq 99 deny 10.1.10.0/24"


def told(ground: Ground) -> int:
    """How many of the store's prefixes bgpd itself lets pass to the primary carrier."""
    passing = ground.edge.vtysh("show ip bgp route-map PRIMARY-OUT").splitlines()
    return sum(" 32768 " in line for line in passing)


@pytest.mark.parametrize("back", ["remedy", "rollback"])
def test_an_entry_taken_away_takes_no_other_along(ground, back):
    """The lists are matched anew on the way back."""
    assert told(ground) == 4
    if back == "remedy":
        ground.edge.configure(BY_PREFIX)
        ground.trial(*drift("frr", ground.running(), ground.intended).remedy)
        ground.session.confirm(Permit())
    else:
        ground.trial(BY_PREFIX)
        ground.session.undo(Permit())
    assert drift("frr", ground.running(), ground.intended).clean
    assert told(ground) == 4


def test_a_policy_applied_anew_heals_the_fault_that_no_difference_shows(ground):
    """FRR 8.4.4: difference empty, sessions up, one of four prefixes not told any more."""
    ground.edge.configure(BY_PREFIX, f"no {BY_PREFIX}")
    assert told(ground) == 3
    assert drift("frr", ground.running(), ground.intended).clean
    for name in ("PRIMARY-OUT", "BACKUP-OUT"):
        lines = render("frr", "reapply_policy", route_map=name, seq=10, prefix_list="STORE")
        ground.session.apply(Write(kind="config", lines=lines), Permit())
    assert told(ground) == 4


# --- the circle -----------------------------------------------------------------------------------------------------

BGP = "router bgp 4200000001"
BY_HAND = {
    "neighbour shut": (BGP, f"neighbor {PRIMARY} shutdown"),
    "wrong AS": (BGP, f"neighbor {PRIMARY} remote-as 65009"),
    "route to nowhere": ("ip route 0.0.0.0/0 Null0",),
    "network gone": (BGP, "address-family ipv4 unicast", "no network 10.1.10.0/24"),
    "policy changed": ("route-map PRIMARY-IN permit 10", "no set local-preference 200"),
    "policy let open": ("route-map PRIMARY-OUT permit 10", "match ip address prefix-list DEFAULT"),
    "entry added": ("ip prefix-list STORE seq 99 deny any",),
    "entry gone": ("no ip prefix-list STORE seq 10 permit 10.1.10.0/24",),
    "port shut": ("interface wan0", "shutdown"),
    "port described": ("interface wan0", "description by hand"),
    "address changed": ("interface lan0.10", "no ip address 10.1.10.1/24", "ip address 10.1.10.2/24"),
    "VLAN added": ("interface lan0.40", "ip address 10.1.40.1/24"),
    "neighbour added": (
        *(BGP, "neighbor 203.0.113.9 remote-as 7", "neighbor 203.0.113.9 description x"),
        *("address-family ipv4 unicast", "neighbor 203.0.113.9 route-map PRIMARY-IN in"),
    ),
    "neighbour gone": (BGP, f"no neighbor {BACKUP}"),
    "BFD gone": (BGP, f"no neighbor {BACKUP} bfd"),
    "timers changed": (BGP, f"neighbor {BACKUP} timers 10 30", "bgp router-id 192.0.2.1", "bgp ebgp-requires-policy"),
    "BFD slower": ("bfd", "profile line", "detect-multiplier 50"),
    "another AS": (f"no {BGP}", "router bgp 65000", f"neighbor {PRIMARY} remote-as 64501"),
    "no BGP": (f"no {BGP}",),
}
SHORT = ("neighbour shut", "wrong AS", "route to nowhere", "network gone", "policy changed", "VLAN added", "another AS")


@pytest.mark.parametrize("name", [*SHORT, *(pytest.param(name, marks=LONG) for name in BY_HAND if name not in SHORT)])
def test_the_remedy_restores_what_was_intended_and_its_undo_goes_back(ground, name):
    ground.edge.configure(*BY_HAND[name])
    there = ground.running()
    found = drift("frr", there, ground.intended)
    assert found.remedy
    ground.trial(*found.remedy)
    assert drift("frr", ground.running(), ground.intended).clean
    assert in_effect("frr", ground.running(), found.remedy)
    assert not in_effect("frr", there, found.remedy)
    ground.session.confirm(Permit())
    ground.trial(*found.undo)
    assert sorted(ground.running().split("\n")) == sorted(there.split("\n"))
