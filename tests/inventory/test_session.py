"""Looks over real SSH, at the lab's devices."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from inventory.connection import SessionLimits
from inventory.errors import (
    AuthRefusedError,
    BusyError,
    CommandRefusedError,
    DeviceError,
    HostKeyChangedError,
    UnreachableError,
)
from inventory.looks import Look, PingRow, Reading, TextRow
from inventory.secrets import Account, Accounts, SecretRef
from inventory.session import Sessions
from tests.inventory.conftest import NOON, frequent_looks
from tests.inventory.lab_process import EDGE, SWITCH, Proxy, RunningLab, copied_keys, silent_device, with_device

pytestmark = pytest.mark.ssh
QUICK = SessionLimits(connect_seconds=4.0, read_seconds=0.7, write_seconds=0.7, turn_seconds=0.3, settle_seconds=0.05)
USERS = Look(getter="users")
Make = Callable[..., Sessions]


@pytest.fixture
def make(lab: RunningLab, now: Callable[[], datetime]) -> Iterator[Make]:
    made: list[Sessions] = []

    def build(*, chain=None, accounts=None, content=None, limits=QUICK) -> Sessions:
        made.append(Sessions(chain or lab.chain, accounts or lab.accounts, content or lab.content, now, limits=limits))
        return made[-1]

    yield build
    for sessions in made:
        sessions.close_all()


def used_lines(sessions: Sessions) -> int:
    text = sessions[EDGE].read(USERS).rows[0]
    assert isinstance(text, TextRow)
    return text.text.count(" idle ")


def test_every_frequent_look_is_answered(lab: RunningLab, make: Make) -> None:
    sessions = make()
    for device in (lab.chain.devices[EDGE], lab.chain.devices[SWITCH]):
        looks = frequent_looks(device)
        answers = sessions[device.id].read_many(looks)
        assert [a.look for a in answers if isinstance(a, Reading)] == list(looks)
        assert all(a.rows and a.taken_at == NOON for a in answers if isinstance(a, Reading))


def test_one_session_is_held_between_looks(lab: RunningLab, make: Make) -> None:
    device = lab.chain.devices[EDGE]
    proxy = Proxy(device)
    sessions = make(chain=with_device(lab.chain, proxy.in_front_of(device)))
    for _ in range(3):
        sessions[EDGE].read(USERS)
    assert proxy.connections == 1
    proxy.close()


def test_a_per_poll_session_is_closed_after_each(lab: RunningLab, make: Make) -> None:
    device = replace(lab.chain.devices[EDGE], session="per_poll")
    proxy = Proxy(device)
    sessions = make(chain=with_device(lab.chain, proxy.in_front_of(device)))
    sessions[EDGE].read_many((USERS, USERS))
    sessions[EDGE].read(USERS)
    assert proxy.connections == 2
    proxy.close()


def test_a_dead_session_is_opened_again_once(lab: RunningLab, make: Make) -> None:
    device = lab.chain.devices[EDGE]
    proxy = Proxy(device)
    sessions = make(chain=with_device(lab.chain, proxy.in_front_of(device)))
    sessions[EDGE].read(USERS)
    proxy.cut()
    assert sessions[EDGE].read(USERS).rows
    assert proxy.connections == 2
    proxy.close()
    with pytest.raises(UnreachableError, match="refused"):
        sessions[EDGE].read(USERS)


def test_a_held_session_that_stalls_is_dropped(lab: RunningLab, make: Make) -> None:
    device = lab.chain.devices[EDGE]
    proxy = Proxy(device)
    sessions = make(chain=with_device(lab.chain, proxy.in_front_of(device)))
    sessions[EDGE].read(USERS)
    proxy.mode = "swallow"
    answers = sessions[EDGE].read_many((USERS, Look(getter="arp"), Look(getter="probes")))
    assert [type(a) for a in answers] == [UnreachableError] * 3
    assert "no answer to 'show users all' within 0.7 s" in str(answers[0])
    proxy.mode = "pass"
    assert sessions[EDGE].read(USERS).rows
    assert proxy.connections == 2
    proxy.close()


def test_a_silent_device_is_unreachable_within_the_connect_deadline(lab: RunningLab, make: Make) -> None:
    with silent_device(lab.chain.devices[EDGE]) as device:
        sessions = make(chain=with_device(lab.chain, device), limits=replace(QUICK, connect_seconds=0.3))
        started = time.monotonic()
        with pytest.raises(UnreachableError, match=r"within 0\.3 s"):
            sessions[EDGE].read(USERS)
        assert time.monotonic() - started < 3


def test_nobody_listening_is_unreachable(lab: RunningLab, make: Make) -> None:
    device = replace(lab.chain.devices[EDGE], address="127.0.0.1", port=9)
    with pytest.raises(UnreachableError, match="connection refused"):
        make(chain=with_device(lab.chain, device))[EDGE].read(USERS)


def test_a_wrong_password_is_refused_and_never_told(
    lab: RunningLab, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WRONG", "not-the-password")
    wrong = Account(username="storenet-ro", password=SecretRef("env:WRONG"))
    with caplog.at_level(logging.DEBUG), pytest.raises(AuthRefusedError) as caught:
        make(accounts=Accounts(read=wrong, write=lab.accounts.write))[EDGE].read(USERS)
    assert "not-the-password" not in caplog.text + str(caught.value)
    monkeypatch.delenv("WRONG")
    with pytest.raises(AuthRefusedError, match="env:WRONG is not set"):
        make(accounts=Accounts(read=wrong, write=lab.accounts.write))[EDGE].read(USERS)


def test_another_host_key_than_the_pinned_one(lab: RunningLab, make: Make, tmp_path: Path) -> None:
    content = copied_keys(lab.content, tmp_path)
    keys = content / "inventory" / "host_keys"
    (keys / EDGE).write_text((keys / SWITCH).read_text(encoding="utf-8"), encoding="utf-8")
    before = len(lab.lines(EDGE))
    with pytest.raises(HostKeyChangedError, match="another host key"):
        make(content=content)[EDGE].read(USERS)
    assert len(lab.lines(EDGE)) == before


@pytest.mark.parametrize("spoil", ["missing", "empty", "another kind", "garbage"])
def test_no_pinned_key_no_session(lab: RunningLab, make: Make, tmp_path: Path, spoil: str) -> None:
    content = copied_keys(lab.content, tmp_path)
    path = content / "inventory" / "host_keys" / EDGE
    rsa = (
        "127.0.0.1 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDPzYY4W4kPqfLXZFAYAGjpTqm3qrDlTHPxJeMBSv8iZp1hZ5bZ4XYpX0T9"
        "zW0mB3P3R3WbqWzDqgjGGpE0gJmJr0dJ1pX9D0w6+YB1PzYVQnS4ZfCqzvUe2s7gQyq7i6h0l4hY5dE0wQpN6i5o0ZpQ3aVxvS5b0c7e8f9g0h1i2Q==\n"
    )
    if spoil == "missing":
        path.unlink()
    else:
        path.write_text({"empty": "", "another kind": rsa, "garbage": "what is this\n"}[spoil], encoding="utf-8")
    with pytest.raises(HostKeyChangedError):
        make(content=content)[EDGE].read(USERS)


def test_the_last_free_line_is_left_to_people(lab: RunningLab, make: Make) -> None:
    greedy = [make(limits=replace(QUICK, spare_lines=0)) for _ in range(4)]
    until = time.monotonic() + 10
    while used_lines(greedy[0]) > 1:
        assert time.monotonic() < until, "sessions of earlier tests are still there"
    assert [used_lines(sessions) for sessions in greedy] == [1, 2, 3, 4]
    with pytest.raises(BusyError, match="only 0 vty lines are free"):
        make()[EDGE].read(USERS)
    greedy[0].close_all()
    assert make()[EDGE].read(USERS).rows


def test_a_busy_turn_is_told(lab: RunningLab, make: Make) -> None:
    session = make()[EDGE]
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with session._turn():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(10)
    with pytest.raises(BusyError, match="took longer than"):
        session.read(USERS)
    leave.set()
    thread.join()
    assert session.read(USERS).rows


def test_a_ping_from_a_till_s_network(make: Make) -> None:
    args = {"destination": "198.51.100.10", "source": "GigabitEthernet0/1.10", "count": "2"}
    (row,) = make()[EDGE].read(Look(getter="ping", args=args)).rows
    assert isinstance(row, PingRow)
    assert (row.sent, row.received) == (2, 2)


def test_what_needs_privilege_is_looked_at_with_the_write_account(lab: RunningLab, make: Make) -> None:
    session = make()[SWITCH]
    (row,) = session.read(Look(getter="running_config")).rows
    assert isinstance(row, TextRow)
    assert row.text.endswith("end")
    assert session.read(USERS).rows[0].text.count("storenet-rw") == 0


@pytest.mark.parametrize(
    "look",
    [
        Look(getter="ospf"),
        Look(getter="port_config"),
        Look(getter="port_config", args={"port": "Gi1/0/1\nreload"}),
        Look(getter="log", args={"text": "x | redirect flash:y"}),
    ],
)
def test_a_look_that_cannot_be_asked_sends_nothing(lab: RunningLab, make: Make, look: Look) -> None:
    session = make()[SWITCH]
    session.read(USERS)
    before = lab.lines(SWITCH)
    answers = session.read_many((look, USERS))
    assert isinstance(answers[0], CommandRefusedError)
    assert isinstance(answers[1], Reading)
    assert lab.lines(SWITCH)[len(before) :] == ["show users all"]


def test_deep_looks_borrow_the_held_session(lab: RunningLab, make: Make) -> None:
    device = lab.chain.devices[EDGE]
    proxy = Proxy(device)
    session = make(chain=with_device(lab.chain, proxy.in_front_of(device)))[EDGE]
    session.read(USERS)
    assert session.deep("get_facts")["hostname"] == "s001-edge"
    assert session.read(USERS).rows
    assert proxy.connections == 1
    with pytest.raises(CommandRefusedError):
        session.deep("close")
    proxy.close()


def test_a_device_without_a_platform_has_no_session(lab: RunningLab, make: Make) -> None:
    access_point = next(d for d in lab.chain.devices.values() if not d.has_session)
    with pytest.raises(DeviceError, match="no platform"):
        make()[access_point.id]
