"""Writes over real SSH, at the lab's devices. What arrived is judged by the device's own configuration."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from inventory.connection import SessionLimits
from inventory.errors import (
    CommandRefusedError,
    DoubtfulError,
    SessionLostError,
    StaleTokenError,
    UnknownOutcomeError,
)
from inventory.looks import Look, TextRow
from inventory.secrets import Account, Accounts
from inventory.session import Session, Sessions
from inventory.writes import Write
from tests.inventory.lab_process import EDGE, SWITCH, Leave, Proxy, RunningLab, with_device

pytestmark = pytest.mark.ssh
PORT = "GigabitEthernet1/0/20"
QUICK = SessionLimits(read_seconds=2.0, write_seconds=0.7, settle_seconds=0.1)


def config(*lines: str) -> Write:
    return Write(kind="config", lines=(f"interface {PORT}", *lines))


def confirmed(*lines: str) -> Write:
    indented = (f" {line}" for line in lines)
    return Write(kind="commit_confirm", lines=(f"interface {PORT}", *indented), revert_in_seconds=60)


def port_lines(session: Session) -> list[str]:
    (row,) = session.read(Look(getter="port_config", args={"port": PORT})).rows
    assert isinstance(row, TextRow)
    return [line.strip() for line in row.text.split("\n") if line.startswith(" ")]


@pytest.fixture
def sessions(lab: RunningLab, now: Callable[[], datetime]) -> Iterator[Sessions]:
    made = Sessions(lab.chain, lab.accounts, lab.content, now, limits=QUICK)
    made[SWITCH].apply(Write(kind="config", lines=(f"interface {PORT}", "no description", "shutdown")), Leave())
    yield made
    if made[SWITCH].pending():
        made[SWITCH].undo(Leave())
    made.close_all()


def test_configuration_lines_arrive_in_order(lab: RunningLab, sessions: Sessions) -> None:
    session, leave = sessions[SWITCH], Leave()
    before = len(lab.lines(SWITCH))
    applied = session.apply(config("description one", "no shutdown"), leave)
    assert leave.asked == 1
    assert port_lines(session) == ["description one"]
    assert "description one" in applied.transcript
    assert not applied.pending_confirm
    typed = lab.lines(SWITCH)[before:]
    start = typed.index("configure terminal")
    assert typed[start : start + 5] == [
        "configure terminal",
        f"interface {PORT}",
        "description one",
        "no shutdown",
        "end",
    ]


@pytest.mark.parametrize("bad", ["descripto two", "switchport access vlan", "s"])
def test_a_refused_line_ends_the_write(lab: RunningLab, sessions: Sessions, bad: str) -> None:
    session = sessions[SWITCH]
    before = len(lab.lines(SWITCH))
    with pytest.raises(CommandRefusedError, match=r"line 3 of 4.*refused: %.*nothing further was sent"):
        session.apply(config("description two", bad, "no shutdown"), Leave())
    typed = lab.lines(SWITCH)[before:]
    assert "no shutdown" not in typed
    assert typed[typed.index(bad) + 1] == "end"
    assert port_lines(session) == ["description two", "shutdown"]


def test_exec_lines_and_their_refusal(lab: RunningLab, sessions: Sessions) -> None:
    session = sessions[EDGE]
    session.apply(Write(kind="exec", lines=("send log storenet i-77",)), Leave())
    assert "storenet i-77" in session.read(Look(getter="log", args={"text": "storenet i-77"})).rows[0].text
    before = len(lab.lines(EDGE))
    lines = ("renew dhcp GigabitEthernet0/1", "renew dhcp GigabitEthernet0/0")
    with pytest.raises(CommandRefusedError, match="line 1 of 2"):
        session.apply(Write(kind="exec", lines=lines), Leave())
    assert "renew dhcp GigabitEthernet0/0" not in lab.lines(EDGE)[before:]


def test_a_question_is_confirmed(lab: RunningLab, sessions: Sessions) -> None:
    """``reload`` asks, and then ends the session: after a write that is a doubt, never a success."""
    sessions[SWITCH].apply(Write(kind="exec", lines=("write memory",)), Leave())
    with pytest.raises(SessionLostError):
        sessions[SWITCH].apply(Write(kind="exec", lines=("reload",)), Leave())
    assert sessions[SWITCH].read(Look(getter="users")).rows


@pytest.mark.parametrize("kind", ["exec", "config", "commit_confirm"])
def test_a_stale_permit_sends_nothing(lab: RunningLab, sessions: Sessions, kind: str) -> None:
    before = len(lab.lines(SWITCH))
    write = {
        "exec": Write(kind="exec", lines=("send log x",)),
        "config": config("shutdown"),
        "commit_confirm": confirmed("shutdown"),
    }
    with pytest.raises(StaleTokenError):
        sessions[SWITCH].apply(write[kind], Leave(live=False))
    harmless = {"terminal length 0", "terminal width 511", "show users all", "exit"}
    assert set(lab.lines(SWITCH)[before:]) <= harmless


@pytest.mark.parametrize(
    "write",
    [
        Write(kind="config", lines=()),
        Write(kind="config", lines=("shutdown\nreload",)),
        Write(kind="exec", lines=("show ?",)),
        Write(kind="commit_confirm", lines=("shutdown",)),
        Write(kind="commit_confirm", lines=("shutdown",), revert_in_seconds=59),
        Write(kind="commit_confirm", lines=("shutdown",), revert_in_seconds=90),
    ],
)
def test_a_write_that_cannot_be_sent_as_it_is(lab: RunningLab, sessions: Sessions, write: Write) -> None:
    leave, before = Leave(), len(lab.lines(SWITCH))
    with pytest.raises(CommandRefusedError, match="nothing was sent"):
        sessions[SWITCH].apply(write, leave)
    assert leave.asked == 0
    assert len(lab.lines(SWITCH)) == before


def test_commit_confirm_then_confirm(lab: RunningLab, sessions: Sessions) -> None:
    session, leave = sessions[SWITCH], Leave()
    applied = session.apply(confirmed("description three"), leave)
    assert applied.pending_confirm
    assert "+ description three" in applied.diff
    assert session.pending()
    assert port_lines(session) == ["description three", "shutdown"]
    asked = leave.asked
    session.confirm()
    assert leave.asked == asked + 1
    assert not session.pending()
    assert port_lines(session) == ["description three", "shutdown"]
    with pytest.raises(CommandRefusedError, match="nothing is pending"):
        session.confirm()
    text = session.read(Look(getter="running_config")).rows[0].text
    assert "file prompt quiet" not in text


def test_our_files_do_not_stay_on_the_device(lab: RunningLab, sessions: Sessions) -> None:
    applied = sessions[SWITCH].apply(confirmed("description four"), Leave())
    names = {word for word in applied.transcript.split() if "storenet-" in word and word.endswith(".cfg")}
    assert names
    assert all(f"delete /force {name}" in applied.transcript for name in names if name.startswith("flash:"))


def test_commit_confirm_taken_back_now(sessions: Sessions) -> None:
    session = sessions[SWITCH]
    session.apply(confirmed("description five"), Leave())
    session.undo()
    assert not session.pending()
    assert port_lines(session) == ["shutdown"]
    with pytest.raises(CommandRefusedError, match="nothing is pending"):
        session.undo()


def test_a_refusal_napalm_does_not_notice_is_taken_back(sessions: Sessions) -> None:
    session = sessions[SWITCH]
    with pytest.raises(CommandRefusedError, match=r"Incomplete command.*taken the change back"):
        session.apply(confirmed("description six", "switchport access vlan"), Leave())
    assert not session.pending()
    assert port_lines(session) == ["shutdown"]


def test_a_stale_permit_cannot_confirm(sessions: Sessions) -> None:
    session, leave = sessions[SWITCH], Leave()
    session.apply(confirmed("description seven"), leave)
    leave.live = False
    with pytest.raises(StaleTokenError):
        session.confirm()
    assert session.pending()


def test_without_a_permit_nothing_is_confirmed(sessions: Sessions) -> None:
    sessions[SWITCH].apply(confirmed("description eight"), Leave())
    fresh = Session.__new__(Session)
    for name, value in vars(sessions[SWITCH]).items():
        setattr(fresh, name, value)
    fresh._permit = None
    with pytest.raises(CommandRefusedError, match="no permit"):
        fresh.confirm()
    assert sessions[SWITCH].pending()


@pytest.mark.parametrize(("mode", "error"), [("swallow", UnknownOutcomeError), ("reset", SessionLostError)])
def test_an_answer_that_never_came_is_a_doubt_and_is_not_sent_again(
    lab: RunningLab, sessions: Sessions, now: Callable[[], datetime], mode: str, error: type[DoubtfulError]
) -> None:
    proxy = Proxy(lab.chain.devices[SWITCH])
    chain = with_device(lab.chain, proxy.in_front_of(lab.chain.devices[SWITCH]))
    through = Sessions(chain, lab.accounts, lab.content, now, limits=QUICK)
    before = len(lab.lines(SWITCH))
    with pytest.raises(error):
        through[SWITCH].apply(
            Write(kind="exec", lines=(f"send log lost {mode}",)), Leave(when_asked=lambda: setattr(proxy, "mode", mode))
        )
    assert proxy.connections == 1
    proxy.close()
    through.close_all()
    sessions[SWITCH].read(Look(getter="users"))
    assert lab.lines(SWITCH)[before:].count(f"send log lost {mode}") == 1


def test_the_write_account_is_used_for_the_write_alone(lab: RunningLab, sessions: Sessions) -> None:
    """The write session is closed afterwards: the next look finds only the read account logged in."""
    session = sessions[SWITCH]
    session.read(Look(getter="users"))
    session.apply(config("description nine"), Leave())
    users = session.read(Look(getter="users")).rows[0].text
    assert users.count("storenet-ro") == 1


def test_a_login_without_privilege_uses_the_enable_secret(
    lab: RunningLab, sessions: Sessions, now: Callable[[], datetime]
) -> None:
    weak = Account(username="storenet-ro", password=lab.accounts.read.password, enable=lab.accounts.write.enable)
    raised = Sessions(lab.chain, Accounts(read=lab.accounts.read, write=weak), lab.content, now, limits=QUICK)
    applied = raised[SWITCH].apply(config("description ten"), Leave())
    assert "en-99-able" not in applied.transcript
    assert port_lines(sessions[SWITCH]) == ["description ten", "shutdown"]
    raised.close_all()
