"""An Arista switch over real SSH: looks, writes, and changes under the switch's own timer.

What arrived is judged by the switch's own configuration. The switch's minute takes less than a second here. One switch
speaks as EOS 4.32 and later about a change that waits, the other as EOS until 4.31.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from inventory.connection import SessionLimits
from inventory.errors import CommandRefusedError, StaleTokenError
from inventory.looks import (
    ArpRow,
    DefaultRouteRow,
    InterfaceRow,
    Look,
    MacRow,
    NeighborRow,
    PingRow,
    PortRow,
    Reading,
    TextRow,
    TrunkRow,
)
from inventory.model import Chain, Device, DeviceId, Store, StoreId
from inventory.platforms.arista_eos.port_reader import GETTERS
from inventory.port_rows import ClockRow, LinkDownRow, MemoryRow
from inventory.secrets import Account, Accounts, SecretRef
from inventory.session import Session, Sessions
from inventory.writes import Write
from lab.devices.arista_eos.device import EosDevice
from lab.devices.host_keys import host_key, known_hosts_line
from tests.inventory.lab_process import Leave
from tests.lab.eos_server import ACCOUNTS, ENABLE, PORT, SWITCH, EosLab
from tests.lab.ios_server import eventually

pytestmark = pytest.mark.ssh
NEW, OLD = "s001-sw1", "s002-sw1"
BOTH = pytest.mark.parametrize("name", [NEW, OLD])
LIMITS = SessionLimits(read_seconds=3.0, write_seconds=3.0, settle_seconds=0.1)
TILL = "Ethernet5"
MINUTE_SECONDS = 0.6


@dataclass(frozen=True, kw_only=True)
class Ground:
    lab: EosLab
    sessions: Sessions

    def session(self, name: str = NEW) -> Session:
        return self.sessions[DeviceId(name)]

    def device(self, name: str = NEW) -> EosDevice:
        return self.lab.devices[name]

    def typed(self, name: str = NEW) -> list[str]:
        return [str(fields["line"]) for kind, fields in self.lab.views[name].rows if kind == "line"]

    def running(self, name: str = NEW) -> str:
        return self.lab.on_loop(self.device(name).running.render)

    def shown(self, name: str = NEW) -> list[str]:
        """What the port's configuration says, as we read it."""
        (row,) = self.session(name).read(Look(getter="port_config", args={"port": TILL})).rows
        assert isinstance(row, TextRow)
        return [line.strip() for line in row.text.split("\n")[1:]]

    def person(self, *commands: str, name: str = NEW) -> None:
        """Somebody with a session of the switch's own types."""
        self.lab.on_loop(lambda: self._type(self.device(name), commands))

    @staticmethod
    def _type(device: EosDevice, commands: tuple[str, ...]) -> None:
        for command in commands:
            verb, _, rest = command.partition(" ")
            act = {
                "enter": lambda at: device.sessions.enter(at, "jdoe", "vty9"),
                "leave": lambda at: device.sessions.leave(device.sessions.named(at), "vty9"),
                "trial": lambda at: device.try_out(["snmp-server location office"], at, 5),
                "abort": lambda at: device.sessions.abort(at, "jdoe", "vty9"),
            }[verb]
            act(rest)


@pytest.fixture(scope="module")
def lab() -> Iterator[EosLab]:
    startups = {NEW: SWITCH, OLD: SWITCH.replace("hostname s001-sw1", "hostname s002-sw1")}
    with EosLab(startups, revert_minute_seconds=MINUTE_SECONDS) as made:
        made.devices[NEW].version, made.devices[OLD].version = "4.32.1F", "4.31.2F"
        yield made


@pytest.fixture
def ground(
    lab: EosLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Callable[[], datetime]
) -> Iterator[Ground]:
    for variable, secret in {"EOS_RO": ACCOUNTS["storenet-ro"][0], "EOS_RW": ACCOUNTS["storenet-rw"][0]}.items():
        monkeypatch.setenv(variable, secret)
    monkeypatch.setenv("EOS_ENABLE", ENABLE)
    keys = tmp_path / "inventory" / "host_keys"
    keys.mkdir(parents=True)
    for name, address in lab.addresses.items():
        lab.reset(name, SWITCH.replace("hostname s001-sw1", f"hostname {name}"))
        (keys / name).write_text(known_hosts_line(host_key(name), address, PORT))
    sessions = Sessions(_chain(lab), _accounts(), tmp_path, now, limits=LIMITS)
    yield Ground(lab=lab, sessions=sessions)
    sessions.close_all()


def _chain(lab: EosLab) -> Chain:
    store = StoreId("s001")
    devices = [
        Device(id=DeviceId(name), store=store, role="switch", address=address, port=PORT, platform="arista_eos")
        for name, address in lab.addresses.items()
    ]
    shop = Store(
        id=store,
        name="one",
        region="north",
        time_zone=ZoneInfo("UTC"),
        trading_hours={},
        takings_per_hour=100.0,
        carriers=("a", "b"),
        functions=(),
    )
    return Chain(stores={store: shop}, devices={d.id: d for d in devices}, functions={})


def _accounts() -> Accounts:
    return Accounts(
        read=Account(username="storenet-ro", password=SecretRef("env:EOS_RO")),
        write=Account(username="storenet-rw", password=SecretRef("env:EOS_RW"), enable=SecretRef("env:EOS_ENABLE")),
    )


def trial(*lines: str, seconds: int = 60) -> Write:
    indented = (f" {line}" for line in lines)
    return Write(kind="commit_confirm", lines=(f"interface {TILL}", *indented), revert_in_seconds=seconds)


def config(*lines: str) -> Write:
    return Write(kind="config", lines=(f"interface {TILL}", *lines))


# --- looks -----------------------------------------------------------------------------------------------------------


@BOTH
def test_every_look_a_switch_is_asked(ground: Ground, name: str) -> None:
    looks = ("ports", "errdisabled", "trunks", "poe", "neighbors", "macs", "arp", "default_route", "interfaces")
    readings = ground.session(name).read_many([Look(getter=getter) for getter in looks])
    told = {getter: getattr(reading, "rows", reading) for getter, reading in zip(looks, readings, strict=True)}
    assert PortRow(name="Ethernet1", status="connected", vlan="trunk") in told["ports"]
    assert PortRow(name="Ethernet6", status="disabled", vlan="1") in told["ports"]
    assert told["errdisabled"] == ()
    assert TrunkRow(port="Ethernet2", allowed=frozenset({20, 30, 99})) in told["trunks"]
    assert {row.port: (row.admin, row.oper) for row in told["poe"]}["Ethernet2"] == ("auto", "on")
    assert NeighborRow(local_port="Ethernet1", neighbor="s001-edge") in told["neighbors"]
    assert MacRow(vlan=10, mac="02:53:00:01:05:01", port=TILL) in told["macs"]
    assert ArpRow(address="10.1.99.1", mac="02:53:00:01:00:01", interface="Vlan99") in told["arp"]
    assert told["default_route"] == (DefaultRouteRow(next_hop="10.1.99.1", interface="Vlan99", distance=1),)
    assert any(isinstance(row, InterfaceRow) and row.address == "10.1.99.2" for row in told["interfaces"])


def test_the_deep_looks_at_its_ports(ground: Ground) -> None:
    for getter in GETTERS:
        assert ground.session(NEW).read(Look(getter=getter)).rows


def test_its_log_its_clock_and_its_memory(ground: Ground) -> None:
    switch = ground.lab.devices[NEW]
    ground.lab.views[NEW].say("LINEPROTO-5-UPDOWN", f"Line protocol on Interface {TILL}, changed state to down")
    downs, clock, memory = ground.session().read_many([Look(getter=name) for name in ("link_downs", "clock", "memory")])
    assert isinstance(downs, Reading)
    assert [row.port for row in downs.rows if isinstance(row, LinkDownRow)] == [TILL]
    assert isinstance(clock, Reading)
    assert [row.at for row in clock.rows if isinstance(row, ClockRow)] == [switch.view.now().replace(tzinfo=None)]
    assert isinstance(memory, Reading)
    assert [row.total > row.free for row in memory.rows if isinstance(row, MemoryRow)] == [True]


def test_configurations_are_asked_with_the_write_account_where_needed(ground: Ground) -> None:
    (row,) = ground.session().read(Look(getter="running_config")).rows
    assert isinstance(row, TextRow)
    assert row.text.splitlines()[-1] == "end"
    assert ground.shown() == ["description to s001-till1", "switchport access vlan 10"]


def test_ping_the_log_and_who_is_there(ground: Ground) -> None:
    session = ground.session()
    ask = Look(getter="ping", args={"destination": "10.1.99.1", "source": "Vlan99", "count": "2"})
    (row,) = session.read(ask).rows
    assert isinstance(row, PingRow)
    assert (row.destination, row.sent) == ("10.1.99.1", 2)
    assert "storenet-ro" in session.read(Look(getter="users")).rows[0].text
    session.apply(Write(kind="exec", lines=("send log level informational message storenet i-77",)), Leave())
    assert "storenet i-77" in session.read(Look(getter="log", args={"text": "storenet i-77"})).rows[0].text


def test_napalm_reads_over_the_same_session(ground: Ground) -> None:
    facts = ground.session().deep("get_facts")
    assert (facts["vendor"], facts["hostname"]) == ("Arista", NEW)
    assert "Ethernet1" in facts["interface_list"]
    ground.lab.on_loop(lambda: ground.device().modes.put("refuse", "^show version", words="% Invalid input"))
    with pytest.raises(CommandRefusedError, match="could not read"):
        ground.session().deep("get_facts")


# --- lines -----------------------------------------------------------------------------------------------------------


def test_lines_arrive_in_order(ground: Ground) -> None:
    applied = ground.session().apply(config("description one", "poe disabled"), Leave())
    assert ground.shown() == ["description one", "switchport access vlan 10", "poe disabled"]
    assert not applied.pending_confirm
    typed = ground.typed()
    start = typed.index("configure terminal")
    assert typed[start : start + 5] == [
        "configure terminal",
        f"interface {TILL}",
        "description one",
        "poe disabled",
        "end",
    ]


@pytest.mark.parametrize("bad", ["descripto two", "switchport access vlan", "s", "poe limit"])
def test_a_refused_line_ends_the_write(ground: Ground, bad: str) -> None:
    with pytest.raises(CommandRefusedError, match=r"line 3 of 4.*refused: %.*nothing further was sent"):
        ground.session().apply(config("description two", bad, "shutdown"), Leave())
    assert ground.shown() == ["description two", "switchport access vlan 10"]


# --- under the switch's timer ----------------------------------------------------------------------------------------


@BOTH
def test_a_change_waits_and_is_confirmed_on_another_login(ground: Ground, name: str) -> None:
    session, device = ground.session(name), ground.device(name)
    applied = session.apply(trial("description three"), Leave())
    assert applied.pending_confirm
    assert "+   description three" in applied.diff
    assert "---" not in applied.diff
    assert session.pending()
    assert "description three" not in device.startup
    session.confirm(Leave())
    assert not session.pending()
    assert "description three" in ground.running(name)
    assert "description three" in device.startup


@BOTH
def test_the_session_is_named_after_the_journalled_intent(ground: Ground, name: str) -> None:
    leave = Leave()
    leave.intent = "push_0001-s001-sw1-1"
    ground.session(name).apply(trial("description four"), leave)
    (opened,) = {line.split()[2] for line in ground.typed(name) if line.startswith("configure session ")}
    assert opened.startswith("storenet-push_0001-s001-sw1-1-")
    ground.session(name).undo(leave)


@BOTH
def test_a_change_is_taken_back_at_once(ground: Ground, name: str) -> None:
    session, before = ground.session(name), ground.running(name)
    session.apply(trial("description five", "shutdown"), Leave())
    assert "description five" in ground.running(name)
    session.undo(Leave())
    assert ground.running(name) == before
    assert not session.pending()
    with pytest.raises(CommandRefusedError, match="nothing is pending to take back"):
        session.undo(Leave())


@BOTH
def test_a_change_nobody_confirms_is_taken_back_by_the_switch(ground: Ground, name: str) -> None:
    before = ground.running(name)
    ground.session(name).apply(trial("description six"), Leave())
    assert eventually(lambda: ground.running(name) == before, seconds=10)
    assert not ground.session(name).pending()
    with pytest.raises(CommandRefusedError, match="nothing is pending to confirm"):
        ground.session(name).confirm(Leave())


def test_a_restart_takes_it_back_too(ground: Ground) -> None:
    ground.session().apply(trial("description seven", seconds=3600), Leave())
    ground.lab.on_loop(ground.device().reload)
    assert "description seven" not in ground.running()
    assert not ground.session().pending()


@pytest.mark.parametrize("bad", ["descripto eight", "switchport access vlan 5000"])
def test_a_line_that_is_refused_leaves_nothing(ground: Ground, bad: str) -> None:
    before = ground.running()
    with pytest.raises(CommandRefusedError, match=r"the candidate was not taken: line 3 of 3.*nothing was changed"):
        ground.session().apply(trial("description eight", bad), Leave())
    assert ground.running() == before
    assert not ground.device().sessions.all
    assert not ground.session().pending()


def test_a_refused_commit_leaves_nothing(ground: Ground) -> None:
    before = ground.running()
    ground.lab.on_loop(lambda: ground.device().modes.put("refuse", "commit timer", times=1, words="% Commit failed"))
    with pytest.raises(CommandRefusedError, match="the commit was refused: % Commit failed"):
        ground.session().apply(trial("description nine"), Leave())
    assert ground.running() == before
    assert not ground.device().sessions.all


def test_a_switch_without_a_timer_is_refused(ground: Ground) -> None:
    before = ground.running()
    ground.lab.on_loop(lambda: ground.device().modes.put("archive_off"))
    with pytest.raises(CommandRefusedError, match="the commit was refused"):
        ground.session().apply(trial("description ten"), Leave())
    assert ground.running() == before


@BOTH
def test_somebody_elses_waiting_change_is_left_alone(ground: Ground, name: str) -> None:
    session = ground.session(name)
    ground.person("trial jdoe", name=name)
    with pytest.raises(
        CommandRefusedError, match=r"a change of jdoe waits for its confirmation \(session maintenance\)"
    ):
        session.apply(trial("description eleven"), Leave())
    assert not session.pending()
    for act in (session.confirm, session.undo):
        with pytest.raises(CommandRefusedError, match="nothing is pending"):
            act(Leave())
    assert ground.device(name).sessions.timed is not None
    assert not any(line.startswith("configure session") for line in ground.typed(name))


@BOTH
def test_somebody_in_a_session_is_not_overwritten(ground: Ground, name: str) -> None:
    ground.person("enter upgrade", name=name)
    with pytest.raises(CommandRefusedError, match="jdoe is in configuration session upgrade"):
        ground.session(name).apply(trial("description twelve"), Leave())
    ground.person("leave upgrade", name=name)
    ground.session(name).apply(trial("description twelve"), Leave())
    assert "upgrade" in ground.device(name).sessions.all
    ground.session(name).undo(Leave())


def test_sessions_that_a_crash_left_open_are_dropped(ground: Ground) -> None:
    ground.person(*(f"enter storenet-i-{n}-00aa11" for n in range(5)))
    ground.session().apply(trial("description thirteen"), Leave())
    assert not [name for name in ground.device().sessions.all if name.endswith("-00aa11")]
    ground.session().undo(Leave())


def test_a_locked_configuration_is_named(ground: Ground) -> None:
    ground.lab.on_loop(lambda: ground.device().modes.put("config_locked"))
    with pytest.raises(CommandRefusedError, match="locked by user jdoe"):
        ground.session().apply(trial("description fourteen"), Leave())
    with pytest.raises(CommandRefusedError, match="locked by user jdoe"):
        ground.session().apply(config("description fourteen"), Leave())


def test_a_flash_that_is_full_is_told(ground: Ground) -> None:
    ground.session().apply(trial("description fifteen"), Leave())
    ground.lab.on_loop(lambda: ground.device().modes.put("flash_full"))
    with pytest.raises(CommandRefusedError, match="No space left on device"):
        ground.session().confirm(Leave())


def test_a_stale_permit_commits_nothing(ground: Ground) -> None:
    before = ground.running()
    with pytest.raises(StaleTokenError):
        ground.session().apply(trial("description sixteen"), Leave(live=False))
    assert ground.running() == before
    assert not any(line.startswith("configure") for line in ground.typed())


def test_a_timer_shorter_than_a_minute_is_refused(ground: Ground) -> None:
    with pytest.raises(CommandRefusedError, match="must be at least 60"):
        ground.session().apply(trial("description seventeen", seconds=59), Leave())


def test_a_timer_that_is_nearly_over_is_not_confirmed(ground: Ground) -> None:
    ground.session().apply(trial("description eighteen", seconds=3600), Leave())
    timed = ground.device().sessions.timed
    assert timed is not None
    timed.expires -= 3580
    with pytest.raises(CommandRefusedError, match="s are left before the switch takes the change back"):
        ground.session().confirm(Leave())
    assert ground.session().pending()
    ground.session().undo(Leave())
