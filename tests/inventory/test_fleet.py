import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from inventory.connection import SessionLimits
from inventory.errors import DeviceError, UnreachableError
from inventory.files import load_accounts, load_chain
from inventory.fleet import Fleet
from inventory.looks import Look, Reading
from inventory.model import DeviceId
from inventory.session import Sessions
from tests.inventory.chain_content import write_content
from tests.inventory.conftest import NOON, frequent_looks
from tests.inventory.lab_process import EDGE, SWITCH, RunningLab, silent_device, with_device


class Staged:
    """Sessions that answer as told: a device in ``hang`` waits for ``release``."""

    def __init__(self) -> None:
        self.hang: set[str] = set()
        self.release = threading.Event()

    def __getitem__(self, device: DeviceId) -> "StagedSession":
        return StagedSession(self, device)


class StagedSession:
    def __init__(self, staged: Staged, device: DeviceId) -> None:
        self.staged = staged
        self.device = device

    def read_many(self, looks: Sequence[Look]) -> tuple[Reading | DeviceError, ...]:
        if self.device in self.staged.hang:
            self.staged.release.wait(30)
        return tuple(Reading(device=self.device, look=look, rows=(), taken_at=NOON) for look in looks)


@pytest.fixture
def staged():
    made = Staged()
    yield made
    made.release.set()


def fleet(folder: Path, sessions: Any, **options: Any) -> Fleet:
    return Fleet(folder, load_chain(folder), sessions, **options)


def test_devices_with_looks_answer_once_each(tmp_path: Path, staged: Staged) -> None:
    made = fleet(write_content(tmp_path), staged)
    answers = dict(made.look(made.chain.devices.values(), frequent_looks))
    assert {device: [a.look.getter for a in got] for device, got in answers.items()} == {
        "s001-edge": ["interfaces", "default_route", "probes", "arp"],
        "s001-sw1": ["ports", "trunks", "poe", "neighbors", "macs"],
    }
    assert list(made.look((), frequent_looks)) == []


def test_a_hanging_device_is_late_alone_and_is_asked_again_next_time(tmp_path: Path, staged: Staged) -> None:
    made = fleet(write_content(tmp_path), staged, workers=1, deadline=0.2)
    staged.hang.add("s001-edge")
    looked = list(made.look(made.chain.devices.values(), frequent_looks))
    answers = dict(looked)
    assert len(looked) == 2
    assert [type(a) for a in answers[EDGE]] == [UnreachableError] * 4
    assert all(isinstance(a, Reading) for a in answers[SWITCH])
    staged.hang.clear()
    again = dict(made.look(made.chain.devices.values(), frequent_looks))
    assert all(isinstance(a, Reading) for a in again[EDGE])


def test_answers_come_before_the_slowest_is_done(tmp_path: Path, staged: Staged) -> None:
    made = fleet(write_content(tmp_path), staged, deadline=20)
    staged.hang.add("s001-edge")
    looking = made.look(made.chain.devices.values(), frequent_looks)
    assert next(looking)[0] == SWITCH
    staged.release.set()
    assert next(looking)[0] == EDGE


def test_no_log_file_is_left(tmp_path: Path, staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fleet(write_content(tmp_path), staged)
    assert not list(tmp_path.rglob("*.log"))


@pytest.mark.ssh
def test_a_real_store_is_looked_at_while_a_silent_device_times_out(lab: RunningLab, now: Any) -> None:
    with silent_device(lab.chain.devices[EDGE]) as silent:
        chain = with_device(lab.chain, silent)
        limits = SessionLimits(connect_seconds=1.5)
        sessions = Sessions(chain, load_accounts(lab.content), lab.content, now, limits=limits)
        made = Fleet(lab.content, chain, sessions, deadline=1.0)
        answers = dict(made.look(chain.devices.values(), frequent_looks))
        sessions.close_all()
    assert [type(a) for a in answers[EDGE]] == [UnreachableError] * 4
    assert all(isinstance(a, Reading) and a.rows for a in answers[SWITCH])
