"""The product's Junos platform against the virtual switch, over real SSH: looks, changes under the timer, refusals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory.connection import SessionLimits
from inventory.errors import CommandRefusedError, UnreachableError
from inventory.looks import (
    AccessRow,
    ArpRow,
    DefaultRouteRow,
    ErrDisabledRow,
    InterfaceRow,
    Look,
    MacRow,
    NeighborRow,
    PersonRow,
    PingRow,
    PoeRow,
    PortRow,
    Reading,
    TextRow,
    TrunkRow,
)
from inventory.model import Device, DeviceId, StoreId
from inventory.platforms import load_platforms
from inventory.port_rows import LinkDownRow
from inventory.secrets import Account, Accounts, SecretRef
from inventory.session import Session
from inventory.writes import Write
from lab.devices.host_keys import host_key, known_hosts_line
from tests.conformance.junos_lab import ACCOUNTS, ADDRESS, PORT, JunosLab
from tests.lab.ios_server import eventually

pytestmark = pytest.mark.ssh
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
LIMITS = SessionLimits(connect_seconds=4.0, read_seconds=2.0, write_seconds=2.0, turn_seconds=1.0)
LOUNGE = ("set vlans LOUNGE vlan-id 40", "delete interfaces ge-0/0/6 disable")


@dataclass
class Leave:
    intent: str = "s001/7 vlan"
    asked: int = 0

    def assert_live(self) -> None:
        self.asked += 1


@pytest.fixture(scope="module")
def served() -> Iterator[JunosLab]:
    lab = JunosLab()
    yield lab
    lab.close()


@pytest.fixture
def lab(served: JunosLab) -> JunosLab:
    served.renew()
    return served


@pytest.fixture
def session(lab: JunosLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    (tmp_path / "s001-sw1").write_text(known_hosts_line(host_key("s001-sw1"), ADDRESS, PORT))
    for user in ("storenet-ro", "storenet-rw"):
        monkeypatch.setenv(user.replace("-", "_").upper(), ACCOUNTS[user][0])
    device = Device(
        id=DeviceId("s001-sw1"),
        store=StoreId("s001"),
        role="switch",
        address=ADDRESS,
        port=PORT,
        platform="juniper_junos",
    )
    accounts = Accounts(
        read=Account(username="storenet-ro", password=SecretRef("env:STORENET_RO")),
        write=Account(username="storenet-rw", password=SecretRef("env:STORENET_RW")),
    )
    made = Session(device, load_platforms()["juniper_junos"], accounts, tmp_path, lambda: NOON, limits=LIMITS)
    yield made
    made.close()


def rows(session: Session, getter: str, **args: str) -> tuple[object, ...]:
    return session.read(Look(getter=getter, args=args)).rows


def test_looks(session: Session) -> None:
    assert rows(session, "interfaces") == (
        InterfaceRow(name="irb.99", address="10.1.99.2", method="manual", admin_up=True, oper_up=True),
    )
    ports = {row.name: row.status for row in rows(session, "ports") if isinstance(row, PortRow)}
    assert (ports["ge-0/0/1"], ports["ge-0/0/6"], ports["ge-0/0/7"]) == ("connected", "disabled", "notconnect")
    assert len(ports) == 24
    assert rows(session, "errdisabled") == ()
    assert rows(session, "trunks") == (
        TrunkRow(port="ge-0/0/1", allowed=frozenset({10, 20, 30, 99})),
        TrunkRow(port="ge-0/0/2", allowed=frozenset({20, 30, 99})),
        AccessRow(port="ge-0/0/5", vlan=10),
        AccessRow(port="ge-0/0/6", vlan=1),
    )
    assert rows(session, "poe")[0] == PoeRow(port="ge-0/0/2", admin="auto", oper="on", watts=12.9, grade=4)
    assert rows(session, "neighbors")[1] == NeighborRow(local_port="ge-0/0/2", neighbor="s001-ap1")
    assert MacRow(vlan=10, mac="02:53:00:01:05:01", port="ge-0/0/5") in rows(session, "macs")
    assert rows(session, "arp") == (ArpRow(address="10.1.99.1", mac="02:53:00:01:00:63", interface="irb.99"),)
    assert rows(session, "default_route") == (DefaultRouteRow(next_hop="10.1.99.1", interface="irb.99", distance=5),)


def test_more_looks(session: Session, lab: JunosLab) -> None:
    ping = Look(getter="ping", args={"destination": "10.1.99.1", "source": "10.1.99.2", "count": "2"})
    assert session.read(ping).rows == (PingRow(destination="10.1.99.1", sent=2, received=2, average_ms=12.0),)
    lab.view.rtt = None
    assert session.read(ping).rows == (PingRow(destination="10.1.99.1", sent=2, received=0, average_ms=None),)
    (config,) = rows(session, "running_config")
    assert isinstance(config, TextRow)
    assert "set vlans TILLS vlan-id 10" in config.text.splitlines()
    (port,) = rows(session, "port_config", port="ge-0/0/5")
    assert isinstance(port, TextRow)
    assert port.text.splitlines() == [
        'set interfaces ge-0/0/5 description "till 1"',
        "set interfaces ge-0/0/5 unit 0 family ethernet-switching interface-mode access",
        "set interfaces ge-0/0/5 unit 0 family ethernet-switching vlan members TILLS",
        "set poe interface ge-0/0/5 disable",
    ]
    lab.view.say("LINK-3-UPDOWN", "Interface ge-0/0/5, changed state to down")
    assert "SNMP_TRAP_LINK_DOWN" in str(rows(session, "log", text="ge-0/0/5"))
    assert [row.port for row in rows(session, "link_downs") if isinstance(row, LinkDownRow)] == ["ge-0/0/5"]


def test_what_several_looks_want_to_hear_is_asked_once(session: Session, lab: JunosLab) -> None:
    wanted = ("port_errors", "clock", "port_traffic", "negotiation")
    told = session.read_many([Look(getter=getter) for getter in wanted])
    assert [len(answer.rows) if isinstance(answer, Reading) else answer for answer in told] == [24, 1, 24, 3]
    lines = [str(row.get("line")) for kind, row in lab.view.rows if kind == "line"]
    assert sum(line.startswith("show interfaces extensive") for line in lines) == 1


def test_a_port_the_switch_has_shut(session: Session, lab: JunosLab) -> None:
    lab.view.shut = {"ge-0/0/5": "bpduguard", "ge-0/0/2": "storm-control"}
    ports = {row.name: row.status for row in rows(session, "ports") if isinstance(row, PortRow)}
    assert ports["ge-0/0/5"] == "err-disabled"
    assert set(rows(session, "errdisabled")) == {
        ErrDisabledRow(port="ge-0/0/5", cause="bpduguard"),
        ErrDisabledRow(port="ge-0/0/2", cause="storm-control"),
    }


def test_a_refused_look(session: Session, lab: JunosLab) -> None:
    lab.device.modes.put("refuse", "^show poe", words="error: the poe subsystem is not running")
    with pytest.raises(CommandRefusedError, match="poe subsystem is not running"):
        rows(session, "poe")


def test_a_change_under_the_timer_is_confirmed(session: Session, lab: JunosLab) -> None:
    leave = Leave()
    done = session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=120), leave)
    assert done.pending_confirm
    assert "+  LOUNGE {" in done.diff
    assert lab.device.database.pending is not None
    assert 40 in lab.device.setting.vlans
    assert session.pending()
    session.confirm()
    assert not session.pending()
    assert lab.device.database.pending is None
    assert [one.comment for one in lab.device.database.history[:2]] == ["storenet confirmed", "storenet s001_7_vlan"]
    assert leave.asked > 2


def test_a_change_under_the_timer_is_undone(session: Session, lab: JunosLab) -> None:
    before = lab.device.setting
    session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=60), Leave())
    assert lab.device.setting != before
    session.undo()
    assert lab.device.setting == before
    assert lab.device.database.pending is None


def test_words_that_are_not_there_may_be_deleted_with_those_that_are(session: Session, lab: JunosLab) -> None:
    port = "interfaces ge-0/0/5"
    lab.on_loop(lambda: lab.device.apply([f"set {port} speed 100m", f"set {port} link-mode full-duplex"], "jdoe"))
    words = ("speed", "link-mode", "ether-options no-auto-negotiation")
    lines = tuple(f"delete {port} {word}" for word in words)
    session.apply(Write(kind="commit_confirm", lines=lines, revert_in_seconds=60), Leave())
    assert lab.device.setting.ports["ge-0/0/5"].speed == "auto"
    session.undo()
    assert lab.device.setting.ports["ge-0/0/5"].speed == "100"


def test_a_timer_that_ran_out_is_told(session: Session, lab: JunosLab) -> None:
    before = lab.device.setting
    session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=60), Leave())
    lab.device.database.minute_seconds = 0.05
    lab.on_loop(lambda: lab.device.database.extend(1))
    assert eventually(lambda: lab.device.database.pending is None)
    with pytest.raises(CommandRefusedError, match="nothing is pending"):
        session.confirm()
    assert lab.device.setting == before


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("set vlans LOUNGE vlan-id 40", "set bogus words"), "line 2 of 2 .*syntax error"),
        (("set vlans LOUNGE vlan-id 5000",), "Value 5000 is not within range"),
        (("set interfaces ge-0/0/5 unit 0 family inet",), "no other family type can be configured"),
        (("delete system root-authentication",), "commit failed: .missing mandatory statements"),
    ],
)
def test_a_refused_change_leaves_nothing(session: Session, lab: JunosLab, lines: tuple[str, ...], reason: str) -> None:
    before = lab.device.setting
    with pytest.raises(CommandRefusedError, match=reason):
        session.apply(Write(kind="commit_confirm", lines=lines, revert_in_seconds=60), Leave())
    assert lab.device.setting == before
    assert eventually(lambda: lab.device.database.holder is None)
    assert not lab.device.database.modified()


def test_somebody_else_is_at_it(session: Session, lab: JunosLab) -> None:
    lab.device.modes.put("config_locked")
    with pytest.raises(CommandRefusedError, match="configuration database locked by: jdoe"):
        session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=60), Leave())
    lab.device.modes.clear()
    lab.on_loop(lambda: lab.device.database.edit(lab.device.person("jdoe")).entries.pop(("snmp",)))
    with pytest.raises(CommandRefusedError, match="configuration database modified"):
        session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=60), Leave())
    lab.renew()
    lab.on_loop(lambda: lab.device.modes.put("foreign_pending"))
    with pytest.raises(CommandRefusedError, match="a change of jdoe waits"):
        session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=60), Leave())
    assert not session.pending()
    lab.on_loop(lab.device.database.take_back)


def test_plain_lines_are_committed_or_dropped(session: Session, lab: JunosLab) -> None:
    session.apply(Write(kind="config", lines=LOUNGE), Leave())
    assert 40 in lab.device.setting.vlans
    before = lab.device.setting
    with pytest.raises(CommandRefusedError, match="syntax error"):
        session.apply(Write(kind="config", lines=("set vlans BAR vlan-id 41", "set bogus words")), Leave())
    with pytest.raises(CommandRefusedError, match="configuration check-out failed"):
        session.apply(Write(kind="config", lines=("set vlans BAR vlan-id 40",)), Leave())
    assert lab.device.setting == before
    assert not lab.device.database.modified()


def test_a_connection_that_ends_at_the_commit(session: Session, lab: JunosLab) -> None:
    lab.device.modes.put("reset_after", "^commit confirmed", times=1)
    with pytest.raises(Exception, match=r"ended after the commit was sent|no clear answer"):
        session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=60), Leave())
    assert 40 in lab.device.setting.vlans
    assert session.pending()
    session.undo()


def test_an_account_without_rights(session: Session, lab: JunosLab) -> None:
    lab.device.modes.put("read_only")
    with pytest.raises(CommandRefusedError, match=r"the configuration was not opened: .*unknown command"):
        session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=60), Leave())


def test_messages_and_garbage_in_an_answer(session: Session, lab: JunosLab) -> None:
    lab.device.modes.put("log_lines", "^show lldp", times=1)
    assert len(rows(session, "neighbors")) == 2
    lab.device.modes.put("garbage", "^show arp", times=1)
    with pytest.raises((CommandRefusedError, UnreachableError, Exception), match=r"not one whole answer|no answer|odd"):
        rows(session, "arp")


def test_who_else_is_there(session: Session, lab: JunosLab) -> None:
    lab.on_loop(lambda: lab.device.sit_down("jdoe", (), exclusive=True))
    people = {row.user: row.idle_seconds for row in rows(session, "people") if isinstance(row, PersonRow)}
    assert people == {"jdoe": 0.0, "storenet-ro": 0.0}
    with pytest.raises(CommandRefusedError, match="configuration database locked by: jdoe terminal pts/"):
        session.apply(Write(kind="commit_confirm", lines=LOUNGE, revert_in_seconds=60), Leave())
    assert lab.device.busy("jdoe")
    lab.on_loop(lambda: lab.device.stand_up("jdoe", ["set snmp contact noc"]))
    assert not lab.device.busy("jdoe")
    session.apply(Write(kind="config", lines=LOUNGE), Leave())
